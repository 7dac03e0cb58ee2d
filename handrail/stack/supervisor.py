"""Keep named processes running: start, restart when one dies, stop all."""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Self

import httpx

from handrail.stack import processes
from handrail.stack.processes import StartError

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

SHORTEST, LONGEST = 0.2, 5.0
"""Seconds before a restart: at once for an accident, slower for what keeps dying."""

HEALTHY = 30.0
"""Seconds after which a process counts as well, and its next restart is quick again."""

GRACE = 10.0
"""Seconds between SIGTERM and SIGKILL: a batch in work is finished in less."""

HOPELESS = 3
"""Deaths during a wait for readiness that end the wait, with the end of the log."""

_POLL = 0.05

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Program:
    """A process to keep: its command, its environment, and how to see that it works."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    port: int
    ready_path: str | None = "/readyz"
    """Asked for 200 over HTTP; None where an open port says enough."""


@dataclass
class _Child:
    program: Program
    log: Path
    process: subprocess.Popen[bytes]
    started_at: float
    delay: float = SHORTEST
    restart_at: float | None = None
    deaths: int = 0


@dataclass
class Supervisor:
    """Runs programs until it is stopped."""

    programs: Sequence[Program]
    log_dir: Path
    on_start: Callable[[str, int], None] | None = None
    """Told the name and the pid after each start, also after a restart."""
    longest_delay: float = LONGEST
    """Seconds before a restart of what keeps dying; less where that is wanted."""
    _children: dict[str, _Child] = field(default_factory=dict, init=False)
    _held: set[str] = field(default_factory=set, init=False)
    _stopping: threading.Event = field(default_factory=threading.Event, init=False)
    _watcher: threading.Thread | None = field(default=None, init=False)

    def __enter__(self) -> Self:
        """Start every program; they may not be ready yet."""
        self.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        """Stop every program."""
        self.stop()

    def start(self) -> None:
        """Start every program and watch over them."""
        try:
            for program in self.programs:
                self._launch(program)
        except BaseException:
            self.stop()
            raise
        self._watcher = threading.Thread(target=self._watch, name="supervisor")
        self._watcher.daemon = True
        self._watcher.start()

    def pid(self, name: str) -> int:
        """Return the pid that *name* has now."""
        return self._children[name].process.pid

    def kill(self, name: str) -> int:
        """End *name* with SIGKILL, as a crash would; return the pid that ended."""
        process = self._children[name].process
        process.send_signal(signal.SIGKILL)
        return process.pid

    def change(self, name: str, environment: Mapping[str, str]) -> None:
        """Add *environment* to what *name* gets when it is started the next time."""
        child = self._children[name]
        more = {**child.program.environment, **environment}
        child.program = replace(child.program, environment=more)

    def hold(self, name: str) -> None:
        """Stop *name* gracefully and leave it stopped until `release`."""
        self._held.add(name)
        processes.stop(self._children[name].process, grace=GRACE)

    def release(self, name: str) -> None:
        """Start *name* again."""
        self._held.discard(name)

    def wait_ready(
        self, *, patience: float = 60.0, report: Callable[[str], None] | None = None
    ) -> None:
        """Wait until every program answers; tell *report* each name when it does."""
        deadline = time.monotonic() + patience
        waiting = {program.name: program for program in self.programs}
        before = {name: child.deaths for name, child in self._children.items()}
        with httpx.Client(trust_env=False, timeout=2.0) as client:
            while waiting:
                for name in [n for n, p in waiting.items() if is_ready(p, client)]:
                    del waiting[name]
                    if report is not None:
                        report(name)
                for name in waiting:
                    late = time.monotonic() > deadline
                    child = self._children[name]
                    _give_up_if_hopeless(child, child.deaths - before[name], late=late)
                if waiting:
                    time.sleep(_POLL)

    def stop(self) -> None:
        """Ask every program to end, and kill those that do not within the grace."""
        self._stopping.set()
        if self._watcher is not None:
            self._watcher.join()
        running = [c.process for c in self._children.values()]
        for process in running:
            if process.poll() is None:
                process.terminate()
        deadline = time.monotonic() + GRACE
        for process in running:
            processes.stop(process, grace=max(0.0, deadline - time.monotonic()))

    def _launch(self, program: Program, previous: _Child | None = None) -> None:
        log = self.log_dir / f"{program.name}.log"
        if previous is None:
            log.unlink(missing_ok=True)
        process = processes.spawn(
            program.command,
            log=log,
            environment={**os.environ, **program.environment},
        )
        child = _Child(program, log, process, time.monotonic())
        if previous is not None:
            child.deaths = previous.deaths
            child.delay = previous.delay
        self._children[program.name] = child
        if self.on_start is not None:
            self.on_start(program.name, process.pid)

    def _watch(self) -> None:
        while not self._stopping.wait(_POLL):
            for child in list(self._children.values()):
                try:
                    self._revive(child, now=time.monotonic())
                except OSError:
                    # No memory, no file handle: the next round tries again. Without
                    # this the thread would end, and nothing be restarted any more.
                    _log.exception("%s could not be restarted", child.program.name)

    def _revive(self, child: _Child, *, now: float) -> None:
        status = child.process.poll()
        if status is None or child.program.name in self._held:
            return
        if child.restart_at is None:
            wait, child.delay = restart_delays(child.delay, ran=now - child.started_at)
            wait = min(wait, self.longest_delay)
            child.restart_at = now + wait
            child.deaths += 1
            name = child.program.name
            _log.warning("%s ended (%d), restart in %.1f s", name, status, wait)
        elif now >= child.restart_at:
            self._launch(child.program, previous=child)


def restart_delays(delay: float, *, ran: float) -> tuple[float, float]:
    """Return how long to wait now, and how long the next time."""
    now = SHORTEST if ran >= HEALTHY else delay
    return now, min(now * 2, LONGEST)


def is_ready(program: Program, client: httpx.Client) -> bool:
    """Ask a program once whether it works."""
    if program.ready_path is None:
        return processes.is_listening(program.port)
    url = f"http://{processes.LOOPBACK}:{program.port}{program.ready_path}"
    try:
        return client.get(url).is_success
    except httpx.TransportError:
        return False


def _give_up_if_hopeless(child: _Child, deaths: int, *, late: bool) -> None:
    if late or deaths >= HOPELESS:
        why = "was not ready in time" if late else f"died {deaths} times"
        end = processes.tail(child.log)
        raise StartError(f"{child.program.name} {why}:\n{end}")
