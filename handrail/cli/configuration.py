"""Where the system is: the environment, or the `make run` that runs here."""

import os
from pathlib import Path

from handrail.stack.run import RUN_FILE, read_run

PLACES = (
    "HANDRAIL_KAFKA_BOOTSTRAP_SERVERS",
    "HANDRAIL_MONGO_URL",
    "HANDRAIL_PUBLIC_URL",
    "HANDRAIL_ADMIN_KEY",
)
"""Whoever sets one of these means a system of their own."""


def adopt_run(path: Path = RUN_FILE) -> None:
    """Take over the settings of a running `make run`, all of them or none.

    A mixture would be dangerous: one system's key with another one's broker.
    """
    if any(os.environ.get(name) for name in PLACES):
        return
    run = read_run(path)
    if run is None:
        return
    os.environ.update(
        {
            "HANDRAIL_KAFKA_BOOTSTRAP_SERVERS": run["kafka"],
            "HANDRAIL_MONGO_URL": run["mongo_url"],
            "HANDRAIL_PUBLIC_URL": run["origin"],
            "HANDRAIL_ADMIN_KEY": run["admin_key"],
            **run.get("environment", {}),
        }
    )


def service_url(service: str, escalator: str = "") -> str:
    """Return a service's address: beside that of the *escalator* where one is given."""
    return f"{escalator_url(escalator).removesuffix('/escalator')}/{service}"


def escalator_url(given: str) -> str:
    """Return the escalator's address: as *given*, else below the public origin."""
    if given:
        return given.rstrip("/")
    origin = os.environ.get("HANDRAIL_PUBLIC_URL", "http://127.0.0.1:8600")
    return f"{origin.rstrip('/')}/escalator"
