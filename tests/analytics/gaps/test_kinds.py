"""A question, a wish or a problem report: told by what labelled messages taught."""

import json
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_array
from sklearn.linear_model import LogisticRegression

from services.analytics.domain.gaps.causes.kinds.classifier import (
    KIND_NAMES,
    LabelledMessage,
    fit_classifier,
    shipped_classifier,
    training_phrases,
)
from services.analytics.domain.gaps.causes.kinds.meaning import readable
from services.analytics.domain.gaps.causes.kinds.regression import (
    fit_weights,
    shares_of,
)

HELD_OUT = json.loads((Path(__file__).parent / "held_out_kinds.json").read_text("utf8"))
"""Written before the classifier was tried on them, and never learned from."""
IN_LANGUAGES = json.loads(
    (Path(__file__).parent / "held_out_languages.json").read_text("utf8")
)
"""Likewise, twelve messages for each language."""

TAUGHT = [
    LabelledMessage("zorp qua mift", "documentation"),
    LabelledMessage("zorp qua belt", "documentation"),
    LabelledMessage("glim dax mift", "action"),
    LabelledMessage("glim dax belt", "action"),
    LabelledMessage("wug tove mift", "bug"),
    LabelledMessage("wug tove belt", "bug"),
]


def test_an_apps_own_labels_teach_its_own_words():
    classifier = fit_classifier(TAUGHT)

    assert classifier.kinds(["zorp new", "glim new", "wug new"]) == list(KIND_NAMES)


def test_probabilities_are_one_row_a_text_and_sum_to_one():
    classifier = fit_classifier(TAUGHT)

    found = classifier.probabilities(["zorp", "", "nothing known"])

    assert found.shape == (3, 3)
    assert found.sum(axis=1) == pytest.approx([1, 1, 1])
    assert classifier.probabilities([]).shape == (0, 3)


def test_the_same_labels_teach_the_same_whatever_their_order():
    one, other = fit_classifier(TAUGHT), fit_classifier(TAUGHT[::-1])

    assert one.probabilities(["zorp mift"]) == pytest.approx(
        other.probabilities(["zorp mift"]), abs=1e-4
    )


def test_an_unknown_kind_is_refused():
    with pytest.raises(ValueError, match="complaint"):
        fit_classifier([LabelledMessage("zorp", "complaint")])


def test_vectors_have_their_say_where_an_encoder_is_there():
    def encode(texts):
        return np.array(
            [[1.0, 0.0] if "u" in each else [0.0, 1.0] for each in texts],
            dtype=np.float32,
        )

    unseen = ["bubu"]
    with_it = fit_classifier(TAUGHT, encode=encode)

    assert with_it.probabilities(unseen) != pytest.approx(
        fit_classifier(TAUGHT).probabilities(unseen)
    )
    assert with_it.probabilities(unseen).sum() == pytest.approx(1)


def test_an_encoder_is_not_given_templates_code_and_links():
    text = "Title\n<!-- fill\nin -->See https://x.y/z ![a](b)\n```\ncode\n```\nend"

    assert readable(text).split() == ["Title", "See", "end"]


def test_the_weights_are_those_of_the_plain_regression():
    chance = np.random.default_rng(1)
    dense = chance.random((40, 90)) * (chance.random((40, 90)) < 0.3)
    classes = np.arange(40) % 3
    plain = LogisticRegression(C=2.0, max_iter=2000, tol=1e-8).fit(dense, classes)

    weights = fit_weights(csr_array(dense), classes, n=3, c=2.0)

    # 40 rows in 3 classes: weighing the classes alike changes next to nothing.
    assert shares_of(csr_array(dense), weights) == pytest.approx(
        plain.predict_proba(dense), abs=0.02
    )


def test_the_shipped_phrases_are_of_all_kinds_and_each_is_there_once():
    phrases = training_phrases()

    assert {each.kind for each in phrases} == set(KIND_NAMES)
    assert len({each.text.casefold() for each in phrases}) == len(phrases)


def test_the_shipped_classifier_tells_messages_it_never_saw():
    texts = [text for kind in KIND_NAMES for text in HELD_OUT[kind]]
    true = [kind for kind in KIND_NAMES for _ in HELD_OUT[kind]]
    learned = {each.text.casefold() for each in training_phrases()}

    told = shipped_classifier().kinds(texts)

    right = sum(a == b for a, b in zip(told, true, strict=True))
    assert not learned & {each.casefold() for each in texts}
    assert right / len(texts) >= 0.8


def test_the_shipped_classifier_tells_messages_of_seven_languages():
    told = shipped_classifier()

    for language, messages in IN_LANGUAGES.items():
        right = sum(
            found == kind for kind in KIND_NAMES for found in told.kinds(messages[kind])
        )
        assert right >= 9, language
