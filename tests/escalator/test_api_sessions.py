"""`/v1/sessions`: signing in and out."""

import logging

import pytest

from services.escalator.administer.sign_ins import MAX_TRIES
from shared.web.auth import COOKIE, hash_secret
from tests.escalator.people import ORIGIN, House

ANA = "ana@acme.test"


@pytest.fixture
def house() -> House:
    return House()


async def test_a_link_signs_a_member_in_once(house, caplog):
    caplog.set_level(logging.DEBUG)
    await house.add(ANA, "agent")
    token = await house.token("ANA@acme.test")
    browser = house.browser()

    answer = await browser.post("/v1/sessions/redeem", json={"token": token})

    assert answer.status_code == 200
    cookie = answer.headers["set-cookie"]
    for part in ("HttpOnly", "SameSite=strict", "Secure", "Path=/"):
        assert part in cookie
    me = (await browser.get("/v1/sessions/me")).json()
    assert me["member"] == {"email": ANA, "name": "Ana"}
    assert (me["app_id"], me["app_name"], me["role"]) == ("acme", "Acme", "agent")
    again = await house.browser().post("/v1/sessions/redeem", json={"token": token})
    assert again.status_code == 401
    assert "set-cookie" not in again.headers
    assert token not in caplog.text
    assert token not in str(house.links.rows)
    assert hash_secret(token) in house.links.rows


async def test_the_answer_is_the_same_whether_there_is_such_a_member(house):
    await house.add(ANA)
    browser = house.browser()

    known = await browser.post("/v1/sessions", json={"email": ANA})
    stranger = await browser.post("/v1/sessions", json={"email": "who@acme.test"})

    assert known.status_code == stranger.status_code == 202
    assert known.json() == stranger.json()
    assert [each.email for each in house.publisher.links()] == [ANA]


async def test_an_address_gets_only_so_many_links_member_or_not(house):
    await house.add(ANA)
    for email in (ANA, "who@acme.test"):
        statuses = [
            (
                await house.browser().post("/v1/sessions", json={"email": each})
            ).status_code
            for each in [email, email.upper()] * MAX_TRIES
        ]
        assert statuses == [202] * MAX_TRIES + [429] * MAX_TRIES
    assert len(house.publisher.links()) == MAX_TRIES


async def test_a_link_is_over_after_fifteen_minutes(house):
    await house.add(ANA)
    token = await house.token(ANA)
    house.clock.forward(minutes=15)

    answer = await house.browser().post("/v1/sessions/redeem", json={"token": token})

    assert answer.status_code == 401
    assert answer.json()["reason"] == "link_invalid"


async def test_a_link_of_who_was_removed_meanwhile_is_worth_nothing(house):
    await house.add(ANA)
    token = await house.token(ANA)
    await house.server().delete(f"/v1/members/{ANA}")

    answer = await house.browser().post("/v1/sessions/redeem", json={"token": token})

    assert answer.status_code == 401


async def test_a_member_of_several_apps_chooses_one_and_the_link_still_works(house):
    await house.add(ANA)
    await house.add(ANA, "viewer", app="other")
    token = await house.token(ANA)
    browser = house.browser()

    asked = await browser.post("/v1/sessions/redeem", json={"token": token})

    assert asked.status_code == 409
    assert asked.json()["apps"] == [
        {"app_id": "acme", "name": "Acme"},
        {"app_id": "other", "name": "Other"},
    ]
    chosen = await browser.post(
        "/v1/sessions/redeem", json={"token": token, "app_id": "other"}
    )
    assert chosen.json()["app_id"] == "other"
    assert (await browser.get("/v1/sessions/me")).json()["role"] == "viewer"


async def test_a_link_that_names_an_app_is_for_that_one(house):
    await house.add(ANA)
    await house.add(ANA, app="other")
    token = await house.token(ANA, app_id="other")
    body = {"token": token, "app_id": "acme"}

    wrong = await house.browser().post("/v1/sessions/redeem", json=body)
    right = await house.browser().post("/v1/sessions/redeem", json={"token": token})

    assert wrong.status_code == 401
    assert right.json()["app_id"] == "other"


async def test_a_key_signs_in(house):
    browser = house.browser()

    answer = await browser.post("/v1/sessions", json={"key": house.keys["acme"].key})

    assert answer.status_code == 200
    me = (await browser.get("/v1/sessions/me")).json()
    assert (me["app_id"], me["role"], me["member"]) == ("acme", "admin", None)
    assert me["key_id"] == house.keys["acme"].key_id
    wrong = await house.browser().post("/v1/sessions", json={"key": "hr_x.y"})
    assert wrong.status_code == 401


async def test_a_sign_out_ends_the_session_wherever_its_cookie_is(house):
    await house.add(ANA)
    browser = await house.signed_in(ANA)
    copied = house.browser()
    copied.cookies.set(COOKIE, browser.cookies[COOKIE])
    other = await house.signed_in(ANA)

    answer = await browser.delete("/v1/sessions")

    assert answer.status_code == 204
    assert COOKIE not in browser.cookies
    assert (await copied.get("/v1/sessions/me")).status_code == 401
    assert (await other.get("/v1/sessions/me")).status_code == 200


async def test_a_key_has_no_session_to_end_but_may_ask_who_it_is(house):
    server = house.server()

    assert (await server.delete("/v1/sessions")).status_code == 403
    me = (await server.get("/v1/sessions/me")).json()
    assert (me["role"], me["expires_at"]) == ("admin", None)
    assert set(me["scopes"]) == {"ingest", "read", "manage"}


@pytest.mark.parametrize("origin", ["https://evil.example", "null"])
async def test_no_page_from_elsewhere_signs_anybody_in(house, origin):
    await house.add(ANA)
    token = await house.token(ANA)
    elsewhere = {"Origin": origin}

    for path, body in [
        ("/v1/sessions", {"key": house.keys["acme"].key}),
        ("/v1/sessions/redeem", {"token": token}),
    ]:
        answer = await house.browser().post(path, json=body, headers=elsewhere)
        assert answer.status_code == 403
    right = {"Origin": ORIGIN}
    answer = await house.browser().post(
        "/v1/sessions/redeem", json={"token": token}, headers=right
    )
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "body", [{}, {"email": ANA, "key": "hr_"}, {"email": "no"}, {"mail": ANA}]
)
async def test_what_signs_nobody_in_is_refused(house, body):
    answer = await house.browser().post("/v1/sessions", json=body)

    assert answer.status_code == 422


async def test_the_page_of_a_link_asks_before_it_uses_it_up(house):
    await house.add(ANA)
    await house.token(ANA)
    link = house.publisher.links()[-1].sealed_link.removeprefix("sealed:")
    browser = house.browser()

    page = await browser.get("/sign-in")

    assert link.startswith(f"{ORIGIN}/escalator/sign-in#")
    assert page.status_code == 200
    assert "default-src 'none'" in page.headers["content-security-policy"]
    for name in ("page.js", "page.css"):
        assert f"sign-in/{name}" in page.text
        assert (await browser.get(f"/sign-in/{name}")).status_code == 200
    assert house.links.used == set()
