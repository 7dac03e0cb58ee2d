"""Past messages over HTTP: JSON or lines, once each, listed and forgotten."""

import orjson
import pytest

from services.resolver.catalogue.ranker import MAX_QUERY_CHARS
from services.resolver.matching.knowledge import Labelled
from tests.resolver.web import Web

ROWS = [
    {"text": "reset it", "gold": {"kind": "action", "name": "reset_password"}},
    {"text": "how big?", "gold": {"kind": "document", "id": "upload-limits"}},
    {"text": "all is broken", "gold": {"kind": "escalate", "distance": "near"}},
]
PAST = [
    Labelled("reset it", "action", "reset_password"),
    Labelled("how big?", "document", "upload-limits"),
    Labelled("all is broken", "escalate"),
]


@pytest.fixture
def web():
    return Web()


async def post(web, content, *, by="acme/manage", kind="application/json"):
    return await web.ask(
        "POST", "/v1/history", by=by, content=content, headers={"content-type": kind}
    )


@pytest.mark.parametrize(
    "content",
    [orjson.dumps(ROWS), b"\n".join(map(orjson.dumps, ROWS)) + b"\n\n"],
    ids=["array", "lines"],
)
async def test_an_array_or_lines_are_stored_once(web, content):
    first = await post(web, content)
    again = await post(web, content)

    assert first.json() == {"received": 3, "changed": 3}
    assert again.json() == {"received": 3, "changed": 0}
    assert list(web.history.kept.values()) == PAST
    assert {owner for owner, _ in web.history.kept} == {"acme"}


async def test_a_long_message_counts_by_its_beginning_as_it_would_when_asked(web):
    row = {"text": "long " * 1000, "gold": {"kind": "escalate"}}

    assert (await post(web, orjson.dumps([row]))).status_code == 200
    assert [len(text) for _, text in web.history.kept] == [MAX_QUERY_CHARS]


async def test_one_object_is_one_entry(web):
    assert (await post(web, orjson.dumps(ROWS[0]))).json()["received"] == 1


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", 422),
        (b"{]", 400),
        (b"[]", 422),
        (b'"text"', 422),
        (b'[{"text": "no gold"}]', 422),
        (b'[{"text": "", "gold": {"kind": "escalate"}}]', 422),
        (b'[{"text": "x", "gold": {"kind": "action"}}]', 422),
        (b'[{"text": "x", "gold": {"kind": "document"}}]', 422),
        (b'[{"text": "x", "gold": {"kind": "person"}}]', 422),
    ],
)
async def test_what_is_no_history_is_refused_with_a_problem(web, content, status):
    answer = await post(web, content)

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert web.history.kept == {}


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/v1/history"), ("DELETE", "/v1/history")],
)
async def test_only_who_manages_may_change_it(web, method, path):
    answer = await web.ask(method, path, by="acme/read", json=ROWS)

    assert answer.status_code == 403


async def test_it_is_listed_in_pages_as_it_came(web):
    await post(web, orjson.dumps(ROWS))
    await post(web, orjson.dumps(ROWS[:1]), by="other/manage")
    found, cursor = [], ""
    while cursor is not None:
        query = f"&cursor={cursor}" if cursor else ""
        page = await web.ask("GET", f"/v1/history?limit=2{query}", by="acme/read")
        found += page.json()["items"]
        cursor = page.json()["next_cursor"]

    golds = {row["text"]: row["gold"] for row in found}
    assert golds.keys() == {row["text"] for row in ROWS}
    assert golds["reset it"]["name"] == "reset_password"
    assert golds["how big?"]["id"] == "upload-limits"
    assert golds["all is broken"]["kind"] == "escalate"


async def test_one_entry_or_all_of_the_app_are_forgotten(web):
    await post(web, orjson.dumps(ROWS))
    await post(web, orjson.dumps(ROWS), by="other/manage")
    page = await web.ask("GET", "/v1/history", by="acme/read")
    one = f"/v1/history/{page.json()['items'][0]['id']}"
    answers = [
        (await web.ask("DELETE", one, by="acme/manage")).status_code,
        (await web.ask("DELETE", one, by="acme/manage")).status_code,
    ]
    rest = await web.ask("DELETE", "/v1/history", by="acme/manage")

    assert answers == [204, 404]
    assert rest.json() == {"removed": 2}
    assert len(web.history.kept) == 3
