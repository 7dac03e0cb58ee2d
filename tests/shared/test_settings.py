"""Wrong settings end a service with what to put right, and without a trace."""

import os
import socket
import subprocess
import sys

import pytest
from fastapi import FastAPI
from pydantic import ValidationError
from pydantic_settings import SettingsError

from handrail.stack.processes import ROOT
from services.notifier.settings import Settings as Notifier
from services.resolver.settings import Settings as Resolver
from shared.serve import start
from shared.settings import describe_wrong


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("RESOLVER_HTTP_PORT", "70000"),
        ("RESOLVER_ACTION_LEAD", "secret-looking"),
        ("HANDRAIL_KAFKA_REPLICATION", "0"),
    ],
)
def test_a_wrong_setting_is_named_as_it_is_set_and_its_value_is_not_shown(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(ValidationError) as wrong:
        Resolver()

    said = describe_wrong(wrong.value)
    assert said.startswith(f"{name}: ")
    assert len(said.splitlines()) == 1
    assert "secret-looking" not in said


def test_a_list_that_is_no_json_is_said_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RESOLVER_ALLOWED_ORIGINS", "https://acme.test")

    with pytest.raises(SettingsError) as wrong:
        Resolver()

    assert "allowed_origins" in describe_wrong(wrong.value)


@pytest.mark.parametrize("key", ["NOTIFIER_SECRET_KEY", "HANDRAIL_ADMIN_KEY"])
def test_either_key_is_enough_for_the_notifier(
    key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HANDRAIL_ADMIN_KEY", raising=False)
    monkeypatch.setenv(key, "k")

    settings = Notifier()

    assert "k" in {settings.secret_key, settings.admin_key}


def test_wrong_settings_end_the_start_before_anything_is_built(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("RESOLVER_HTTP_PORT", "many")

    def build(_: Resolver) -> FastAPI:
        raise AssertionError("built")

    with pytest.raises(SystemExit, match="RESOLVER_HTTP_PORT"):
        start(Resolver, build)


def test_a_notifier_without_a_key_says_which_setting_to_make() -> None:
    bare = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("HANDRAIL_", "NOTIFIER_"))
    }

    ended = subprocess.run(
        [sys.executable, "-m", "services.notifier"],
        cwd=ROOT,
        env=bare,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert ended.returncode == 1
    assert "NOTIFIER_SECRET_KEY or HANDRAIL_ADMIN_KEY must be set" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize(
    ("given", "name"),
    [("hostname", socket.gethostname()), ("resolver-0", "resolver-0"), ("", "")],
)
def test_replicas_with_one_environment_can_have_a_name_each(
    given: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HANDRAIL_INSTANCE_ID", given)

    assert Resolver().instance_id == name
