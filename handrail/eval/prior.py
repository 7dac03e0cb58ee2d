"""Make the gates that ship with the product: `python -m handrail.eval.prior`.

Learned on episodes made of the actions, documents and histories of the open sets, for
each kind of encoder. Queries are never read. The same data make the same file.
"""

import argparse
import logging
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import orjson

from handrail.eval.episodes import (
    Episode,
    episodes_of,
    messages_of,
    mixed_episodes,
)
from handrail.eval.progress import Steps, steps
from handrail.eval.sets import DATA, LabelledSet, sets_in
from handrail.eval.vectors import KeptVectors
from handrail.stack.processes import BUILD
from services.resolver.matching.calibration.features import cases_of, shortlist
from services.resolver.matching.calibration.gate import Cases, Gate, Logit, fit_gate
from services.resolver.matching.calibration.prior import FILE, WITHOUT_ENCODER
from services.resolver.matching.evidence import evidence_of
from services.resolver.matching.knowledge import Vectors, texts_of
from services.resolver.matching.learning import learn
from services.resolver.matching.lexical.words import Words
from shared.encoding.load import load_encoder

ENCODERS = ("bge", "minilm", "wordllama", "none")
SOURCES = (
    "bank-10ex-300hist",
    "banking-near-full",
    "clinc-full",
    "hwu64-10ex",
    "hint3-sofmattress-full",
    "stackfaq-all",
    "tvremote-all",
)
"""Of sets that differ in size only, the largest."""
SEED = 7
ROUNDS = 4
MISSES = {"few": 0.5, "fresh": 0.25, "settled": 0.3}
"""Share of the messages that are for people. An app with a handful of outcomes is
mostly asked for what it has not; a settled app's history says it itself."""
MOST_OF_FEW = 8
WEIGHT = 300.0
"""Of each episode: a large set does not outvote a small one."""
RIDGE = 1.0
CHOICE_RIDGE = 5.0
"""With less, which draw of episodes it was moved choice by up to four points."""


def episodes(sets: Sequence[LabelledSet]) -> Iterator[tuple[str, Episode]]:
    """Yield the episodes of *sets*, each with its set's name."""
    random, apart = Random(SEED), Random(SEED)  # noqa: S311 - the same each time
    asked = {each.name: messages_of(each.knowledge()) for each in sets}
    for source in sets:
        # Another set of the same users is not far from this one.
        others = [
            text
            for name, texts in asked.items()
            if name[:4] != source.name[:4]
            for text in texts[::5]
        ]
        knowledge = source.knowledge()
        for _ in range(ROUNDS):
            for episode in episodes_of(knowledge, others, random):
                yield source.name, episode
        if len(knowledge.actions) > MOST_OF_FEW and not knowledge.documents:
            for episode in mixed_episodes(knowledge, others, apart):
                yield source.name, episode


def cases_in(episode: Episode, words: Words, vectors: Vectors | None) -> Cases:
    """Return what the gate sees of *episode*."""
    knowledge = episode.knowledge
    subject, _ = learn(evidence_of(knowledge, words, vectors))
    texts = [each.text for each in episode.asked]
    rows = None if vectors is None else np.stack([vectors[text] for text in texts])
    scores = subject.scores(texts, rows, words)
    columns = subject.evidence.columns
    names = [("action", each.name) for each in knowledge.actions]
    names += [("document", each.document_id) for each in knowledge.documents]
    place = {name: at for at, name in enumerate(names)}
    right = [place.get((each.kind, each.name), columns.none) for each in episode.asked]
    places = shortlist(scores, columns.actions)
    return cases_of(scores, columns, places, right=np.array(right))


def gate_of(cases: Sequence[tuple[Episode, Cases]], misses: float) -> Gate:
    """Learn a gate from episodes, each with the same share of *misses*."""
    weighed = [
        replace(each, weights=_weights(each, misses) * episode.weight)
        for episode, each in cases
    ]
    return fit_gate(Cases.joined(weighed), ridge=RIDGE, choice_ridge=CHOICE_RIDGE)


