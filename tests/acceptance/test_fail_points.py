"""A process killed at named points of an escalation's life, on real servers."""

import os
from pathlib import Path

import pytest
from rich.console import Console

from handrail.kills.__main__ import kills
from handrail.kills.play import Wish
from shared.failpoints import FailPoint

pytestmark = [pytest.mark.integration, pytest.mark.slow, pytest.mark.timeout(1800)]

EVERY_POINT = "HANDRAIL_TEST_EVERY_POINT"
"""Set it to kill at all of them: that takes about seven minutes."""
POINTS = (
    FailPoint.IN_TRANSACTION,
    FailPoint.AFTER_STORE,
    FailPoint.TIMERS_STORED,
    FailPoint.COMMAND_KEPT,
    FailPoint.DELIVERY_ACCEPTED,
)
"""One of each kind: where a decision, a timer, an order or a delivery is half done."""


def test_nothing_is_lost_and_nothing_happens_twice_wherever_a_process_dies(
    tmp_path: Path,
) -> None:
    points = tuple(FailPoint) if os.environ.get(EVERY_POINT) else POINTS

    wrong = kills(Wish(times=1, points=points), Console(stderr=True), tmp_path)

    assert wrong == []
