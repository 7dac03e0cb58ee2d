"""The pure decisions, as tables."""

from dataclasses import replace
from datetime import timedelta

import pytest

from services.escalator.domain.conversation import (
    MAX_ESCALATIONS,
    MAX_PROJECTED,
    Conversation,
    Escalation,
    Request,
    Told,
)
from services.escalator.domain.lifecycle.transitions import (
    TRANSITIONS,
    Command,
    decide_transition,
)
from services.escalator.domain.receipts.contact import Contact
from services.escalator.domain.receipts.delivery import Delivery, DeliveryStatus
from services.escalator.domain.receipts.told import (
    Tell,
    decide_on_acceptance,
    decide_on_failure,
    decide_on_proof_wait_over,
)
from services.escalator.domain.routing.choosing import choose
from services.escalator.domain.routing.facts import facts_of
from services.escalator.domain.routing.rules import should_match
from services.escalator.domain.transcripts.line import Line
from services.escalator.domain.transcripts.projection import (
    Observation,
    merge_user,
    observe,
    should_look_further,
)
from services.escalator.domain.transcripts.transcript import (
    cut_at_trigger,
    fit_lines,
    order_lines,
    summarize,
)
from shared.events import EscalationStatus, Preferences, Reason, Route
from tests.escalator.world import START

OPEN, ACKNOWLEDGED, ANSWERED, RESOLVED, REOPENED, WITHDRAWN, EXPIRED = EscalationStatus
WAITING = (OPEN, ACKNOWLEDGED, ANSWERED, REOPENED)


def escalation(**facts) -> Escalation:
    return Escalation(
        **{
            "escalation_id": "x",
            "number": "ESC-1",
            "trigger_event_id": "e-1",
            "reason": Reason.NO_MATCH,
            "summary": "",
            "occurred_at": START,
            "opened_at": START,
            "opened_by": "source",
            **facts,
        }
    )


def request(text: str = "", event_id: str = "e-1", **facts) -> Request:
    return Request(
        **{
            "request_id": "q",
            "event_id": event_id,
            "occurred_at": START,
            "text": text,
            "reason": Reason.NO_MATCH,
            **facts,
        }
    )


def line(event_id: str, text: str = "", *, second: int = 0, role: str = "user") -> Line:
    return Line(event_id, role, text, START + timedelta(seconds=second))


@pytest.mark.parametrize(
    ("command", "possible"),
    [
        (Command.ACKNOWLEDGE, {OPEN: ACKNOWLEDGED, REOPENED: ACKNOWLEDGED}),
        (
            Command.REPLY,
            {
                OPEN: ANSWERED,
                ACKNOWLEDGED: ANSWERED,
                ANSWERED: ANSWERED,
                REOPENED: ANSWERED,
                RESOLVED: RESOLVED,
                WITHDRAWN: WITHDRAWN,
                EXPIRED: EXPIRED,
            },
        ),
        (
            Command.RESOLVE,
            dict.fromkeys((OPEN, ACKNOWLEDGED, ANSWERED, REOPENED), RESOLVED),
        ),
        (
            Command.MERGE,
            {each: each for each in WAITING},
        ),
        (Command.REOPEN, dict.fromkeys((RESOLVED, WITHDRAWN, EXPIRED), REOPENED)),
        (Command.NOTE, {status: status for status in EscalationStatus}),
        (
            Command.ASSIGN,
            {each: each for each in WAITING},
        ),
        (
            Command.SNOOZE,
            {each: each for each in WAITING},
        ),
        (
            Command.CLAIM,
            {
                OPEN: ACKNOWLEDGED,
                REOPENED: ACKNOWLEDGED,
                ACKNOWLEDGED: ACKNOWLEDGED,
                ANSWERED: ANSWERED,
            },
        ),
        (
            Command.UNASSIGN,
            {
                OPEN: OPEN,
                REOPENED: REOPENED,
                ACKNOWLEDGED: OPEN,
                ANSWERED: ANSWERED,
            },
        ),
        (Command.HAND_BACK, dict.fromkeys(WAITING, RESOLVED)),
        (Command.WITHDRAW, dict.fromkeys(WAITING, WITHDRAWN)),
        (Command.EXPIRE, dict.fromkeys((OPEN, REOPENED), EXPIRED)),
        (
            Command.SPLIT,
            {each: each for each in WAITING},
        ),
    ],
)
def test_only_the_listed_transitions_are_possible(command, possible):
    for status in EscalationStatus:
        assert decide_transition(command, status) == possible.get(status)


