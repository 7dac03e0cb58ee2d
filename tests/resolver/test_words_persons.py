"""The set of wishes for a person, in fifteen languages: what is heard and what is not."""

import json
from collections import defaultdict
from pathlib import Path

import pytest

from services.resolver.domain.words.wishes.asking import asks_for_person

DATA = Path(__file__).parents[1] / "data" / "persons.jsonl"
RECALL = 0.98
FALSE_ALARMS = 0.005


def rows(split: str | None = None) -> list[dict[str, object]]:
    lines = [json.loads(line) for line in DATA.read_text().splitlines()]
    return [each for each in lines if split in (None, each["split"])]


def heard(of: list[dict[str, object]], *, person: bool) -> float:
    asked = [each for each in of if each["person"] is person]
    return sum(asks_for_person(str(each["text"])) for each in asked) / len(asked)


@pytest.mark.parametrize("split", ["dev", "test", "held-out", "final"])
def test_wishes_are_heard_and_ordinary_words_are_not(split):
    of = rows(split)

    assert heard(of, person=True) >= RECALL
    assert heard(of, person=False) <= FALSE_ALARMS


@pytest.mark.parametrize(
    ("name", "recall", "false_alarms"),
    [
        pytest.param("a", 0.99, 0.005, id="a"),
        pytest.param("b", 0.99, 0.005, id="b"),
        pytest.param("c", 0.99, 0.005, id="c"),
        pytest.param("d", 0.99, 0.015, id="d"),
        pytest.param("e", 0.97, 0.01, id="e"),
        pytest.param("f", 0.98, 0.005, id="f: never learned from"),
    ],
)
def test_the_sets_written_blind_stay_as_well_heard_as_they_are(
    name, recall, false_alarms
):
    lines = (DATA.parent / f"persons-blind-{name}.jsonl").read_text().splitlines()
    of = [json.loads(line) for line in lines]

    assert heard(of, person=True) >= recall
    assert heard(of, person=False) <= false_alarms
    assert len({each["language"] for each in of}) >= 10


def test_no_language_is_left_behind():
    by_language = defaultdict(list)
    for each in rows():
        by_language[each["language"]].append(each)

    assert len(by_language) >= 10
    for language, of in by_language.items():
        assert heard(of, person=True) >= 0.95, language


def test_the_set_is_what_it_says():
    of = rows()

    assert len({each["text"] for each in of}) == len(of)
    assert sum(not each["person"] for each in of) >= 1000


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("I dont want to talk to a human", id="denied without apostrophe"),
        pytest.param("am I speaking to a person or a bot?", id="a doubt"),
        pytest.param("why was I transferred to an agent", id="what happened"),
        pytest.param("how do I add an agent", id="a thing of the product"),
        pytest.param("transfer the file to a colleague's folder", id="not the user"),
    ],
)
def test_words_that_only_sound_like_a_wish(text):
    assert not asks_for_person(text)
