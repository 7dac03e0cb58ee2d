"""Promises of a person, on a set to tune by and on one that is only measured."""

import json
from pathlib import Path

import pytest

from services.resolver.domain.words.promises import promises_person

DATA = Path(__file__).parents[1] / "data"
FLOORS = {"dev": (0.98, 0.99), "test": (0.95, 0.98)}
"""Recall and precision; what is measured stands in docs/escalating.md."""


def rows(name: str) -> list[dict[str, object]]:
    lines = (DATA / f"promises-{name}.jsonl").read_text().splitlines()
    return [json.loads(line) for line in lines]


def measured(of: list[dict[str, object]]) -> tuple[float, float]:
    """Return recall and precision."""
    found = [each for each in of if promises_person(str(each["text"]))]
    right = sum(bool(each["promise"]) for each in found)
    return right / sum(bool(each["promise"]) for each in of), right / len(found)


@pytest.mark.parametrize("name", FLOORS)
def test_promises_are_found_and_nothing_else(name):
    recall, precision = measured(rows(name))

    assert recall >= FLOORS[name][0]
    assert precision >= FLOORS[name][1]


def test_the_two_sets_share_nothing():
    dev, test = ({str(each["text"]) for each in rows(name)} for name in FLOORS)

    assert not dev & test
    assert len(dev) >= 200
    assert len(test) >= 150


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("I can connect you if you like.", id="an offer"),
        pytest.param("you can contact support", id="advice"),
        pytest.param("Our team is working on a fix.", id="work"),
        pytest.param("Did someone contact you?", id="a question"),
        pytest.param("I have not forwarded this to anybody.", id="a denial"),
        pytest.param("", id="nothing"),
    ],
)
def test_what_only_sounds_like_a_promise_is_none(text):
    assert not promises_person(text)