def test_every_command_has_transitions():
    assert set(TRANSITIONS) == set(Command)


@pytest.mark.parametrize(
    ("told", "facts", "expected"),
    [
        (Told.NONE, {}, Tell.HANDOFF_DELIVERED),
        (Told.SAVED, {}, Tell.RECEIPT_DELIVERED),
        (Told.DELIVERED, {}, Tell.NOTHING),
        (Told.NONE, {"split_from": "y"}, Tell.NOTHING),
        (Told.NONE, {"status": RESOLVED}, Tell.NOTHING),
        (
            Told.NONE,
            {"status": RESOLVED, "merged_into": "y"},
            Tell.HANDOFF_DELIVERED,
        ),
    ],
)
def test_an_acceptance_is_told_by_what_was_told_before(told, facts, expected):
    assert decide_on_acceptance(escalation(told=told, **facts)) is expected


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (Told.NONE, Tell.HANDOFF_SAVED),
        (Told.SAVED, Tell.NOTHING),
        (Told.DELIVERED, Tell.NOTHING),
    ],
)
def test_the_end_of_the_wait_is_told_once(told, expected):
    assert decide_on_proof_wait_over(escalation(told=told)) is expected


@pytest.mark.parametrize(
    ("told", "statuses", "delayed", "expected"),
    [
        (Told.NONE, ["failed", "failed"], False, Tell.SAVED_AND_DELAYED),
        (Told.SAVED, ["failed", "failed"], False, Tell.RECEIPT_DELAYED),
        (Told.SAVED, ["failed", "pending"], False, Tell.NOTHING),
        (Told.SAVED, ["failed", "failed"], True, Tell.NOTHING),
        (Told.DELIVERED, ["failed", "failed"], False, Tell.NOTHING),
    ],
)
def test_a_delay_is_told_once_every_destination_failed(
    told, statuses, delayed, expected
):
    deliveries = {
        str(place): Delivery(DeliveryStatus(status))
        for place, status in enumerate(statuses)
    }

    decided = decide_on_failure(
        escalation(told=told, delayed=delayed, deliveries=deliveries)
    )

    assert decided is expected


@pytest.mark.parametrize(
    ("wanted", "matches"),
    [
        ({}, True),
        ({"reason": "no_match"}, True),
        ({"reason": "policy"}, False),
        ({"reason": ["policy", "no_match"]}, True),
        ({"user.traits.plan": "pro"}, True),
        ({"user": {"traits": {"plan": "pro"}}}, True),
        ({"user": {"traits": {"plan": "free"}}}, False),
        ({"reason": "no_match", "user.traits.plan": "free"}, False),
        ({"user.traits.plan.deeper": "pro"}, False),
        ({"nothing": "here"}, False),
        ({"session": None}, True),
    ],
)
def test_a_route_matches_when_all_it_names_is_so(wanted, matches):
    facts = {"reason": "no_match", "user": {"traits": {"plan": "pro"}}, "session": None}

    assert should_match(wanted, facts) is matches


def test_a_route_to_nowhere_keeps_an_escalation_in_the_inbox():
    nowhere = Preferences(routes=[Route(destinations=[])])

    assert choose(nowhere, facts_of(reason="no_match")).destinations == ()


def test_lines_are_ordered_as_they_came_and_each_event_counts_once():
    lines = [
        line("b", second=1),
        line("a"),
        line("c", second=1),
        line("b", "again", second=9),
    ]

    assert [each.event_id for each in order_lines(lines)] == ["b", "a", "c"]


@pytest.mark.parametrize(
    ("wanted", "reached", "before", "after"),
    [
        pytest.param(
            request("x", "b"), True, ["a", "b"], ["c"], id="cut at the trigger"
        ),
        pytest.param(
            request("x", "k", occurred_at=START + timedelta(seconds=1)),
            True,
            ["a", "b"],
            ["c"],
            id="an event without words cuts by its time",
        ),
        pytest.param(
            request("x", "k", occurred_at=START),
            False,
            ["a", "k"],
            ["b", "c"],
            id="a lost event is stood in for by the request",
        ),
        pytest.param(
            request("", "k", occurred_at=START),
            False,
            ["a"],
            ["b", "c"],
            id="unless the request has no words either",
        ),
    ],
)
def test_the_transcript_is_cut_behind_the_trigger(wanted, reached, before, after):
    lines = [line("a"), line("b", second=1), line("c", second=2)]

    cut = cut_at_trigger(lines, wanted, reached=reached)

    assert [each.event_id for each in cut.before] == before
    assert [each.event_id for each in cut.after] == after


