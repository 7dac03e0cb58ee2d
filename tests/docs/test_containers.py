"""What the images are built from is there, before anybody builds one."""

import re
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
