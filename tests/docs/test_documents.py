"""The documents say what the code does."""

import importlib
import inspect
import itertools
import json
import pkgutil
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import REGISTRY
from pydantic import AliasChoices
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings

import services
from handrail.stack.gateway import SERVICES
from shared.kafka import dead_letters
from shared.kafka.deciding import lanes, worker
from shared.kafka.working import decode, deferred, intake
from shared.mongo import errors
from shared.settings import KafkaSettings

ROOT = Path(__file__).resolve().parents[2]
SUFFIXES = ("_total", "_bucket", "_sum", "_count", "_created")

# Spelled in parts, so that this file does not name what it forbids.
FORBIDDEN = re.compile(
    r"/(?:work|home|Users)/[a-z]|(?:files\.)?pythonhosted\.org|"
    r"\bpypi\." + r"org|repo1?\.maven|maven\.apache\.org/maven2|registry\.npm|"
    r"proxy\.golang|deb\.debian",
)
GENERATED = {"LICENSE"}


def read(name: str) -> str:
    return (ROOT / name).read_text()


def tracked() -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    return [name for name in listed.stdout.split("\0") if (ROOT / name).is_file()]


# Settings -----------------------------------------------------------------------------


def environment_names(prefix: str, name: str, field: FieldInfo) -> list[str]:
    alias = field.validation_alias
    if isinstance(alias, AliasChoices):
        return [str(choice) for choice in alias.choices]
    return [str(alias)] if alias else [f"{prefix}{name}".upper()]


def settings_classes() -> list[type[BaseSettings]]:
    found: list[type[BaseSettings]] = [KafkaSettings]
    for module in pkgutil.iter_modules(services.__path__):
        settings = importlib.import_module(f"services.{module.name}.settings")
        found += [
            cls
            for _, cls in inspect.getmembers(settings, inspect.isclass)
            if issubclass(cls, BaseSettings) and cls.__module__ == settings.__name__
        ]
    return found


def settings_in_code() -> dict[str, Any]:
    """Return every environment variable of every service, with its default."""
    found: dict[str, Any] = {}
    for cls in settings_classes():
        for name, field in cls.model_fields.items():
            if isinstance(field.annotation, type) and issubclass(
                field.annotation, BaseSettings
            ):
                continue
            prefix = cls.model_config.get("env_prefix", "")
            for variable in environment_names(prefix, name, field):
                found[variable] = field.get_default(call_default_factory=True)
    return found


def settings_in_example() -> dict[str, str]:
    pairs = re.findall(r"^#?([A-Z][A-Z_]+)=(.*)$", read(".env.example"), re.MULTILINE)
    assert len(pairs) == len(dict(pairs)), "a setting is listed twice"
    return dict(pairs)


def test_every_setting_is_in_the_example() -> None:
    missing = settings_in_code().keys() - settings_in_example().keys()

    assert not missing


def test_the_example_names_nothing_that_is_not_read() -> None:
    elsewhere = [read("docker-compose.yml"), read("Makefile")]
    for folder in ("handrail", "tests/support"):
        elsewhere += [path.read_text() for path in (ROOT / folder).rglob("*.py")]
    used = set(re.findall(r"[A-Z][A-Z_]{3,}", "\n".join(elsewhere)))

    unread = settings_in_example().keys() - settings_in_code().keys() - used

    assert not unread


def test_the_example_says_the_true_defaults() -> None:
    example = settings_in_example()

    wrong = {
        name: (example[name], default)
        for name, default in settings_in_code().items()
        if name in example and not is_same(example[name], default)
    }

    assert not wrong


def is_same(written: str, default: object) -> bool:
    if isinstance(default, bool):
        return written == str(default).lower()
    if isinstance(default, int | float):
        return float(written) == default
    if isinstance(default, list):
        return bool(json.loads(written) == default)
    return written == str(default)


