"""A process killed once at each named point of an escalation's life, on real servers."""

from pathlib import Path

import pytest
from rich.console import Console

from handrail.kills.__main__ import kills
from handrail.kills.play import Wish

pytestmark = [pytest.mark.integration, pytest.mark.slow, pytest.mark.timeout(1800)]


def test_nothing_is_lost_and_nothing_happens_twice_wherever_a_process_dies(
    tmp_path: Path,
) -> None:
    wrong = kills(Wish(times=1), Console(stderr=True), tmp_path)

    assert wrong == []
