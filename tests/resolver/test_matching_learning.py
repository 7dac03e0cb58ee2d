"""What is learned of an app: exact left-out values, honest probabilities, a history."""

from dataclasses import replace

import numpy as np
import pytest

from services.resolver.domain.catalogue import Action
from services.resolver.matching import kernel as kernels
from services.resolver.matching.calibration.features import (
    CANDIDATE_FEATURES,
    FEATURES,
    cases_of,
    shortlist,
)
from services.resolver.matching.calibration.gate import Cases, fit_gate
from services.resolver.matching.calibration.prior import BELIEF, prior_for
from services.resolver.matching.evidence import MOST_ASKED, evidence_of
from services.resolver.matching.kernel import fit_kernel, spread
from services.resolver.matching.knowledge import Knowledge, Labelled, texts_of
from services.resolver.matching.learning import learn
from services.resolver.matching.lexical.coverage import TextIndex
from services.resolver.matching.lexical.cues import cues_of
from services.resolver.matching.lexical.words import Words

WORDS = Words("english")
RANDOM = np.random.default_rng(5)


def directions(count, dimensions=8):
    rows = RANDOM.normal(size=(count, dimensions)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_a_left_out_value_is_that_of_a_regression_without_the_text():
    vectors, owners = directions(12), np.array([0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2])
    _, learned = fit_kernel(vectors, owners, 3)

    without, _ = fit_kernel(vectors[1:], owners[1:], 3)

    left_out = learned.left_out(np.array([0]))
    assert left_out == pytest.approx(without.values(vectors[:1]), abs=1e-4)


def test_landmarks_stand_for_all_texts(monkeypatch):
    owners = np.arange(40) % 2
    vectors = directions(2)[owners] + directions(40) / 10
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype("f4")
    whole, _ = fit_kernel(vectors, owners, 2)
    monkeypatch.setattr(kernels, "MOST_LANDMARKS", 10)

    few, _ = fit_kernel(vectors, owners, 2)

    assert len(few.landmarks) == 10
    assert few.values(vectors) == pytest.approx(whole.values(vectors), abs=0.1)


def test_a_bounded_choice_takes_of_each_owner():
    owners = np.array([0] * 50 + [1] * 3)

    assert sorted(owners[spread(owners, 6)]) == [0, 0, 0, 1, 1, 1]


def cases(numbers, right):
    numbers = np.array(numbers, dtype=np.float64)
    return Cases(
        numbers[:, None, None],
        np.ones((len(numbers), 1), dtype=bool),
        np.ones((len(numbers), 1)),
        np.zeros((len(numbers), 1)),
        np.array(right),
        np.ones(len(numbers)),
    )


def test_a_fitted_gate_says_how_often_it_is_right():
    near = RANDOM.random(4000)
    right = (RANDOM.random(4000) > 1 / (1 + np.exp(-4 * (near - 0.5)))).astype(int)

    gate = fit_gate(cases(near, right), ridge=1e-3, choice_ridge=1.0)

    told = gate.chances(cases([0.5, 0.75], [0, 0]))[:, 0]
    assert told == pytest.approx([0.5, 1 / (1 + np.exp(-1))], abs=0.05)


def test_a_few_messages_of_its_own_hardly_move_a_gate_and_many_do():
    gate = fit_gate(cases([0, 1] * 200, [1, 0] * 200), ridge=1.0, choice_ridge=1.0)
    before = gate.chances(cases([1], [0]))[0, 0]

    few, many = (
        gate.refitted(cases([1] * n, [1] * n), belief=300).chances(cases([1], [0]))[
            0, 0
        ]
        for n in (2, 2000)
    )

    assert few > 0.9 * before
    assert many < 0.2


def test_probabilities_of_all_candidates_and_none_add_up_to_one():
    gate = fit_gate(cases([0, 1], [1, 0]), ridge=1.0, choice_ridge=1.0)

    assert gate.chances(cases([0.2, 0.9], [0, 0])).sum(axis=1) == pytest.approx(1)


def test_misses_of_its_own_do_not_change_which_candidate_is_likelier():
    gate = fit_gate(two([0.2, 0.9] * 50, [1, 2] * 50), ridge=1.0, choice_ridge=1.0)
    asked = two([0.5, 0.7], [0, 0])
    before = gate.chances(asked)

    after = gate.refitted(two([0.6] * 200, [2] * 200), belief=10).chances(asked)

    assert (after[:, 2] > before[:, 2]).all()
    shares = [each[:, 0] / (1 - each[:, 2]) for each in (before, after)]
    assert shares[0] == pytest.approx(shares[1])


def two(numbers, right):
    """Return messages with two candidates each; 2 is that none is right."""
    numbers = np.array(numbers, dtype=np.float64)
    return Cases(
        np.stack([numbers, 1 - numbers], axis=1)[:, :, None],
        np.ones((len(numbers), 2), dtype=bool),
        np.ones((len(numbers), 1)),
        np.zeros((len(numbers), 2)),
        np.array(right),
        np.ones(len(numbers)),
    )


@pytest.mark.parametrize(
    "encoder", ["bge-small-en-v1.5-q8", "minilm-l6-v2-int8", "unknown", None]
)
def test_a_gate_ships_for_every_kind_of_encoder(encoder):
    prior = prior_for(encoder)

    for gate in (prior.few, prior.fresh, prior.settled):
        assert gate.trust.weights.shape == (FEATURES,)
        assert gate.choice.weights.shape == (CANDIDATE_FEATURES,)
        for logit in (gate.trust, gate.choice):
            assert logit.precision == pytest.approx(logit.precision.T)
            assert np.linalg.eigvalsh(logit.precision).min() * BELIEF > -1e-4


def test_a_past_message_is_compared_with_the_middle_of_the_others():
    vectors = dict(zip(("one", "two", "three"), directions(3), strict=True))
    action = Action("a", examples=("one", "two", "three"))
    known = {
        text: vectors.get(text, directions(1)[0])
        for text in texts_of(Knowledge((action,)))
    }
    subject, _ = learn(evidence_of(Knowledge((action,)), WORDS, known))

    scores = subject.scores(["one"], vectors["one"][None], WORDS, own=np.array([0]))

    others = vectors["two"] + vectors["three"]
    expected = vectors["one"] @ others / np.linalg.norm(others)
    assert scores.centre[0, 0] == pytest.approx(expected, abs=1e-5)


def test_what_is_registered_no_longer_is_for_people():
    history = (Labelled("gone", "action", "removed"), Labelled("odd", "escalate"))

    evidence = evidence_of(Knowledge((Action("stays"),), (), history), WORDS, None)

    assert evidence.columns.counts.tolist() == [0, 2]
    assert evidence.past.all()


def test_of_very_many_examples_an_even_choice_is_kept():
    action = Action("loud", examples=tuple(f"text {n}" for n in range(1000)))

    evidence = evidence_of(Knowledge((action,)), WORDS, None)

    assert len(evidence.asked.texts) == MOST_ASKED
    assert evidence.asked.texts[-1] == "text 999"


def test_a_text_that_says_it_twice_covers_more_than_one():
    index = TextIndex([WORDS.of("refund refund order"), WORDS.of("refund order now")])

    once = index.coverage(WORDS.of("refund"))

    assert once[0] > once[1] > 0


@pytest.mark.parametrize(
    ("text", "trouble", "question"),
    [
        ("My top-up failed", True, False),
        ("I can’t log in", True, False),
        ("I CAN’T LOG IN", True, False),
        ("WHAT IS A TOP UP", False, True),
        ("How do I top up?", False, True),
        ("top up my account please", False, False),
        ("Ich komme nicht hinein", False, False),
    ],
)
def test_wording_shows_what_kind_of_request_it_is(text, trouble, question):
    cues = cues_of(text)

    assert (cues.trouble, cues.question) == (trouble, question)


@pytest.mark.parametrize(
    "text",
    [
        "My top-up failed",
        "error code #5021 again",
        "ERROR: stack trace",
        "I can't, don't and won't; it was showing nothing",
        "  ... what is this",
        "what_is this",
        "notes, notebook, knot",
        "no longer\nno\x00 longer",
        "",
    ],
)
def test_signs_are_the_same_in_a_text_with_letters_beyond_ascii(text):
    assert cues_of(f"{text} \u00f8") == cues_of(f"{text} o")


def test_an_app_with_a_handful_of_outcomes_has_a_gate_of_its_own():
    prior = prior_for(None)

    few, middle, many = (
        prior.gate_for(count, None).trust.weights for count in (1, 10, 50)
    )

    assert (few == prior.few.trust.weights).all()
    assert (many == prior.fresh.trust.weights).all()
    assert not np.allclose(middle, few)


def test_what_is_left_out_without_a_model_would_have_been_zero():
    history = [Labelled("it still fails", "escalate")] * 3
    history += [Labelled("error 500 on refund?", "action", "refund_order")]
    actions = (Action("refund_order", "Refund it"), Action("reset", "Reset it"))
    evidence = evidence_of(Knowledge(actions, (), tuple(history)), WORDS, None)
    subject, _ = learn(evidence)
    texts = ["how do I get a refund?", "reset failed with error 500", "was it still"]

    bare = subject.scores(texts, None, WORDS)
    whole = replace(bare, dense=True)

    assert not bare.dense
    assert bare.rough() == pytest.approx(whole.rough())
    assert [bare.parts(row, np.arange(2)) for row in range(3)] == [
        whole.parts(row, np.arange(2)) for row in range(3)
    ]
    places = shortlist(whole, 2)
    seen = cases_of(bare, evidence.columns, places)
    expected = cases_of(whole, evidence.columns, places)
    assert seen.candidates == pytest.approx(expected.candidates)
    assert seen.nothing == pytest.approx(expected.nothing)
    assert seen.handicaps == pytest.approx(expected.handicaps)
