"""How long one message takes to match in a large app, with the model and by words.

Run as a process of its own (`python -m benchmarks.matching`), so that its memory is
what a resolver's would be, and on one core, with the garbage collected as a service
collects it. Passages get random vectors: what they say does not change how long it
takes, and encoding ten thousand of them would.

`words_longest` is the worst that a user can do: passages pasted as a message, cut where
the resolver cuts it. No target holds for it.
"""

import argparse
import gc
import json
import os
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter, process_time

import numpy as np

from benchmarks.catalogue import knowledge, messages
from services.resolver.catalogue.batches import Wanted, matched
from services.resolver.catalogue.ranker import MAX_QUERY_CHARS
from services.resolver.matching.knowledge import Knowledge, texts_of
from services.resolver.matching.lexical.words import Words
from services.resolver.matching.matcher import AppMatcher
from shared.encoding.encoder import Encoder
from shared.encoding.load import load_encoder
from shared.serve import GC_THRESHOLDS

TARGETS_MS = {"model": 25.0, "words": 1.0}
MORE_BY_WORDS = 10
"""Times as many messages as with the model: they are soon matched, and the 99th
percentile of a few hundred is that of the five that the machine disturbed."""


@dataclass(frozen=True)
class Latency:
    """Of one message, over many, ms."""

    p50: float
    p99: float
    cpu_p50: float
    """The same in CPU time: what a busy machine adds is left out."""
    cpu_p99: float


def latency(matcher: AppMatcher, encoder: Encoder | None, texts: list[str]) -> Latency:
    """Return how long *texts* take, one at a time."""
    wall, cpu = [], []
    for text in texts:
        wanted = Wanted(matcher, encoder is not None, text, answer=None)  # type: ignore[arg-type]
        began, began_cpu = perf_counter(), process_time()
        (found,) = matched([wanted], encoder, lambda: None)
        cpu.append((process_time() - began_cpu) * 1000)
        wall.append((perf_counter() - began) * 1000)
        if isinstance(found, Exception):
            raise found
    warm = len(texts) // 10
    return Latency(
        *(
            round(float(np.percentile(times[warm:], share)), 2)
            for times, share in ((wall, 50), (wall, 99), (cpu, 50), (cpu, 99))
        )
    )


def vectors(app: Knowledge, encoder: Encoder) -> dict[str, np.ndarray]:
    """Return a vector for each text of *app*: its own for actions, else random."""
    draw = np.random.default_rng(5)
    said = [text for each in app.actions for text in each.examples]
    found = dict(zip(said, encoder.encode(said), strict=True))
    rest = [text for text in texts_of(app) if text not in found]
    rows = draw.standard_normal((len(rest), encoder.dimensions), dtype=np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return found | dict(zip(rest, rows, strict=True))


def longest(app: Knowledge, count: int) -> list[str]:
    """Return *count* messages of the greatest length, made of the words of *app*."""
    told = [each.text for page in app.documents for each in page.passages]
    few = max(1, len(told) // 4)
    parts = zip(*(told[at * few : (at + 1) * few] for at in range(4)), strict=True)
    return [" ".join(each)[:MAX_QUERY_CHARS] for each in parts][:count]


def memory_mb() -> float:
    """Return this process's resident memory, MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return round(pages * os.sysconf("SC_PAGE_SIZE") / 2**20, 1)


def measure(*, actions: int, passages: int, count: int) -> dict[str, object]:
    """Return all figures of one app of this size."""
    encoder = load_encoder("bge")
    if encoder is None:
        raise RuntimeError("the model does not load: see the log above")
    found: dict[str, object] = {
        "encoder": encoder.name,
        "actions": actions,
        "passages": passages,
    }
    found["memory_mb_model"] = memory_mb()
    app, words, texts = (
        knowledge(actions_=actions, passages=passages),
        Words("english"),
        messages(count * MORE_BY_WORDS),
    )
    for kind, used in (("words", None), ("model", encoder)):
        known = vectors(app, encoder) if used else {}
        began = perf_counter()
        matcher = AppMatcher.build(app, words=words, encoder=used, vectors=known)
        found[f"build_s_{kind}"] = round(perf_counter() - began, 1)
        del known
        found[kind] = asdict(latency(matcher, used, texts[:count] if used else texts))
        if used is None:
            found["words_longest"] = asdict(latency(matcher, None, longest(app, count)))
        del matcher
    found["encode_ms"] = asdict(
        latency(
            AppMatcher.build(Knowledge(), words=words, encoder=encoder, vectors={}),
            encoder,
            texts[:count],
        )
    )
    found["memory_mb"] = memory_mb()
    found["targets_ms"] = TARGETS_MS
    return found


def main() -> None:
    """Measure and print one line of JSON."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.matching")
    parser.add_argument("--actions", type=int, default=50)
    parser.add_argument("--passages", type=int, default=10_000)
    parser.add_argument("--messages", type=int, default=1_000)
    given = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLDS)
    found = measure(
        actions=given.actions, passages=given.passages, count=given.messages
    )
    json.dump(found, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
