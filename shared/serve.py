"""Run one service's application until it is told to stop."""

import gc
import signal
import sys
from collections.abc import Callable
from typing import Protocol, TypeVar

import uvicorn
from fastapi import FastAPI
from pydantic import ValidationError
from pydantic_settings import SettingsError

from shared.settings import describe_wrong

GRACEFUL_SECONDS = 5
"""Open streams are cut after this; their clients resume elsewhere."""


GC_THRESHOLDS = (50_000, 50, 100)
"""Python's defaults walk the whole heap many times a second while a batch makes its
short-lived objects: half of the decode time, measured. Nothing here lives in cycles
for long, so rarer walks cost no memory to speak of."""


class Listening(Protocol):
    """Settings that say where to listen."""

    @property
    def http_host(self) -> str: ...

    @property
    def http_port(self) -> int: ...


SettingsT = TypeVar("SettingsT", bound=Listening)


def start(
    settings: Callable[[], SettingsT], build: Callable[[SettingsT], FastAPI]
) -> None:
    """Read the settings and serve; wrong ones end it, saying what to put right."""
    try:
        told = settings()
    except (ValidationError, SettingsError) as error:
        sys.exit(f"Wrong settings.\n{describe_wrong(error)}")
    run(build(told), host=told.http_host, port=told.http_port)


def run(app: FastAPI, *, host: str, port: int) -> None:
    """Serve *app* on uvloop; SIGTERM drains and ends it with exit code 0."""
    # uvicorn raises the signal again once it has drained; by default that would end
    # the process by the signal, and a clean stop would look like a crash.
    signal.signal(signal.SIGTERM, lambda *_: None)
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLDS)
    uvicorn.run(
        app,
        host=host,
        port=port,
        loop="uvloop",
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=GRACEFUL_SECONDS,
        timeout_keep_alive=30,
        server_header=False,
    )
