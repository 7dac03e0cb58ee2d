"""The stores on a real database: insert-once, versions, and whose a conversation is."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from services.resolver.domain.catalogue import Parameter
from services.resolver.domain.conversation import Conversation
from services.resolver.domain.grants import Grant
from services.resolver.repository.catalogue import MongoCatalogues
from services.resolver.repository.replies import MongoReplies
from services.resolver.repository.tokens import MongoTokens
from services.resolver.resolve.states import ConversationStates
from shared.kafka.deciding.decisions import Entry
from shared.mongo.connect import connect, database_of
from shared.mongo.ledger import MongoLedger
from tests.resolver.test_replies import stored
from tests.support.fakes import NOON, FakeClock

pytestmark = pytest.mark.integration

ACTION = {
    "name": "act",
    "description": "Do it",
    "parameters": {"properties": {"$a.b": {"type": "string"}}, "required": ["$a.b"]},
    "examples": ["do it"],
    "approvalRequired": True,
    "endpoint": None,
}
DOCUMENT = {
    "id": "d",
    "title": "D",
    "text": "Text.",
    "format": "text",
    "url": None,
    "questions": ["Which?"],
    "passages": [{"text": "Text.", "headings": ["H"]}],
}


@pytest.fixture
async def database(mongo_url):
    client = connect(mongo_url)
    name = f"resolver_{uuid.uuid4().hex[:8]}"
    yield database_of(client, name)
    await client.drop_database(name)
    client.close()


async def test_what_is_put_is_what_is_loaded_and_every_change_is_a_version(database):
    catalogues = MongoCatalogues(database)
    await catalogues.prepare()
    put = [
        await catalogues.actions.put("acme", [ACTION], now=NOON),
        await catalogues.actions.put("acme", [ACTION], now=NOON),
        await catalogues.documents.put("acme", [DOCUMENT], now=NOON),
    ]
    catalogue = await catalogues.load("acme")
    knowledge = catalogue.knowledge

    assert [(each[0][0]["version"], each[0][1]) for each in put] == [
        (1, True),
        (1, False),
        (1, True),
    ]
    assert await catalogues.versions(["acme", "other"]) == {"acme": 2}
    assert catalogue.version == 2
    assert knowledge.actions[0].parameters == (Parameter("$a.b", required=True),)
    assert knowledge.actions[0].approval_required
    assert knowledge.documents[0].passages[0].headings == ("H",)
    assert "passages" not in (await catalogues.documents.get("acme", "d"))
    assert await catalogues.documents.get("other", "d") is None
    assert (await catalogues.load("other")).is_empty
    assert await catalogues.actions.delete("acme", "act")
    assert not await catalogues.actions.delete("acme", "act")
    assert await catalogues.versions(["acme"]) == {"acme": 3}


async def test_pages_follow_one_another_by_name(database):
    catalogues = MongoCatalogues(database)
    entries = [{**ACTION, "name": name} for name in ("c", "a", "b")]
    await catalogues.actions.put("acme", entries, now=NOON)

    first = await catalogues.actions.page("acme", after=None, limit=2)
    rest = await catalogues.actions.page("acme", after="b", limit=2)

    assert [each["name"] for each in first + rest] == ["a", "b", "c"]
    assert await catalogues.actions.page("other", after=None, limit=2) == []


async def test_a_reply_stored_twice_is_there_once_in_the_order_of_the_topic(database):
    replies = MongoReplies(database, clock=FakeClock())
    await replies.prepare()
    await replies.add([stored(3), stored(1)])
    await replies.add([stored(1), stored(2), stored(2)])

    assert await replies.of("acme:c-42") == [stored(1), stored(2), stored(3)]
    assert await replies.of("other:c-42") == []


def entry(lane, user):
    return Entry(
        source_id=uuid.uuid4().hex,
        lane=lane,
        number=1,
        state=ConversationStates().dump(Conversation(user=user)),
        position="",
        reason="recorded",
        outputs=(),
        timers=(),
        documents=(),
        fact=None,
        at=NOON,
    )


@pytest.fixture
async def tokens(database):
    ledger = MongoLedger(database, service="resolver")
    await ledger.prepare()
    await ledger.append(
        [entry("acme:hers", {"id": "u-2"}), entry("acme:nobodys", None)]
    )
    return MongoTokens(database, ledger=ledger)


@pytest.mark.parametrize(
    ("conversation", "mine"),
    [("new", True), ("hers", False), ("nobodys", False)],
)
async def test_a_conversation_is_claimed_only_where_nobody_spoke(
    tokens, conversation, mine
):
    assert await tokens.claim("acme", conversation, "u-1", now=NOON) is mine
    assert await tokens.owns("acme", conversation, "u-1") is mine


async def test_a_claim_holds_against_others_and_users_of_other_apps(tokens):
    await tokens.claim("acme", "new", "u-1", now=NOON)

    assert not await tokens.claim("acme", "new", "u-2", now=NOON)
    assert await tokens.claim("other", "new", "u-2", now=NOON)
    assert await tokens.owns("acme", "hers", "u-2")
    assert not await tokens.owns("acme", "unheard-of", "u-1")


async def test_a_claim_falls_when_the_events_name_another_user(tokens):
    await tokens.claim("acme", "new", "u-1", now=NOON)
    await tokens._ledger.append([entry("acme:new", {"id": "u-9"})])

    assert not await tokens.owns("acme", "new", "u-1")
    assert not await tokens.owns("acme", "new", "u-9")


async def test_a_grant_is_read_back(tokens):
    soon = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=1)
    schema = {"$schema": "x", "a.b": {"": 1, "big": 1e20}}
    actions = [{"name": "a", "inputSchema": schema}]
    context = {"flags": {"upload.v2": True}, "$where": {"": "a\x00b"}}
    grant = Grant("t-1", "acme", "u-1", actions, context, soon)
    await tokens.add(grant)

    assert await tokens.get("t-1") == grant
    assert await tokens.get("t-2") is None


async def test_a_grant_of_an_older_version_is_read(tokens):
    soon = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=1)
    row = {"app_id": "acme", "user_id": "u-1", "expires_at": soon}
    brought = {"available_actions": [{"name": "a"}], "context": {"route": "/"}}
    await tokens._tokens.insert_one({"_id": "t-1", **row, **brought})

    found = await tokens.get("t-1")

    assert found == Grant(token_id="t-1", **row, **brought)
