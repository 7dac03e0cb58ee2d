"""OpenID Connect: who a provider says is signed in (code flow with PKCE).

Authlib makes the requests and checks the claims; what goes out goes through the guard.
"""

import base64
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from urllib.parse import quote_plus

import httpx
import orjson
import structlog
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri, prepare_token_request
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, KeySetSerialization

from services.escalator.api.people.addresses import normalised
from shared.errors import Permanent, Transient
from shared.web.outbound import Answer, Outbound
from shared.web.ssrf import NotAllowedError, networks_of

log = structlog.get_logger()

WELL_KNOWN = ".well-known/openid-configuration"
CALLBACK = "escalator/v1/sessions/oidc/callback"
"""Below HANDRAIL_PUBLIC_URL: where the provider sends the browser back to."""
SCOPE = "openid email"
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA"]
"""Signed with the provider's own key: never `none`, never with a shared secret."""
SECONDS = 10.0
MAX_ANSWER_BYTES = 256 * 1024
LEEWAY_SECONDS = 60
"""By how much our clocks may differ."""
REFUSED = "provider_refused"


@dataclass(frozen=True, slots=True)
class Flow:
    """A sign-in on its way: what only the browser that began it has."""

    state: str
    nonce: str
    verifier: str
    """Of PKCE: the provider gives what the code is for to who knows this."""
    app_id: str | None = None


@dataclass(frozen=True, slots=True)
class Client:
    """How the provider knows us."""

    issuer: str
    client_id: str
    client_secret: str
    redirect_uri: str


class Setting(Protocol):
    """The settings that name a provider."""

    @property
    def public_url(self) -> str: ...
    @property
    def oidc_issuer(self) -> str: ...
    @property
    def oidc_client_id(self) -> str: ...
    @property
    def oidc_client_secret(self) -> str: ...
    @property
    def oidc_allow_networks(self) -> list[str]: ...


def provider_of(settings: Setting, now: Callable[[], datetime]) -> "Provider | None":
    """Return the provider that is set, if one is."""
    if not settings.oidc_issuer:
        return None
    client = Client(
        issuer=settings.oidc_issuer,
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret,
        redirect_uri=f"{settings.public_url.rstrip('/')}/{CALLBACK}",
    )
    outbound = Outbound(allow=networks_of(settings.oidc_allow_networks))
    return Provider(client, outbound, now)


@dataclass(frozen=True, slots=True)
class Provider:
    """One OpenID provider, named by setting."""

    client: Client
    outbound: Outbound
    now: Callable[[], datetime]

    def begin(self, app_id: str | None) -> Flow:
        """Return a new flow; each of its secrets has 256 bits."""
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        return Flow(state, nonce, verifier, app_id)

    async def address_of(self, flow: Flow) -> str:
        """Return where the browser goes to sign in. Raises Transient, Permanent."""
        metadata = await self._metadata()
        return str(
            prepare_grant_uri(
                metadata["authorization_endpoint"],
                self.client.client_id,
                "code",
                redirect_uri=self.client.redirect_uri,
                scope=SCOPE,
                state=flow.state,
                nonce=flow.nonce,
                code_challenge=create_s256_code_challenge(flow.verifier),
                code_challenge_method="S256",
            )
        )

    async def email_of(self, code: str, flow: Flow) -> str:
        """Return the address that the provider has verified of who signed in.

        Raises Permanent(`provider_refused`, `email_not_verified`) and Transient.
        """
        metadata = await self._metadata()
        answer = await self._token(metadata, code, flow)
        keys = await self._json(metadata["jwks_uri"])
        claims = self._claims(answer.get("id_token"), keys, flow)
        # Some providers write it as a text.
        verified = claims.get("email_verified") in (True, "true")
        try:
            email = normalised(str(claims.get("email", ""))) if verified else ""
        except ValueError:
            email = ""
        if not email:
            raise Permanent(
                "email_not_verified", "The provider has verified no address of yours."
            )
        return email

    async def _metadata(self) -> dict[str, Any]:
        issuer = self.client.issuer
        found = await self._json(f"{issuer.rstrip('/')}/{WELL_KNOWN}")
        needed = ("authorization_endpoint", "token_endpoint", "jwks_uri")
        if found.get("issuer") != issuer or not all(
            isinstance(found.get(each), str) for each in needed
        ):
            log.error("the provider's metadata is not of HANDRAIL_OIDC_ISSUER")
            raise Permanent(REFUSED, "The provider is another than was set.")
        return found

    async def _token(
        self, metadata: Mapping[str, Any], code: str, flow: Flow
    ) -> dict[str, Any]:
        client = self.client
        body = prepare_token_request(
            "authorization_code",
            redirect_uri=client.redirect_uri,
            code=code,
            code_verifier=flow.verifier,
            client_id=client.client_id,
        )
        # RFC 6749, 2.3.1: both are form-encoded before they are joined.
        pair = f"{quote_plus(client.client_id)}:{quote_plus(client.client_secret)}"
        basic = base64.b64encode(pair.encode()).decode()
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json",
            "Authorization": f"Basic {basic}",
        }
        return await self._read(
            self.outbound.post(
                metadata["token_endpoint"],
                body.encode(),
                headers=headers,
                deadline=SECONDS,
                max_answer_bytes=MAX_ANSWER_BYTES,
            )
        )

    async def _json(self, url: str) -> dict[str, Any]:
        return await self._read(
            self.outbound.get(url, deadline=SECONDS, max_answer_bytes=MAX_ANSWER_BYTES)
        )

    async def _read(self, asked: Awaitable[Answer]) -> dict[str, Any]:
        """Return the JSON object that was answered. Raises Permanent and Transient."""
        try:
            answer = await asked
        except NotAllowedError as error:
            log.warning("the provider may not be called", error=str(error))
            raise Permanent(REFUSED, "The provider may not be called.") from None
        except (TimeoutError, httpx.HTTPError, OSError) as error:
            raise Transient("provider_unavailable", type(error).__name__) from error
        if answer.status >= httpx.codes.INTERNAL_SERVER_ERROR:
            raise Transient("provider_unavailable", str(answer.status))
        try:
            found = orjson.loads(answer.body) if answer.whole else None
        except orjson.JSONDecodeError:
            found = None
        if answer.status != httpx.codes.OK or not isinstance(found, dict):
            # Its words may hold the code or a token: only the status is said.
            log.warning("the provider refused", status=answer.status)
            raise Permanent(REFUSED, "The provider did not take it. Begin again.")
        return found

    def _claims(self, token: Any, keys: dict[str, Any], flow: Flow) -> dict[str, Any]:  # noqa: ANN401 - what the provider sent
        """Return what the provider says of who signed in, once it is checked."""
        published: KeySetSerialization = {"keys": keys.get("keys", [])}
        wanted = {
            "iss": {"essential": True, "value": self.client.issuer},
            "aud": {"essential": True, "value": self.client.client_id},
            "exp": {"essential": True},
        }
        try:
            read = jwt.decode(
                str(token), KeySet.import_key_set(published), algorithms=ALGORITHMS
            )
            claims = CodeIDToken(
                read.claims,
                read.header,
                options=wanted,
                params={"nonce": flow.nonce, "client_id": self.client.client_id},
            )
            claims.validate(now=int(self.now().timestamp()), leeway=LEEWAY_SECONDS)
        except (JoseError, ValueError, KeyError, TypeError) as error:
            log.warning(
                "the provider's token is not for us", error=type(error).__name__
            )
            raise Permanent(REFUSED, "The provider's answer is not for us.") from None
        return dict(read.claims)
