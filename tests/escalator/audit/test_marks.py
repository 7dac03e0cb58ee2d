"""Up to where was looked: no decision and no request is passed over or read twice."""

from datetime import UTC, datetime, timedelta

from services.escalator.audit.finding import Asked, find_unpublished
from services.escalator.audit.ports import Decided, Mark
from services.escalator.repository.audit.decisions import mark_after
from services.escalator.repository.audit.requests import spans_of

AT = datetime(2026, 11, 30, 20, 0, tzinfo=UTC)
LATER = AT + timedelta(seconds=1)


def decided(*moments: datetime) -> list[Decided]:
    return [
        Decided(f"d-{number}", "acme:c", "timer/0/0", at, ())
        for number, at in enumerate(moments)
    ]


def test_a_mark_counts_the_entries_of_its_own_moment() -> None:
    first = mark_after(Mark(AT), decided(AT, AT, AT))
    second = mark_after(first, decided(AT, AT))
    third = mark_after(second, decided(AT, LATER, LATER))

    assert first == Mark(AT, 3)
    assert second == Mark(AT, 5)
    assert third == Mark(LATER, 2)
    assert mark_after(third, []) == third


def test_a_partition_that_was_never_looked_at_begins_at_its_mark() -> None:
    start, until = spans_of({}, {0: 0, 1: 9000})

    assert start == until == {0: 0, 1: 9000}


def test_a_partition_goes_on_where_it_ended_and_never_past_its_mark() -> None:
    start, until = spans_of({"0": 10, "1": 10, "2": 90}, {0: 20, 1: 9000, 2: 80})

    assert start == {0: 10, 1: 10, 2: 90}
    assert until == {0: 20, 1: 510, 2: 90}


def test_only_what_is_missing_of_a_decision_is_published_again() -> None:
    wanted = {"d-1": [("t", "a"), ("t", "b")], "d-2": [("t", "c")]}

    lost = find_unpublished(wanted, {("t", "b"), ("other", "c")})

    assert lost == {"d-1": [("t", "b")]}
    assert Asked(1, AT).times == 1
