"""``make run``: the whole system, kept running, at one address."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import httpx
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn

from handrail.dashboard.build import try_to_build
from handrail.stack import processes
from handrail.stack.broker import choose_kind, named_broker
from handrail.stack.local import STEPS, LocalStack
from handrail.stack.processes import BUILD, StartError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PORT = 8600
"""The origin's port, unless it is taken or HANDRAIL_PORT names another."""

RUN_FILE = BUILD / "run.json"
"""Where this run is described, for programs (contract, section 9)."""

APP = "demo"
SCOPES = ("ingest", "read", "manage")

HOW_TO_TRY = """\
  curl -s {origin}/resolver/v1/events \\
    -H 'Authorization: Bearer {key}' -H 'Content-Type: application/json' \\
    -d '{{"event_id":"e-1","type":"message","app_id":"{app}","conversation_id":"c-1",
         "occurred_at":"{now}",
         "message":{{"role":"user","text":"error 500 when I upload a 20MB file"}},
         "user":{{"id":"u-1"}}}}'
  curl -N {origin}/resolver/v1/conversations/c-1/replies \\
    -H 'Authorization: Bearer {key}'    # stays open, Ctrl-C leaves it"""


@dataclass
class RunFile:
    """``build/run.json``: there while the system runs, its pids always the present.

    Another run that lives keeps its file: only `publish` replaces it.
    """

    path: Path
    stack: LocalStack | None = None
    app_key: str = ""

    def __post_init__(self) -> None:
        """Make the lock: restarts are reported by another thread."""
        self._lock = threading.Lock()

    @contextmanager
    def published(self, stack: LocalStack, app_key: str) -> Iterator[None]:
        """Describe *stack* for the length of the block, however that is left."""
        try:
            self.publish(stack, app_key)
            yield
        finally:
            self.remove()

    def publish(self, stack: LocalStack, app_key: str) -> None:
        """Describe *stack* from now on."""
        with self._lock:
            self.stack, self.app_key = stack, app_key
            write_atomically(self.path, describe(stack, app_key))

    def refresh(self, _name: str) -> None:
        """Write the file again; before `publish` there is nothing to write."""
        with self._lock:
            if self.stack is not None and not self._is_anothers():
                write_atomically(self.path, describe(self.stack, self.app_key))

    def remove(self) -> None:
        """Take the file away: nothing of what it says holds any more.

        So is one that a killed run left behind.
        """
        with self._lock:
            self.stack = None
            if not self._is_anothers():
                self.path.unlink(missing_ok=True)
                unfinished(self.path).unlink(missing_ok=True)

    def _is_anothers(self) -> bool:
        written = read_run(self.path)
        return written is not None and written.get("pid") != os.getpid()


def read_run(path: Path) -> dict[str, Any] | None:
    """Return what *path* says of a system, or None where no such system runs."""
    try:
        run = json.loads(path.read_text())
    except (OSError, ValueError):
        return None
    if not isinstance(run, dict):
        return None
    if "pid" in run:
        return run if processes.is_alive(run["pid"], run.get("pid_start")) else None
    # Written by an earlier version: its services say whether it runs.
    pids = [each["pid"] for each in run.get("services", {}).values()]
    return run if not pids or any(map(processes.is_alive, pids)) else None


def describe(stack: LocalStack, app_key: str) -> dict[str, object]:
    """Return the content of the run file."""
    return {
        "pid": os.getpid(),
        "pid_start": processes.start_ticks(os.getpid()),
        "origin": stack.origin,
        "sign_in": sign_in(stack.origin, app_key),
        "kafka": stack.kafka,
        "mongo_url": stack.mongo_url,
        "broker": stack.broker.kind,
        "admin_key": stack.admin_key,
        "app": {"app_id": APP, "key": app_key},
        "mail_dir": str(stack.mail_dir),
        "services": stack.services,
        # What the services are configured by: `handrail` takes it over.
        "environment": stack.service_environment(),
    }


def sign_in(origin: str, app_key: str) -> str:
    """Return the address that opens the dashboard with a key.

    The key stands behind the ``#``, which browsers send to no server.
    """
    return f"{origin}/#key={quote(app_key, safe='')}"


def unfinished(path: Path) -> Path:
    """Return where *path* is written before it is put in place."""
    return path.with_suffix(".part")


