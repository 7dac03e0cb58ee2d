"""Score streams by halves of their patterns, to see what a setting owes to one of them.

``python -m handrail.eval.grouping.halves [folder of sets]``: settings are chosen on the
dev half, and the test half is only looked at. A pattern's half is told by its name.
"""

import hashlib
import sys
from pathlib import Path

from rich.console import Console

from handrail.eval.grouping.streams import Grouped, Row, arrivals_of
from handrail.eval.sets import DATA, LabelledSet, sets_in
from handrail.eval.show import plain_table
from handrail.eval.vectors import KeptVectors
from handrail.stack.processes import BUILD
from shared.encoding.encoder import Encoder
from shared.encoding.ngrams import NgramEncoder
from shared.encoding.pair import load_pair

HALVES = ("dev", "test")


def main(folder: Path) -> int:
    """Print a table; return the exit code."""
    encoder = load_pair() or NgramEncoder()
    streams = [each for each in sets_in(folder) if each.task == "patterns"]
    rows = [row for each in streams for row in rows_of(each, encoder)]
    Console(width=140).print(plain_table(rows))
    return 0


def rows_of(chosen: LabelledSet, encoder: Encoder) -> list[Row]:
    """Return two rows for each half: on arrival, and after the re-examination."""
    arrivals, kept = arrivals_of(chosen), KeptVectors(encoder, BUILD / "vectors")
    kept.add(kept.missing([each.text for each in arrivals]), lambda _: None)
    rows: list[Row] = []
    for half in HALVES:
        own = [each for each in arrivals if half_of(each.pattern) == half]
        grouped = Grouped.of(own, kept, encoder, lambda _: None)
        true = {"true_patterns": len(set(grouped.true))}
        both = (grouped.rows(chosen)[-1], grouped.merged_row(chosen, kept))
        rows.extend({"half": half} | row | true for row in both)
    return rows


def half_of(pattern: str) -> str:
    """Return the half that *pattern* belongs to, the same each time."""
    return HALVES[int(hashlib.sha256(pattern.encode()).hexdigest(), 16) % 2]


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else DATA))
