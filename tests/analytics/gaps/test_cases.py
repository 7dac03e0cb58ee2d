"""Cases, built from the facts of a real database."""

from datetime import timedelta

import pytest

from services.analytics.domain.gaps.cases import TriedAttempt
from services.analytics.repository.gaps.cases import MongoCases
from shared.events import Attempt, AttemptOutcome, Reason
from tests.analytics.factories import NOON, batch_of, opened, record, updated

pytestmark = pytest.mark.integration

MINUTE = timedelta(minutes=1)


def described(escalation_id, **also):
    return opened(escalation_id, reason=Reason.LOW_CONFIDENCE).model_copy(
        update={"text": "uploads fail", "language": "en", **also}
    )


async def stored(store, *events):
    await store.add(batch_of(*map(record, events, range(len(events)))))


async def test_a_case_holds_all_that_its_cause_is_judged_by(database, store):
    tried = Attempt(
        kind="document",
        name="upload-limits",
        title="Upload limits",
        score=0.4,
        threshold=0.6,
        outcome=AttemptOutcome.BELOW_THRESHOLD,
        detail="Up to 5 MB.",
        started_at=NOON,
    )
    await stored(
        store,
        described(
            "a",
            attempts=[tried],
            app_state={"last_request": {"status": 500}},
            detail="x",
        ),
        updated("a", 1, NOON + MINUTE, "open", "acknowledged"),
        updated("a", 2, NOON + 8 * MINUTE, "acknowledged", "resolved"),
    )

    [case] = await MongoCases(database).of("acme", ["a"])

    assert case.text == "uploads fail"
    assert (case.reason, case.detail, case.language) == ("low_confidence", "x", "en")
    assert (case.at, case.user_id) == (NOON, "u-7")
    assert case.app_state == {"last_request.status": "500"}
    assert case.people_minutes == 7
    assert list(case.attempts) == [
        TriedAttempt(
            kind="document",
            name="upload-limits",
            title="Upload limits",
            score=0.4,
            threshold=0.6,
            outcome="below_threshold",
            detail="Up to 5 MB.",
        )
    ]


async def test_cases_come_as_they_were_asked_for_and_only_of_the_app(database, store):
    await stored(
        store,
        described("a"),
        described("b"),
        opened("theirs", app_id="other"),
    )
    cases = MongoCases(database)

    found = await cases.of("acme", ["b", "theirs", "a", "unknown"])

    assert [each.escalation_id for each in found] == ["b", "a"]
    assert [each.people_minutes for each in found] == [None, None]
    assert await cases.of("acme", []) == []
