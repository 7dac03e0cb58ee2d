"""One process an instance name, decided by the database's clock.

Two processes under one `HANDRAIL_INSTANCE_ID` are one member to Kafka: it hands both
the same partitions, and neither is told. So a name is held by one process at a time.
"""

import asyncio
import os
import signal
import socket
import uuid
from pathlib import Path
from typing import Any

import structlog
from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from shared.errors import Transient
from shared.mongo.connect import Database
from shared.mongo.errors import translated

log = structlog.get_logger()

HELD_SECONDS = 6
"""A holder that has not been seen for this long is gone."""

RENEW_SECONDS = 2.0
"""How often a holder is seen."""

_POLL_SECONDS = 0.5


class InstanceInUseError(Exception):
    """Another running process has this HANDRAIL_INSTANCE_ID; each needs its own."""


class MongoInstance:
    """Collection `<service>_instances`: `holder`, `process` and `seen_at` of a name.

    Without a name there is nothing to hold, and each call does nothing.
    """

    def __init__(self, database: Database, *, service: str, name: str) -> None:
        self._instances = database[f"{service}_instances"]
        self._service = service
        self._name = name
        self._holder = uuid.uuid4().hex
        self._process = this_process()

    async def claim(self) -> None:
        """Take the name; wait while its last holder may be gone.

        Raises InstanceInUseError when that one is seen again meanwhile.
        """
        if not self._name:
            return
        first = found = await self._take()
        while found["holder"] != self._holder:
            if found["seen_at"] > first["seen_at"]:
                raise InstanceInUseError(self._say_in_use(found))
            if is_gone(found["process"]):
                await self._forget(found["holder"])
            await asyncio.sleep(_POLL_SECONDS)
            found = await self._take()

    async def keep(self) -> None:
        """Be seen. Where another process has the name by now, this one ends."""
        if not self._name:
            return
        try:
            found = await self._take()
        except Transient:
            return  # The next round says it; nobody else can claim it meanwhile.
        if found["holder"] != self._holder:
            log.error(self._say_in_use(found))
            signal.raise_signal(signal.SIGTERM)

    async def release(self) -> None:
        """Give the name back, for the next process to take at once."""
        if self._name:
            await self._forget(self._holder)

    async def _take(self) -> dict[str, Any]:
        """Take the name where it is free, and return who has it."""
        is_free = {
            "$or": [
                {"$eq": [{"$type": "$holder"}, "missing"]},
                {"$eq": ["$holder", self._holder]},
                {"$lt": ["$seen_at", {"$subtract": ["$$NOW", HELD_SECONDS * 1000]}]},
            ]
        }
        taken = {
            "holder": self._holder,
            "process": {"$literal": self._process},
            "seen_at": "$$NOW",
        }
        update = {k: {"$cond": [is_free, v, f"${k}"]} for k, v in taken.items()}
        with translated():
            found: dict[str, Any] = await self._upsert([{"$set": update}])
        return found

    async def _upsert(self, update: list[dict[str, Any]]) -> Any:  # noqa: ANN401
        wanted: dict[str, Any] = {
            "filter": {"_id": self._name},
            "update": update,
            "upsert": True,
            "return_document": ReturnDocument.AFTER,
        }
        try:
            return await self._instances.find_one_and_update(**wanted)
        except DuplicateKeyError:
            # Two made the document at the same moment: now it is there.
            return await self._instances.find_one_and_update(**wanted)

    async def _forget(self, holder: str) -> None:
        with translated():
            await self._instances.delete_one({"_id": self._name, "holder": holder})

    def _say_in_use(self, found: dict[str, Any]) -> str:
        process = found["process"]
        return (
            f"HANDRAIL_INSTANCE_ID {self._name!r} is that of another running "
            f"{self._service} (host {process['host']}, pid {process['pid']}): "
            f"give each replica its own, or `hostname`"
        )


def this_process() -> dict[str, Any]:
    """Return what tells whether this process still runs, to others on its machine."""
    return {
        "host": socket.gethostname(),
        "namespace": _namespace(),
        "pid": os.getpid(),
        "started": _start_ticks(os.getpid()),
    }


def is_gone(process: dict[str, Any]) -> bool:
    """Tell whether *process* was one of this machine's and has ended.

    False where that cannot be seen from here: another machine's, another container's.
    """
    here = process["host"] == socket.gethostname()
    if not here or process["namespace"] != _namespace() or not process["namespace"]:
        return False
    return bool(_start_ticks(process["pid"]) != process["started"])


def _namespace() -> str:
    try:
        return str(Path("/proc/self/ns/pid").readlink())
    except OSError:
        return ""


def _start_ticks(pid: int) -> int | None:
    try:
        facts = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    # The program's name, in brackets, may hold anything; 20 fields follow it.
    return int(facts.rpartition(")")[2].split()[19])
