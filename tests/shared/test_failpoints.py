"""Points at which a process dies: off unless asked for, and asked for exactly."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from shared.failpoints import (
    ARMED,
    VARIABLE,
    Countdown,
    FailPoint,
    read_countdown,
)

ROOT = Path(__file__).parents[2]
PROGRAM = """
from shared.failpoints import FailPoint, reach
for _ in range(5):
    reach(FailPoint.AFTER_STORE)
    reach(FailPoint.BEFORE_STORE)
    print("passed", flush=True)
"""


def run_armed(asked: str) -> tuple[int, str]:
    """Return how a process that is *asked* to die ends, and what it said."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=ROOT,
        env={**os.environ, VARIABLE: asked},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_nothing_is_armed_where_nothing_asks_for_it() -> None:
    countdown = read_countdown({})

    assert countdown is None
    assert not ARMED


def test_a_process_dies_at_the_wanted_pass_of_its_point_and_nowhere_before() -> None:
    status, said = run_armed("before_store:3")

    assert status == -signal.SIGKILL
    assert said.count("passed") == 2
    assert "fail point before_store: killed" in said


def test_without_a_number_the_first_pass_is_the_last() -> None:
    assert read_countdown({VARIABLE: "merging"}) == Countdown(FailPoint.MERGING, 1)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("before_stor", "nearest is 'before_store'"),
        ("merging:0", "no number of passes"),
        ("merging:soon", "no number of passes"),
    ],
)
def test_what_names_no_point_stops_the_start(asked: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read_countdown({VARIABLE: asked})


def test_every_point_is_passed_somewhere_and_only_where_one_is_armed() -> None:
    code = "\n".join(
        path.read_text()
        for folder in ("services", "shared")
        for path in sorted((ROOT / folder).rglob("*.py"))
        if path.name != "failpoints.py"
    )
    reached = re.findall(r"if ARMED[^\n]*:\n +reach\(FailPoint\.(\w+)\)", code)

    # A point is one moment of the life; two stores may pass it.
    assert set(reached) == {each.name for each in FailPoint}
    assert len(reached) == code.count("reach(FailPoint.")


def test_every_point_is_described_for_the_operator() -> None:
    page = (ROOT / "docs" / "operations.md").read_text()

    missing = [each.value for each in FailPoint if f"`{each.value}`" not in page]

    assert missing == []
