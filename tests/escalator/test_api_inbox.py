"""`GET /v1/escalations`: narrowed, searched, sorted, in pages."""

from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest

from tests.escalator.desk import Office
from tests.escalator.world import START

TEXTS = ["Uploads over 10 MB fail", "Crème brûlée is missing", "Card was declined"]


async def an_inbox() -> tuple[Office, str]:
    """Return an office with three escalations, a minute apart."""
    office = Office()
    key = await office.key()
    for at, text in enumerate(TEXTS):
        office.world.conversation_id = f"c-{at}"
        office.world.clock.forward(seconds=60)
        await office.world.say(f"e-{at}", text, user={"id": f"u-{at}", "name": "Ana"})
        await office.world.leave_unresolved(f"e-{at}", text=text)
    return office, key


async def numbers(office: Office, key: str, query: str) -> list[str]:
    answer = await office.ask("GET", f"/v1/escalations?{query}", key)
    assert answer.status_code == 200, answer.text
    return [each["number"] for each in answer.json()["items"]]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("uploads", ["ESC-1001"]),
        ("creme brulee", ["ESC-1002"]),
        ("esc-1003", ["ESC-1003"]),
        ("ana", ["ESC-1003", "ESC-1002", "ESC-1001"]),
        ("ana declined", ["ESC-1003"]),
        ("u-1", ["ESC-1002"]),
        ("nobody says this", []),
        ("?!", []),
    ],
)
async def test_words_of_user_and_summary_find_an_escalation(asked, found):
    office, key = await an_inbox()

    assert await numbers(office, key, f"q={quote(asked)}") == found


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("opened", ["ESC-1001", "ESC-1002", "ESC-1003"]),
        ("-opened", ["ESC-1003", "ESC-1002", "ESC-1001"]),
        ("priority", ["ESC-1001", "ESC-1002", "ESC-1003"]),
        ("due", ["ESC-1003", "ESC-1002", "ESC-1001"]),
    ],
)
async def test_every_order_goes_on_from_page_to_page(sort, expected):
    office, key = await an_inbox()
    found: list[str] = []
    url = f"/v1/escalations?sort={quote(sort)}&limit=1"

    following: Any = ""
    while following is not None:
        page = await office.ask(
            "GET", f"{url}{following and '&cursor=' + following}", key
        )
        found += [each["number"] for each in page.json()["items"]]
        following = page.json()["next_cursor"]

    assert found == expected


async def test_a_time_narrows_by_its_instant():
    office, key = await an_inbox()
    second = (START + timedelta(minutes=2)).isoformat()

    since = await numbers(office, key, f"opened_from={quote(second)}")
    before = await numbers(office, key, f"opened_to={quote(second)}")

    assert (since, before) == (["ESC-1003", "ESC-1002"], ["ESC-1001"])


async def test_nobodys_are_asked_for_with_an_empty_assignee():
    office, key = await an_inbox()
    body = {"actor": "Bo", "assignee": "Cy"}
    await office.ask("POST", "/v1/escalations/ESC-1002/assign", key, json=body)

    assert await numbers(office, key, "assignee=") == ["ESC-1003", "ESC-1001"]
    assert await numbers(office, key, "assignee=Cy") == ["ESC-1002"]


@pytest.mark.parametrize(
    "query",
    ["sort=size", "due=never", "priority=huge", "opened_from=monday", "colour=red"],
)
async def test_what_is_not_known_is_refused(query):
    office, key = await an_inbox()

    answer = await office.ask("GET", f"/v1/escalations?{query}", key)

    assert answer.status_code == 422


@pytest.mark.parametrize("sort", ["opened", "priority"])
async def test_a_cursor_of_another_order_is_refused(sort):
    office, key = await an_inbox()
    url = "/v1/escalations?sort=priority&limit=2"
    cursor = (await office.ask("GET", url, key)).json()["next_cursor"]

    answer = await office.ask(
        "GET", f"/v1/escalations?sort={sort}&cursor={cursor}", key
    )

    assert answer.status_code == (200 if sort == "priority" else 400)


async def test_the_words_themselves_are_not_shown():
    office, key = await an_inbox()

    (item, *_) = (await office.ask("GET", "/v1/escalations", key)).json()["items"]

    assert "words" not in item
