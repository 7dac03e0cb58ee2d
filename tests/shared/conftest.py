"""The runtime's waits, left out: no test is timed."""

import pytest


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.kafka.working.rounds.BRIEF_WAITS", (0.0, 0.0))
    monkeypatch.setattr("shared.kafka.working.runtime.LONGEST_PAUSE", 0.0)
    monkeypatch.setattr("shared.kafka.working.breaker.LONGEST_WAIT", 0.0)
