"""Progress bars while sets are worked through."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)

Steps = Callable[[str, int], AbstractContextManager[Callable[[int], None]]]
"""What is done and how many steps it has -> something that hears of steps done."""


@contextmanager
def steps() -> Iterator[Steps]:
    """Show a bar for each thing that is begun until it is over."""
    with Progress(
        TextColumn("{task.description:40}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    ) as progress:

        @contextmanager
        def begin(what: str, count: int) -> Iterator[Callable[[int], None]]:
            task = progress.add_task(what, total=count)

            def done(more: int) -> None:
                progress.advance(task, more)

            try:
                yield done
            finally:
                progress.remove_task(task)

        yield begin