def test_every_setting_in_the_example_is_explained_above_it() -> None:
    lines = read(".env.example").splitlines()

    bare = [
        line
        for above, line in itertools.pairwise(lines)
        if re.match(r"#?[A-Z][A-Z_]+=", line)
        and not above.startswith("# ")
        and not re.match(r"#[A-Z_]+_IMAGE=", above)
    ]

    assert not bare


# Containers ---------------------------------------------------------------------------


def compose_sections() -> dict[str, str]:
    body = read("docker-compose.yml").split("\nservices:\n", 1)[1]
    parts = re.split(r"^  ([a-z0-9-]+):\n", body, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_compose_runs_the_four_services_and_all_they_need() -> None:
    needed = {f"kafka-{n}" for n in (1, 2, 3)} | {f"mongo-{n}" for n in (1, 2, 3)}
    needed |= {"topics", "mongo-init", "gateway", "mail", "prometheus", "grafana"}

    assert needed | set(SERVICES) <= compose_sections().keys()


FIXED_BY_COMPOSE = re.compile(
    r".*_HTTP_(HOST|PORT)|HANDRAIL_KAFKA_(SECURITY_PROTOCOL|SASL_MECHANISM|USERNAME"
    r"|PASSWORD|CA_FILE)"
)


@pytest.mark.parametrize("service", SERVICES)
def test_compose_hands_every_setting_to_its_service(service: str) -> None:
    shared = read("docker-compose.yml").split("\nservices:\n", 1)[0]
    text = shared + compose_sections()[service]
    own = f"{service.upper()}_"
    expected = {
        name
        for name in settings_in_code()
        if name.startswith(("HANDRAIL_", own)) and not FIXED_BY_COMPOSE.fullmatch(name)
    }

    handed = set(re.findall(r"^\s+([A-Z][A-Z_]+):", text, re.MULTILINE))

    assert expected <= handed


@pytest.mark.skipif(not shutil.which("docker-compose"), reason="no docker-compose")
def test_compose_parses_and_asks_for_the_operators_key(tmp_path: Path) -> None:
    # Not the checkout's own .env: it may have the key.
    empty = tmp_path / "env"
    empty.touch()
    command = ["docker-compose", "--env-file", str(empty), "config", "-q"]
    base = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(tmp_path)}

    def parse(**environment: str) -> int:
        return subprocess.run(
            command, cwd=ROOT, env=base | environment, capture_output=True, check=False
        ).returncode

    assert parse(HANDRAIL_ADMIN_KEY="x") == 0
    assert parse() != 0


def test_the_image_copies_only_what_a_service_is_made_of() -> None:
    copied = re.findall(
        r"^COPY (?!--from)(.+)$", read("deploy/Dockerfile"), re.MULTILINE
    )

    sources = {source for line in copied for source in line.split()[:-1]}

    assert sources == {
        "requirements/${SERVICE}.lock",
        "pyproject.toml",
        "LICENSE",
        "deploy/serve.py",
        "deploy/embedding/",
        "shared/",
        "services/__init__.py",
        "services/${SERVICE}/",
    }


# Metrics ------------------------------------------------------------------------------


def metrics_in_code() -> set[str]:
    """Return the names of our instruments as Prometheus shows them."""
    importlib.import_module("shared.metrics")
    for module in pkgutil.iter_modules(services.__path__):
        importlib.import_module(f"services.{module.name}.metrics")
    return {
        f"{metric.name}_total" if metric.type == "counter" else metric.name
        for metric in REGISTRY.collect()
        if metric.name.startswith("handrail_")
    }


def metrics_in(text: str) -> set[str]:
    return set(re.findall(r"\bhandrail_[a-z0-9_]+", text))


def test_operations_lists_every_metric_and_no_other() -> None:
    text = read("docs/operations.md")
    table = set(re.findall(r"^\| `(handrail_\w+)` \|", text, re.MULTILINE))

    assert table == metrics_in_code()


