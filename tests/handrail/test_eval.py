"""The evaluation: its figures by hand, its data as laid out, its path the service's."""

import numpy as np
import orjson
import pytest

from handrail.eval.__main__ import evaluate, shipped_rules
from handrail.eval.decisions import TIMED
from handrail.eval.episodes import episodes_of, mixed_episodes
from handrail.eval.scoring import (
    Decided,
    Gold,
    answered_at,
    auroc,
    calibration_error,
    recall_of_misses,
    score_decisions,
)
from handrail.eval.sets import SetError, sets_in
from handrail.eval.show import table_of

CONTRACT = {
    "set", "task", "n", "accuracy", "action_accuracy", "document_recall_1",
    "document_recall_3", "document_mrr_10", "escalate_near", "escalate_far",
    "wrong_action", "wrong_document", "answered_at_p90", "auroc", "auroc_near",
    "auroc_far", "recall_at_95_near", "recall_at_95_far", "ece", "p50_ms", "p99_ms",
    "memory_mb",
}  # fmt: skip


def decided(gold, kind, name="", **facts):
    kinds = {"a": "action", "d": "document", "e": "escalate"}
    what, _, called = gold.partition(":")
    distance = called if what == "e" else ""
    return Decided(
        Gold(kinds[what], "" if distance else called, distance), kind, name, **facts
    )


def test_shares_are_counted_over_what_they_are_about():
    scores = score_decisions(
        [
            decided("a:pay", "action", "pay", actions=("pay",)),
            decided("a:pay", "action", "stop", actions=("stop", "pay")),
            decided("d:fees", "document", "fees", documents=("rates", "fees")),
            decided("e:near", "document", "fees"),
            decided("e:far", "escalate"),
        ]
    )

    assert scores["accuracy"] == pytest.approx(3 / 5)
    assert scores["action_accuracy"] == pytest.approx(1 / 2)
    assert scores["document_mrr_10"] == pytest.approx(1 / 2)
    assert scores["document_recall_3"] == 1
    assert scores["wrong_action"] == pytest.approx(1 / 5)
    assert scores["wrong_document"] == pytest.approx(1 / 5)
    assert (scores["escalate_near"], scores["escalate_far"]) == (0, 1)


def test_a_figure_that_nothing_asks_for_is_none():
    scores = score_decisions([decided("a:pay", "action", "pay", actions=("pay",))])

    assert scores["document_mrr_10"] is None
    assert scores["auroc"] is None


def test_a_tie_between_an_answerable_message_and_a_miss_counts_half():
    assert auroc(np.array([0.9, 0.5]), np.array([0.5, 0.1])) == pytest.approx(7 / 8)


def test_misses_below_what_lets_95_percent_in_are_recalled():
    inside = np.linspace(0, 1, 101)

    assert recall_of_misses(inside, np.array([0.01, 0.04, 0.5, 0.9])) == 0.5


def test_answers_count_down_to_the_last_point_that_is_precise_enough():
    confidence = np.array([0.9, 0.8, 0.7, 0.6])
    right = np.array([True, False, True, True])

    assert answered_at(confidence, right, of=4, precision=0.7) == 0.75
    assert answered_at(confidence, right, of=4, precision=0.9) == 0.25


def test_messages_of_one_confidence_are_answered_together_or_not_at_all():
    confidence = np.array([0.9, 0.9])

    assert answered_at(confidence, np.array([True, False]), of=2, precision=0.9) == 0


def test_a_probability_that_comes_true_has_no_error():
    sure = np.full(10, 0.7)

    assert calibration_error(sure, np.arange(10) < 7) == pytest.approx(0)
    assert calibration_error(sure, np.arange(10) < 2) == pytest.approx(0.5)


@pytest.fixture
def folder(tmp_path):
    def write(name, rows):
        path = tmp_path / "sets" / "tiny" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"".join(orjson.dumps(each) + b"\n" for each in rows))

    pay = {"kind": "action", "name": "pay_bill"}
    fees = {"kind": "document", "id": "fees"}
    write("set.json", [{"name": "tiny", "task": "decision"}])
    write(
        "actions.jsonl",
        [
            {
                "name": "pay_bill",
                "description": "Pay a bill",
                "examples": ["pay my bill"],
            }
        ],
    )
    write(
        "documents.jsonl",
        [{"id": "fees", "title": "Fees", "text": "Paying is free.", "questions": []}],
    )
    write("history.jsonl", [{"text": "please pay the bill", "gold": pay}])
    write(
        "queries.jsonl",
        [
            {"text": "pay my bill", "gold": pay},
            {"text": "which fees are there", "gold": fees},
            {"text": "zebra crossing", "gold": {"kind": "escalate", "distance": "far"}},
        ],
    )
    return tmp_path / "sets"


def test_a_set_is_decided_by_the_services_path_and_has_the_contracts_keys(folder):
    (row,) = evaluate(sets_in(folder), encoder="none")

    assert row.keys() >= CONTRACT
    assert row["n"] == 3
    assert row["escalate_far"] == 1
    assert row["action_accuracy"] == 1
    assert 0 < row["p50_ms"] <= row["p99_ms"]
    assert table_of([row]).row_count == 1


def test_sets_of_other_tasks_are_left_to_others(folder):
    (folder / "tiny" / "set.json").write_text('{"name": "t", "task": "songs"}')

    assert evaluate(sets_in(folder), encoder="none") == []


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"text": "x", "gold": {', "unexpected end of data"),
        ('["x"]', "not a JSON object"),
        ('{"text": "x"}', "'gold' is missing"),
        ('{"text": 5, "gold": {"kind": "escalate"}}', "not a string"),
        ('{"text": "x", "gold": {"kind": "escalated"}}', "none of"),
        ('{"text": "x", "gold": {"kind": "action"}}', "no name"),
    ],
)
def test_a_broken_line_is_named_with_its_file_and_number(folder, line, said):
    file = folder / "tiny" / "queries.jsonl"
    file.write_text(file.read_text() + line + "\n")
    (chosen,) = sets_in(folder)

    with pytest.raises(SetError, match=rf"queries\.jsonl, line 4: .*{said}"):
        chosen.queries()


def test_ids_may_be_numbers_and_files_may_begin_with_a_mark(folder):
    for noun in ("documents", "queries"):
        file = folder / "tiny" / f"{noun}.jsonl"
        file.write_text("\ufeff" + file.read_text().replace('"fees"', "0"), "utf-8")

    (row,) = evaluate(sets_in(folder), encoder="none")

    assert row["document_recall_1"] == 1


def test_the_shipped_rules_are_the_settings_defaults():
    rules = shipped_rules()

    assert 0 < rules.near_miss < rules.document <= rules.action < 1
    assert TIMED > 100


def test_an_episode_never_asks_what_it_registered(folder):
    from random import Random

    (chosen,) = sets_in(folder)
    known = chosen.knowledge()
    others, random = ["what is the weather"], Random(1)
    for episode in (
        *episodes_of(known, others, random),
        *mixed_episodes(known, others, random),
    ):
        taught = {
            text for each in episode.knowledge.actions for text in each.examples
        } | {each.text for each in episode.knowledge.history}
        assert not taught & {each.text for each in episode.asked}
