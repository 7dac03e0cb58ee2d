"""Builds `dashboard/dist` where a source of it has changed.

Types are made from the four services' OpenAPI documents first, so a page that asks for
what a service no longer has does not build.
"""

import hashlib
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

from handrail.dashboard.node import Node, find_node
from handrail.dashboard.openapi import write_documents

FOLDER = Path(__file__).parents[2] / "dashboard"
PAGES = FOLDER / "dist"
_STAMP = PAGES / ".sources"
_MODULES = FOLDER / "node_modules"
_INSTALLED = _MODULES / ".package-lock.json"
_GENERATED = ("src/api/openapi", "src/api/types")

Say = Callable[[str], None]


class BuildError(RuntimeError):
    """A step of the build failed; the message has its last words."""


def build(say: Say = print) -> Path:
    """Return the folder of the built pages, built anew where a source changed.

    Raises NoNodeError, and BuildError with what npm, tsc or Vite said last.
    """
    write_documents(FOLDER / "src" / "api" / "openapi")
    digest = _digest()
    if _STAMP.exists() and _STAMP.read_text() == digest:
        return PAGES
    node = find_node()
    _install(node, say)
    say("dashboard: types from the services' OpenAPI")
    _run(node, "run", "types")
    say("dashboard: pages")
    _run(node, "run", "build")
    _STAMP.write_text(digest)
    return PAGES


def check(say: Say = print) -> None:
    """Types, style and component tests of the pages."""
    write_documents(FOLDER / "src" / "api" / "openapi")
    node = find_node()
    _install(node, say)
    for step in ("types", "check", "test"):
        say(f"dashboard: {step}")
        _run(node, "run", step)


def _install(node: Node, say: Say) -> None:
    lock = FOLDER / "package-lock.json"
    if _INSTALLED.exists() and _INSTALLED.stat().st_mtime >= lock.stat().st_mtime:
        return
    say("dashboard: packages by their lock file (once, some 20 s)")
    _run(node, "ci", "--no-fund", "--no-audit", "--ignore-scripts")


def _run(node: Node, *words: str) -> None:
    folder = str(Path(node.node[0]).parent)
    done = subprocess.run(
        [*node.npm, *words],
        cwd=FOLDER,
        # What npm starts looks for `node` itself.
        env={**os.environ, "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        said = f"{done.stdout[-3000:]}\n{done.stderr[:1000]}".strip()
        raise BuildError(f"npm {' '.join(words)} failed:\n{said}")


def _digest() -> str:
    found = hashlib.sha256()
    for path in _sources():
        found.update(str(path.relative_to(FOLDER)).encode())
        found.update(path.read_bytes())
    return found.hexdigest()


def _sources() -> Iterator[Path]:
    for path in sorted(FOLDER.rglob("*")):
        inner = path.relative_to(FOLDER)
        if inner.parts[0] in {"node_modules", "dist"} or not path.is_file():
            continue
        if not str(inner).startswith(_GENERATED[1]):
            yield path
