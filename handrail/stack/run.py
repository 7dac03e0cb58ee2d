"""``make run``: the whole system, kept running, at one address."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn

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
    -H 'Authorization: Bearer {key}'"""


@dataclass
class RunFile:
    """``build/run.json``: there while the system runs, its pids always the present."""

    path: Path
    stack: LocalStack | None = None
    app_key: str = ""

    def __post_init__(self) -> None:
        """Make the lock: restarts are reported by another thread."""
        self._lock = threading.Lock()

    def publish(self, stack: LocalStack, app_key: str) -> None:
        """Describe *stack* from now on."""
        self.stack, self.app_key = stack, app_key
        self.refresh("")

    def refresh(self, _name: str) -> None:
        """Write the file again; before `publish` there is nothing to write."""
        with self._lock:
            if self.stack is not None:
                write_atomically(self.path, describe(self.stack, self.app_key))

    def remove(self) -> None:
        """Take the file away: nothing of what it says holds any more."""
        with self._lock:
            self.stack = None
            self.path.unlink(missing_ok=True)


def describe(stack: LocalStack, app_key: str) -> dict[str, object]:
    """Return the content of the run file."""
    return {
        "origin": stack.origin,
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


def write_atomically(path: Path, content: object) -> None:
    """Write JSON so that a reader sees the old file or the new, never half of one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part")
    # It holds the operator's key.
    unfinished.touch(mode=0o600)
    unfinished.write_text(json.dumps(content, indent=2) + "\n")
    unfinished.replace(path)


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
    with started(stack, console):
        key = create_app(stack)
        file.publish(stack, key)
        _explain(console, stack, key, time.monotonic() - begun)
        try:
            signal.pause()
        finally:
            file.remove()
            # A second Ctrl-C must not leave half of it running.
            processes.ignore_signals()
            console.print("Stopping …")


def _explain(console: Console, stack: LocalStack, key: str, seconds: float) -> None:
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    lines = [
        f"Handrail runs at {stack.origin}  (ready after {seconds:.1f} s)",
        f"  dashboard  {stack.origin}/",
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
