"""What outsiders read is readable by the client that is most easily installed."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import orjson
import pytest

from handrail.stack.local import LocalStack
from handrail.stack.processes import ROOT
from tests.support.system import Tenant, publish, replies_of, until

pytestmark = [pytest.mark.integration, pytest.mark.slow, pytest.mark.timeout(300)]
READER = Path(__file__).with_name("plain_reader.py")
REPLIES, OPENED = "conversation.replies", "escalation.opened"
DELIVERED = "notification.delivered"
STORY = "I'm getting error 500 when I try to upload files larger than 10MB"


@pytest.fixture(scope="module")
def plain_python(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Give the Python of an environment that has aiokafka, without extras."""
    folder = tmp_path_factory.mktemp("plain")
    python = str(folder / "bin" / "python")
    lock = (ROOT / "requirements" / "local.lock").read_text()
    version = re.search(r"^aiokafka==(\S+)", lock, re.MULTILINE)
    assert version
    run(sys.executable, "-m", "venv", "--without-pip", str(folder))
    wanted = f"aiokafka=={version[1]}"
    run(sys.executable, "-m", "pip", "--python", python, "install", "-q", wanted)
    return python


def run(*command: str) -> str:
    # Not what this suite's own Python is told about where modules are.
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{command}:\n{done.stdout}{done.stderr}"
    return done.stdout


async def test_a_client_without_codecs_reads_replies_packets_and_deliveries(
    stack: LocalStack, tenant: Tenant, plain_python: str
) -> None:
    event = tenant.said("e-1", "c-1", message={"role": "user", "text": STORY})
    await publish(stack.kafka, [(tenant.lane("c-1"), orjson.dumps(event), [])])

    async def told() -> set[str]:
        return {
            reply["status"]
            for reply in await replies_of(stack, tenant)
            if reply["type"] in {"handoff", "receipt"}
        }

    assert "delivered" in await until(told, enough=lambda it: "delivered" in it)
    # Isolated: neither this folder nor the checkout is where it looks for modules.
    command = (plain_python, "-I", str(READER), stack.kafka)
    found = json.loads(run(*command, REPLIES, OPENED, DELIVERED))

    assert found["codecs"]["zstd"] is False
    assert found["modules"] == []
    replies, packets, delivered = (
        ours(found["values"][topic], tenant) for topic in (REPLIES, OPENED, DELIVERED)
    )
    assert {"e-1"} == {reply["in_reply_to"] for reply in replies}
    assert [packet["conversation"][-1]["text"] for packet in packets] == [STORY]
    assert {packets[0]["escalation_id"]} == {each["escalation_id"] for each in replies}
    assert {packets[0]["escalation_id"]} == {
        each["escalation_id"] for each in delivered
    }


def ours(values: list[dict[str, Any]], tenant: Tenant) -> list[dict[str, Any]]:
    return [each for each in values if each["app_id"] == tenant.app_id]