@pytest.mark.parametrize(
    "name",
    ["deploy/prometheus/alerts.yml", "deploy/grafana/dashboards/handrail.json"],
)
def test_alerts_and_dashboard_use_only_metrics_that_exist(name: str) -> None:
    known = metrics_in_code()
    series = known | {metric + suffix for metric in known for suffix in SUFFIXES}

    assert metrics_in(read(name)) <= series


def test_every_alert_says_what_to_do() -> None:
    alerts = read("deploy/prometheus/alerts.yml")
    names = re.findall(r"- alert: (\w+)", alerts)
    anchors = re.findall(r"runbook: docs/operations\.md#(\w+)", alerts)
    headings = re.findall(r"^### (\w+)$", read("docs/operations.md"), re.MULTILINE)

    assert [name.lower() for name in names] == anchors
    assert sorted(names) == sorted(headings)


@pytest.mark.skipif(not shutil.which("promtool"), reason="no promtool")
def test_the_alert_rules_pass_their_own_tests() -> None:
    done = subprocess.run(
        ["promtool", "test", "rules", "alerts.test.yml"],
        cwd=ROOT / "deploy/prometheus",
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr


def test_the_dashboard_asks_the_source_it_lets_people_choose() -> None:
    dashboard = json.loads(read("deploy/grafana/dashboards/handrail.json"))
    panels = [panel for panel in dashboard["panels"] if panel["type"] != "row"]

    assert dashboard["uid"] == "handrail"
    assert {panel["datasource"]["uid"] for panel in panels} == {"$datasource"}
    assert len({panel["id"] for panel in dashboard["panels"]}) == len(
        dashboard["panels"]
    )


# Documents ----------------------------------------------------------------------------


def documents() -> list[str]:
    found = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    return sorted(str(path.relative_to(ROOT)) for path in found)


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_every_make_command_that_is_named_exists(name: str) -> None:
    targets = set(re.findall(r"^([a-z]+):", read("Makefile"), re.MULTILINE))

    named = set(re.findall(r"(?:^|`)make ([a-z]+)", read(name), re.MULTILINE))

    assert named <= targets


@pytest.mark.parametrize("name", documents())
def test_links_between_documents_lead_somewhere(name: str) -> None:
    folder = (ROOT / name).parent
    links = re.findall(r"\]\((?!https?:|#)([^)#\s]+)(?:#[^)]*)?\)", read(name))

    broken = [link for link in links if not (folder / link).exists()]

    assert not broken


@pytest.mark.parametrize(
    "path", sorted((ROOT / "docs/decisions").glob("*.md")), ids=lambda path: path.stem
)
def test_a_decision_has_its_sections_in_order(path: Path) -> None:
    text = path.read_text()

    assert re.match(rf"# {path.stem[:4]}\. ", text)
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == [
        "Context",
        "Decision",
        "Consequences",
        "Alternatives",
    ]
    assert len(re.findall(r"^> ", text, re.MULTILINE)) == 1


def test_decisions_are_numbered_without_gaps() -> None:
    numbers = [path.name[:4] for path in sorted((ROOT / "docs/decisions").glob("*.md"))]

    assert numbers == [f"{n:04}" for n in range(1, len(numbers) + 1)]


def test_operations_names_only_reasons_that_records_are_refused_for() -> None:
    modules = (decode, intake, deferred, dead_letters, worker, lanes, errors)
    source = "".join(map(inspect.getsource, modules))
    section = read("docs/operations.md").split("| reasons |")[1].split("**Deliveries**")
    named = {
        reason
        for row in re.findall(r"^\| (`.+?) \|", section[0], re.MULTILINE)
        for reason in re.findall(r"`([a-z_]+)`", row)
    }

    assert {reason for reason in named if reason not in source} == set()


def test_no_file_names_this_machine_or_a_registry() -> None:
    guilty = {}
    for name in tracked():
        try:
            text = read(name)
        except UnicodeDecodeError:
            continue
        if name not in GENERATED and (found := FORBIDDEN.search(text)):
            guilty[name] = found[0]

    assert not guilty
