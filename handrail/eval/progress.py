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

PERCENT = 25
"""A log has no bars: a line is printed for each so much."""

Steps = Callable[[str, int], AbstractContextManager[Callable[[int], None]]]
"""What is done and how many steps it has -> something that hears of steps done."""


@contextmanager
def steps() -> Iterator[Steps]:
    """Show a bar for each thing that is begun, or lines where there is no terminal."""
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
            told = 0

            def done(more: int) -> None:
                nonlocal told
                progress.advance(task, more)
                reached = int(progress.tasks[-1].percentage) // PERCENT
                if reached > told and not progress.console.is_terminal:
                    told = reached
                    progress.console.print(f"{what} {reached * PERCENT} %")

            try:
                yield done
            finally:
                progress.remove_task(task)

        yield begin
