"""/healthz, /readyz and /metrics of every service."""

import time
from collections.abc import Awaitable, Callable
from typing import Literal

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel, Field


class Alive(BaseModel):
    """Whether the loop turns."""

    status: Literal["ok", "stuck"] = Field(description="`stuck` answers a 500")
    up_seconds: float = Field(description="Since the start")


class Ready(BaseModel):
    """Whether every part answers."""

    status: Literal["ready", "not ready"] = Field(description="`not ready`: a 503")
    checks: dict[str, str] = Field(description="By part: `ok`, or why not")


Check = Callable[[], Awaitable[str]]
"""Returns why the service is not ready, or an empty string."""


def router(checks: dict[str, Check], *, alive: Callable[[], bool]) -> APIRouter:
    """Return the routes; readiness runs *checks* by name.

    Liveness never looks at what we depend on: restarting every instance does not
    repair a database.
    """
    routes = APIRouter(tags=["operations"])
    started = time.monotonic()

    @routes.get(
        "/healthz",
        summary="Alive: the loop turns and no batch is stuck",
        responses={200: {"model": Alive}, 500: {"model": Alive}},
    )
    async def healthz() -> JSONResponse:
        up = round(time.monotonic() - started, 1)
        if alive():
            return JSONResponse({"status": "ok", "up_seconds": up})
        return JSONResponse({"status": "stuck", "up_seconds": up}, status_code=500)

    @routes.get(
        "/readyz",
        summary="Ready: every part answers",
        responses={200: {"model": Ready}, 503: {"model": Ready}},
    )
    async def readyz() -> JSONResponse:
        found = {name: await check() for name, check in checks.items()}
        ready = not any(found.values())
        return JSONResponse(
            {
                "status": "ready" if ready else "not ready",
                "checks": {name: why or "ok" for name, why in found.items()},
            },
            status_code=200 if ready else 503,
        )

    @routes.get("/metrics", summary="Prometheus metrics", include_in_schema=False)
    async def metrics() -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return routes
