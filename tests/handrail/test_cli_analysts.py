"""`handrail analysts`: who may query the trend store, on a mongod that asks for it."""

import shutil

import pytest
from pymongo import MongoClient
from pymongo.errors import OperationFailure
from typer.testing import CliRunner

from handrail.cli import app
from handrail.stack import processes
from handrail.stack.mongod import CACHE_GB, binary
from services.analytics.repository import schema
from services.analytics.repository.documents.catalogue import DOCUMENTS, READABLE
from shared.mongo import connect, database_of
from tests.analytics.conftest import make_store
from tests.analytics.factories import as_records, batch_of, many_events

pytestmark = pytest.mark.integration

ADMIN = "admin:of-the-test"
UNREADABLE = (
    "analytics_ledger",
    "analytics_parked",
    "analytics_timers",
    "analytics_offsets",
    "analytics_sessions",
    "escalator_inbox",
)
UNAUTHORIZED = 13


@pytest.fixture(scope="module")
def asking():
    """Give the address, without a user, of a mongod that asks for passwords."""
    folder = processes.scratch("mongod-auth")
    data, port = folder / "data", processes.free_port()
    data.mkdir()
    command = [
        str(binary()),
        "--auth",
        *("--port", str(port)),
        *("--bind_ip", processes.LOOPBACK),
        *("--dbpath", str(data)),
        *("--wiredTigerCacheSizeGB", CACHE_GB),
        "--nounixsocket",
        "--quiet",
    ]
    process = processes.spawn(command, log=folder / "mongod.log")
    try:
        processes.wait_until(
            lambda: processes.is_listening(port),
            what="mongod",
            process=process,
            log=folder / "mongod.log",
        )
        name, _, password = ADMIN.partition(":")
        with MongoClient(processes.LOOPBACK, port) as client:
            # Who comes first, from the same machine, may make the administrator.
            client.admin.command(
                {"createUser": name, "pwd": password, "roles": ["root"]}
            )
        yield f"{processes.LOOPBACK}:{port}"
    finally:
        processes.stop(process)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def filled(asking):
    """Give the same address, once there are collections to read, and others."""
    with MongoClient(f"mongodb://{ADMIN}@{asking}") as client:
        for name in (*READABLE, *UNREADABLE):
            client.handrail[name].insert_one({"_id": "1", "app_id": "acme"})
    return asking


def run(monkeypatch, where, *arguments, stdin=None, user=ADMIN):
    monkeypatch.setenv(
        "HANDRAIL_MONGO_URL", f"mongodb://{user}@{where}/?authSource=admin"
    )
    monkeypatch.setenv("HANDRAIL_MONGO_DATABASE", "handrail")
    return CliRunner().invoke(app, ["analysts", *arguments], input=stdin)


@pytest.fixture
def as_analyst(filled):
    """Give a function that signs in and returns the database."""
    clients = []

    def sign_in(name, password):
        clients.append(
            MongoClient(filled, username=name, password=password, authSource="handrail")
        )
        return clients[-1].handrail

    yield sign_in
    for client in clients:
        client.close()


def is_refused(act):
    with pytest.raises(OperationFailure) as refused:
        act()
    return refused.value.code == UNAUTHORIZED


def test_an_analyst_reads_the_trend_store_and_nothing_else(
    monkeypatch, filled, as_analyst
):
    made = run(monkeypatch, filled, "create", "ana")
    password = made.stdout.strip()

    assert made.exit_code == 0
    database = as_analyst("ana", password)
    assert {each.collection for each in DOCUMENTS} < set(READABLE)
    assert all(database[name].find_one() for name in READABLE)
    assert all(is_refused(database[name].find_one) for name in UNREADABLE)
    assert is_refused(database.client.admin["system.users"].find_one)
    assert set(database.list_collection_names(authorizedCollections=True)) == set(
        READABLE
    )


