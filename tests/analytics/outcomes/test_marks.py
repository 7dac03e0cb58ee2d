"""What has news is named in few documents, and judged in parts."""

from datetime import UTC, datetime

from services.analytics.counting.settle import LIMIT
from services.analytics.repository.outcomes.marks import (
    MARKED,
    lanes_of,
    marks_for,
    take_marks,
)

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def lanes(count, app_id="acme"):
    return [(app_id, f"c-{number:04}") for number in range(count)]


def stored(marks):
    return [mark | {"_id": number} for number, mark in enumerate(marks)]


def test_every_conversation_is_named_once_in_documents_of_its_app():
    wanted = [*lanes(120), *lanes(3, "other")]

    marks = marks_for(wanted, NOW)

    assert len(marks) == 4
    named = [lane for mark in marks for lane in lanes_of(mark)]
    assert sorted(named) == sorted(wanted)


def test_what_is_judged_at_once_is_no_more_than_one_mark_names():
    assert MARKED == LIMIT


def test_marks_are_taken_whole_up_to_the_limit():
    marks = stored(marks_for(lanes(120), NOW))

    taken, ids = take_marks(marks, LIMIT)

    assert ids == [0]
    assert taken == lanes(LIMIT)


def test_marks_of_the_same_conversations_are_taken_together():
    marks = stored(marks_for(lanes(30), NOW) * 3)

    taken, ids = take_marks(marks, LIMIT)

    assert ids == [0, 1, 2]
    assert taken == lanes(30)


def test_one_mark_is_taken_whatever_it_names_and_the_first_ones_named_one():
    large = {"_id": 7, "app_id": "acme", "conversation_ids": ["a", "b", "c"]}

    assert take_marks([large], 2) == ([("acme", each) for each in "abc"], [7])
    assert lanes_of({"app_id": "acme", "conversation_id": "c-1"}) == {("acme", "c-1")}
