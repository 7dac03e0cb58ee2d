"""A process killed wherever it is: each escalation is in one pattern, and told of."""

import os
import signal
import subprocess
import sys
from collections import defaultdict
from datetime import timedelta
from pathlib import Path

import pytest

from shared.failpoints import VARIABLE, FailPoint
from tests.analytics.patterns.grouping_factories import Instance, differences, fact
from tests.support.leases import age

pytestmark = [pytest.mark.integration, pytest.mark.timeout(300)]

ROOT = Path(__file__).parents[3]
TOPICS = ("upload", "invoice", "login", "refund", "export")
POINTS = (FailPoint.GROUPING, FailPoint.GROUPED, FailPoint.PATTERNS_TOLD)


def run(mongo_url, database, owner, point=""):
    """Return how the process ended, and what it had published by then."""
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "tests.analytics.patterns.grouping_process",
            mongo_url,
            database.name,
            owner,
        ],
        cwd=ROOT,
        env={**os.environ, VARIABLE: point},
        capture_output=True,
        text=True,
        check=False,
    )
    pairs = [line.split() for line in done.stdout.splitlines() if " " in line]
    return done.returncode, [pair for pair in pairs if len(pair) == 2]


async def test_wherever_a_process_dies_each_escalation_is_grouped_and_told_once(
    database, mongo_url
):
    await database.analytics_escalations.insert_many(
        [fact(n, f"{TOPICS[n % 5]} trouble {n}") for n in range(80)]
    )
    told = defaultdict(set)
    for number, point in enumerate(POINTS * 2):
        status, said = run(mongo_url, database, f"o-{number}", f"{point}:2")
        for escalation_id, assignment_id in said:
            told[escalation_id].add(assignment_id)

        assert status == -signal.SIGKILL
        assert await differences(database) == []
        await age(database.analytics_groupings, "until", timedelta(minutes=1))

    status, said = run(mongo_url, database, "last")
    for escalation_id, assignment_id in said:
        told[escalation_id].add(assignment_id)

    assert status == 0
    members = await database.analytics_pattern_members.find().to_list(None)
    assert len(members) == 80
    assert all(each["published"] for each in members)
    assert told.keys() == {each["_id"] for each in members}
    assert all(len(each) == 1 for each in told.values())
    assert len({each["pattern_id"] for each in members}) == 5
    assert await differences(database) == []


async def test_a_replay_after_the_crashes_changes_nothing(database, mongo_url):
    facts = [fact(n, f"{TOPICS[n % 5]} trouble {n}") for n in range(30)]
    await database.analytics_escalations.insert_many(facts)
    run(mongo_url, database, "a", f"{FailPoint.GROUPED}:2")
    await Instance(database, owner="a").group()
    before = await database.analytics_pattern_members.find().to_list(None)
    # As where the facts alone were lost, and all topics are read again.
    await database.analytics_escalations.delete_many({})
    await database.analytics_escalations.insert_many(facts)
    one = Instance(database, owner="a")

    await one.group()

    assert await database.analytics_pattern_members.find().to_list(None) == before
    assert one.told.outputs == []
    assert await differences(database) == []
