"""`/v1/members`: who works with an app."""

import asyncio

import pytest

from services.escalator.domain.members import team as members
from shared.events import AppMembers, EndedSessions, Member, Role
from tests.escalator.people import House
from tests.support.fakes import NOON
from tests.support.people import member


@pytest.fixture
def house() -> House:
    return House()


async def test_a_member_is_put_shown_listed_and_removed(house):
    server = house.server()
    body = {"name": "Ana", "role": "agent", "available": True, "capacity": 5}

    put = await server.put("/v1/members/Ana@Acme.TEST", json=body)

    assert put.status_code == 201
    assert put.json() | body == put.json()
    assert put.json()["email"] == "ana@acme.test"
    again = await server.put("/v1/members/ANA@acme.test", json=body)
    assert again.status_code == 200
    assert again.json()["added_at"] == put.json()["added_at"]
    assert (await server.get("/v1/members/ana@ACME.test")).json() == put.json()
    assert (await server.get("/v1/members")).json()["items"] == [put.json()]
    assert (await server.delete("/v1/members/ana@acme.test")).status_code == 204
    assert (await server.get("/v1/members/ana@acme.test")).status_code == 404
    assert (await server.delete("/v1/members/ana@acme.test")).status_code == 404


async def test_members_are_listed_by_address_in_pages(house):
    for name in "cab":
        await house.add(f"{name}@acme.test")
    server = house.server()

    first = (await server.get("/v1/members?limit=2")).json()
    rest = (await server.get(f"/v1/members?cursor={first['next_cursor']}")).json()

    found = [each["email"] for each in first["items"] + rest["items"]]
    assert found == ["a@acme.test", "b@acme.test", "c@acme.test"]
    assert rest["next_cursor"] is None


@pytest.mark.parametrize(
    ("email", "body", "field"),
    [
        ("ana@acme.test", {"role": "boss"}, "body.role"),
        ("ana@acme.test", {}, "body.role"),
        ("ana@acme.test", {"role": "agent", "capacity": -1}, "body.capacity"),
        ("ana@acme.test", {"role": "agent", "capasity": 1}, "body.capasity"),
        ("no address", {"role": "agent"}, "path.email"),
    ],
)
async def test_what_is_no_member_is_refused_with_the_field(house, email, body, field):
    answer = await house.server().put(f"/v1/members/{email}", json=body)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == field


async def test_another_app_sees_and_changes_nobody(house):
    await house.add("ana@acme.test")
    other = house.server("other")

    assert (await other.get("/v1/members")).json()["items"] == []
    assert (await other.get("/v1/members/ana@acme.test")).status_code == 404
    assert (await other.delete("/v1/members/ana@acme.test")).status_code == 404
    body = {"app_id": "acme", "role": "admin"}
    assert (await other.put("/v1/members/x@y.test", json=body)).status_code == 403


async def test_a_member_cannot_take_away_the_last_admin_but_a_key_can(house):
    await house.add("ana@acme.test", "admin")
    browser = await house.signed_in("ana@acme.test")
    lower = {"role": "agent"}

    assert (await browser.delete("/v1/members/ana@acme.test")).status_code == 409
    refused = await browser.put("/v1/members/ana@acme.test", json=lower)

    assert refused.json()["reason"] == "last_admin"
    await house.add("bo@acme.test", "admin")
    assert (await browser.put("/v1/members/ana@acme.test", json=lower)).is_success
    server = house.server()
    assert (await server.delete("/v1/members/bo@acme.test")).status_code == 204


async def test_an_agent_says_whether_they_are_there_and_nothing_else(house):
    await house.add("ana@acme.test", capacity=3)
    browser = await house.signed_in("ana@acme.test")
    away = {"name": "Ana", "role": "agent", "available": False, "capacity": 3}

    assert (await browser.put("/v1/members/ana@acme.test", json=away)).is_success
    for email, change in [
        ("bo@acme.test", {}),
        ("ana@acme.test", {"role": "admin"}),
        ("ana@acme.test", {"capacity": 1000}),
    ]:
        answer = await browser.put(f"/v1/members/{email}", json=away | change)
        assert answer.status_code == 403, change
    assert (await browser.delete("/v1/members/ana@acme.test")).status_code == 403