def _weights(cases: Cases, misses: float) -> Any:  # noqa: ANN401 - a numpy array
    none = cases.right == cases.taken.shape[1]
    if none.all() or not none.any():
        return np.full(len(none), WEIGHT / len(none))
    shares = np.where(none, misses / none.sum(), (1 - misses) / (~none).sum())
    return shares * WEIGHT


def stages_of(cases: Sequence[tuple[Episode, Cases]]) -> dict[str, Gate]:
    """Return the gate of each stage of an app."""
    stages: dict[str, list[tuple[Episode, Cases]]] = {stage: [] for stage in MISSES}
    for episode, case in cases:
        known = episode.knowledge
        few = len(known.actions) + len(known.documents) <= MOST_OF_FEW
        stage = "settled" if known.history else "few" if few else "fresh"
        stages[stage].append((episode, case))
    return {stage: gate_of(each, MISSES[stage]) for stage, each in stages.items()}


def to_row(gate: Gate) -> dict[str, dict[str, list[float]]]:
    """Return *gate* as JSON can hold it."""
    return {"trust": _numbers(gate.trust), "choice": _numbers(gate.choice)}


def _numbers(logit: Logit) -> dict[str, list[float]]:
    upper = logit.precision[np.triu_indices(len(logit.weights))]
    return {
        "weights": [round(float(each), 4) for each in logit.weights],
        # Rounded more, a direction that hardly matters could count as less than
        # nothing, and refitting would run away along it.
        "precision": [float(f"{each:.8g}") for each in upper],
    }


def write(path: Path, encoders: dict[str, dict[str, Gate]]) -> None:
    """Write the shipped file."""
    rows = {
        name: {stage: to_row(gate) for stage, gate in stages.items()}
        for name, stages in encoders.items()
    }
    about = "python -m handrail.eval.prior, from the open development sets"
    path.write_bytes(orjson.dumps({"made_by": about, "encoders": rows}) + b"\n")


class _KnownWords(Words):
    """Cuts each text once: episodes of one set share most of theirs."""

    def __init__(self, language: str) -> None:
        super().__init__(language)
        self._known: dict[str, list[str]] = {}

    def of(self, text: str) -> list[str]:
        known = self._known.get(text)
        if known is None:
            known = self._known[text] = super().of(text)
        return known


def learned(
    setting: str, told: Sequence[tuple[str, Episode]], words: Words, shown: Steps
) -> tuple[str, dict[str, Gate]]:
    """Return the encoder's name and its gates."""
    encoder = load_encoder(setting)
    vectors: KeptVectors | None = None
    if encoder is not None:
        vectors = KeptVectors(encoder, BUILD / "vectors")
        texts = {text for _, episode in told for text in texts_of(episode.knowledge)}
        texts |= {each.text for _, episode in told for each in episode.asked}
        missing = vectors.missing(list(texts))
        with shown(f"{encoder.name}: texts encoded", len(missing)) as done:
            vectors.add(missing, done)
    cases = []
    name = encoder.name if encoder else WITHOUT_ENCODER
    with shown(f"{name}: episodes", len(told)) as done:
        for _, episode in told:
            cases.append((episode, cases_in(episode, words, vectors)))
            done(1)
    return name, stages_of(cases)


def main() -> None:
    """Make the file again."""
    parser = argparse.ArgumentParser(prog="python -m handrail.eval.prior")
    parser.add_argument("--data", type=Path, default=DATA)
    logging.getLogger("bm25s").setLevel(logging.WARNING)
    found = {each.name: each for each in sets_in(parser.parse_args().data)}
    told = list(episodes([found[name] for name in SOURCES]))
    with steps() as shown:
        words = _KnownWords("english")
        gates = dict(learned(each, told, words, shown) for each in ENCODERS)
    write(Path(str(FILE)), gates)


if __name__ == "__main__":
    main()
