"""How the local stack configures its services and describes itself."""

import json
from dataclasses import dataclass

import pytest

from handrail.stack import run
from handrail.stack.broker import NamedBroker
from handrail.stack.gateway import SERVICES
from handrail.stack.local import LocalStack
from handrail.stack.run import RunFile


@dataclass
class FakeSupervisor:
    pids: dict

    def pid(self, name):
        return self.pids[name]


@pytest.fixture
def stack(tmp_path):
    stack = LocalStack("embedded", mail_dir=tmp_path, environment={"EXTRA": "1"})
    stack.broker = NamedBroker("127.0.0.1:9", idempotent=False, kind="tansu-embedded")
    stack.mongo_url, stack.admin_key = "mongodb://127.0.0.1:8", "secret"
    names = (*SERVICES, "mail", "gateway")
    stack.ports = {name: 7000 + n for n, name in enumerate(names)}
    stack.supervisor = FakeSupervisor({name: 100 + n for n, name in enumerate(names)})
    return stack


def test_services_are_configured_by_their_environment_alone(stack):
    got = stack.service_environment()

    assert got["HANDRAIL_KAFKA_BOOTSTRAP_SERVERS"] == "127.0.0.1:9"
    assert got["HANDRAIL_KAFKA_IDEMPOTENT"] == "false"
    assert got["HANDRAIL_KAFKA_PARTITIONS"] == "6"
    assert got["HANDRAIL_KAFKA_REPLICATION"] == "1"
    assert got["HANDRAIL_KAFKA_SESSION_SECONDS"] == "30"
    assert got["HANDRAIL_PUBLIC_URL"] == "http://127.0.0.1:7005"
    assert got["NOTIFIER_SMTP_PORT"] == "7004"
    assert got["RESOLVER_HTTP_PORT"] == "7000"
    assert got["EXTRA"] == "1"


def test_the_run_file_is_what_the_contract_says(stack):
    got = run.describe(stack, "key-1")

    assert set(got) == {
        *("origin", "kafka", "mongo_url", "broker", "admin_key"),
        *("app", "mail_dir", "services", "environment"),
        *("sign_in", "pid", "pid_start"),
    }
    assert got["sign_in"] == "http://127.0.0.1:7005/#key=key-1"
    assert got["app"] == {"app_id": "demo", "key": "key-1"}
    assert set(got["services"]) == set(SERVICES)
    assert got["services"]["notifier"] == {"url": "http://127.0.0.1:7002", "pid": 102}


def test_the_run_file_follows_restarts_and_goes_with_the_run(stack, tmp_path):
    file = RunFile(tmp_path / "run.json")
    file.refresh("resolver")
    early = file.path.exists()
    file.publish(stack, "key-1")
    stack.supervisor.pids["resolver"] = 999
    file.refresh("resolver")
    content = json.loads(file.path.read_text())
    mode = file.path.stat().st_mode & 0o777
    file.remove()
    file.refresh("resolver")

    assert not early
    assert content["services"]["resolver"]["pid"] == 999
    assert mode == 0o600
    assert not file.path.exists()