@pytest.mark.parametrize("count", [1, 2, 3, 10, 57])
@pytest.mark.parametrize("room", [0, 150, 1000, 5000, 10**9])
def test_what_is_left_out_is_counted_and_the_last_line_stays(count, room):
    lines = [line(str(number), "x" * 100) for number in range(count)]

    kept, omitted = fit_lines(lines, room=room)

    assert len(kept) + omitted == count
    assert kept[-1].event_id == str(count - 1)
    assert list(kept) == sorted(kept, key=lambda each: int(each.event_id))
    assert len(kept) == 1 or sum(202 for _ in kept) <= room


@pytest.mark.parametrize(
    ("lines", "text", "summary"),
    [
        ([line("a", "First"), line("b", "Then")], "Then", "Then\nFirst"),
        ([line("a", "Only")], "Only", "Only"),
        ([line("a", "Only")], "", "Only"),
        ([], "Words", "Words"),
        ([line("a", "Hi", role="assistant")], "", None),
        ([], " \n\r\t\x1b[31m red\x00", "[31m red"),
        ([], "a\u2028b\nc", "a b c"),
        ([], "x" * 500, "x" * 159 + "…"),
    ],
)
def test_the_summary_is_the_users_own_words_on_two_lines(lines, text, summary):
    found = summarize(lines, request(text))

    assert found == (summary or "The user asked for a person without typing a message.")


@pytest.mark.parametrize(
    ("first", "second", "contact", "expected"),
    [
        (None, None, None, None),
        ({"id": "u"}, None, None, {"id": "u"}),
        (
            {"id": "u", "name": None, "traits": {}},
            {"id": "u", "name": "Ana", "traits": {"plan": "pro"}},
            None,
            {"id": "u", "name": "Ana", "traits": {"plan": "pro"}},
        ),
        ({"id": "u"}, {"id": "v", "name": "Eve"}, None, {"id": "u"}),
        (
            {"id": "u", "email": "old@example.com"},
            None,
            Contact("new@example.com", "Ana"),
            {"id": "u", "email": "new@example.com", "name": "Ana"},
        ),
        (
            None,
            None,
            Contact("new@example.com"),
            {"id": "autogen_unknown", "email": "new@example.com"},
        ),
    ],
)
def test_a_user_is_all_that_is_known_of_one_person(first, second, contact, expected):
    assert merge_user(first, second, contact) == expected


def test_an_event_that_mentions_nothing_forgets_nothing():
    known = observe(
        Conversation("a", "c"),
        Observation("1", user={"id": "u"}, app_state={"a": 1}, escalation_message="m"),
    )

    after = observe(known, Observation("2"))

    assert after.user == {"id": "u"}
    assert after.app_state == {"a": 1}
    assert after.escalation_message == "m"
    assert after.projected == ("1", "2")


def test_only_the_last_events_are_remembered_by_id():
    conversation = Conversation("a", "c")
    for number in range(MAX_PROJECTED):
        conversation = observe(conversation, Observation(str(number)))
    assert not should_look_further(conversation)

    conversation = observe(conversation, Observation("one more"))

    assert len(conversation.projected) == MAX_PROJECTED
    assert should_look_further(conversation)


def test_only_closed_escalations_are_let_go():
    conversation = Conversation("a", "c").put(escalation(escalation_id="first"))
    for number in range(MAX_ESCALATIONS):
        closed = escalation(escalation_id=str(number), status=RESOLVED)
        conversation = conversation.put(closed)

    assert len(conversation.escalations) == MAX_ESCALATIONS
    assert conversation.find("first") is not None
    assert conversation.find("0") is None
    assert conversation.current == conversation.find("first")


def test_putting_an_escalation_replaces_the_one_of_its_id():
    before = escalation(escalation_id="x")
    conversation = Conversation("a", "c").put(before)

    changed = conversation.put(replace(before, number="ESC-2"))

    assert [each.number for each in changed.escalations] == ["ESC-2"]
