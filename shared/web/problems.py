"""Errors as RFC 9457 problem details, with what to do about them."""

from collections.abc import Mapping
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from shared.errors import Permanent, Transient

log = structlog.get_logger()

MEDIA_TYPE = "application/problem+json"
TITLES = {
    400: "Bad request",
    401: "Credential missing or wrong",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    409: "Conflict",
    412: "Changed meanwhile",
    413: "Too large",
    415: "Unsupported media type",
    422: "Invalid request",
    424: "The far side did not accept it",
    429: "Too many requests",
    500: "Internal error",
    502: "The service behind broke off",
    503: "Not available now",
}


class Problem(Exception):  # noqa: N818 - the RFC's word
    """An error to answer with. *extra* members are added to the document."""

    def __init__(
        self,
        status: int,
        title: str = "",
        detail: str = "",
        *,
        headers: Mapping[str, str] | None = None,
        **extra: object,
    ) -> None:
        super().__init__(detail or title)
        self.status = status
        self.title = title or TITLES.get(status, "Error")
        self.detail = detail
        self.headers = dict(headers or {})
        self.extra = extra


def answer(problem: Problem) -> JSONResponse:
    """Return *problem* as a response."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": problem.title,
        "status": problem.status,
    }
    if problem.detail:
        body["detail"] = problem.detail
    return JSONResponse(
        body | problem.extra,
        status_code=problem.status,
        headers=problem.headers,
        media_type=MEDIA_TYPE,
    )


def install(app: FastAPI) -> None:
    """Answer every error of *app* with a problem document."""
    # A slash too many would be redirected to the address we listen at, which whoever
    # asks through the one origin cannot reach, and must not learn.
    app.router.redirect_slashes = False

    @app.exception_handler(Problem)
    async def on_problem(_: Request, error: Problem) -> JSONResponse:
        return answer(error)

    @app.exception_handler(HTTPException)
    async def on_http(_: Request, error: HTTPException) -> JSONResponse:
        return answer(
            Problem(
                error.status_code,
                TITLES.get(error.status_code, str(error.detail)),
                str(error.detail),
                headers=error.headers,
            )
        )

    @app.exception_handler(Permanent)
    async def on_permanent(_: Request, error: Permanent) -> JSONResponse:
        return answer(Problem(409, "Refused", str(error), reason=error.reason))

    @app.exception_handler(Transient)
    async def on_transient(_: Request, error: Transient) -> JSONResponse:
        log.warning("request could not be served", reason=error.reason)
        return answer(unavailable(error.reason))

    @app.exception_handler(Exception)
    async def on_unexpected(_: Request, error: Exception) -> JSONResponse:
        # The trace is for the operator's log, never for whoever asked.
        log.error("request failed", exc_info=error)
        return answer(Problem(500, detail="It is logged. Try again later."))


def invalid(errors: Any) -> Problem:  # noqa: ANN401 - pydantic's list of errors
    """Return a 422 that names each field, never the value that was sent."""
    found = [_described(each) for each in list(errors)[:20]]
    return Problem(
        422,
        detail="; ".join(f"{each['field']}: {each['message']}" for each in found[:3]),
        errors=found,
    )


def _described(error: Any) -> dict[str, str]:  # noqa: ANN401 - one of pydantic's
    near = (error.get("ctx") or {}).get("nearest")
    return {
        "field": ".".join(str(part) for part in error["loc"]),
        "message": error["msg"].removeprefix("Value error, "),
    } | ({"nearest": str(near)} if near else {})


def unavailable(reason: str) -> Problem:
    """Return a 503 that asks to come back."""
    return Problem(
        503,
        detail="A part we need does not answer. Nothing was accepted; try again.",
        headers={"Retry-After": "2"},
        reason=reason,
    )
