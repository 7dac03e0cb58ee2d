"""Run one service's application until it is told to stop."""

import gc
import signal

import uvicorn
from fastapi import FastAPI

GRACEFUL_SECONDS = 5
"""Open streams are cut after this; their clients resume elsewhere."""


GC_THRESHOLDS = (50_000, 50, 100)
"""Python's defaults walk the whole heap many times a second while a batch makes its
short-lived objects: half of the decode time, measured. Nothing here lives in cycles
for long, so rarer walks cost no memory to speak of."""


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
