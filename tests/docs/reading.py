"""The blocks of the documents, and a shell that runs them as a reader would."""

import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

RUN = ("sh", "http", "js")
"""Languages of what a reader runs: in a shell, against the origin, in mongosh."""

SHOWN = ("mermaid", "text")
"""Languages of what a reader looks at."""

NEVER_RETURNS = "never-returns"
"""The mark of a block that goes on until it is stopped."""


@dataclass(frozen=True)
class Block:
    """A fenced block: where it is, and what stands behind its fence."""

    document: str
    line: int
    language: str
    marks: tuple[str, ...]
    text: str

    @property
    def returns(self) -> bool:
        return NEVER_RETURNS not in self.marks

    def __str__(self) -> str:
        return f"{self.document}:{self.line}"


def documents() -> list[str]:
    """Return the documents whose blocks are run."""
    found = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    return [str(path.relative_to(ROOT)) for path in found]


def blocks(document: str) -> list[Block]:
    """Return the blocks of a document in their order."""
    text = (ROOT / document).read_text()
    found = []
    for fence in re.finditer(r"^```(.*)\n((?:(?!```).*\n)*?)```$", text, re.MULTILINE):
        line = text.count("\n", 0, fence.start()) + 1
        language, *marks = fence[1].split() or [""]
        found.append(Block(document, line, language, tuple(marks), fence[2]))
    return found


@dataclass
class Shell:
    """A reader's terminal in a checkout: what one block sets, the next one has."""

    folder: Path
    tools: Path
    """In front of the PATH."""
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def variables(self) -> dict[str, str]:
        """What a command is started with."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("HANDRAIL_", "MAKE"))
        }
        path = f"{self.tools}:{os.environ['PATH']}"
        return {**kept, "PATH": path, "PYTHON": sys.executable, **self.environment}

    def start(self, text: str) -> "subprocess.Popen[str]":
        """Start *text* in a process group of its own, its output to be read."""
        kept = shlex.quote(str(self._kept))
        script = (
            f"set -a; touch {kept}; . {kept}; set -eo pipefail\n"
            f"trap 'status=$?; declare -px >{kept}; exit $status' EXIT\n{text}"
        )
        return subprocess.Popen(
            ["bash", "-c", script],
            cwd=self.folder,
            env=self.variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def run(self, text: str, seconds: float = 60) -> str:
        """Return what *text* prints; fail where it does."""
        process = self.start(text)
        said, _ = process.communicate(timeout=seconds)

        assert process.returncode == 0, said
        return said

    @property
    def _kept(self) -> Path:
        return self.tools / "variables"


def make_tools(folder: Path) -> Path:
    """Make what a reader has: `handrail`, and a curl that fails where it is refused."""
    folder.mkdir()
    write_tool(folder / "handrail", f'exec {sys.executable} -m handrail.cli "$@"')
    # Without this a refusal would look like an answer.
    write_tool(folder / "curl", 'exec /usr/bin/curl -sS --fail-with-body "$@"')
    return folder


def write_tool(path: Path, line: str) -> None:
    path.write_text(f"#!/bin/sh\n{line}\n")
    path.chmod(0o755)