def test_an_analyst_changes_nothing(monkeypatch, filled, as_analyst):
    made = run(monkeypatch, filled, "create", "ben", "--password-stdin", stdin="p w\n")
    database = as_analyst("ben", "p w")

    assert made.exit_code == 0
    assert "p w" not in made.output
    for name in READABLE:
        collection = database[name]
        assert is_refused(lambda c=collection: c.insert_one({"_id": "x"}))
        assert is_refused(lambda c=collection: c.delete_many({}))
        assert is_refused(lambda c=collection: c.update_many({}, {"$set": {"a": 1}}))
    assert is_refused(database["analytics_requests"].drop)
    assert is_refused(
        lambda: [*database["analytics_requests"].aggregate([{"$out": "mine"}])]
    )


def test_again_is_a_new_password_and_what_this_version_has_to_read(
    monkeypatch, filled, as_analyst
):
    first = run(monkeypatch, filled, "create", "cleo").stdout.strip()
    with MongoClient(f"mongodb://{ADMIN}@{filled}") as client:
        client.handrail.command(
            {"updateRole": "handrailAnalyst", "privileges": [], "roles": []}
        )

    second = run(monkeypatch, filled, "create", "cleo").stdout.strip()

    assert first != second
    with pytest.raises(OperationFailure):
        as_analyst("cleo", first)["analytics_requests"].find_one()
    assert as_analyst("cleo", second)["analytics_requests"].find_one()


def test_a_user_of_the_services_keeps_its_rights(monkeypatch, filled, as_analyst):
    with MongoClient(f"mongodb://{ADMIN}@{filled}") as client:
        client.handrail.command(
            {"createUser": "services", "pwd": "x", "roles": ["readWrite"]}
        )

    refused = run(monkeypatch, filled, "create", "services")
    removed = run(monkeypatch, filled, "remove", "services")

    assert refused.exit_code == removed.exit_code == 1
    assert "may do other things" in refused.output
    as_analyst("services", "x")["escalator_inbox"].insert_one({"_id": "2"})


def test_a_removed_analyst_reads_nothing(monkeypatch, filled, as_analyst):
    password = run(monkeypatch, filled, "create", "dan").stdout.strip()

    assert run(monkeypatch, filled, "remove", "dan").exit_code == 0

    with pytest.raises(OperationFailure):
        as_analyst("dan", password)["analytics_requests"].find_one()
    assert run(monkeypatch, filled, "remove", "dan").exit_code == 1


@pytest.mark.parametrize("user", ["services2:x", "admin:wrong"])
def test_one_who_may_not_make_users_is_told_who_may(monkeypatch, filled, user):
    with MongoClient(f"mongodb://{ADMIN}@{filled}") as client:
        if not client.admin.command({"usersInfo": "services2"})["users"]:
            roles = [{"role": "readWrite", "db": "handrail"}]
            client.admin.command(
                {"createUser": "services2", "pwd": "x", "roles": roles}
            )

    told = run(monkeypatch, filled, "create", "eve", user=user)

    assert told.exit_code == 1
    assert "userAdmin on handrail" in told.output


async def test_a_server_that_asks_nobody_is_said_to_be_open(monkeypatch, mongo_url):
    name = "analysts_of_a_test"
    client = connect(mongo_url)
    database = database_of(client, name)
    await schema.prepare(database)
    await make_store(database).add(batch_of(*as_records(many_events(20))))
    monkeypatch.setenv("HANDRAIL_MONGO_URL", mongo_url)
    monkeypatch.setenv("HANDRAIL_MONGO_DATABASE", name)
    try:
        made = CliRunner().invoke(app, ["analysts", "create", "ana"])

        assert made.exit_code == 0
        assert "asks nobody for a password" in made.output
        assert "authorization: enabled" in made.output
        with MongoClient(
            mongo_url, username="ana", password=made.stdout.strip(), authSource=name
        ) as reader:
            assert reader[name]["analytics_counters"].find_one()
    finally:
        await database.command("dropAllUsersFromDatabase")
        await database.command("dropAllRolesFromDatabase")
        await client.drop_database(name)
        client.close()


def test_an_empty_password_is_refused(monkeypatch, filled):
    told = run(monkeypatch, filled, "create", "fay", "--password-stdin", stdin="\n")

    assert told.exit_code == 1
    assert "no password" in told.output
