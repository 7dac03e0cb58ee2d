"""The mongod of the local stack."""

import subprocess
import sys
import time
from pathlib import Path

import pytest
from pymongo import MongoClient
from pymongo.errors import OperationFailure

from handrail.stack import mongod

pytestmark = pytest.mark.integration


def test_a_transaction_commits_as_a_whole_and_aborts_as_a_whole(mongo_url):
    with MongoClient(mongo_url) as client:
        database = client["stack_test_transactions"]
        client.drop_database(database)
        database["offsets"].create_index("partition", unique=True)
        with client.start_session() as session, session.start_transaction():
            database["offsets"].insert_one({"partition": 1}, session=session)
            database["counts"].insert_one({"_id": "a", "n": 1}, session=session)
        with (
            pytest.raises(OperationFailure),
            client.start_session() as session,
            session.start_transaction(),
        ):
            database["counts"].insert_one({"_id": "b", "n": 1}, session=session)
            database["offsets"].insert_one({"partition": 1}, session=session)

        assert [row["_id"] for row in database["counts"].find()] == ["a"]


def test_it_listens_on_loopback_only_and_leaves_nothing_behind():
    with mongod.running() as server:
        folder = server._folder
        with MongoClient(server.url) as client:
            options = client.admin.command("getCmdLineOpts")["parsed"]

    assert options["net"]["bindIp"] == "127.0.0.1"
    assert options["storage"]["wiredTiger"]["engineConfig"]["cacheSizeGB"] == 0.5
    assert not folder.exists()
    assert server._process.returncode is not None


def test_a_child_dies_with_a_parent_that_was_killed(tmp_path):
    program = (
        "import time; from pathlib import Path; from handrail.stack import processes\n"
        f"child = processes.spawn(['sleep', '60'], log=Path({str(tmp_path)!r}) / 'log')\n"
        "print(child.pid, flush=True); time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE
    ) as parent:
        pid = int(parent.stdout.readline())
        wait_for(lambda: state_of(pid) == "sleep")
        parent.kill()

    wait_for(lambda: state_of(pid) != "sleep")


def state_of(pid):
    """Return the command of a living process, None of one that is gone or a zombie."""
    try:
        with Path(f"/proc/{pid}/status").open() as status:
            fields = dict(line.split(":", 1) for line in status)
    except FileNotFoundError:
        return None
    return None if "Z" in fields["State"] else fields["Name"].strip()


def wait_for(check, seconds=5):
    deadline = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < deadline
        time.sleep(0.02)
