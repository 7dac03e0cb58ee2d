"""Say what went wrong and what to do, in place of a trace."""

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import typer
from aiokafka.errors import KafkaError
from pydantic import ValidationError
from rich.console import Console
from rich.text import Text

P = ParamSpec("P")
R = TypeVar("R")

errors = Console(stderr=True)


class Failure(Exception):  # noqa: N818 - it is told to people, not to programs
    """What went wrong, in one line, and what to do about it."""

    def __init__(self, what: str, advice: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.advice = advice


def friendly(command: Callable[P, R]) -> Callable[P, R]:
    """Make *command* end with exit code 1 and an explanation where it fails."""

    @functools.wraps(command)
    def told(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except Failure as failure:
            show(failure)
        except KafkaError as error:
            show(kafka_failure(error))
        except ValidationError as error:
            show(settings_failure(error))
        except KeyboardInterrupt:
            errors.print("Stopped.")
        raise typer.Exit(1)

    return told


def kafka_failure(error: KafkaError) -> Failure:
    """Explain what a Kafka client met."""
    return Failure(
        f"Kafka: {type(error).__name__}: {error}".rstrip(": "),
        "Check HANDRAIL_KAFKA_BOOTSTRAP_SERVERS and that the broker runs; "
        "`handrail doctor` looks at everything.",
    )


def settings_failure(error: ValidationError) -> Failure:
    """Explain which setting is wrong."""
    found = "; ".join(
        f"{'.'.join(map(str, item['loc']))}: {item['msg']}"
        for item in error.errors(include_url=False, include_input=False)
    )
    return Failure(
        f"A setting is wrong: {found}", "See .env.example for what it takes."
    )


def show(failure: Failure) -> None:
    """Print *failure* on stderr."""
    errors.print(Text(failure.what, style="bold red"), soft_wrap=True)
    if failure.advice:
        errors.print(Text(failure.advice), soft_wrap=True)
