"""``make eval``: score the resolver on labelled sets, into `build/eval.json`."""

import argparse
import logging
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
from rich.console import Console

from handrail.eval.decisions import Tools, decide_set
from handrail.eval.progress import Steps, steps
from handrail.eval.sets import DATA, LabelledSet, SetError, sets_in
from handrail.eval.show import table_of
from handrail.eval.vectors import KeptVectors
from handrail.stack.processes import BUILD
from services.resolver.domain.ranking import Rules
from services.resolver.matching.knowledge import texts_of
from services.resolver.matching.lexical.words import Words
from services.resolver.settings import Settings
from shared.encoding.load import load_encoder

DECISIONS = "decision"
Row = dict[str, Any]


def main() -> int:
    """Score every set under the folder named; return the exit code."""
    told = _arguments()
    try:
        found = [each for each in sets_in(told.data) if _wanted(each, told.only)]
        for each in found:
            _check(each)
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
    console.print(table_of(rows))
    for each in found:
        if each.task != DECISIONS:
            console.print(f"skipped {each.name}: {each.task} are not decided here")
    console.print(f"-> {told.out}")
    return 0


def _refuse(said: str) -> int:
    sys.stderr.write(f"{said}\n")
    return 2


def _check(each: LabelledSet) -> None:
    """Read *each* before anything is scored: a broken line costs no ten minutes."""
    if each.task == DECISIONS:
        each.knowledge()
        each.queries()


def evaluate(found: list[LabelledSet], *, encoder: str) -> list[Row]:
    """Return a row of figures for each decision set of *found*."""
    logging.getLogger("bm25s").setLevel(logging.WARNING)
    loaded = load_encoder(encoder)
    vectors = KeptVectors(loaded, BUILD / "vectors") if loaded else None
    tools = Tools(loaded, vectors, Words("english"), shipped_rules())
    with steps() as shown:
        return [_row(each, tools, shown) for each in found if each.task == DECISIONS]


def _row(chosen: LabelledSet, tools: Tools, shown: Steps) -> Row:
    queries = chosen.queries()
    if tools.vectors is not None:
        texts = [*texts_of(chosen.knowledge()), *(each.text for each in queries)]
        missing = tools.vectors.missing(texts)
        with shown(f"{chosen.name}: texts encoded", len(missing)) as done:
            tools.vectors.add(missing, done)
    with shown(f"{chosen.name}: messages decided", len(queries)) as done:
        row = decide_set(chosen, tools, done)
    return row | {"encoder": tools.encoder.name if tools.encoder else "none"}


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
