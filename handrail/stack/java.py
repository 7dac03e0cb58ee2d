"""Java and Maven: whether they are here, and the jars of Apache Kafka through them."""

from __future__ import annotations

import fcntl
import hashlib
import re
import shutil
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from handrail.stack.processes import BUILD, ROOT, StartError

if TYPE_CHECKING:
    from pathlib import Path

POM = ROOT / "deploy" / "kafka" / "pom.xml"
"""The one place that names the version of Apache Kafka."""

OLDEST = 17
"""Apache Kafka 4 brokers do not run on an older Java."""


@dataclass(frozen=True)
class Availability:
    """Whether Apache Kafka can be run here; false in a condition when it cannot."""

    available: bool
    reason: str
    """Why not, in words for the person at the terminal; else what was found."""

    def __bool__(self) -> bool:
        return self.available


def java_available() -> Availability:
    """Look for Java 17 or later and for Maven."""
    java, maven = shutil.which("java"), shutil.which("mvn")
    if java is None:
        return Availability(available=False, reason="there is no `java` on the PATH")
    shown = subprocess.run([java, "-version"], capture_output=True, check=False)
    found = re.search(rb'version "(\d+)', shown.stderr + shown.stdout)
    if found is None:
        return Availability(available=False, reason="`java -version` names no version")
    version = int(found[1])
    if version < OLDEST:
        reason = f"Java {version} is older than {OLDEST}"
        return Availability(available=False, reason=reason)
    if maven is None:
        return Availability(available=False, reason="there is no `mvn` on the PATH")
    return Availability(available=True, reason=f"Java {version} and Maven")


def kafka_version() -> str:
    """Read the version of Apache Kafka from the pom."""
    found = re.search(r"kafka_2\.13</artifactId>\s*<version>([^<]+)<", POM.read_text())
    if found is None:
        raise StartError(f"{POM} names no version of Apache Kafka")
    return found[1]


def kafka_libraries(folder: Path | None = None) -> Path:
    """Return the folder with the jars; Maven fetches them once per state of the pom."""
    folder = folder or BUILD / "kafka-libs"
    folder.parent.mkdir(parents=True, exist_ok=True)
    stamp = folder / "pom.sha256"
    wanted = hashlib.sha256(POM.read_bytes()).hexdigest()
    # Two test runs may start at once: the second waits and finds the work done.
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not stamp.exists() or stamp.read_text() != wanted:
            shutil.rmtree(folder, ignore_errors=True)
            _fetch(folder)
            stamp.write_text(wanted)
    return folder


def _fetch(folder: Path) -> None:
    command = [
        *("mvn", "-q", "-B", "-f", str(POM), "dependency:copy-dependencies"),
        f"-DoutputDirectory={folder}",
        "-DincludeScope=runtime",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise StartError(f"Maven could not fetch Apache Kafka:\n{done.stdout[-2000:]}")
