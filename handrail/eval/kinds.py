"""Tell questions, wishes and problem reports apart as analytics does, and score it.

A set with a `history.jsonl` is learned from that and asked of its items. Without one,
an app's own labels are played by the set itself: five parts, each told by what the
other four teach. The figure of the phrases that the product ships stands beside it.
"""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np

from handrail.eval.progress import Steps
from handrail.eval.sets import LabelledSet, SetError
from handrail.eval.vectors import KeptVectors
from services.analytics.domain.gaps.causes.kinds.classifier import (
    KIND_NAMES,
    LabelledMessage,
    fit_classifier,
    shipped_classifier,
)
from services.analytics.domain.gaps.causes.kinds.meaning import (
    Encode,
    read_by_encoder,
)
from shared.encoding.encoder import Encoder, Floats

Row = dict[str, Any]

PARTS = 5
"""Of a set that has no history of its own."""


def messages_of(chosen: LabelledSet) -> list[LabelledMessage]:
    """Return what is to be told apart. Raises SetError."""
    messages = list(chosen.read("items", _message))
    if not messages:
        raise SetError(f"{chosen.folder / 'items.jsonl'} has no item")
    return messages


def score_kinds(
    chosen: LabelledSet, encoder: Encoder | None, folder: Path, shown: Steps
) -> list[Row]:
    """Return the figures of *chosen*; vectors are kept in *folder*. Raises SetError."""
    items = messages_of(chosen)
    history = list(chosen.read("history", _message))
    encode = _encode(chosen, encoder, folder, shown, [*items, *history])
    with shown(f"{chosen.name}: messages told apart", len(items)) as done:
        told: list[str] = [""] * len(items)
        for learned, asked in _parts(items, history):
            classifier = fit_classifier(learned, encode=encode)
            texts = [items[at].text for at in asked]
            for at, kind in zip(asked, classifier.kinds(texts), strict=True):
                told[at] = kind
            done(len(asked))
    true = [each.kind for each in items]
    shipped = shipped_classifier().kinds([each.text for each in items])
    return [
        {
            "set": chosen.name,
            "task": chosen.task,
            "n": len(items),
            "macro_f1": round(macro_f1(true, told), 4),
            **{f"{k}_f1": round(f1(true, told, k), 4) for k in KIND_NAMES},
            "learned_from": "history" if history else f"{PARTS} parts",
            "shipped_macro_f1": round(macro_f1(true, shipped), 4),
            "encoder": encoder.name if encoder else "none",
        }
    ]


def macro_f1(true: Sequence[str], told: Sequence[str]) -> float:
    """Return the mean of the kinds' F1; each kind counts alike."""
    return float(np.mean([f1(true, told, kind) for kind in KIND_NAMES]))


def f1(true: Sequence[str], told: Sequence[str], kind: str) -> float:
    """Return the F1 of one *kind*: 0 where none is told rightly."""
    hits = sum(a == b == kind for a, b in zip(true, told, strict=True))
    named = true.count(kind) + told.count(kind)
    return 2 * hits / named if named else 0.0


def _parts(
    items: Sequence[LabelledMessage], history: Sequence[LabelledMessage]
) -> list[tuple[Sequence[LabelledMessage], list[int]]]:
    """Return what is learned from, and which items are then asked."""
    if history:
        return [(history, list(range(len(items))))]
    parts = part_of(items)
    return [
        (
            [each for each, of in zip(items, parts, strict=True) if of != part],
            [at for at, of in enumerate(parts) if of == part],
        )
        for part in sorted(set(parts))
    ]


def part_of(items: Sequence[LabelledMessage]) -> list[int]:
    """Return a part for each item, always the same: the kinds spread evenly.

    Equal texts are of one part: none is asked that was learned word for word.
    """
    dealt: Counter[str] = Counter()
    parts: dict[str, int] = {}
    for each in sorted(items, key=lambda item: (crc32(item.text.encode()), item.text)):
        if each.text not in parts:
            parts[each.text] = dealt[each.kind] % PARTS
            dealt[each.kind] += 1
    return [parts[each.text] for each in items]


def _encode(
    chosen: LabelledSet,
    encoder: Encoder | None,
    folder: Path,
    shown: Steps,
    messages: Sequence[LabelledMessage],
) -> Encode | None:
    if encoder is None:
        return None
    vectors = KeptVectors(encoder, folder)
    missing = vectors.missing(read_by_encoder([each.text for each in messages]))
    with shown(f"{chosen.name}: texts encoded", len(missing)) as done:
        vectors.add(missing, done)

    def encode(texts: Sequence[str]) -> Floats:
        return np.stack([vectors[text] for text in texts])

    return encode


def _message(row: Row) -> LabelledMessage:
    title, text, kind = row.get("title") or "", row.get("text") or "", row["kind"]
    if kind not in KIND_NAMES:
        raise ValueError(f"kind is {kind!r}, none of {sorted(KIND_NAMES)}")
    if not isinstance(title, str) or not isinstance(text, str):
        raise TypeError("title or text is not a string")
    return LabelledMessage(f"{title}\n{text}".strip(), kind)
