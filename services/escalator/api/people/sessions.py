"""`/v1/sessions`: sign in by link or key, sign out, and who is signed in."""

import asyncio
from dataclasses import dataclass
from typing import Annotated, Self

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse
from pydantic import AwareDatetime, BaseModel, Field, model_validator

from services.escalator import metrics
from services.escalator.administer.sign_ins import LASTS, Choice, SignIns
from services.escalator.api.people.addresses import Email
from shared.events import Role, Scope
from shared.events.base import AppId
from shared.web.auth import COOKIE, Credentials, Principal, Session, require
from shared.web.auth.doors import check_origin
from shared.web.auth.principal import role_of
from shared.web.openapi.answers import Answers, problems
from shared.web.problems import Problem

ALIKE_SECONDS = 0.3
"""What a request for a link takes at least: time does not tell who is a member."""
SENT = (
    "If a member has this address, a link is on its way to it. It works once, for 15 "
    "minutes."
)
Anybody = Annotated[
    Principal,
    Depends(require(Scope.READ, Scope.MANAGE, Scope.INGEST)),
]


class SignIn(BaseModel):
    """An address that a link is mailed to, or a key."""

    email: Email | None = Field(default=None, description="A member's address")
    key: str | None = Field(
        default=None, max_length=256, repr=False, description="A key of an app"
    )
    app_id: AppId | None = Field(
        default=None, description="With `email`: the app, where there are several"
    )

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.email is None) == (self.key is None):
            raise ValueError("give either `email` or `key`")
        return self


class Redeem(BaseModel):
    """The token of a link."""

    token: str = Field(
        min_length=1,
        max_length=256,
        repr=False,
        description="What stands behind the # of the link",
    )
    app_id: AppId | None = Field(
        default=None, description="Which app, where the member works for several"
    )


class LinkSent(BaseModel):
    """What may be said of a link that was asked for."""

    detail: str = Field(description="That it is sent, if the address is a member's")


class Who(BaseModel):
    """The person of a session."""

    email: str = Field(description="Their address")
    name: str = Field(description="What users and colleagues read")


class SessionView(BaseModel):
    """Who is signed in, where, and what they may do."""

    app_id: str = Field(description="The app")
    app_name: str = Field(description="What people call it")
    member: Who | None = Field(description="The person; null for a key")
    role: Role | None = Field(description="What they may do; null for none")
    scopes: list[Scope] = Field(description="The same in the words of keys")
    key_id: str | None = Field(description="The key, where one signed in or asks")
    expires_at: AwareDatetime | None = Field(
        description="When the session ends; null where a key asks"
    )


@dataclass(frozen=True, slots=True)
class Reception:
    """What the routes of sessions work with."""

    sign_ins: SignIns
    credentials: Credentials
    alike_seconds: float = ALIKE_SECONDS

    def answer(self, request: Request, session: Session) -> Response:
        """Return the session's cookie; who it is of says `GET /v1/sessions/me`."""
        response = JSONResponse(
            {"app_id": session.app_id, "expires_at": session.ends_at.isoformat()},
            headers={"Cache-Control": "no-store"},
        )
        self.give(request, response, session)
        return response

    def give(self, request: Request, response: Response, session: Session) -> None:
        """Put the session's cookie into *response*, for all services of the origin."""
        response.set_cookie(
            COOKIE,
            self.sign_ins.sessions.sign(session),
            max_age=round((session.ends_at - session.began_at).total_seconds()),
            path="/",
            secure=self.is_secure(request),
            httponly=True,
            samesite="strict",
        )

    def is_secure(self, request: Request) -> bool:
        """Return whether people reach us by https."""
        forwarded = request.headers.get("x-forwarded-proto", "")
        return self.credentials.origin.startswith("https:") or forwarded == "https"


class NewSession(BaseModel):
    """A session just begun; the cookie comes beside it."""

    app_id: str = Field(description="The app")
    expires_at: AwareDatetime = Field(description="When it ends")


BEGUN: Answers = {200: {"model": NewSession, "description": "Signed in, by the cookie"}}


def router(reception: Reception) -> APIRouter:
    """Return the routes of sessions."""
    routes = APIRouter(prefix="/v1/sessions", tags=["sessions"])
    _signing_in(routes, reception)
    _redeeming(routes, reception)
    _signed_in(routes, reception)
    return routes


