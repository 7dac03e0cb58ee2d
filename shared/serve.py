"""Run one service's application until it is told to stop."""

import uvicorn
from fastapi import FastAPI

GRACEFUL_SECONDS = 5
"""Open streams are cut after this; their clients resume elsewhere."""


def run(app: FastAPI, *, host: str, port: int) -> None:
    """Serve *app* on uvloop; SIGTERM drains and ends it with exit code 0."""
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
