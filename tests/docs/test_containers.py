"""What the images are built from is there, before anybody builds one."""

import re
import shutil
import subprocess
from pathlib import Path

import pathspec
import pytest

from handrail.stack.gateway import SERVICES

ROOT = Path(__file__).resolve().parents[2]


def ignored(patterns: str) -> pathspec.PathSpec:
    """Return what Docker leaves out of a build context.

    The last pattern that matches a file or a folder above it decides, and each starts
    at the context's root, with or without slashes around it.
    """
    lines = [line.strip() for line in patterns.splitlines()]
    rooted = [
        f"{'!' if line.startswith('!') else ''}/{line.strip('!/')}{below}"
        for line in lines
        if line and not line.startswith("#")
        for below in ("", "/**")
    ]
    return pathspec.PathSpec.from_lines("gitignore", rooted)


def copied(dockerfile: str) -> list[str]:
    """Return the sources of each COPY and ADD from the context, for every service."""
    joined = re.sub(r"\\\n", " ", dockerfile)
    found = []
    for line in re.findall(r"^(?:COPY|ADD)\s+(.+)$", joined, re.MULTILINE):
        words = line.split()
        if not any(word.startswith("--from=") for word in words):
            sources = [word for word in words if not word.startswith("--")][:-1]
            found += [
                source.replace("${SERVICE}", service)
                for source in sources
                for service in SERVICES
            ]
    return sorted(set(found))


DOCKERFILE = (ROOT / "deploy/Dockerfile").read_text()
DOCKERIGNORE = (ROOT / ".dockerignore").read_text()


@pytest.mark.parametrize("source", copied(DOCKERFILE))
def test_what_the_image_copies_is_in_the_build_context(source: str) -> None:
    path, left_out = ROOT / source, ignored(DOCKERIGNORE)
    files = [path] if path.is_file() else [p for p in path.rglob("*") if p.is_file()]
    kept = [f for f in files if not left_out.match_file(f.relative_to(ROOT))]

    assert kept


def test_the_build_context_holds_nothing_else() -> None:
    left_out = ignored(DOCKERIGNORE)
    others = ("docs/style.md", "tests/conftest.py", "deploy/verify/compose.sh", ".env")

    assert all(left_out.match_file(name) for name in others)
    assert left_out.match_file("shared/__pycache__/settings.cpython-311.pyc")


@pytest.mark.parametrize(
    ("patterns", "name", "out"),
    [
        pytest.param("*\n!shared", "shared/kafka/publisher.py", False, id="again-in"),
        pytest.param("*\n!shared", "services/__init__.py", True, id="all"),
        pytest.param(
            "*\n!deploy/serve.py", "deploy/embedding/pom.xml", True, id="beside"
        ),
        pytest.param("*.pyc", "shared/a.pyc", False, id="only-at-the-root"),
        pytest.param("**/*.pyc", "shared/a.pyc", True, id="everywhere"),
        pytest.param("!shared\nshared", "shared/a.py", True, id="the-last-decides"),
        pytest.param("/docs/", "docs/style.md", True, id="slashes-mean-nothing"),
    ],
)
def test_the_rules_are_dockers(patterns: str, name: str, out: bool) -> None:
    assert ignored(patterns).match_file(name) is out


# External servers ---------------------------------------------------------------------

EXTERNAL = "deploy/compose/external.yml"


def overlaid() -> dict[str, str]:
    """Return the services of the overlay, and what each is made of."""
    body = (ROOT / EXTERNAL).read_text().split("\nservices:\n", 1)[1]
    return dict(re.findall(r"^  ([a-z0-9-]+): ?(.*)$", body, re.MULTILINE))


def test_with_external_servers_none_of_ours_is_started_and_each_service_reaches_them() -> (
    None
):
    found = overlaid()
    servers = {f"{kind}-{n}" for kind in ("kafka", "mongo") for n in (1, 2, 3)}

    assert {name for name, how in found.items() if how == "*ours"} == servers
    assert {name for name, how in found.items() if how == "*service"} == {
        "topics",
        *SERVICES,
    }


def test_nothing_waits_for_a_server_that_may_be_external() -> None:
    compose = (ROOT / "docker-compose.yml").read_text()

    assert not re.search(r"^ +(kafka|mongo)-\d: \{condition", compose, re.MULTILINE)


@pytest.mark.skipif(not shutil.which("docker-compose"), reason="no docker-compose")
@pytest.mark.parametrize(
    ("missing", "status"),
    [("", 0), ("HANDRAIL_MONGO_URL", 1), ("HANDRAIL_KAFKA_BOOTSTRAP_SERVERS", 1)],
)
def test_the_overlay_asks_for_both_servers(
    missing: str, status: int, tmp_path: Path
) -> None:
    # Not the checkout's own .env: it may name them.
    (tmp_path / "env").touch()
    command = ["docker-compose", "--env-file", str(tmp_path / "env")]
    command += ["-f", "docker-compose.yml", "-f", EXTERNAL, "config", "-q"]
    environment = {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "HOME": str(tmp_path),
        "HANDRAIL_ADMIN_KEY": "x",
        "HANDRAIL_MONGO_URL": "mongodb://db.acme.test/?replicaSet=rs0",
        "HANDRAIL_KAFKA_BOOTSTRAP_SERVERS": "kafka.acme.test:9093",
    }
    environment.pop(missing, None)

    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, check=False
    )

    assert done.returncode == status, done.stderr.decode()


# The verification ---------------------------------------------------------------------


def test_the_verification_makes_each_image_that_a_registry_would_give() -> None:
    compose = (ROOT / "docker-compose.yml").read_text()
    script = (ROOT / "deploy/verify/compose.sh").read_text()
    overlay = (ROOT / "deploy/verify/compose.yml").read_text()

    named = set(re.findall(r"\$\{([A-Z]+_IMAGE):-", compose))
    made = set(re.findall(r"\b([A-Z]+_IMAGE)=handrail-verify/", script))

    assert named - made == {"GRAFANA_IMAGE", "MAILPIT_IMAGE"}
    assert "image: handrail-verify/mail" in overlay
    assert "  grafana:\n    profiles: [never]" in overlay


def test_the_verification_runs_the_kafka_that_compose_names() -> None:
    compose = (ROOT / "docker-compose.yml").read_text()
    pom = (ROOT / "deploy/verify/pom.xml").read_text()

    tag = re.search(r"apache/kafka:([\d.]+)", compose)

    assert tag
    assert f"<version>{tag[1]}</version>" in pom
