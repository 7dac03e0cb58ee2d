"""An erased user's words leave the digests that tell of others, on a real database."""

import uuid
from collections.abc import AsyncIterator
from dataclasses import replace

import orjson
import pytest

from services.escalator.domain.grouping.lanes import digest_lane
from services.escalator.escalate.grouping.digesting import DIGESTS
from services.escalator.repository.noise.known import KnownNoise
from services.notifier.repository import retention as notifier
from services.notifier.repository.deliveries import COLLECTION, MongoDeliveries
from services.notifier.repository.people import MongoPeople
from shared.events.digests import without_words
from shared.kafka.deciding.decisions import Entry
from shared.kafka.records import Outgoing
from shared.mongo.connect import Database, connect, database_of
from shared.mongo.ledger import MongoLedger
from shared.mongo.stored import Subject
from shared.settings import KafkaSettings
from tests.notifier.letters import make_delivery
from tests.notifier.test_digest import digest_letter, make_digest
from tests.support.fakes import NOON, FakeClock
from tests.support.servers import mongo_server

SUBJECT = Subject(
    "acme", "u-1", ("acme:c-1",), (make_digest().escalation_ids[1],)
)  # fmt: skip
REQUEST = digest_letter().request.model_dump_json().encode()


@pytest.fixture
async def database() -> AsyncIterator[Database]:
    client = connect(mongo_server())
    name = f"erasing_{uuid.uuid4().hex[:8]}"
    yield database_of(client, name)
    await client.drop_database(name)
    client.close()


def summaries(request: bytes) -> list[str]:
    found: list[str] = orjson.loads(request)["digest"]["summaries"]
    return found


def test_only_the_users_own_words_are_taken_out():
    left = without_words(REQUEST, {"c-1"})

    one, _, three = summaries(REQUEST)
    assert summaries(left) == [one, "", three]
    assert orjson.loads(left)["packet"]["summary"] == "3 requests"
    assert (
        orjson.loads(left)["digest"]["escalation_ids"]
        == (orjson.loads(REQUEST)["digest"]["escalation_ids"])
    )


def test_what_lists_none_of_theirs_stays_byte_for_byte():
    assert without_words(REQUEST, {"c-9"}) == REQUEST
    assert without_words(b'{"text": null}', {"c-1"}) == b'{"text": null}'


@pytest.mark.integration
async def test_a_digest_is_still_sent_to_people_without_an_erased_users_words(
    database: Database,
):
    letter = digest_letter()
    delivery = make_delivery(
        kind="digest", digest=letter.request.digest, packet=letter.request.packet
    )
    clock = FakeClock()
    deliveries = MongoDeliveries(
        database, owner="a", lease=clock.at - clock.at, clock=clock
    )
    await deliveries.accept([delivery], take=frozenset())
    people = MongoPeople(database)

    assert await people.take_out(SUBJECT) == {COLLECTION: 1}
    row = await database[COLLECTION].find_one({})
    assert summaries(bytes(row["request"]))[1] == ""
    assert row["status"] == "pending"
    assert await people.take_out(SUBJECT) == {}
    (declared,) = [
        each
        for each in notifier.collections(retention_days=1, dead_days=1)
        if each.name == COLLECTION
    ]
    assert declared.of_user is not None
    found = declared.of_user.find(SUBJECT)
    assert await database[COLLECTION].find_one(found) is None


@pytest.mark.integration
async def test_whoever_accepted_a_digest_is_named_as_having_a_copy(database: Database):
    letter = digest_letter()
    delivery = replace(
        make_delivery(
            kind="digest", digest=letter.request.digest, packet=letter.request.packet
        ),
        channel="email",
    )
    clock = FakeClock()
    deliveries = MongoDeliveries(
        database, owner="a", lease=clock.at - clock.at, clock=clock
    )
    await deliveries.accept([delivery], take=frozenset())
    accepted = {"recipients": [{"address": "team@acme.test", "status": "accepted"}]}
    await database[COLLECTION].update_one({}, {"$set": accepted})

    (reached,) = await MongoPeople(database).reached(SUBJECT)
    assert (reached.destination_id, reached.deliveries) == ("team-mail", 1)


@pytest.mark.integration
async def test_the_escalators_own_copy_of_a_digest_loses_the_words_too(
    database: Database,
):
    lane = digest_lane("acme", "d-1")
    ledger = MongoLedger(database, service="escalator")
    await ledger.prepare()
    published = Outgoing("notification.requested", lane.encode(), REQUEST, [])
    entry = Entry(
        "s-1", lane, 1, b"{}", "p", "digest_requested", (published,), (), (), None, NOON
    )
    await ledger.append([entry])
    ids = list(make_digest().escalation_ids)
    await database[DIGESTS].insert_one(
        {"_id": "d-1", "app_id": "acme", "escalation_ids": ids}
    )
    noise = KnownNoise(database, KafkaSettings(), FakeClock())

    assert await noise.take_out(SUBJECT) == {"escalator_ledger": 1}
    (stored,) = (await ledger.load(["s-1"], [])).decided.values()
    assert summaries(stored.outputs[0].value)[1] == ""
    assert stored.outputs[0].key == lane.encode()
