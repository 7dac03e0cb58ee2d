"""Say how well we hear what people and assistants mean, and what hearing costs.

`python -m benchmarks.words` prints, per set, recall, false alarms and precision, and
the microseconds per message that the resolver spends on an ordinary one.
"""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from services.resolver.domain.words.promises import promises_person
from services.resolver.domain.words.wishes.asking import asks_for_person

DATA = Path(__file__).parents[1] / "tests" / "data"
ROUNDS = 5
Hears = Callable[[str], bool]


def main() -> None:
    """Measure and print one line of JSON per set."""
    for line in measured():
        print(json.dumps(line))


def measured() -> Iterator[dict[str, Any]]:
    """Yield each set's figures."""
    persons = _rows("persons")
    for split in sorted({each["split"] for each in persons}):
        rows = [each for each in persons if each["split"] == split]
        yield {"set": f"persons {split}"} | _scores(rows, "person", asks_for_person)
    for name in "abcdef":
        blind = _rows(f"persons-blind-{name}")
        yield {"set": f"persons blind {name}"} | _scores(
            blind, "person", asks_for_person
        )
    for name in ("dev", "test"):
        rows = _rows(f"promises-{name}")
        yield {"set": f"promises {name}"} | _scores(rows, "promise", promises_person)


def _rows(name: str) -> list[dict[str, Any]]:
    text = (DATA / f"{name}.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def _scores(rows: list[dict[str, Any]], label: str, hears: Hears) -> dict[str, Any]:
    heard = [hears(each["text"]) for each in rows]
    meant = [bool(each[label]) for each in rows]
    both = sum(one and other for one, other in zip(heard, meant, strict=True))
    ordinary = [each["text"] for each in rows if not each[label]]
    return {
        "n": len(rows),
        "meant": sum(meant),
        "recall": round(both / sum(meant), 4),
        "false_alarms": round((sum(heard) - both) / len(ordinary), 4),
        "precision": round(both / max(1, sum(heard)), 4),
        "us_ordinary": round(_microseconds(ordinary, hears), 1),
    }


def _microseconds(texts: list[str], hears: Hears) -> float:
    best = float("inf")
    for _ in range(ROUNDS):
        began = time.process_time()
        for text in texts:
            hears(text)
        best = min(best, time.process_time() - began)
    return best / len(texts) * 1e6


if __name__ == "__main__":
    main()
