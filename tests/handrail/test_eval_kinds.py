"""`make eval` on kinds: what is learned from is never what is asked."""

import json

import pytest

from handrail.eval.kinds import PARTS, f1, macro_f1, messages_of, part_of, score_kinds
from handrail.eval.progress import steps
from handrail.eval.sets import LabelledSet, SetError
from services.analytics.domain.gaps.causes.kinds.classifier import LabelledMessage

ITEMS = [
    {"title": f"{opening} {noun}", "text": f"about the {noun}", "kind": kind}
    for kind, opening in (
        ("documentation", "How do I use the"),
        ("action", "Please add a"),
        ("bug", "Crash in the"),
    )
    for noun in ("map", "list", "chart", "menu", "clock", "door", "lamp")
]


def made_set(folder, **files):
    for name, rows in files.items():
        lines = "\n".join(json.dumps(row) for row in rows)
        (folder / f"{name}.jsonl").write_text(lines, "utf8")
    return LabelledSet("k", "kinds", folder)


def scored(chosen):
    with steps() as shown:
        return score_kinds(chosen, None, chosen.folder, shown)


def test_a_set_without_a_history_is_told_in_parts(tmp_path):
    (row,) = scored(made_set(tmp_path, items=ITEMS))

    assert (row["set"], row["task"], row["n"]) == ("k", "kinds", 21)
    assert row["macro_f1"] > 0.9
    assert row["learned_from"] == "5 parts"
    assert 0 <= row["shipped_macro_f1"] <= 1


def test_a_history_is_learned_from_and_items_are_asked(tmp_path):
    (row,) = scored(made_set(tmp_path, items=ITEMS[::2], history=ITEMS[1::2]))

    assert row["n"] == 11
    assert row["learned_from"] == "history"
    assert row["macro_f1"] > 0.9


def test_parts_spread_the_kinds_and_keep_equal_texts_together():
    items = [
        LabelledMessage(f"t{at % 40}", ("bug", "action")[at % 2]) for at in range(80)
    ]

    parts = part_of(items)

    assert set(parts) == set(range(PARTS))
    assert parts[:40] == parts[40:]
    assert all(parts.count(part) == 16 for part in range(PARTS))


def test_f1_counts_each_kind_alike():
    true = ["bug", "bug", "action", "documentation"]
    told = ["bug", "action", "action", "bug"]

    assert f1(true, told, "bug") == pytest.approx(0.5)
    assert f1(true, told, "documentation") == 0
    assert macro_f1(true, told) == pytest.approx((0.5 + 2 / 3 + 0) / 3)


def test_a_line_with_another_kind_is_refused_by_its_number(tmp_path):
    chosen = made_set(tmp_path, items=[*ITEMS, {"title": "x", "text": "", "kind": "?"}])

    with pytest.raises(SetError, match="line 22"):
        messages_of(chosen)
