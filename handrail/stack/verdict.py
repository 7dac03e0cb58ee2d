"""Runs a check of the whole system as a command: what is wrong, and an exit code."""

from collections.abc import Callable

from rich.console import Console

from handrail.stack.processes import StartError, leave_on_signals

STOPPED = 130
"""The exit code of a command that Ctrl-C ended."""


def conclude(check: Callable[[Console], list[str]]) -> int:
    """Run *check*, print what it finds wrong, and return the exit code.

    Ctrl-C and SIGTERM end it, with everything that it started stopped.
    """
    leave_on_signals()
    console = Console()
    try:
        wrong = check(console)
    except KeyboardInterrupt:
        console.print("Stopped; nothing is left running.")
        return STOPPED
    except StartError as error:
        wrong = [str(error)]
    for each in wrong:
        console.print(each, style="red", markup=False, highlight=False, soft_wrap=True)
    return 1 if wrong else 0
