"""Each command that `make help` lists starts."""

import importlib.util
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BUILTINS = {"if", "for", "[", "printf", "cd", "export", ":"}
"""What the shell itself does."""


def make(*arguments: str) -> str:
    command = ["make", "--no-print-directory", *arguments, f"PYTHON={sys.executable}"]
    # The suite may run below a make of its own, whose options are not meant here.
    environment = {k: v for k, v in os.environ.items() if "MAKE" not in k}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout


def targets() -> list[str]:
    listed = re.findall(r"^  make ([a-z-]+) +\S", make("help"), re.MULTILINE)
    assert {"demo", "run", "test", "lint", "up"} <= set(listed)
    return listed


def commands(target: str) -> list[list[str]]:
    """Return what a target runs, as words; settings in front of a command left out."""
    text = make("--dry-run", target).replace("\\\n", " ")
    words = [shlex.split(line) for line in text.splitlines() if line.strip()]
    found = [
        [word for at, word in enumerate(line) if not is_setting(line, at)]
        for line in words
    ]
    return [line for line in found if line and line[0] not in BUILTINS]


def is_setting(line: list[str], at: int) -> bool:
    return all(re.match(r"[A-Z_]+=", word) for word in line[: at + 1])


@pytest.mark.parametrize("target", targets())
def test_what_each_target_of_make_help_runs_exists(target: str) -> None:
    found = commands(target)

    assert found
    for program, *arguments in found:
        if not program.startswith("docker"):
            assert shutil.which(program), f"{target} runs {program}"
        if runs_module(program, arguments):
            assert runnable(arguments[1]), f"{target} runs {arguments[1]}"


@pytest.mark.integration
@pytest.mark.parametrize("target", targets())
def test_each_target_of_make_help_starts(target: str) -> None:
    for program, *arguments in commands(target):
        if runs_module(program, arguments):
            # As far as its `main`: nothing of the target's own work is done.
            command = [program, "-c", f"import {runnable(arguments[1])}"]
            done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)

            assert done.returncode == 0, done.stderr.decode()


def runs_module(program: str, arguments: list[str]) -> bool:
    return program == sys.executable and arguments[0] == "-m"


def runnable(module: str) -> str | None:
    """Return the name of what ``python -m`` runs for *module*; None for nothing."""
    try:
        spec = importlib.util.find_spec(module)
        if spec is not None and spec.submodule_search_locations is not None:
            spec = importlib.util.find_spec(f"{module}.__main__")
    except ModuleNotFoundError:
        return None
    return spec.name if spec else None


def test_a_module_that_is_missing_is_seen() -> None:
    assert runnable("handrail.chaos") is None
    assert runnable("no.such.package") is None
    assert runnable("handrail.demo") == "handrail.demo.__main__"
