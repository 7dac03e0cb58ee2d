"""The whole system on this machine: servers, services, mail catcher, one origin."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self, TypedDict

from handrail.dashboard.build import CHAT, PAGES
from handrail.stack import broker as brokers
from handrail.stack import processes
from handrail.stack.gateway import SERVICES
from handrail.stack.mongod import Mongod
from handrail.stack.processes import BUILD, LOOPBACK, ROOT, StartError
from handrail.stack.supervisor import Program, Supervisor

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from handrail.stack.broker import Broker, Kind

MONGO_VARIABLE = "HANDRAIL_MONGO_URL"
"""When it is set, that server is used and none is started."""

PARTITIONS = {"tansu-embedded": 6}
"""The embedded broker pays for every partition on every fetch."""

DEFAULT_PARTITIONS = 12
"""Plenty for one instance of each service; every fetch names all of them, which costs
the broker and the service on each side."""


class ServiceEntry(TypedDict):
    """Where one service answers, and its process now."""

    url: str
    pid: int


def _ignore(_step: str) -> None:
    pass


@dataclass
class LocalStack:
    """Everything, running for the length of a ``with`` block.

    ``environment`` is added to what the services get; ``announce`` is told each step as
    it is done; ``on_restart`` is told the name of a process that has a new pid.
    """

    broker_kind: Kind = "auto"
    nodes: int = 1
    port: int | None = None
    """Of the origin; None for any free one."""
    mail_dir: Path = BUILD / "mail"
    log_dir: Path = BUILD / "logs"
    environment: Mapping[str, str] = field(default_factory=dict)
    announce: Callable[[str], None] = _ignore
    on_restart: Callable[[str], None] = _ignore

    broker: Broker = field(init=False)
    mongo_url: str = field(init=False)
    admin_key: str = field(init=False)
    supervisor: Supervisor = field(init=False)
    ports: dict[str, int] = field(init=False)
    _exit: ExitStack = field(default_factory=ExitStack, init=False)

    def __enter__(self) -> Self:
        """Start everything; return once every part says that it is ready."""
        with ExitStack() as undo:
            self._start_servers(undo)
            create_topics(self.service_environment())
            self.announce("topics")
            self._start_processes(undo)
            self._exit = undo.pop_all()
        return self

    def __exit__(self, *_exc: object) -> None:
        """Stop everything that was started, the services first."""
        self._exit.close()

    @property
    def origin(self) -> str:
        """The one address of all four services and the dashboard."""
        return f"http://{LOOPBACK}:{self.ports['gateway']}"

    @property
    def chat_key(self) -> Path:
        """The file with the key that the chat page's tokens are made with."""
        return self.log_dir / "chat.key"

    def offer_chat(self, key: str) -> None:
        """Let the page `/chat` speak for the app of *key*."""
        self.chat_key.touch(mode=0o600)
        self.chat_key.write_text(key)

    @property
    def kafka(self) -> str:
        """The bootstrap servers."""
        return self.broker.bootstrap_servers

    @property
    def services(self) -> dict[str, ServiceEntry]:
        """The address and the present pid of each service."""
        return {
            name: {"url": self.url(name), "pid": self.supervisor.pid(name)}
            for name in SERVICES
        }

    def url(self, name: str) -> str:
        """Return the address of a service itself, without the gateway."""
        return f"http://{LOOPBACK}:{self.ports[name]}"

    def kill(self, name: str) -> int:
        """End a process with SIGKILL (it comes back); return the pid that ended."""
        return self.supervisor.kill(name)

    def service_environment(self) -> dict[str, str]:
        """Return what every service is configured by."""
        partitions = PARTITIONS.get(self.broker.kind, DEFAULT_PARTITIONS)
        shared = {
            "HANDRAIL_KAFKA_BOOTSTRAP_SERVERS": self.kafka,
            "HANDRAIL_KAFKA_IDEMPOTENT": str(self.broker.idempotent).lower(),
            "HANDRAIL_KAFKA_REPLICATION": str(self.broker.nodes),
            "HANDRAIL_KAFKA_SESSION_SECONDS": str(self.broker.session_seconds),
            "HANDRAIL_KAFKA_PARTITIONS": str(partitions),
            MONGO_VARIABLE: self.mongo_url,
            "HANDRAIL_ADMIN_KEY": self.admin_key,
            "HANDRAIL_PUBLIC_URL": self.origin,
            "HANDRAIL_LOG_FORMAT": os.environ.get("HANDRAIL_LOG_FORMAT", "console"),
            "NOTIFIER_SMTP_HOST": LOOPBACK,
            "NOTIFIER_SMTP_PORT": str(self.ports["mail"]),
            "NOTIFIER_MAIL_FROM": "Handrail <handrail@handrail.test>",
            "HANDRAIL_INSTANCE_ID": "local" if self.broker.idempotent else "",
            "PYTHONUNBUFFERED": "1",
        }
        addresses = {f"{s.upper()}_HTTP_HOST": LOOPBACK for s in SERVICES}
        ports = {f"{s.upper()}_HTTP_PORT": str(self.ports[s]) for s in SERVICES}
        return {**shared, **addresses, **ports, **self.environment}

    def _start_servers(self, undo: ExitStack) -> None:
        given = os.environ.get("HANDRAIL_ADMIN_KEY")
        self.admin_key = given or secrets.token_urlsafe(24)
        names = (*SERVICES, "mail", "gateway")
        self.ports = {name: processes.free_port() for name in names}
        if self.port is not None:
            self.ports["gateway"] = self.port
        # Both wait more than they work, so they start side by side.
        with ThreadPoolExecutor() as pool:
            database = pool.submit(self._start_mongo, undo)
            broker = pool.submit(self._start_broker, undo)
        self.mongo_url = database.result()
        self.broker = broker.result()

    def _start_mongo(self, undo: ExitStack) -> str:
        named = os.environ.get(MONGO_VARIABLE)
        if named:
            return named
        server = Mongod()
        undo.callback(server.stop)
        self.announce("database")
        return server.url

    def _start_broker(self, undo: ExitStack) -> Broker:
        broker = brokers.start_broker(self.broker_kind, self.nodes)
        undo.callback(broker.stop)
        self.announce("broker")
        return broker

    def _start_processes(self, undo: ExitStack) -> None:
        for leftover in self.mail_dir.glob("[0-9]*.*"):
            # Of an earlier run, whose database is gone: nobody could tell them apart.
            leftover.unlink()
        self.supervisor = Supervisor(
            self._programs(),
            log_dir=self.log_dir,
            on_start=lambda name, _pid: self.on_restart(name),
        )
        undo.enter_context(self.supervisor)
        self.supervisor.wait_ready(report=self.announce)

    def _programs(self) -> list[Program]:
        python = (sys.executable, "-m")
        environment = self.service_environment()
        places = [v for s in SERVICES for v in (f"--{s}", self.url(s))]
        port = {name: ("--port", str(number)) for name, number in self.ports.items()}
        catcher = ("handrail.stack.mail", *port["mail"], "--dir", str(self.mail_dir))
        # Perhaps they are still being built.
        pages = ("--pages", str(PAGES))
        chat = ("--chat", str(CHAT), str(self.chat_key))
        gateway = ("handrail.stack.gateway", *port["gateway"], *places, *pages, *chat)
        return [
            Program("mail", (*python, *catcher), {}, self.ports["mail"], None),
            *(
                Program(s, (*python, f"services.{s}"), environment, self.ports[s])
                for s in SERVICES
            ),
            Program("gateway", (*python, *gateway), {}, self.ports["gateway"]),
        ]


def create_topics(environment: Mapping[str, str]) -> None:
    """Create the topics that are missing, as the services would. Raises StartError."""
    command = [sys.executable, "-m", "shared.topics", "create"]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        check=False,
    )
    if done.returncode != 0:
        output = (done.stdout + done.stderr).decode(errors="replace")
        raise StartError(f"the topics could not be created:\n{output[-2000:]}")


STEPS = ("database", "broker", "topics", "mail", *SERVICES, "gateway")
"""What ``announce`` may name, in about this order; for a progress display."""