async def test_a_viewer_reads_and_changes_nothing(house):
    await house.add("vi@acme.test", "viewer")
    browser = await house.signed_in("vi@acme.test")

    assert (await browser.get("/v1/members")).status_code == 200
    body = {"role": "viewer", "name": "Vi"}
    assert (await browser.put("/v1/members/vi@acme.test", json=body)).status_code == 403


async def test_what_was_not_published_is_stored_and_published_again(house):
    house.publisher.failing = 1

    answer = await house.server().put("/v1/members/a@b.test", json={"role": "agent"})

    assert answer.status_code == 503
    assert house.table.of("acme") is None
    assert await house.team.reconcile() == 1
    assert house.table.apps_of("a@b.test") == ["acme"]
    assert await house.team.reconcile() == 0


async def test_of_a_deleted_app_nobody_is_known_any_more(house):
    await house.add("ana@acme.test")
    house.apps.known["acme"] = house.apps.known["acme"].model_copy(
        update={"status": "deleted"}
    )
    house.teams.rows.clear()

    assert await house.team.reconcile() == 1

    assert house.table.apps() == []
    assert house.publisher.published[-1].value == b""


async def test_two_who_change_at_once_both_have_their_way(house):
    await house.add("ana@acme.test")
    rival = members.put(
        house.teams.rows["acme"], member(email="bo@acme.test"), now=house.clock.now()
    )
    house.teams.rivals = [rival]

    await house.add("cy@acme.test")

    found = {each.email for each in house.teams.rows["acme"].members}
    assert found == {"ana@acme.test", "bo@acme.test", "cy@acme.test"}


async def test_many_changes_at_once_end_as_the_store_is(house):
    await asyncio.gather(*(house.add(f"m{each}@acme.test") for each in range(8)))

    assert house.table.of("acme") == house.teams.rows["acme"]
    assert len(house.teams.rows["acme"].members) == 8


def test_what_a_later_version_wrote_of_a_member_stays():
    later = {**member().model_dump(mode="json"), "pronouns": "they"}
    team = AppMembers.model_validate(
        {"app_id": "acme", "updated_at": NOON, "members": [later], "shifts": [1]}
    )

    after = members.put(team, member(email="bo@acme.test"), now=NOON)

    written = after.model_dump(mode="json")
    assert written["shifts"] == [1]
    assert written["members"][0]["pronouns"] == "they"


def test_a_version_grows_even_where_nothing_is_left_of_the_count():
    first = members.put(members.nobody("acme", now=NOON), member(), now=NOON)
    anew = members.put(members.nobody("acme", now=NOON), member(), now=NOON)

    assert members.put(first, member(), now=NOON).version == first.version + 1
    assert anew.version == first.version > 0


def test_who_signs_out_often_ends_all_their_sessions_and_nobody_elses():
    team = members.nobody("acme", now=NOON)
    for number in range(20):
        for subject in ("member:a@b.test", "key:k"):
            ended = EndedSessions(
                subject=subject, session_id=str(number), before=NOON, until=LATER
            )
            team = members.end(team, ended, now=NOON)

    assert len(team.ended) <= 2 * members.MAX_ENDED_EACH
    whole = [each for each in team.ended if each.session_id is None]
    assert {each.subject for each in whole} <= {"member:a@b.test", "key:k"}
    over = members.end(team, ended, now=LATER)
    assert [each.session_id for each in over.ended] == ["19"]


LATER = NOON.replace(hour=23)


def test_a_role_may_all_that_those_below_it_may():
    assert [Role.AGENT.covers(each) for each in Role] == [True, True, False]
    assert Member(email="ana@acme.test", role=Role.AGENT, added_at=NOON).shown_name == (
        "ana"
    )
