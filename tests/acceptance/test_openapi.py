"""The OpenAPI documents against the running system: fuzzed, and as a client's source."""

import importlib
import json
import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from handrail.stack.local import LocalStack
from tests.support.system import Tenant

pytestmark = [pytest.mark.integration, pytest.mark.slow]
SERVICES = ("resolver", "escalator", "notifier", "analytics")
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
)
SECONDS = 20
"""Of generating calls, a service."""
BIN = Path(sys.executable).parent


def fuzz(url: str, key: str, *only: str) -> subprocess.CompletedProcess[str]:
    """Run Schemathesis over the document of *url*; the same calls every time."""
    return subprocess.run(
        [
            BIN / "schemathesis", "run", f"{url}/openapi.json", "--url", url,
            "--header", f"Authorization: Bearer {key}",
            # Replies as a list: a stream of events would never end.
            "--header", "Accept: application/json",
            "--checks", ",".join(CHECKS),
            "--phases", "coverage,fuzzing",
            "--max-examples", "5",
            "--max-time", str(SECONDS),
            "--generation-deterministic",
            "--continue-on-failure",
            "--suppress-health-check", "all",
            "--warnings", "off",
            "--no-color",
            *only,
        ],
        capture_output=True, text=True, check=False, timeout=150,
    )  # fmt: skip


@pytest.mark.parametrize("service", SERVICES)
def test_generated_calls_find_nothing(
    stack: LocalStack, tenant: Tenant, service: str
) -> None:
    apps = "--exclude-path-regex", "^/v1/apps"

    found = fuzz(
        stack.url(service), tenant.key, *(apps if service == "escalator" else ())
    )

    assert found.returncode == 0, found.stdout
    assert "No issues found" in found.stdout


def test_generated_calls_of_the_operator_find_nothing(stack: LocalStack) -> None:
    found = fuzz(
        stack.url("escalator"), stack.admin_key, "--include-path-regex", "^/v1/apps"
    )

    assert found.returncode == 0, found.stdout


CALLS = {
    "resolver": "catalogue.list_actions",
    "escalator": "settings.get_settings",
    "notifier": "destinations.list_destinations",
    "analytics": "trends.summary",
}
NOT_OF_CLIENTS = "Unsupported content type application/"
"""Archives and JSON lines: the generator leaves these bodies out, and says so."""


@pytest.mark.parametrize("service", SERVICES)
def test_a_client_made_from_the_document_works(
    stack: LocalStack,
    tenant: Tenant,
    service: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    described = httpx.get(f"{stack.url(service)}/openapi.json", trust_env=False).json()
    source = tmp_path / "openapi.json"
    source.write_text(json.dumps(described))
    name = f"generated_{service}"
    made = subprocess.run(
        [BIN / "openapi-python-client", "generate", "--path", source, "--meta", "none",
         "--output-path", tmp_path / name],
        capture_output=True, text=True, check=False, timeout=120, cwd=tmp_path,
        env={**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}"},
    )  # fmt: skip
    assert made.returncode == 0, made.stdout + made.stderr
    assert made.stdout.count("WARNING") == made.stdout.count(NOT_OF_CLIENTS), (
        made.stdout
    )
    assert "Unable to process" not in made.stdout, made.stdout
    monkeypatch.syspath_prepend(tmp_path)
    library = importlib.import_module(name)
    call = importlib.import_module(f"{name}.api.{CALLS[service]}")
    client = library.AuthenticatedClient(
        base_url=stack.url(service),
        token=tenant.key,
        httpx_args={"trust_env": False},
    )

    with client as opened:
        answer = call.sync_detailed(client=opened)

    assert answer.status_code == 200
    assert answer.parsed is not None
