"""Which notifications wait, and for what; all without a clock."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from services.escalator.domain.grouping.flushing import (
    due_repeats,
    flush,
    forget_idle,
    repeat,
)
from services.escalator.domain.grouping.held import (
    MAX_LISTED,
    Held,
    HeldNotifications,
)
from services.escalator.domain.grouping.placing import (
    Notice,
    Placement,
    place,
    take_out,
)
from services.escalator.domain.grouping.policy import GroupingPolicy, Storm

NOON = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)
BY_PATTERN = GroupingPolicy(by=("pattern",))
STORM = GroupingPolicy(storm=Storm(3, timedelta(minutes=1)))


def later(**by: float) -> datetime:
    return NOON + timedelta(**by)


def notice(name: str, *, at: datetime = NOON, pattern: str = "", **more) -> Notice:
    facts = {key: more.pop(key) for key in ("account", "urgent", "news") if key in more}
    held = Held(name, f"acme:c-{name}", at, pattern=pattern, **facts)
    return Notice(held, "mail", **more)


class Desk:
    """Places and flushes, and remembers what was sent."""

    def __init__(self, policy: GroupingPolicy) -> None:
        self.policy = policy
        self.state = HeldNotifications("acme", "held")

    def place(self, each: Notice, *, now: datetime | None = None) -> Placement:
        now = now or each.held.opened_at
        self.state, placed = place(self.state, each, self.policy, now=now)
        return placed

    def flush(self, now: datetime) -> list[list[str]]:
        self.state, sendings = flush(self.state, self.policy, now=now)
        return [[each.escalation_id for each in sent.members] for sent in sendings]


def test_nothing_in_common_and_no_storm_is_sent_at_once():
    desk = Desk(GroupingPolicy())

    assert desk.place(notice("a")) is Placement.AT_ONCE
    assert desk.state.groups == {}


def test_the_first_of_a_group_waits_and_goes_with_those_that_came_meanwhile():
    desk = Desk(BY_PATTERN)
    for second, name in enumerate("abc"):
        placed = desk.place(notice(name, at=later(seconds=second), pattern="p-1"))
        assert placed is Placement.HELD

    assert desk.flush(later(seconds=29)) == []
    assert desk.flush(later(seconds=30)) == [["a", "b", "c"]]
    assert desk.flush(later(seconds=31)) == []


def test_others_of_a_group_that_was_sent_wait_for_its_interval():
    desk = Desk(BY_PATTERN)
    desk.place(notice("a", pattern="p-1"))
    desk.flush(later(seconds=30))
    desk.place(notice("b", at=later(seconds=40), pattern="p-1"))
    desk.place(notice("c", at=later(seconds=50), pattern="p-1"))

    assert desk.flush(later(seconds=329)) == []
    assert desk.flush(later(seconds=330)) == [["b", "c"]]


def test_two_patterns_are_two_notifications():
    desk = Desk(BY_PATTERN)
    for name, pattern in (("a", "p-1"), ("b", "p-2"), ("c", "p-1")):
        desk.place(notice(name, pattern=pattern))

    assert desk.flush(later(seconds=30)) == [["a", "c"], ["b"]]


def test_what_has_no_known_pattern_waits_for_one_and_goes_alone():
    desk = Desk(BY_PATTERN)
    for name in "ab":
        desk.place(notice(name))

    assert desk.flush(later(seconds=30)) == [["a"], ["b"]]


def test_an_urgent_one_waits_for_nobody():
    desk = Desk(BY_PATTERN)

    assert desk.place(notice("a", pattern="p-1", urgent=True)) is Placement.AT_ONCE


def test_several_keys_hold_together_what_has_all_of_them_in_common():
    desk = Desk(GroupingPolicy(by=("account", "pattern")))
    for name, account in (("a", "x"), ("b", "y"), ("c", "x")):
        desk.place(notice(name, pattern="p-1", account=account))

    assert desk.flush(later(seconds=30)) == [["a", "c"], ["b"]]


def test_more_than_so_many_in_such_a_time_are_one_digest():
    desk = Desk(STORM)
    placed = [desk.place(notice(name, at=later(seconds=1))) for name in "abcdef"]

    assert placed == [Placement.AT_ONCE] * 3 + [Placement.HELD] * 3
    assert desk.flush(later(seconds=31)) == [["d", "e", "f"]]


def test_as_many_over_a_longer_time_are_no_storm():
    desk = Desk(STORM)
    names = [notice(str(at), at=later(seconds=25 * at)) for at in range(20)]

    assert {desk.place(each) for each in names} == {Placement.AT_ONCE}


def test_a_storm_takes_what_waits_in_other_groups():
    desk = Desk(replace(STORM, by=("pattern",)))
    for name, pattern in (("a", "p-1"), ("b", "p-2"), ("c", ""), ("d", "p-1")):
        desk.place(notice(name, pattern=pattern))

    assert desk.flush(later(seconds=30)) == [["a", "b", "c", "d"]]
    assert desk.flush(later(minutes=30)) == []


def test_one_escalation_to_two_destinations_is_counted_once():
    desk = Desk(STORM)
    for name in "abc":
        for destination in ("mail", "hook"):
            desk.place(replace(notice(name), destination_id=destination))

    assert desk.state.storm_until is None


def test_a_storm_is_over_an_interval_after_its_last_sign():
    desk = Desk(STORM)
    for name in "abcd":
        desk.place(notice(name))

    assert desk.place(notice("e", at=later(minutes=4))) is Placement.HELD
    assert desk.place(notice("f", at=later(minutes=6))) is Placement.AT_ONCE


def test_a_known_issue_has_a_group_whatever_is_grouped_by():
    desk = Desk(GroupingPolicy(known_issues=True))
    desk.place(notice("a", pattern="p-1", known_issue=True))
    desk.place(notice("b", pattern="p-1", known_issue=True))

    assert desk.flush(later(seconds=30)) == [["a", "b"]]


def test_where_there_are_known_issues_a_pattern_is_waited_for_shortly():
    desk = Desk(GroupingPolicy(known_issues=True))
    desk.place(notice("a"))

    assert desk.flush(later(seconds=1)) == []
    assert desk.flush(later(seconds=2)) == [["a"]]


def test_what_is_said_to_be_alone_leaves_its_group_and_goes_at_once():
    desk = Desk(BY_PATTERN)
    for name in "ab":
        desk.place(notice(name, pattern="p-1"))

    assert desk.place(notice("a", alone=True)) is Placement.AT_ONCE
    assert desk.flush(later(seconds=30)) == [["b"]]


def test_a_notice_that_comes_twice_is_listed_once():
    desk = Desk(BY_PATTERN)
    for _ in range(2):
        desk.place(notice("a", pattern="p-1"))

    assert desk.flush(later(seconds=30)) == [["a"]]


def test_news_of_what_is_pending_goes_with_it():
    desk = Desk(BY_PATTERN)
    desk.place(notice("a", pattern="p-1"))
    desk.place(notice("a", news="message_added", group="pattern=p-1"))
    sent = flush(desk.state, desk.policy, now=later(seconds=30))[1]

    assert [each.news for each in sent[0].members] == ["opened"]


def test_news_of_what_a_digest_listed_waits_for_the_next_one():
    desk = Desk(BY_PATTERN)
    desk.place(notice("a", pattern="p-1"))
    desk.place(notice("b", pattern="p-1"))
    desk.flush(later(seconds=30))
    wrote = notice("a", news="message_added", group="pattern=p-1")

    assert desk.place(wrote, now=later(seconds=60)) is Placement.HELD
    assert desk.flush(later(seconds=330)) == [["a"]]


def test_a_group_is_told_again_while_one_of_it_is_open_and_nobody_has_it():
    desk = Desk(BY_PATTERN)
    for name in "ab":
        desk.place(notice(name, pattern="p-1"))
    desk.flush(later(seconds=30))
    now = later(hours=4, seconds=30)
    (due,) = due_repeats(desk.state, now=now)
    state, sent = repeat(desk.state, due, {"b"}, desk.policy, now=now)

    assert [each.escalation_id for each in sent[0].members] == ["b"]
    assert due_repeats(state, now=now) == []
    (again,) = due_repeats(state, now=later(hours=9))
    over, silent = repeat(state, again, (), desk.policy, now=later(hours=9))
    assert silent == []
    assert forget_idle(over, desk.policy, now=later(hours=10)).groups == {}


def test_what_went_alone_is_told_again_together():
    desk = Desk(BY_PATTERN)
    for name in "ab":
        desk.place(notice(name))
    desk.flush(later(seconds=30))
    (due,) = due_repeats(desk.state, now=later(hours=5))

    assert [each.escalation_id for each in due.listed] == ["a", "b"]


def test_a_full_digest_is_sent_before_its_time_and_one_more_begins():
    desk = Desk(GroupingPolicy(by=("app",)))
    for number in range(MAX_LISTED):
        desk.place(notice(str(number)))
    desk.place(notice("more"))

    sent = desk.flush(NOON)
    assert [len(each) for each in sent] == [MAX_LISTED, 1]


def test_taking_out_says_where_it_was():
    desk = Desk(BY_PATTERN)
    desk.place(notice("a", pattern="p-1"))
    state, ((group, held),) = take_out(desk.state, "a")

    assert (group.key, held.escalation_id) == ("pattern=p-1", "a")
    assert state.groups == {}
