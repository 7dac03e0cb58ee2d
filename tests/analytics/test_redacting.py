"""What an app blacks out of words is in none of its facts."""

from services.analytics.counting.aggregate import Aggregator
from services.analytics.redacting import Redacting
from shared.errors import Permanent
from shared.events import AppSettings, AttemptOutcome, Session
from shared.events.preferences import Preferences, Redaction
from tests.analytics.factories import (
    BUILDERS,
    NOON,
    attempt,
    opened,
    record,
    resolved,
    unresolved,
)
from tests.analytics.test_aggregate import FakeFacts

SECRETS = ("hunter2", "4111 1111 1111 1111", "case-123456", "020 7946 0958")
SAID = f"My password is hunter2, card {SECRETS[1]}, {SECRETS[2]}, call {SECRETS[3]}"
ON = Redaction(profile="standard", also=["case-[0-9]{6}"])


class FakeApps:
    """Holds the settings of apps."""

    def __init__(self, **redaction):
        self.redaction = redaction

    def get(self, app_id):
        if app_id not in self.redaction:
            return None
        preferences = Preferences(redaction=self.redaction[app_id])
        return AppSettings(app_id=app_id, updated_at=NOON, preferences=preferences)


def worker_of(facts, apps, unexpected=None):
    told = unexpected if unexpected is not None else []
    aggregator = Aggregator(
        facts=facts,
        builders=BUILDERS,
        on_unexpected=lambda each, error: told.append((each, error)),
    )
    return Redacting(aggregator, apps=apps)


def tried():
    return attempt().model_copy(
        update={"outcome": AttemptOutcome.FAILED, "detail": f"no such {SECRETS[1]}"}
    )


def said(app_id="acme", **also):
    session = Session(locale="en-GB")
    return {
        "app_id": app_id,
        "text": SAID,
        "attempts": [tried()],
        "session": session,
        **also,
    }


async def test_words_of_every_request_are_blacked_out_before_they_are_stored():
    facts = FakeFacts()
    lanes = [[record(unresolved("1", **said())), record(resolved("2", **said()))]]

    await worker_of(facts, FakeApps(acme=ON)).work(lanes)

    stored = repr([fact.document for fact in facts.stored.values()])
    assert len(facts.stored) == 2
    assert [secret for secret in SECRETS if secret in stored] == []
    assert "[password]" in stored
    assert "[phone]" in stored


async def test_a_secret_on_the_edge_of_what_is_kept_is_not_kept_in_half():
    facts = FakeFacts()
    text = f"{'x' * 988} {SECRETS[1]}"

    worker = worker_of(facts, FakeApps(acme=ON))
    await worker.work([[record(unresolved("1", app_id="acme", text=text))]])

    (fact,) = facts.stored.values()
    assert "4111" not in fact.document["text"]


async def test_apps_side_by_side_keep_their_own_rules():
    facts = FakeFacts()
    lanes = [
        [record(unresolved("1", **said()))],
        [record(unresolved("2", **said(app_id="other")))],
    ]

    await worker_of(facts, FakeApps(acme=ON, other=Redaction())).work(lanes)

    texts = {each.app_id: each.document["text"] for each in facts.stored.values()}
    assert "hunter2" not in texts["acme"]
    assert texts["other"] == SAID


async def test_what_the_escalator_publishes_was_blacked_out_there():
    facts = FakeFacts()

    worker = worker_of(facts, FakeApps(acme=ON))
    await worker.work([[record(opened(text=SAID))]])

    (fact,) = facts.stored.values()
    assert fact.document["text"] == SAID


async def test_words_that_cannot_be_looked_through_are_not_stored_and_stop_no_other():
    facts, told = FakeFacts(), []
    broken = unresolved("1", **said()).model_copy(update={"text": object()})
    lanes = [[record(broken)], [record(unresolved("2", **said()))]]

    results = await worker_of(facts, FakeApps(acme=ON), told).work(lanes)

    assert isinstance(results[0].failed.error, Permanent)
    assert results[1].failed is None
    assert len(facts.stored) == len(told) == 1