def write_atomically(path: Path, content: object) -> None:
    """Write JSON so that a reader sees the old file or the new, never half of one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = unfinished(path)
    # It holds the operator's key.
    part.touch(mode=0o600)
    part.write_text(json.dumps(content, indent=2) + "\n")
    part.replace(path)


def create_app(stack: LocalStack, app_id: str = APP, name: str = "Demo") -> str:
    """Create an app with one key that may do everything in it; return the key."""
    headers = {"Authorization": f"Bearer {stack.admin_key}"}
    with httpx.Client(
        base_url=f"{stack.origin}/escalator",
        headers=headers,
        timeout=10,
        trust_env=False,
    ) as client:
        app = client.post("/v1/apps", json={"app_id": app_id, "name": name})
        if app.status_code != httpx.codes.CONFLICT:
            # A database that was named, not started, may have the app already.
            app.raise_for_status()
        wanted = {"scopes": list(SCOPES), "label": "made by make run"}
        key = client.post(f"/v1/apps/{app_id}/keys", json=wanted)
        key.raise_for_status()
    return str(key.json()["key"])


def origin_port() -> int:
    """Choose the origin's port."""
    wanted = int(os.environ.get("HANDRAIL_PORT", str(PORT)))
    return processes.free_port() if processes.is_listening(wanted) else wanted


@contextmanager
def started(stack: LocalStack, console: Console) -> Iterator[LocalStack]:
    """Run *stack* for the length of the block, its start shown as a progress bar."""
    columns = (SpinnerColumn(), BarColumn(30), TextColumn("{task.description}"))
    with ExitStack() as running:
        with Progress(*columns, console=console, transient=True) as progress:
            task = progress.add_task("starting", total=len(STEPS))
            stack.announce = lambda step: progress.update(
                task, advance=1, description=f"{step} is ready"
            )
            running.enter_context(stack)
        yield stack


def run(console: Console) -> None:
    """Start everything, say how to use it, and wait to be stopped."""
    file = RunFile(RUN_FILE)
    file.remove()
    begun = time.monotonic()
    kind = choose_kind(os.environ.get("BROKER") or "auto")
    nodes = int(os.environ.get("NODES") or "1")
    which = "the servers named" if named_broker() else kind
    console.print(f"Starting Handrail; broker: {which}, nodes: {nodes}")
    stack = LocalStack(kind, nodes=nodes, port=origin_port(), on_restart=file.refresh)
    with ThreadPoolExecutor(1) as pool:
        # Beside the start: both wait more than they work.
        building = pool.submit(try_to_build)
        _run(console, stack, file, building, begun)


def _run(
    console: Console,
    stack: LocalStack,
    file: RunFile,
    building: Future[str],
    begun: float,
) -> None:
    with started(stack, console):
        key = create_app(stack)
        with console.status("the dashboard is built, once"):
            missing = building.result()
        if missing:
            console.print(f"There is no dashboard in this run. {missing}", markup=False)
        stack.offer_chat(key)
        with file.published(stack, key):
            _explain(console, stack, key, time.monotonic() - begun)
            try:
                signal.pause()
            finally:
                console.print("Stopping …")


def _explain(console: Console, stack: LocalStack, key: str, seconds: float) -> None:
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    lines = [
        f"Handrail runs at {stack.origin}  (ready after {seconds:.1f} s)",
        f"  dashboard  {sign_in(stack.origin, key)}",
        f"             (signs in; {stack.origin}/ asks for the key: {key})",
        f"  chat       {stack.origin}/chat",
        f"  broker     {stack.kafka}  ({stack.broker.kind})",
        f"  database   {stack.mongo_url}",
        f"  mail       {stack.mail_dir}",
        f"  details    {RUN_FILE}",
        "Try it:",
        HOW_TO_TRY.format(origin=stack.origin, key=key, app=APP, now=now),
        "Ctrl-C stops everything.",
    ]
    console.print("\n".join(lines), markup=False, highlight=False, soft_wrap=True)


def main() -> int:
    """Run until Ctrl-C, SIGTERM, or until the terminal is closed."""
    processes.leave_on_signals()
    console = Console()
    try:
        run(console)
    except KeyboardInterrupt:
        return 0
    except StartError as error:
        console.print(str(error), style="red", markup=False, highlight=False)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
