"""What an analyst asks is answered by the query that the document has for it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from services.analytics.domain.outcomes.outcome import DEAD_ENDS, CameOfIt, Outcome
from services.analytics.domain.outcomes.request import Claim
from services.analytics.domain.profiles.pattern import Profile
from services.analytics.repository.outcomes.documents import document_of
from services.analytics.repository.profiles.rows import profile_row
from shared.events import AttemptOutcome, Reason, User
from tests.analytics.factories import (
    NOON,
    attempt,
    batch_of,
    failed,
    opened,
    record,
    resolved,
    unresolved,
    updated,
)
from tests.analytics.questions import questions

QUESTIONS = questions()
HOUR = timedelta(hours=1)
DAY = datetime(2026, 11, 22, tzinfo=UTC)
BEFORE = datetime(2026, 10, 30, tzinfo=UTC)


def tried(name, score, outcome=AttemptOutcome.BELOW_THRESHOLD, *, kind, **also):
    return attempt(score).model_copy(
        update={"kind": kind, "name": name, "outcome": outcome, **also}
    )


def asked():
    """Return requests: what nearly answered, what failed, in which language."""
    limits = tried("upload-limits", 0.5, kind="document", title="Upload limits")
    prices = tried("prices", 0.55, kind="document", title="Prices")
    refund = tried("refund", 0.45, kind="action")
    broken = tried(
        "cancel", 0.9, AttemptOutcome.ERROR, kind="action", detail="HTTP 502"
    )
    low = Reason.LOW_CONFIDENCE
    return [
        unresolved(
            "1", NOON, low, attempts=[limits, refund], language="de", text="Geld"
        ),
        unresolved("2", NOON, low, attempts=[limits], language="de"),
        unresolved("3", NOON, low, attempts=[prices, refund], text="money back"),
        unresolved("4", NOON, Reason.ACTION_FAILED, attempts=[broken], language="en"),
        resolved("5", NOON, attempts=[prices, broken]),
        unresolved("6", NOON, Reason.NO_MATCH, language="en"),
        unresolved("7", NOON, low, conversation_id="c-7", text="nobody had this"),
        unresolved("old", BEFORE, low, attempts=[prices] * 5),
        unresolved("other", NOON, low, attempts=[prices] * 5, app_id="other"),
    ]


def handed_over():
    """Return escalations and what became of them."""
    state = {"last_request": {"status": 500}, "plan": "pro"}
    person, failure = Reason.ASKED_FOR_PERSON, Reason.ACTION_FAILED
    return [
        opened("a", NOON, person, route="billing", number="ESC-1", app_state=state),
        opened("b", NOON, person, route="billing", number="ESC-2", app_state=state),
        opened(
            "c", NOON, failure, number="ESC-3", app_state=state, user=User(id="u-8")
        ),
        opened("d", NOON, failure, number="ESC-4", app_state={"error": "E42"}),
        answered("a", HOUR / 2),
        answered("b", 2 * HOUR),
        answered("c", HOUR),
        done("a", 1 * HOUR),
        done("b", 3 * HOUR),
        done("c", 24 * HOUR),
        settled("a", "kept"),
        settled("b", "broken"),
        settled("c", "broken"),
        settled("d", "rescheduled"),
        rated("a", 5),
        rated("b", 2),
        rated("c", 3),
    ]


def answered(name, after):
    return updated(name, 1, NOON + after, "open", "answered", NOON)


def done(name, after):
    return updated(name, 2, NOON + after, "answered", "resolved", NOON)


def settled(name, state):
    promise = {
        "promise_id": name,
        "kind": "first_response",
        "promised_at": NOON,
        "due_at": NOON + HOUR,
        "state": state,
    }
    return updated(name, 3, NOON + HOUR, "resolved", "resolved", promise=promise)


def rated(name, score):
    return updated(
        name, 4, NOON + HOUR, "resolved", "resolved", change="rated", score=score
    )


def given_up():
    return [failed("d-1"), failed("d-2"), failed("d-3", BEFORE)]


def pattern(name, label, size, *, profile=None, **also):
    """Return a pattern as the grouping and the profiles leave it."""
    row = profile_row(Profile(as_of=NOON, **profile)) if profile else {}
    return {
        "_id": f"acme:{name}",
        "app_id": "acme",
        "pattern_id": name,
        "label": label,
        "size": size,
        "status": "open",
        "merged_into": None,
        "profile": row,
        **also,
    }


def came_of(name, came_of_it=CameOfIt.ABANDONED, claim=Claim.DOCUMENT, **also):
    """Return the document of an outcome, as it is judged and stored."""
    outcome = Outcome(
        app_id="acme",
        conversation_id=f"c-{name}",
        request_id=name,
        at=NOON,
        last_at=NOON,
        user_id="u-7",
        text="",
        language=None,
        tried=(),
        asked_times=1,
        claims=(),
        claimed=claim,
        claimed_name="prices",
        claimed_title="Prices",
        false_claim=True,
        came_of_it=came_of_it,
        because="left",
        dead_end=came_of_it in DEAD_ENDS,
        missed=False,
        needless=False,
        asked_for_person=False,
    )
    return document_of(replace(outcome, **also)) | {"expire_at": NOON}


def judged():
    asked = {"came_of_it": CameOfIt.HANDED_OVER, "asked_for_person": True}
    return [
        came_of("o-1"),
        came_of("o-2", CameOfIt.CAME_BACK, missed=True),
        came_of("o-3", claim=Claim.ACTION, claimed_name="refund"),
        came_of("o-4", CameOfIt.RESOLVED),
        came_of("o-5", at=BEFORE),
        came_of("o-6", app_id="other"),
        came_of("o-7", reached_at=NOON + HOUR / 6, **asked),
        came_of("o-8", reached_at=NOON + HOUR / 2, route="billing", **asked),
        came_of("o-9", reached_at=NOON + 2 * HOUR, route="billing", **asked),
        came_of("o-10", route="billing", **asked),
    ]


def found_patterns():
    uploads = {"cause": "bug", "growth": 2.5, "users": 3, "cost_minutes": 50.0}
    login = {"cause": "bug", "growth": -0.5, "users": 2, "cost_minutes": 20.0}
    refund = {"cause": "action", "growth": 0.5, "users": 2, "cost_minutes": 30.0}
    again = {"status": "regressed", "again_count": 2, "again_since": NOON}
    return [
        pattern("p-1", "upload fails", 5, profile=uploads),
        pattern("p-2", "login fails", 2, profile=login),
        pattern("p-3", "refund", 2, profile=refund, **again),
        pattern("p-4", "new", 1),
        pattern("p-5", "moved", 0, profile=uploads, merged_into="p-1"),
        pattern(
            "p-6", "of others", 9, profile=uploads, app_id="other", _id="other:p-6"
        ),
    ]


ANSWERS = {
    "Which document nearly answered most often?": [
        {"_id": "upload-limits", "title": "Upload limits", "times": 2, "best": 0.5},
        {"_id": "prices", "title": "Prices", "times": 1, "best": 0.55},
    ],
    "Which actions were nearly chosen, and in which words were they asked for?": [
        {"_id": "refund", "times": 2, "best": 0.45}
    ],
    "Which actions failed, and with what?": [
        {
            "_id": {"action": "cancel", "outcome": "error", "said": "HTTP 502"},
            "times": 2,
        }
    ],
    "Which error codes did the app show when people were needed?": [
        {
            "_id": {"path": "last_request.status", "value": "500"},
            "escalations": 3,
            "users": 2,
        },
        {"_id": {"path": "error", "value": "E42"}, "escalations": 1, "users": 1},
    ],
    "What did people need longest for?": [
        {"_id": "action_failed", "escalations": 1, "hours": 24.0},
        {"_id": "asked_for_person", "escalations": 2, "hours": 2.0},
    ],
    "Which routes break the times that users were told?": [
        {"_id": "", "promises": 1, "broken": 1},
        {"_id": "billing", "promises": 2, "broken": 1},
    ],
    "Who asked for a person and reached nobody within an hour?": [
        {
            "number": "ESC-2",
            "user_id": "u-7",
            "status": "resolved",
            "answered_at": NOON + 2 * HOUR,
        }
    ],
    "Which languages do the users speak whom nothing answered?": [
        {"_id": "de", "requests": 2, "nothing_near": 0},
        {"_id": "en", "requests": 2, "nothing_near": 1},
        {"_id": "unknown", "requests": 2, "nothing_near": 0},
    ],
    "How satisfied are users, by route?": [
        {"_id": "", "ratings": 1, "score": 3.0},
        {"_id": "billing", "ratings": 2, "score": 3.5},
    ],
    "Why were people needed, day by day?": [
        {"at": DAY, "value": "action_failed", "n": 1},
        {"at": DAY, "value": "low_confidence", "n": 4},
        {"at": DAY, "value": "no_match", "n": 1},
    ],
    "Which requests did nothing answer and nobody take?": [
        {"reason": "low_confidence", "text": "nobody had this"}
    ],
    "Which answers send users away with nothing?": [
        {
            "_id": {"claimed": "document", "name": "prices"},
            "requests": 2,
            "should_have_been_handed_over": 1,
        },
        {
            "_id": {"claimed": "action", "name": "refund"},
            "requests": 1,
            "should_have_been_handed_over": 0,
        },
    ],
    "How long do users who ask for a person wait until one answers?": [
        {"_id": "", "asked": 1, "reached": 1, "within_an_hour": 1, "minutes": 10.0},
        {
            "_id": "billing",
            "asked": 3,
            "reached": 2,
            "within_an_hour": 1,
            "minutes": 75.0,
        },
    ],
    "Which patterns grow fastest?": [
        {"label": "upload fails", "profile": {"growth": 2.5, "users": 3}},
        {"label": "refund", "profile": {"growth": 0.5, "users": 2}},
    ],
    "What does each cause cost, in minutes of people?": [
        {"_id": "bug", "patterns": 2, "escalations": 7, "minutes": 70.0},
        {"_id": "action", "patterns": 1, "escalations": 2, "minutes": 30.0},
        {"_id": "unclear", "patterns": 1, "escalations": 1, "minutes": 0},
    ],
    "What came back after somebody had ignored or fixed it?": [
        {"label": "refund", "status": "regressed", "again_count": 2}
    ],
    "Which destinations do not take what they are sent, and why?": [
        {"_id": {"destination": "team-mail", "reason": "mailbox_unknown"}, "times": 2}
    ],
}


def test_there_is_an_answer_to_every_question_of_the_document():
    assert QUESTIONS.keys() == ANSWERS.keys()
    assert len(QUESTIONS) >= 10


@pytest.mark.integration
@pytest.mark.parametrize("words", ANSWERS)
async def test_the_query_of_the_document_answers_the_question(database, store, words):
    events = [*asked(), *handed_over(), *given_up()]
    await store.add(batch_of(*[record(each, at) for at, each in enumerate(events)]))

    await database.analytics_patterns.insert_many(found_patterns())
    await database.analytics_outcomes.insert_many(judged())

    rows = await QUESTIONS[words].answer(database)

    assert len(rows) == len(ANSWERS[words])
    for row, expected in zip(rows, ANSWERS[words], strict=True):
        assert {name: row[name] for name in expected} == expected


@pytest.mark.integration
async def test_how_far_a_document_was_from_answering_and_the_words_are_told(
    database, store
):
    events = asked()
    await store.add(batch_of(*[record(each, at) for at, each in enumerate(events)]))
    nearest, chosen = list(ANSWERS)[:2]

    documents = await QUESTIONS[nearest].answer(database)
    actions = await QUESTIONS[chosen].answer(database)

    assert documents[0]["lacked"] == pytest.approx(0.1)
    assert sorted(actions[0]["words"]) == ["Geld", "money back"]
