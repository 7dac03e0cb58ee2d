"""Tables as this command prints them: readable on a screen, stable in a pipe."""

from collections.abc import Iterable

from rich.console import Console
from rich.table import Table
from rich.text import Text

console = Console()


def table(columns: Iterable[str], rows: Iterable[Iterable[object]], empty: str) -> None:
    """Print *rows* under *columns*, or the sentence *empty* where there are none."""
    shown = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        shown.add_column(column, overflow="fold")
    for row in rows:
        # Text, not str: what users named may look like markup.
        shown.add_row(*(Text(str(cell)) for cell in row))
    if shown.row_count:
        console.print(shown)
    else:
        console.print(empty, markup=False)


def say(text: str) -> None:
    """Print *text* as it is."""
    console.print(text, markup=False, highlight=False, soft_wrap=True)
