"""``make eval``: score the resolver on labelled sets, into `build/eval.json`."""

import argparse
import logging
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import orjson
from rich.console import Console

from handrail.eval.decisions import Tools, decide_set
from handrail.eval.grouping.streams import arrivals_of, score_stream
from handrail.eval.kinds import messages_of, score_kinds
from handrail.eval.progress import Steps, steps
from handrail.eval.sets import DATA, LabelledSet, SetError, sets_in
from handrail.eval.show import tables_of
from handrail.eval.vectors import KeptVectors
from handrail.stack.processes import BUILD
from services.resolver.domain.ranking import Rules
from services.resolver.matching.knowledge import texts_of
from services.resolver.matching.lexical.words import Words
from services.resolver.settings import Settings
from shared.encoding.encoder import Encoder
from shared.encoding.load import load_encoder
from shared.encoding.ngrams import NgramEncoder
from shared.encoding.pair import load_pair

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Task:
    """How sets of one kind are scored."""

    check: Callable[[LabelledSet], object]
    """Reads the set, so that a broken line costs no ten minutes. Raises SetError."""
    rows: Callable[[LabelledSet, str, Steps], list[Row]]
    """The set, the encoder's setting and where progress is shown -> its figures."""


def main() -> int:
    """Score every set under the folder named; return the exit code."""
    told = _arguments()
    try:
        found = [each for each in sets_in(told.data) if _wanted(each, told.only)]
        for each in found:
            if each.task in TASKS:
                TASKS[each.task].check(each)
    except SetError as error:
        return _refuse(f"{error}\nPut this right, or name the sets to score: --only")
    if not found:
        return _refuse(f"No set.json under {told.data}, nor in a folder of it")
    rows = evaluate(found, encoder=told.encoder)
    told.out.parent.mkdir(parents=True, exist_ok=True)
    told.out.write_bytes(orjson.dumps(rows, option=orjson.OPT_INDENT_2) + b"\n")
    console = Console()
    if not console.is_terminal:
        console.width = 200  # a file or a pipe has no width of its own
    for table in tables_of(rows):
        console.print(table)
    for each in found:
        if each.task not in TASKS:
            console.print(f"skipped {each.name}: {each.task} are not scored here")
    console.print(f"-> {told.out}")
    return 0


def _refuse(said: str) -> int:
    sys.stderr.write(f"{said}\n")
    return 2


def evaluate(found: list[LabelledSet], *, encoder: str) -> list[Row]:
    """Return the rows of figures of *found*; of a task that is not known, none."""
    with steps() as shown:
        return [
            row
            for each in found
            if each.task in TASKS
            for row in TASKS[each.task].rows(each, encoder, shown)
        ]


@cache
def _tools(encoder: str) -> Tools:
    logging.getLogger("bm25s").setLevel(logging.WARNING)
    loaded = load_encoder(encoder)
    vectors = KeptVectors(loaded, BUILD / "vectors") if loaded else None
    return Tools(loaded, vectors, Words("english"), shipped_rules())


def _check_decisions(each: LabelledSet) -> None:
    each.knowledge()
    each.queries()


def _decisions(chosen: LabelledSet, encoder: str, shown: Steps) -> list[Row]:
    tools, queries = _tools(encoder), chosen.queries()
    if tools.vectors is not None:
        texts = [*texts_of(chosen.knowledge()), *(each.text for each in queries)]
        missing = tools.vectors.missing(texts)
        with shown(f"{chosen.name}: texts encoded", len(missing)) as done:
            tools.vectors.add(missing, done)
    with shown(f"{chosen.name}: messages decided", len(queries)) as done:
        row = decide_set(chosen, tools, done)
    return [row | {"encoder": tools.encoder.name if tools.encoder else "none"}]


def _patterns(chosen: LabelledSet, encoder: str, shown: Steps) -> list[Row]:
    return score_stream(chosen, _grouping_encoder(encoder), BUILD / "vectors", shown)


@cache
def _grouping_encoder(setting: str) -> Encoder:
    """Return the pair that analytics groups by, or the one encoder that is named."""
    loaded = load_pair() if setting == "auto" else load_encoder(setting)
    return loaded or NgramEncoder()


def _kinds(chosen: LabelledSet, encoder: str, shown: Steps) -> list[Row]:
    return score_kinds(chosen, _kinds_encoder(encoder), BUILD / "vectors", shown)


@cache
def _kinds_encoder(setting: str) -> Encoder | None:
    """Return the pair that analytics groups by, the one that is named, or none."""
    return load_pair() if setting == "auto" else load_encoder(setting)


TASKS: dict[str, Task] = {
    "decision": Task(_check_decisions, _decisions),
    "patterns": Task(arrivals_of, _patterns),
    "kinds": Task(messages_of, _kinds),
}


def shipped_rules() -> Rules:
    """Return the rules of a resolver whose settings nobody touched."""
    fields = Settings.model_fields
    return Rules(
        action=fields["action_threshold"].default,
        document=fields["document_threshold"].default,
        near_miss=fields["near_miss"].default,
        lead=fields["action_lead"].default,
        action_timeout=timedelta(seconds=30),
    )


def _wanted(each: LabelledSet, only: list[str]) -> bool:
    return not only or each.name in only


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m handrail.eval")
    parser.add_argument("--data", type=Path, default=DATA, help="folder of sets")
    parser.add_argument("--out", type=Path, default=BUILD / "eval.json")
    parser.add_argument(
        "--encoder", default="auto", help="auto, bge, minilm, wordllama, none"
    )
    parser.add_argument("--only", nargs="*", default=[], help="names of sets")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
