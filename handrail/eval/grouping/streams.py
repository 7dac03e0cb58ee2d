"""Group a stream as analytics does, escalation by escalation, and score what came out.

The encoder, the index and the nightly re-examination are the service's own. Only the
broker and the database are not here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, thread_time
from typing import Any

import numpy as np

from handrail.eval.grouping.agreement import adjusted_rand, mutual_information, purity
from handrail.eval.progress import Steps
from handrail.eval.sets import LabelledSet, SetError
from handrail.eval.vectors import KeptVectors
from services.analytics.domain.patterns.index import PatternIndex
from services.analytics.domain.patterns.items import Item, quantise
from services.analytics.domain.patterns.merging import Examined, propose_merges
from services.analytics.domain.patterns.spaces import language_space
from shared.encoding.encoder import Encoder

LENGTHS = (10, 100, 1_000, 1_500)
"""After how many escalations a row is written, beside the one after all."""
LEAST = 5
"""Members of a pattern whose purity is told."""
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Arrival:
    """An escalation of a stream, and the pattern it truly belongs to."""

    text: str
    pattern: str
    language: str | None = None


def arrivals_of(chosen: LabelledSet) -> list[Arrival]:
    """Return the stream in order. Raises SetError."""
    arrivals = list(chosen.read("stream", _arrival))
    if not arrivals:
        raise SetError(f"{chosen.folder / 'stream.jsonl'} has no escalation")
    return arrivals


def score_stream(
    chosen: LabelledSet, encoder: Encoder, folder: Path, shown: Steps
) -> list[Row]:
    """Return the figures of *chosen* after each of LENGTHS and after all.

    Vectors are kept in *folder*. Raises SetError.
    """
    arrivals, vectors = arrivals_of(chosen), KeptVectors(encoder, folder)
    missing = vectors.missing([each.text for each in arrivals])
    with shown(f"{chosen.name}: texts encoded", len(missing)) as done:
        vectors.add(missing, done)
    with shown(f"{chosen.name}: escalations grouped", len(arrivals)) as done:
        grouped = Grouped.of(arrivals, vectors, encoder, done)
    return [*grouped.rows(chosen), grouped.merged_row(chosen, vectors)]


@dataclass(frozen=True, slots=True)
class Grouped:
    """A stream and where each of its escalations went."""

    texts: list[str]
    true: list[str]
    found: list[str]
    milliseconds: list[float]
    """On the clock, which on a busy machine is mostly waiting."""
    at_work: list[float]
    """The same in time of one core."""
    encoder: str

    @classmethod
    def of(
        cls,
        arrivals: list[Arrival],
        vectors: KeptVectors,
        encoder: Encoder,
        done: Callable[[int], None],
    ) -> "Grouped":
        """Group *arrivals* one by one; *done* hears of each."""
        indexes: dict[str, PatternIndex] = {}
        found, took, worked = [], [], []
        for at, each in enumerate(arrivals):
            space = language_space(each.language)
            if space not in indexes:
                indexes[space] = PatternIndex(
                    encoder.name, encoder.dimensions, language=space
                )
            index = indexes[space]
            item = Item(f"e{at}", each.text, each.language, vectors[each.text])
            began, began_work = perf_counter(), thread_time()
            found.append(index.assign(item).pattern_id)
            took.append((perf_counter() - began) * 1000)
            worked.append((thread_time() - began_work) * 1000)
            done(1)
        texts = [each.text for each in arrivals]
        true = [each.pattern for each in arrivals]
        return cls(texts, true, found, took, worked, encoder.name)

    def rows(self, chosen: LabelledSet) -> list[Row]:
        """Return a row after each of LENGTHS and one after all."""
        size = len(self.true)
        lengths = [*(each for each in LENGTHS if each < size), size]
        return [self._row(chosen, length) for length in lengths]

    def merged_row(self, chosen: LabelledSet, vectors: KeptVectors) -> Row:
        """Return the row after the re-examination, each merge it proposes accepted."""
        members: dict[str, list[bytes]] = {}
        for text, pattern in zip(self.texts, self.found, strict=True):
            members.setdefault(pattern, []).append(quantise(vectors[text]))
        began = perf_counter()
        proposals = propose_merges(
            [Examined(name, rows) for name, rows in members.items()],
            encoder=self.encoder,
        )
        seconds = perf_counter() - began
        into = {each: each for each in members}
        for proposal in proposals:
            for name, whole in into.items():
                if whole == proposal.absorbed:
                    into[name] = proposal.into
        found = [into[each] for each in self.found]
        return self._row(chosen, len(found)) | {
            "after": "re-examination",
            **agreement_of(self.true, found),
            "seconds": round(seconds, 2),
        }

    def _row(self, chosen: LabelledSet, n: int) -> Row:
        return {
            "set": chosen.name,
            "task": chosen.task,
            "n": n,
            "after": "arrival",
            **agreement_of(self.true[:n], self.found[:n]),
            "p99_ms": round(float(np.percentile(self.milliseconds[:n], 99)), 2),
            "cpu_p99_ms": round(float(np.percentile(self.at_work[:n], 99)), 2),
            "encoder": self.encoder,
        }


def agreement_of(true: list[str], found: list[str]) -> Row:
    """Return the figures of one grouping."""
    pure = purity(true, found, least=LEAST)
    return {
        "ari": round(adjusted_rand(true, found), 4),
        "nmi": round(mutual_information(true, found), 4),
        "patterns": len(set(found)),
        f"purity_{LEAST}": None if pure is None else round(pure, 4),
    }


def _arrival(row: Row) -> Arrival:
    text = row["text"]
    if not isinstance(text, str):
        raise TypeError(f"text is not a string: {text!r}")
    return Arrival(text, str(row["pattern"]), row.get("language"))
