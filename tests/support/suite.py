"""``make test``: the whole suite, saying first and last which broker it ran on."""

from __future__ import annotations

import os
import subprocess
import sys

from rich.console import Console

from handrail.stack.broker import choose_kind, named_broker
from handrail.stack.java import kafka_version
from handrail.stack.processes import ROOT, StartError

BROKER_VARIABLE = "HANDRAIL_TEST_BROKER"
NODES_VARIABLE = "HANDRAIL_TEST_NODES"


def wanted_kind() -> str:
    """Return the broker that tests ask for; in CI that is Apache Kafka."""
    wanted = os.environ.get(BROKER_VARIABLE) or "auto"
    in_ci = os.environ.get("CI") == "true"
    return "apache" if in_ci and wanted == "auto" else wanted


def wanted_nodes() -> int:
    """Return how many brokers tests ask for."""
    return int(os.environ.get(NODES_VARIABLE) or "1")


def title() -> str:
    """Name the broker that the suite runs on, as the first and the last line say it."""
    named = named_broker()
    if named is not None:
        return f"the servers named: {named.bootstrap_servers}"
    kind, nodes = choose_kind(wanted_kind()), wanted_nodes()
    if kind == "embedded":
        return "the embedded broker (Tansu, in memory); not Apache Kafka"
    return f"Apache Kafka {kafka_version()}, {nodes} broker{'s' if nodes > 1 else ''}"


def main() -> int:
    """Run pytest between the two lines; its status is ours."""
    console = Console(highlight=False)
    try:
        broker = title()
    except StartError as error:
        console.print(f"make test: {error}", style="red", markup=False)
        return 2
    environment = {**os.environ, BROKER_VARIABLE: wanted_kind()}
    console.print(f"make test: broker: {broker}", markup=False, soft_wrap=True)
    command = [sys.executable, "-m", "pytest", *sys.argv[1:]]
    status = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
    outcome = "passed" if status == 0 else f"FAILED (pytest status {status})"
    closing = f"make test: {outcome}; broker: {broker}"
    console.print(closing, markup=False, soft_wrap=True)
    return status


if __name__ == "__main__":
    sys.exit(main())
