"""The stores of people on a real MongoDB, many writers at once."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from services.escalator.administer.sign_ins import Link
from services.escalator.domain.members import team as members
from services.escalator.domain.members.capacity import Offer
from services.escalator.escalate.drafting.documents import ESCALATIONS
from services.escalator.escalate.lifecycle.offering import Capacity
from services.escalator.repository.people.links import MongoLinks
from services.escalator.repository.people.offers import MongoOffers
from services.escalator.repository.people.teams import MongoTeams
from services.notifier.deliver.sign_ins import SignInMail
from services.notifier.repository.sign_ins import LEASE, MongoSignInMails
from shared.mongo.connect import Database, connect, database_of
from tests.support.people import FakeMembers, member

pytestmark = [pytest.mark.integration]
NOW = datetime(2026, 11, 30, 19, 0, tzinfo=UTC)
ANA, BO = "ana@acme.test", "bo@acme.test"


@pytest.fixture
async def database(mongo_url: str) -> AsyncIterator[Database]:
    client = connect(mongo_url)
    name = f"people_{uuid.uuid4().hex[:8]}"
    yield database_of(client, name)
    await client.drop_database(name)
    client.close()


async def test_a_version_of_a_team_is_stored_once(database: Database) -> None:
    teams = MongoTeams(database)
    first = members.put(members.nobody("acme", now=NOW), member(), now=NOW)
    rival = members.put(members.nobody("acme", now=NOW), member(email=BO), now=NOW)

    both = await asyncio.gather(
        teams.replace(first, over=None), teams.replace(rival, over=None)
    )

    assert sorted(both) == [False, True]
    kept = await teams.get("acme")
    assert kept is not None
    assert kept == [first, rival][both.index(True)]
    after = members.put(kept, member(email="cy@acme.test"), now=NOW)
    assert await teams.replace(after, over=kept.version)
    assert not await teams.replace(after, over=kept.version)
    assert await teams.all() == [after]
    assert await teams.get("other") is None


async def test_a_link_is_used_once_and_tries_are_counted(database: Database) -> None:
    links = MongoLinks(database)
    link = Link("l-1", ANA, None, NOW + timedelta(minutes=15))
    await links.add(link)

    assert await links.get("l-1") == link
    used = await asyncio.gather(*(links.use("l-1") for _ in range(10)))
    assert used.count(True) == 1
    assert await links.get("l-1") is None
    within = timedelta(minutes=15)
    counts = await asyncio.gather(
        *(links.count("address", now=NOW, within=within) for _ in range(10))
    )
    assert sorted(counts) == list(range(1, 11))
    assert await links.count("another", now=NOW, within=within) == 1


async def test_nobody_is_over_capacity_whoever_assigns(database: Database) -> None:
    known = FakeMembers()
    known.put(member(email=ANA, capacity=3), member(email=BO, capacity=2))
    instances = [Capacity(known, MongoOffers(database)) for _ in range(3)]
    rows = database[ESCALATIONS]
    facts = {"app_id": "acme", "merged_into": None}
    await rows.insert_many(
        [
            {**facts, "_id": "hers", "status": "open", "assignee": ANA},
            {**facts, "_id": "over", "status": "resolved", "assignee": ANA},
            {
                **facts,
                "_id": "not-ours",
                "app_id": "x",
                "status": "open",
                "assignee": BO,
            },
        ]
    )

    found = await asyncio.gather(
        *(
            instances[number % 3].reserve("acme", f"e-{number}", now=NOW)
            for number in range(12)
        )
    )

    assert (found.count(ANA), found.count(BO), found.count(None)) == (2, 2, 8)
    again = await instances[0].reserve("acme", f"e-{found.index(BO)}", now=NOW)
    assert again == BO
    stored = [
        {**facts, "_id": f"e-{number}", "status": "resolved", "assignee": email}
        for number, email in enumerate(found)
        if email
    ]
    await rows.insert_many(stored)
    assert await instances[1].reserve("acme", "e-99", now=NOW) in {ANA, BO}


async def test_an_offer_is_saved_over_the_version_that_was_read(
    database: Database,
) -> None:
    offers = MongoOffers(database)
    made = [Offer("e-1", ANA, NOW)]

    assert await offers.load("acme") == (0, [])
    assert await offers.save("acme", made, over=0)
    assert not await offers.save("acme", [], over=0)
    assert await offers.load("acme") == (1, made)
    assert await offers.save("acme", [], over=1)
    assert not await offers.save("acme", made, over=1)


async def test_a_mail_is_claimed_by_one_and_kept_without_its_link(
    database: Database,
) -> None:
    mails = MongoSignInMails(database)
    await mails.prepare()
    over = NOW + timedelta(minutes=15)
    mail = SignInMail("l-1", "acme", ANA, "Ana", "sealed", NOW, over)
    mine = {"_id": "l-1"}
    for _ in range(2):
        await mails.add(mail)

    claimed = await asyncio.gather(*(mails.claim(now=NOW) for _ in range(5)))

    assert [each for each in claimed if each] == [mail]
    rows = database["notifier_sign_ins"]
    await mails.postpone("l-1", wait=LEASE)
    assert await mails.claim(now=NOW) is None
    await rows.update_one(mine, {"$set": {"due_at": NOW - timedelta(days=2000)}})
    again = await mails.claim(now=NOW)
    assert again is not None
    assert again.tries == 1
    await rows.update_one(mine, {"$set": {"due_at": NOW - timedelta(days=2000)}})
    await mails.close("l-1", outcome="accepted")
    await mails.add(mail)
    assert await mails.claim(now=NOW) is None
    row = await rows.find_one(mine)
    assert row is not None
    assert "sealed_link" not in row
