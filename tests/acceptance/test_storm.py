"""The short form of `make storm`: a broker lost, batches refused, nothing lost."""

import json
from pathlib import Path

import pytest
from rich.console import Console

from handrail.stack import java
from handrail.storm.__main__ import storm
from handrail.storm.play import Wish

pytestmark = [pytest.mark.integration, pytest.mark.slow, pytest.mark.timeout(300)]
EVENTS = 1_500


@pytest.fixture
def apache() -> None:
    if not java.java_available():
        pytest.skip("needs three brokers of Apache Kafka")


def test_a_lost_broker_and_refused_batches_lose_nothing_and_restart_nobody(
    apache: None, tmp_path: Path
) -> None:
    wrong = storm(Wish.quick(EVENTS, seed=1), Console(quiet=True), tmp_path)

    assert wrong == []
    result = json.loads((tmp_path / "storm.json").read_text())
    found = result["reckoning"]
    assert found["events"] == EVENTS + result["large_packets"]
    assert found["published"] > found["events"]
    assert result["lost"] == 0
    assert found["escalations"] == EVENTS // 20 + result["large_packets"]
    letters = result["dead_letters"]
    assert letters["escalation.opened: output_too_large"] >= result["large_packets"]
    faults = {each["what"]: each["healed"] for each in result["faults"]}
    assert set(faults) == {"broker 2 killed", "MESSAGE_TOO_LARGE"}
    assert all(faults.values())
