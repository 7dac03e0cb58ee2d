"""Make ``.venv`` and install a lock into it: ``python3.11 deploy/bootstrap.py dev``.

Runs before anything is installed, so it uses the standard library alone. Does nothing
when the lock has not changed since the last time.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
OLDEST = (3, 11)

INCLUDED_IN = {"local": "dev"}
"""A lock that another one contains: who has installed that one needs no more."""

WIDTH = 30

COMMAND = """\
#!{python}
import sys

sys.path.insert(0, {root!r})

from handrail.cli import app

app()
"""


class BootstrapError(Exception):
    """The environment cannot be made; the message says what to install."""


def make_environment() -> None:
    """Create ``.venv`` with pip in it, in whichever way this machine allows."""
    if PYTHON.exists() and _has_pip():
        return
    if importlib.util.find_spec("ensurepip") and importlib.util.find_spec("venv"):
        _run(sys.executable, "-m", "venv", str(VENV))
    elif importlib.util.find_spec("virtualenv"):
        _run(sys.executable, "-m", "virtualenv", "-q", str(VENV))
    elif importlib.util.find_spec("venv") and importlib.util.find_spec("pip"):
        # Debian's python3-pip without python3-venv: pip can install itself.
        _run(sys.executable, "-m", "venv", "--without-pip", str(VENV))
        _run(
            sys.executable, "-m", "pip", "--python", str(PYTHON), "install", "-q", "pip"
        )
    if not (PYTHON.exists() and _has_pip()):
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        raise BootstrapError(
            "This Python cannot make virtual environments. On Debian and Ubuntu:\n"
            f"    apt-get install python{version}-venv\n"
            "Or give an environment that has everything: make PYTHON=/path/to/python …"
        )


def install(name: str) -> None:
    """Install ``requirements/<name>.lock``, unless that was done already."""
    if _is_installed(name) or _is_installed(INCLUDED_IN.get(name, name)):
        return
    lock = _lock(name)
    if not lock.exists():
        raise BootstrapError(f"there is no {lock.relative_to(ROOT)}")
    total = sum("==" in line for line in lock.read_text().splitlines())
    command = [
        *(str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check"),
        *("--no-input", "--progress-bar", "off", "--require-hashes", "-r", str(lock)),
    ]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with tempfile.TemporaryFile("w+") as errors:
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=errors, text=True, env=environment
        ) as pip:
            heard = _show_progress(pip, total)
        if pip.returncode != 0:
            errors.seek(0)
            said = "\n".join([*heard[-3:], errors.read()[-3000:]])
            raise BootstrapError(f"pip could not install {lock.name}:\n{said}")
    _stamp(name).write_text(_digest(lock))


def offer_command() -> None:
    """Put the operator's command `handrail` beside the environment's python.

    The project itself is not installed: it runs from the checkout, as it is now.
    """
    command = VENV / "bin" / "handrail"
    text = COMMAND.format(python=PYTHON, root=str(ROOT))
    if not command.exists() or command.read_text() != text:
        command.write_text(text)
        command.chmod(0o755)


def offer_model() -> None:
    """Put the resolver's sentence encoder into the environment, where Maven is.

    Without it the resolver takes the next best, so nothing stops here.
    """
    fetch = ROOT / "deploy" / "embedding" / "fetch.py"
    _run(sys.executable, str(fetch), str(VENV))


def _show_progress(pip: subprocess.Popen[str], total: int) -> list[str]:
    heard: list[str] = []
    done = 0
    for line in pip.stdout or ():
        heard.append(line.rstrip())
        word, _, rest = line.strip().partition(" ")
        if word == "Collecting" or line.startswith("Requirement already satisfied"):
            done += 1
            _show(done, total, rest.removeprefix("already satisfied: "))
        elif line.startswith("Installing collected packages"):
            _show(total, total, "unpacking")
    _show(total, total, "installed", last=True)
    return heard


def _show(done: int, total: int, what: str, *, last: bool = False) -> None:
    """Draw one line, again and again on a terminal, a few times in a log."""
    done = min(done, total)
    filled = WIDTH * done // max(total, 1)
    bar = "█" * filled + "░" * (WIDTH - filled)
    text = f"packages {bar} {done}/{total}  {what.partition(' ')[0]}"
    if sys.stderr.isatty():
        width = shutil.get_terminal_size().columns - 1
        sys.stderr.write(f"\r{text[:width].ljust(width)}" + ("\n" if last else ""))
    elif last or done % max(1, total // 4) == 0:
        sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def _lock(name: str) -> Path:
    return ROOT / "requirements" / f"{name}.lock"


def _stamp(name: str) -> Path:
    return VENV / f"handrail-{name}.sha256"


def _digest(lock: Path) -> str:
    # The interpreter is part of it: an upgrade of Python empties the environment.
    return hashlib.sha256(sys.version.encode() + lock.read_bytes()).hexdigest()


def _is_installed(name: str) -> bool:
    lock, stamp = _lock(name), _stamp(name)
    return lock.exists() and stamp.exists() and stamp.read_text() == _digest(lock)


def _has_pip() -> bool:
    command = [str(PYTHON), "-m", "pip", "--version"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _run(*command: str) -> None:
    subprocess.run(command, check=False, stdout=subprocess.DEVNULL)


def main() -> int:
    """Make the environment for one purpose."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("lock", choices=["dev", "local"])
    given = parser.parse_args()
    if sys.version_info < OLDEST:
        sys.stderr.write("Handrail needs Python 3.11 or later\n")
        return 1
    try:
        if not _is_installed(given.lock) or not PYTHON.exists():
            make_environment()
            install(given.lock)
        offer_command()
        offer_model()
    except BootstrapError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
