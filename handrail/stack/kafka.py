"""Apache Kafka of our own: one node or three, KRaft, in temporary folders."""

from __future__ import annotations

import base64
import shutil
import signal
import subprocess
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from handrail.stack import java, processes
from handrail.stack.processes import LOOPBACK, StartError

if TYPE_CHECKING:
    from pathlib import Path

JVM = ("-Xms256m", "-Xmx512m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
"""For a quick start and little memory: three of them share two cores with the tests."""

LARGEST_MESSAGE = 9_000_000
"""Room for the largest packet, with its whole conversation, and its headers."""

SETTINGS = {
    "process.roles": "broker,controller",
    "controller.listener.names": "CONTROLLER",
    "inter.broker.listener.name": "PLAINTEXT",
    "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
    # Topics are declared in one place; a misspelt name must fail, not appear.
    "auto.create.topics.enable": "false",
    # A group of tests is complete at once; waiting for more members wastes 3 s each.
    "group.initial.rebalance.delay.ms": "0",
    # Fewer internal partitions and a smaller cleaner start faster and take less memory.
    "offsets.topic.num.partitions": "4",
    "transaction.state.log.num.partitions": "4",
    "log.cleaner.dedupe.buffer.size": "2097152",
    "message.max.bytes": str(LARGEST_MESSAGE),
    "replica.fetch.max.bytes": str(LARGEST_MESSAGE),
}
"""What is the same on every node (engineering notes, measured)."""


@dataclass
class Node:
    """One broker and controller, and where its files are."""

    number: int
    folder: Path
    port: int = field(default_factory=processes.free_port)
    controller_port: int = field(default_factory=processes.free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> Path:
        """The output of this node."""
        return self.folder / "kafka.log"

    @property
    def properties(self) -> Path:
        """The settings of this node."""
        return self.folder / "server.properties"


class ApacheKafka:
    """A cluster of one node or three, ready once made."""

    idempotent = True
    session_seconds = 30

    def __init__(self, nodes: int = 1) -> None:
        if nodes not in {1, 3}:
            raise StartError(f"Apache Kafka runs here with 1 node or 3, not {nodes}")
        self._libraries = java.kafka_libraries()
        self.kind = f"apache-kafka-{java.kafka_version()}"
        self.nodes = nodes
        self._folder = processes.scratch("kafka")
        self._nodes = {n: Node(n, self._folder / str(n)) for n in range(1, nodes + 1)}
        self.bootstrap_servers = ",".join(
            f"{LOOPBACK}:{node.port}" for node in self._nodes.values()
        )
        try:
            self._format()
            for number in self._nodes:
                self._start(number)
            for number in self._nodes:
                self._await(number)
        except BaseException:
            self.stop()
            raise

    @property
    def pids(self) -> dict[int, int]:
        """The pid of each node, by number, of those that were started."""
        return {n: v.process.pid for n, v in self._nodes.items() if v.process}

    def kill(self, node: int) -> None:
        """End a node the hard way, as a machine that loses power."""
        process = self._nodes[node].process
        if process is not None:
            process.send_signal(signal.SIGKILL)
            process.wait()

    def freeze(self, node: int) -> None:
        """Stop a node's threads; its connections stay open and are not answered."""
        self._signal(node, signal.SIGSTOP)

    def thaw(self, node: int) -> None:
        """Let a frozen node go on."""
        self._signal(node, signal.SIGCONT)

    def restart(self, node: int, *, patience: float = 60.0) -> None:
        """Start a node again, on its port and with its log; wait until it answers.

        Raises StartError where it does not within *patience* seconds.
        """
        process = self._nodes[node].process
        if process is not None:
            processes.stop(process)
        self._start(node)
        self._await(node, patience=patience)

    def stop(self) -> None:
        """Stop every node and remove their files.

        They are killed: an orderly stop hands over leadership, to nodes that stop too.
        """
        for number in self._nodes:
            self.kill(number)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _signal(self, node: int, number: signal.Signals) -> None:
        process = self._nodes[node].process
        if process is not None:
            process.send_signal(number)

    def _format(self) -> None:
        cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        voters = ",".join(
            f"{node.number}@{LOOPBACK}:{node.controller_port}"
            for node in self._nodes.values()
        )
        for node in self._nodes.values():
            node.folder.mkdir()
            node.properties.write_text(_properties(node, voters, self.nodes))
        # The tool is one JVM per node; side by side they take the time of one.
        with ThreadPoolExecutor() as pool:
            list(pool.map(lambda n: self._format_one(n, cluster), self._nodes.values()))

    def _format_one(self, node: Node, cluster: str) -> None:
        tool = self._java("kafka.tools.StorageTool")
        # In one word: an id that begins with a dash would be taken for an option.
        command = [
            *tool,
            "format",
            f"--cluster-id={cluster}",
            "-c",
            str(node.properties),
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise StartError(f"cannot format Kafka's log:\n{done.stdout}{done.stderr}")

    def _start(self, number: int) -> None:
        node = self._nodes[number]
        command = [*self._java("kafka.Kafka"), str(node.properties)]
        node.process = processes.spawn(command, log=node.log)

    def _await(self, number: int, *, patience: float = 60.0) -> None:
        node = self._nodes[number]
        if node.process is None:
            raise StartError(f"Kafka node {number} was never started")
        processes.wait_until(
            lambda: processes.is_listening(node.port),
            what=f"Apache Kafka node {number}",
            process=node.process,
            log=node.log,
            patience=patience,
        )

    def _java(self, main: str) -> list[str]:
        logging = "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"
        return ["java", *JVM, logging, "-cp", f"{self._libraries}/*", main]


def _properties(node: Node, voters: str, nodes: int) -> str:
    in_sync = 2 if nodes > 1 else 1
    client = f"PLAINTEXT://{LOOPBACK}:{node.port}"
    settings = {
        **SETTINGS,
        "node.id": node.number,
        "controller.quorum.voters": voters,
        "listeners": f"{client},CONTROLLER://{LOOPBACK}:{node.controller_port}",
        "advertised.listeners": client,
        "log.dirs": node.folder / "log",
        "default.replication.factor": nodes,
        "min.insync.replicas": in_sync,
        "offsets.topic.replication.factor": nodes,
        "transaction.state.log.replication.factor": nodes,
        "transaction.state.log.min.isr": in_sync,
        "share.coordinator.state.topic.replication.factor": nodes,
        "share.coordinator.state.topic.min.isr": in_sync,
    }
    return "".join(f"{key}={value}\n" for key, value in settings.items())
