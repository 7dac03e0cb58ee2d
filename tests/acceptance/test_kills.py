"""Each service killed once under 1,000 conversations: nothing lost, nothing twice."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from handrail.stack import processes
from handrail.stack.processes import BUILD, ROOT
from handrail.stack.run import RUN_FILE
from tests.support.suite import wanted_kind, wanted_nodes

pytestmark = [pytest.mark.integration, pytest.mark.slow, pytest.mark.timeout(600)]
OUTSIDER = Path(__file__).with_name("outsider.py")
CONVERSATIONS = 1000


@pytest.fixture
def run_file() -> Iterator[Path]:
    """Give build/run.json of a `make run` that lasts as long as the test."""
    environment = {
        **os.environ,
        "BROKER": wanted_kind(),
        "NODES": str(wanted_nodes()),
        "HANDRAIL_PORT": str(processes.free_port()),
    }
    log = BUILD / "logs" / "acceptance-run.log"
    RUN_FILE.unlink(missing_ok=True)
    running = processes.spawn(
        [sys.executable, "-m", "handrail.stack.run"], log=log, environment=environment
    )
    try:
        # How long it takes is the machine's; the test's own time bounds it.
        while not RUN_FILE.exists():
            assert running.poll() is None, processes.tail(log)
            time.sleep(0.2)
        yield RUN_FILE
    finally:
        processes.stop(running, grace=30)
    assert not RUN_FILE.exists()


def test_an_outsider_finds_every_promise_kept_through_four_kills(
    run_file: Path,
) -> None:
    command = [sys.executable, str(OUTSIDER), str(run_file), str(CONVERSATIONS)]

    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)

    assert done.returncode == 0, (done.stdout + done.stderr).decode()[-3000:]
    found = json.loads(done.stdout)
    assert found["conversations"] == CONVERSATIONS
    assert found["escalated"] == CONVERSATIONS * 4 // 5
    # The notifier was killed once: one mail a connection may have been in flight.
    assert found["repeated_mails"] <= 16