def _signing_in(routes: APIRouter, reception: Reception) -> None:
    @routes.post(
        "",
        summary="Ask for a link by e-mail, or sign in with a key",
        responses={
            **BEGUN,
            202: {"model": LinkSent, "description": "Whoever it is, the same"},
            **problems(401, 403, 409, 429),
        },
    )
    async def create_session(request: Request, body: SignIn) -> Response:
        check_origin(request, reception.credentials.origin)
        if body.key is not None:
            return await _with_key(reception, request, body.key)
        assert body.email is not None
        sign_ins = reception.sign_ins
        if not await sign_ins.count(body.email):
            metrics.SIGN_INS.labels("link", "too_many").inc()
            raise Problem(
                429,
                detail="So many links were asked for that none is sent for a while.",
                headers={"Retry-After": str(round(LASTS.total_seconds()))},
                reason="too_many_links",
            )
        sent, _ = await asyncio.gather(
            sign_ins.send(body.email, body.app_id),
            asyncio.sleep(reception.alike_seconds),
        )
        metrics.SIGN_INS.labels("link", "sent" if sent else "no_member").inc()
        return JSONResponse({"detail": SENT}, status_code=202)


async def _with_key(reception: Reception, request: Request, key: str) -> Response:
    found = await reception.credentials.identify(key)
    if found.user_id is not None or role_of(found.scopes) is None:
        raise Problem(403, detail="This key may neither read nor manage.")
    session = reception.sign_ins.sessions.begin(found.app_id, key_id=found.key_id)
    answer = reception.answer(request, session)
    metrics.SIGN_INS.labels("key", "signed_in").inc()
    return answer


def _redeeming(routes: APIRouter, reception: Reception) -> None:
    @routes.post(
        "/redeem",
        summary="Sign in with the token of a link; it works once",
        responses={**BEGUN, **problems(401, 403, 409)},
    )
    async def redeem_link(request: Request, body: Redeem) -> Response:
        check_origin(request, reception.credentials.origin)
        found = await reception.sign_ins.redeem(body.token, body.app_id)
        if isinstance(found, Choice):
            raise Problem(
                409,
                "Which app?",
                "You work for several apps: send the token with one's `app_id`.",
                reason="choose_app",
                apps=[_named(reception, each) for each in found.app_ids],
            )
        if found is None:
            metrics.SIGN_INS.labels("link", "invalid").inc()
            raise Problem(
                401,
                detail="This link was used or its time is over. Ask for another.",
                reason="link_invalid",
            )
        answer = reception.answer(request, found)
        metrics.SIGN_INS.labels("link", "signed_in").inc()
        return answer


def _signed_in(routes: APIRouter, reception: Reception) -> None:
    @routes.get("/me", summary="Who asks, of which app, in which role")
    async def show_session(request: Request, principal: Anybody) -> SessionView:
        session = _session_of(reception, request) if principal.session_id else None
        member = principal.member
        return SessionView(
            app_id=principal.app_id,
            app_name=_named(reception, principal.app_id)["name"],
            member=Who(email=member.email, name=member.shown_name) if member else None,
            role=principal.role if session else role_of(principal.scopes),
            scopes=sorted(principal.scopes),
            key_id=principal.key_id or None,
            expires_at=session.ends_at if session else None,
        )

    @routes.delete(
        "",
        status_code=204,
        summary="Sign out, in all services",
        responses=problems(401, 403),
    )
    async def delete_session(
        request: Request, principal: Annotated[Principal, Depends(_in_session)]
    ) -> Response:
        session = _session_of(reception, request)
        assert session is not None
        assert session.session_id == principal.session_id
        await reception.sign_ins.end(session)
        metrics.SIGN_INS.labels("session", "signed_out").inc()
        response = Response(status_code=204)
        response.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")
        return response


_anybody = require(Scope.READ, Scope.MANAGE)


async def _in_session(
    principal: Annotated[Principal, Depends(_anybody)],
) -> Principal:
    """Let in who came with a cookie: a key has no session to end."""
    if principal.session_id is None:
        raise Problem(403, detail="A key has no session to end; revoke it instead.")
    return principal


def _session_of(reception: Reception, request: Request) -> Session | None:
    return reception.sign_ins.sessions.open(request.cookies.get(COOKIE, ""))


def _named(reception: Reception, app_id: str) -> dict[str, str]:
    app = reception.sign_ins.apps.get(app_id)
    return {"app_id": app_id, "name": (app.name if app else "") or app_id}
