"""Learn which messages ask for a person: `python -m handrail.wishes OPEN`.

OPEN is a folder of open sets in the layout of `make eval`: of these, the history and
the actions' examples are taken as messages that ask for nobody, never their queries.
What we measure with is learned from as well, but for the set `--without` names.
"""

import argparse
import json
import random
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from handrail.eval.sets import sets_in
from handrail.wishes.compose import Said, composed
from handrail.wishes.fit import Numbers, fitted, rows_of
from services.resolver.domain.acting.consent import NO, YES
from services.resolver.domain.words.plain import words_of
from services.resolver.domain.words.small_talk import KNOWN
from services.resolver.domain.words.wishes.classes import classes_of
from services.resolver.domain.words.wishes.clues import (
    clues_of_classes,
    clues_of_order,
    clues_of_word,
)
from services.resolver.domain.words.wishes.frames.language import bare
from services.resolver.domain.words.wishes.frames.reading import readings
from services.resolver.domain.words.wishes.learned import HEAD, MOST_WORDS
from services.resolver.domain.words.wishes.persons import words_hear

ROOT = Path(__file__).parents[2]
WEIGHTS = ROOT / "services/resolver/domain/words/wishes/weights.bin"
MEASURED = ROOT / "tests" / "data"
MEASURED_COUNTS = 2.0
UNSEEN = "persons-blind-f"
"""Plain wishes and questions in ten languages, never learned from: what we go by."""
OPEN = 12_000
"""So many open messages; more say nothing new."""
LARGEST = 127
SHORT_COUNTS = 4.0
"""A yes that is taken for a wish spoils an action that was under way."""
STOPS = (
    "stop it please|please cancel|do not do that|"
    "bitte abbrechen|lass das|hör auf|arrêtez s il vous plaît|annulez ça|"
    "por favor cancela|no lo hagas|por favor cancele|não faça isso|annulla per favore|"
    "niet doen alsjeblieft|proszę anuluj|nie rób tego|avbryt tack|gör inte det|"
    "lütfen iptal et|yapma|пожалуйста отмените|не делайте этого|"
    "من فضلك الغ|لا تفعل ذلك|请取消|请停止|不要这样做|算了|"
    "やめてください|中止してください|キャンセルしてください|止めて|中止|もういいです|違います|"
    "그만|그만하세요|취소해 주세요|하지 마세요|रुको|मत कीजिए|कृपया रद्द करें|"
    "tolong batalkan|jangan lakukan itu"
)


def main() -> None:
    """Learn, and write what was learned."""
    parser = argparse.ArgumentParser(prog="handrail.wishes", description=__doc__)
    parser.add_argument("open", type=Path)
    parser.add_argument("--without", default=UNSEEN)
    parser.add_argument("--to", type=Path, default=WEIGHTS)
    chosen = parser.parse_args()
    left_out = [each for each in measured() if each[0] == chosen.without]
    said = composed() + open_messages(chosen.open) + short_replies()
    said += [each for name, each in measured() if name != chosen.without]
    weights = fitted(
        rows_of([clues_of(each.text) for each in said]),
        np.array([each.wish for each in said]),
        np.array([each.weight for each in said]),
    )
    chosen.to.write_bytes(packed(weights))
    print(json.dumps({"learned_from": len(said), "left_out": len(left_out)}))


def measured() -> list[tuple[str, Said]]:
    """Return the labelled messages that we measure with, and the set of each."""
    return [
        (file.stem, Said(row["text"], row["person"], MEASURED_COUNTS))
        for file in sorted(MEASURED.glob("persons*.jsonl"))
        for row in map(json.loads, file.read_text(encoding="utf-8").splitlines())
    ]


def open_messages(folder: Path) -> list[Said]:
    """Return ordinary messages of the open sets in *folder*.

    Some of these ask for a person in passing; those that we hear are left out.
    """
    found: set[str] = set()
    asked: set[str] = set()
    for each in sets_in(folder):
        known = each.knowledge()
        found |= {past.text for past in known.history}
        found |= {text for action in known.actions for text in action.examples}
        asked |= {query.text for query in each.queries()}
    ordinary = sorted(
        text for text in found - asked if not words_hear(text, words_of(text))
    )
    chosen = random.Random(1).sample(  # noqa: S311 - no secret
        ordinary, min(OPEN, len(ordinary))
    )
    return [Said(text, wish=False) for text in chosen]


def short_replies() -> list[Said]:
    """Return what users say to a question of ours, and small talk."""
    told = {*YES, *NO, *STOPS.split("|"), *map(" ".join, KNOWN)}
    ordinary = sorted(each for each in told if not words_hear(each, words_of(each)))
    return [Said(text, wish=False, weight=SHORT_COUNTS) for text in ordinary]


def clues_of(text: str) -> NDArray[np.int64]:
    """Return the clues of *text*, as the service sees them."""
    words = bare(text).split()[:MOST_WORDS]
    clues = [clue for word in words for clue in dict.fromkeys(clues_of_word(word))]
    clues += clues_of_order([word.encode() for word in words])
    for clause in classes_of(text).split("|"):
        clues += clues_of_classes("w", clause)
    for reading in sorted(readings(text)):
        for clause in reading:
            clues += clues_of_classes("f", clause)
    return np.array(clues)


def packed(weights: Numbers) -> bytes:
    """Return *weights* as the service reads them: a byte for each."""
    step = float(np.abs(weights[:-1]).max()) / LARGEST
    steps = np.round(weights[:-1] / step).astype(np.int8)
    return HEAD.pack(step, float(weights[-1])) + steps.tobytes()


if __name__ == "__main__":
    main()
