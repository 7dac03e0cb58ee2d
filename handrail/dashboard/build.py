"""Builds the dashboard and the chat where a source of them has changed.

The dashboard's types are made from the four services' OpenAPI documents first, so a
page that asks for what a service no longer has does not build.
"""

import fcntl
import hashlib
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from handrail.dashboard.node import Node, NoNodeError, have_node
from handrail.dashboard.openapi import describe

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "dashboard"
PAGES = FOLDER / "dist"
CHAT_FOLDER = ROOT / "clients" / "assistant"
CHAT = CHAT_FOLDER / "dist"
_GENERATED = "src/api/types"
_NOT_SOURCES = frozenset({"node_modules", "dist", ".lock"})

Say = Callable[[str], None]


class BuildError(RuntimeError):
    """A step of the build failed; the message has its last words."""


def run_npm(node: Node, folder: Path, *words: str) -> None:
    """Run npm in *folder*. Raises BuildError with what it said last."""
    beside = str(Path(node.node[0]).parent)
    done = subprocess.run(
        [*node.npm, *words],
        cwd=folder,
        # What npm starts looks for `node` itself.
        env={**os.environ, "PATH": f"{beside}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        said = f"{done.stdout[-3000:]}\n{done.stderr[:1000]}".strip()
        raise BuildError(f"npm {' '.join(words)} failed:\n{said}")


@dataclass(frozen=True, slots=True)
class Builder:
    """Builds and checks what is in *folder*, by the scripts of its package."""

    folder: Path = FOLDER
    say: Say = print
    describe: Callable[[Path], object] = describe
    node: Callable[[Say], Node] = have_node
    npm: Callable[..., None] = field(default=run_npm)
    build_steps: tuple[str, ...] = ("types", "build")
    check_steps: tuple[str, ...] = ("types", "check", "test")

    @property
    def pages(self) -> Path:
        """Return where the built pages are."""
        return self.folder / "dist"

    def build(self) -> Path:
        """Return the folder of the built pages, built anew where a source changed.

        Raises NoNodeError and BuildError.
        """
        with self._alone():
            return self._build()

    def check(self) -> None:
        """Types, style and component tests. Raises NoNodeError and BuildError."""
        with self._alone():
            self._check()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Let no other process install or build here meanwhile."""
        with (self.folder / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _build(self) -> Path:
        self.describe(self.folder / "src" / "api" / "openapi")
        digest = self._digest()
        stamp = self.pages / ".sources"
        if stamp.exists() and stamp.read_text() == digest:
            return self.pages
        node = self._installed()
        for step in self.build_steps:
            self.say(f"{self.folder.name}: {step}")
            self.npm(node, self.folder, "run", step)
        stamp.write_text(digest)
        return self.pages

    def _check(self) -> None:
        self.describe(self.folder / "src" / "api" / "openapi")
        node = self._installed()
        for step in self.check_steps:
            self.say(f"{self.folder.name}: {step}")
            self.npm(node, self.folder, "run", step)

    def _installed(self) -> Node:
        node = self.node(self.say)
        lock = self.folder / "package-lock.json"
        done = self.folder / "node_modules" / ".package-lock.json"
        if not done.exists() or done.stat().st_mtime < lock.stat().st_mtime:
            self.say(f"{self.folder.name}: packages by their lock (once, some 20 s)")
            # Without a registry it must fail soon: the system waits for it.
            soon = ("--fetch-retries=1", "--fetch-retry-maxtimeout=5000")
            self.npm(node, self.folder, "ci", "--ignore-scripts", *soon)
        return node

    def _digest(self) -> str:
        found = hashlib.sha256()
        for path in self._sources():
            found.update(str(path.relative_to(self.folder)).encode())
            found.update(path.read_bytes())
        return found.hexdigest()

    def _sources(self) -> Iterator[Path]:
        for path in sorted(self.folder.rglob("*")):
            inner = path.relative_to(self.folder)
            if inner.parts[0] in _NOT_SOURCES or not path.is_file():
                continue
            if not str(inner).startswith(_GENERATED):
                yield path


def builders(say: Say = print) -> tuple[Builder, ...]:
    """Return what there is to build: the dashboard, and the chat for web pages."""
    return (
        Builder(say=say),
        Builder(
            folder=CHAT_FOLDER,
            say=say,
            describe=lambda _: None,
            build_steps=("build",),
            check_steps=("check", "test"),
        ),
    )


def try_to_build() -> str:
    """Build all of it; return why it could not be, empty in normal life."""
    try:
        for builder in builders(lambda _: None):
            builder.build()
    except (BuildError, NoNodeError, subprocess.CalledProcessError) as error:
        return str(error)
    return ""
