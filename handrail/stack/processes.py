"""Processes of the local stack: tied to their parent, stopped by pid."""

from __future__ import annotations

import logging
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from types import FrameType

ROOT = Path(__file__).resolve().parents[2]
"""The checkout. Services are imported from it, results are written below it."""

BUILD = ROOT / "build"
"""Everything a run leaves behind; never in version control."""

LOOPBACK = "127.0.0.1"
"""The only address anything here listens on: the stack has no authentication."""

_TETHER = """\
import ctypes, os, signal, sys
ctypes.CDLL(None).prctl(1, signal.SIGKILL)
if os.getppid() != int(sys.argv[1]):
    sys.exit("the parent is gone")
signal.signal(signal.SIGPIPE, signal.SIG_DFL)
os.execvp(sys.argv[2], sys.argv[2:])
"""
"""Asks the kernel to kill this process with its parent, then becomes the command.

A parent that gets SIGKILL runs no clean-up, and a forgotten mongod or JVM holds memory
and ports until somebody notices. PR_SET_PDEATHSIG (1) survives exec, so the pid stays
the command's own. This is a small program and not a ``preexec_fn``, because Python code
between fork and exec can deadlock in a process that has threads.
"""

_SPAWNER = ThreadPoolExecutor(max_workers=1, thread_name_prefix="spawner")
"""The one thread that forks.

The kernel takes "parent" to mean the thread that forked, so a child started from a
short-lived thread would die with that thread. This one lives as long as the process.
"""

_log = logging.getLogger(__name__)


ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Ctrl-C, a stop from elsewhere, a terminal that was closed."""


class StartError(RuntimeError):
    """A server of the local stack did not start."""


def leave_on_signals() -> None:
    """Make the first of `ENDINGS` a KeyboardInterrupt: out through every ``finally``.

    The others are ignored from then on: a second one, such as the SIGTERM that make
    passes on when its whole process group got one, would end a ``finally`` half-way.
    SIGINT is asked for as well, since shells start background jobs with it ignored.
    """
    for each in ENDINGS:
        wished = each is signal.SIGHUP and signal.getsignal(each) is signal.SIG_IGN
        if not wished:  # nohup wishes it
            signal.signal(each, _leave)


def _leave(_signum: int, _frame: FrameType | None) -> None:
    for each in ENDINGS:
        signal.signal(each, signal.SIG_IGN)
    raise KeyboardInterrupt


def spawn(
    command: Sequence[str],
    *,
    log: Path,
    environment: Mapping[str, str] | None = None,
) -> subprocess.Popen[bytes]:
    """Start *command* in its own process group, its output appended to *log*."""
    log.parent.mkdir(parents=True, exist_ok=True)

    def fork() -> subprocess.Popen[bytes]:
        tether = [sys.executable, "-I", "-S", "-c", _TETHER, str(os.getpid())]
        with log.open("ab") as output:
            return subprocess.Popen(
                [*tether, *command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=dict(os.environ if environment is None else environment),
                cwd=ROOT,
                # Ctrl-C in a terminal goes to the whole foreground group. Children are
                # outside it, so that the parent alone decides the order of stopping.
                start_new_session=True,
            )

    return _SPAWNER.submit(fork).result()


def stop(process: subprocess.Popen[bytes], *, grace: float = 10.0) -> None:
    """End *process*: SIGTERM, and SIGKILL after *grace* seconds."""
    if process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(grace)
    except subprocess.TimeoutExpired:
        _log.warning("process ignored SIGTERM, killing it: pid %d", process.pid)
        process.kill()
        process.wait()


def free_port() -> int:
    """Return a loopback port that nobody listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def is_listening(port: int) -> bool:
    """Tell whether a loopback port accepts connections."""
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex((LOOPBACK, port)) == 0


def wait_until(
    check: Callable[[], bool],
    *,
    what: str,
    process: subprocess.Popen[bytes],
    log: Path,
    patience: float = 60.0,
) -> None:
    """Poll *check*; raise with the end of *log* when the process dies or is late."""
    deadline = time.monotonic() + patience
    while not check():
        if process.poll() is not None:
            message = f"{what} ended with status {process.returncode}"
            raise StartError(f"{message}:\n{tail(log)}")
        if time.monotonic() > deadline:
            message = f"{what} was not ready after {patience:.0f} s"
            raise StartError(f"{message}:\n{tail(log)}")
        time.sleep(0.05)


def tail(log: Path, lines: int = 15) -> str:
    """Return the last lines of *log*, for an error that explains itself."""
    try:
        text = log.read_text(errors="replace")
    except OSError:
        return f"(no {log})"
    return "\n".join(text.splitlines()[-lines:])


def scratch(name: str) -> Path:
    """Make a temporary folder, and remove those of processes that are gone.

    The owner's pid is part of the name: a run that was killed could not clean up.
    """
    base = Path(tempfile.gettempdir())
    for stale in base.glob("handrail-*-*"):
        owner = stale.name.split("-")[1]
        if owner.isdecimal() and not is_alive(int(owner)):
            shutil.rmtree(stale, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix=f"handrail-{os.getpid()}-{name}-", dir=base))


def is_alive(pid: int, started: int | None = None) -> bool:
    """Tell whether process *pid* runs, and began at *started* where that is known."""
    if started is not None:
        return start_ticks(pid) == started
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def start_ticks(pid: int) -> int | None:
    """Return when *pid* began, in clock ticks since the boot; None when it is gone.

    With the pid it names one process: the kernel gives numbers again.
    """
    try:
        facts = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    # The name of the program, in brackets, may hold anything; 20 fields follow it.
    return int(facts.rpartition(")")[2].split()[19])
