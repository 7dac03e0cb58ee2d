"""`/v1/sessions/oidc`: sign in where an OpenID provider says who it is."""

import hmac
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Annotated, Protocol

import orjson
from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from services.escalator import metrics
from services.escalator.administer.sign_ins import Choice
from services.escalator.api.people.provider import Flow, Provider
from services.escalator.api.people.sessions import Reception
from shared.errors import Permanent
from shared.events.base import AppId
from shared.mongo.seal import OIDC_FLOWS, Seal
from shared.web.openapi.answers import Answers, problems
from shared.web.problems import Problem

PATH = "/v1/sessions/oidc"
FLOW = "handrail_oidc"
"""The cookie of a sign-in on its way, sealed. Lax: the provider sends the browser back
from another site."""
LASTS = timedelta(minutes=10)
FORWARD: Answers = {303: {"description": "Go on there"}}
Named = Annotated[AppId | None, Query(description="The app, for who works for several")]


@dataclass(frozen=True, slots=True)
class Flows:
    """Sign-ins on their way, each sealed in the cookie of its browser."""

    seal: Callable[[str], bytes]
    unseal: Callable[[bytes], str]
    now: Callable[[], datetime]

    def write(self, flow: Flow) -> str:
        """Return the cookie of *flow*."""
        until = (self.now() + LASTS).timestamp()
        return self.seal(orjson.dumps([until, asdict(flow)]).decode()).decode()

    def read(self, cookie: str) -> Flow | None:
        """Return the flow of *cookie*; None where it is over or not ours."""
        clear = self.unseal(cookie.encode())
        if not clear:
            return None
        until, facts = orjson.loads(clear)
        return Flow(**facts) if until > self.now().timestamp() else None


class Keys(Protocol):
    """The settings whose secrets seal flows."""

    @property
    def session_secret(self) -> str: ...
    @property
    def admin_key(self) -> str: ...


def flows_of(settings: Keys, now: Callable[[], datetime]) -> Flows:
    """Return what seals flows with the secrets of *settings*."""
    seal = Seal([settings.session_secret, settings.admin_key], purpose=OIDC_FLOWS)
    return Flows(seal.close, seal.open, now)


def router(reception: Reception, provider: Provider | None, flows: Flows) -> APIRouter:
    """Return the routes; without a provider they answer 404."""
    routes = APIRouter(tags=["sessions"])

    @routes.get(
        f"{PATH}/start",
        status_code=303,
        summary="Sign in at the OpenID provider",
        responses={**FORWARD, **problems(404, 409)},
        response_class=RedirectResponse,
    )
    async def start_oidc(request: Request, app_id: Named = None) -> RedirectResponse:
        found = _set_up(provider)
        flow = found.begin(app_id)
        answer = RedirectResponse(await found.address_of(flow), status_code=303)
        answer.headers["Cache-Control"] = "no-store"
        answer.set_cookie(
            FLOW,
            flows.write(flow),
            max_age=round(LASTS.total_seconds()),
            path="/",
            secure=reception.is_secure(request),
            httponly=True,
            samesite="lax",
        )
        return answer

    async def finish(request: Request) -> Response:
        found = _set_up(provider)
        flow = _begun_here(request, flows, found.client.issuer)
        code = request.query_params.get("code", "")
        if "error" in request.query_params or not code:
            raise _refused("provider_refused", 401, "The provider signed nobody in.")
        answer = await _enter(reception, request, found, flow, code)
        answer.delete_cookie(FLOW, path="/", httponly=True, samesite="lax")
        answer.headers["Cache-Control"] = "no-store"
        return answer

    # For the provider alone, and no operation of the API: providers add parameters of
    # their own, and who does not know one ignores it (RFC 6749, 4.1.2).
    routes.add_route(f"{PATH}/callback", finish, methods=["GET"])
    return routes


def _begun_here(request: Request, flows: Flows, issuer: str) -> Flow:
    """Return the flow that this browser began, or raise a 401."""
    given = request.query_params
    flow = flows.read(request.cookies.get(FLOW, ""))
    is_ours = flow is not None and hmac.compare_digest(
        flow.state.encode(), given.get("state", "").encode()
    )
    if flow is None or not is_ours or given.get("iss") not in {None, issuer}:
        raise _refused("not_begun_here", 401, "This sign-in was not begun here.")
    return flow


async def _enter(
    reception: Reception, request: Request, provider: Provider, flow: Flow, code: str
) -> RedirectResponse:
    """Return where a member goes on: to our pages, or to choose one of their apps."""
    try:
        email = await provider.email_of(code, flow)
    except Permanent as refused:
        raise _refused(refused.reason, 401, str(refused)) from None
    sign_ins = reception.sign_ins
    found = await sign_ins.of_member(email, flow.app_id)
    if found is None:
        raise _refused("no_member", 403, "Your address is no member's here.")
    if isinstance(found, Choice):
        return RedirectResponse(await sign_ins.handed_over(email), status_code=303)
    answer = RedirectResponse(
        f"{sign_ins.public_url.rstrip('/')}/#signed-in", status_code=303
    )
    reception.give(request, answer, found)
    metrics.SIGN_INS.labels("oidc", "signed_in").inc()
    return answer


def _set_up(provider: Provider | None) -> Provider:
    if provider is None:
        raise Problem(404, detail="No OpenID provider is set (HANDRAIL_OIDC_ISSUER).")
    return provider


def _refused(reason: str, status: int, detail: str) -> Problem:
    metrics.SIGN_INS.labels("oidc", reason).inc()
    return Problem(status, detail=detail, reason=reason)
