"""Members sign in where an OpenID provider, which runs on loopback, vouches for them."""

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from services.escalator.api.people import oidc
from services.escalator.api.people.provider import Client, Provider
from services.escalator.api.people.sessions import Reception
from shared.clock import SystemClock
from shared.mongo.seal import OIDC_FLOWS, Seal
from shared.web.outbound import Outbound
from shared.web.ssrf import networks_of
from tests.escalator.people import ORIGIN, House
from tests.support.openid import CLIENT_ID, CLIENT_SECRET, OpenIdProvider, new_key

ANA = "ana@acme.test"
CALLBACK = f"{ORIGIN}/v1/sessions/oidc/callback"
START = "/v1/sessions/oidc/start"


@pytest.fixture
async def provider() -> AsyncIterator[OpenIdProvider]:
    async with OpenIdProvider().running() as running:
        yield running


def house_of(
    provider: OpenIdProvider | None, *, allow: tuple[str, ...] = ("127.0.0.0/8",)
) -> House:
    house = House()
    seal = Seal(["operator"], purpose=OIDC_FLOWS)
    known = None
    if provider is not None:
        client = Client(provider.issuer, CLIENT_ID, CLIENT_SECRET, CALLBACK)
        outbound = Outbound(allow=networks_of(allow))
        known = Provider(client, outbound, SystemClock().now)
    reception = Reception(house.sign_ins, house.credentials, alike_seconds=0)
    flows = oidc.Flows(seal.close, seal.open, house.clock.now)
    house.app.include_router(oidc.router(reception, known, flows))
    return house


async def sent_back(browser: httpx.AsyncClient, query: str = "") -> str:
    """Begin, sign in at the provider, and return where it sends the browser back to."""
    begun = await browser.get(f"{START}{query}")
    assert begun.status_code == 303, begun.text
    async with httpx.AsyncClient(trust_env=False) as elsewhere:
        consented = await elsewhere.get(begun.headers["location"])
    return str(consented.headers["location"])


async def test_who_the_provider_vouches_for_is_signed_in(provider):
    house = house_of(provider)
    await house.add(ANA, "agent")
    browser = house.browser()

    back = await sent_back(browser)
    answer = await browser.get(back)

    assert answer.status_code == 303, answer.text
    assert answer.headers["location"] == f"{ORIGIN}/#signed-in"
    cookies = answer.headers.get_list("set-cookie")
    session = next(each for each in cookies if each.startswith("handrail_session="))
    for part in ("HttpOnly", "SameSite=strict", "Secure", "Path=/"):
        assert part in session
    me = (await browser.get("/v1/sessions/me")).json()
    assert (me["member"]["email"], me["role"]) == (ANA, "agent")
    again = await browser.get(back)
    assert again.status_code == 401, "the flow is over with its cookie"


async def test_the_flow_holds_its_secrets_back_from_the_address(provider):
    browser = house_of(provider).browser()

    begun = await browser.get(START)

    asked = parse_qs(urlsplit(begun.headers["location"]).query)
    assert asked["redirect_uri"] == [CALLBACK]
    assert asked["code_challenge_method"] == ["S256"]
    assert all(len(asked[name][0]) >= 43 for name in ("state", "nonce"))
    assert "code_verifier" not in asked
    cookie = begun.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert asked["nonce"][0] not in cookie


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"email_verified": False}, "email_not_verified"),
        ({"email_verified": None}, "email_not_verified"),
        ({"email": None}, "email_not_verified"),
        ({"nonce": "another"}, "provider_refused"),
        ({"nonce": None}, "provider_refused"),
        ({"iss": "https://evil.example"}, "provider_refused"),
        ({"aud": "another"}, "provider_refused"),
        ({"exp": 1}, "provider_refused"),
        ({"email": "who@acme.test"}, "no_member"),
    ],
)
async def test_what_the_provider_does_not_vouch_for_signs_nobody_in(
    provider, claims, reason
):
    house = house_of(provider)
    await house.add(ANA)
    provider.claims = claims
    browser = house.browser()

    answer = await browser.get(await sent_back(browser))

    assert answer.status_code in {401, 403}
    assert answer.json()["reason"] == reason
    assert "handrail_session" not in browser.cookies


async def test_a_token_that_another_key_signed_is_refused(provider):
    house = house_of(provider)
    await house.add(ANA)
    provider.signs_with = new_key()
    browser = house.browser()

    answer = await browser.get(await sent_back(browser))

    assert answer.json()["reason"] == "provider_refused"


async def test_a_callback_that_this_browser_did_not_begin_is_refused(provider):
    house = house_of(provider)
    await house.add(ANA)
    browser, victim = house.browser(), house.browser()
    back = await sent_back(browser)

    for given in (back, f"{CALLBACK}?code=x&state=y", CALLBACK):
        answer = await victim.get(given)
        assert answer.json()["reason"] == "not_begun_here"
    await sent_back(victim)
    assert (await victim.get(back)).status_code == 401


async def test_a_flow_is_over_after_ten_minutes(provider):
    house = house_of(provider)
    await house.add(ANA)
    browser = house.browser()
    back = await sent_back(browser)

    house.clock.forward(minutes=10)

    assert (await browser.get(back)).json()["reason"] == "not_begun_here"


async def test_who_says_no_at_the_provider_is_not_signed_in(provider):
    provider.denies = True
    browser = house_of(provider).browser()

    answer = await browser.get(await sent_back(browser))

    assert answer.json()["reason"] == "provider_refused"


async def test_who_works_for_several_apps_chooses_one(provider):
    house = house_of(provider)
    await house.add(ANA)
    await house.add(ANA, app="other")
    browser = house.browser()

    answer = await browser.get(await sent_back(browser))

    page, _, token = answer.headers["location"].partition("#")
    assert page == f"{ORIGIN}/escalator/sign-in"
    body = {"token": token, "app_id": "other"}
    redeemed = await browser.post("/v1/sessions/redeem", json=body)
    assert redeemed.json()["app_id"] == "other"
    named = house.browser()
    assert (await named.get(await sent_back(named, "?app_id=acme"))).status_code == 303
    assert (await named.get("/v1/sessions/me")).json()["app_id"] == "acme"


async def test_a_provider_that_is_away_is_said_so(provider):
    provider.failing = 1
    answer = await house_of(provider).browser().get(START)

    assert answer.status_code == 503
    assert answer.json()["reason"] == "provider_unavailable"


@pytest.mark.parametrize("allow", [(), ("10.0.0.0/8",)])
async def test_no_provider_inside_is_called_unless_its_network_is_allowed(
    provider, allow: tuple[str, ...]
) -> None:
    answer = await house_of(provider, allow=allow).browser().get(START)

    assert answer.status_code == 409
    assert answer.json()["reason"] == "provider_refused"


async def test_without_a_provider_there_is_nothing_to_sign_in_at():
    browser = house_of(None).browser()

    for path in (START, CALLBACK):
        answer: Any = await browser.get(path)
        assert answer.status_code == 404
