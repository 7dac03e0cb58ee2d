"""A small OpenID provider on loopback: discovery, consent, PKCE, signed tokens."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import secrets
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from handrail.stack.processes import free_port

CLIENT_ID, CLIENT_SECRET = "handrail", "p:ss wörd"


def new_key() -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": "k-1", "use": "sig", "alg": "RS256"})


@dataclass
class OpenIdProvider:
    """Signs everybody in who comes, as the person of *claims*."""

    port: int = field(default_factory=free_port)
    claims: dict[str, Any] = field(default_factory=dict)
    """Of the ID token, over what is right."""
    key: RSAKey = field(default_factory=new_key)
    signs_with: RSAKey | None = None
    """Another key than the published one."""
    denies: bool = False
    failing: int = 0
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[OpenIdProvider]:
        routes = [
            Route("/.well-known/openid-configuration", self.metadata),
            Route("/authorize", self.authorize),
            Route("/token", self.token, methods=["POST"]),
            Route("/keys", self.keys),
        ]
        config = uvicorn.Config(
            Starlette(routes=routes),
            host="127.0.0.1",
            port=self.port,
            log_level="critical",
            ws="none",
        )
        server = uvicorn.Server(config)
        task = asyncio.create_task(server._serve())
        while not server.started:
            await asyncio.sleep(0.01)
        try:
            yield self
        finally:
            server.should_exit = True
            await task

    async def metadata(self, _: Request) -> Response:
        if self.failing:
            self.failing -= 1
            return Response(status_code=503)
        return JSONResponse(
            {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
            }
        )

    async def keys(self, _: Request) -> Response:
        return JSONResponse(KeySet([self.key]).as_dict())

    async def authorize(self, request: Request) -> Response:
        asked = dict(request.query_params)
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        assert "openid" in asked["scope"].split()
        back = f"{asked['redirect_uri']}?state={asked['state']}"
        if self.denies:
            return RedirectResponse(f"{back}&error=access_denied", status_code=302)
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        more = "&iss=" + self.issuer + "&session_state=x&authuser=0"
        return RedirectResponse(f"{back}&code={code}{more}", status_code=302)

    async def token(self, request: Request) -> Response:
        form = {name: str(value) for name, value in (await request.form()).items()}
        asked = self.codes.pop(form.get("code", ""), None)
        wrong = asked is None or self._wrong(request, form, asked)
        if asked is None or wrong:
            self.refused.append(str(wrong))
            return JSONResponse({"error": "invalid_grant"}, status_code=400)
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "sub": "p-1",
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
            "email": "ana@acme.test",
            "email_verified": True,
        } | self.claims
        written = {name: value for name, value in claims.items() if value is not None}
        signed = jwt.encode(
            {"alg": "RS256", "kid": self.key.kid}, written, self.signs_with or self.key
        )
        return JSONResponse(
            {"access_token": "a", "token_type": "Bearer", "id_token": signed}
        )

    def _wrong(
        self, request: Request, form: dict[str, str], asked: dict[str, str]
    ) -> str:
        given = request.headers["authorization"].removeprefix("Basic ")
        pair = base64.b64decode(given).decode()
        if pair != "handrail:p%3Ass+w%C3%B6rd":
            return "client"
        if form["redirect_uri"] != asked["redirect_uri"]:
            return "redirect_uri"
        if create_s256_code_challenge(form["code_verifier"]) != asked["code_challenge"]:
            return "code_verifier"
        return ""
