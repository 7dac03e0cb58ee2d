"""Routes, their versions and the backtest on a real broker and a real database."""

from typing import Any

import pytest

from shared import topics
from tests.escalator.test_integration import Outside, database, running

__all__ = ["database"]  # a fixture

pytestmark = [pytest.mark.integration, pytest.mark.timeout(120)]

COUNT = 130
"""More than one batch of the backtest."""
ROUTES = [
    {
        "name": "money",
        "match": {"text": "(?i)invoice", "user.id": ["u-7"], "hours": "inside"},
        "priority": "high",
        "tags": ["money"],
        "destinations": ["default"],
    },
    {
        "name": "files",
        "match": {"app_state.route": "/files"},
        "destinations": ["default"],
    },
]


async def put(outside: Outside, settings: dict[str, Any], **headers: str) -> Any:
    answer = await outside.http.put("/v1/settings", json=settings, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer


async def backtest(outside: Outside, settings: dict[str, Any]) -> dict[str, Any]:
    answer = await outside.http.post(
        "/v1/settings/backtest", json={"settings": settings, "days": 1}
    )
    assert answer.status_code == 200, answer.text
    return answer.json()


async def open_many(outside: Outside) -> list[dict[str, Any]]:
    for number in range(COUNT):
        text = "My invoice is wrong" if number % 2 else "Uploads fail"
        await outside.say(f"c-{number}", f"e-{number}", text)
        await outside.leave_unresolved(f"c-{number}", f"e-{number}")
    return await outside.see(topics.ESCALATION_OPENED, COUNT)


async def test_settings_decide_explain_are_tried_and_come_back(
    kafka, mongo_url, database
):
    async with running(kafka, mongo_url, database) as outside:
        first = (await put(outside, {"routes": ROUTES})).headers["ETag"]
        packets = await open_many(outside)
        by_route = {
            name: [each for each in packets if each["route"] == name]
            for name in ("money", "files")
        }
        assert [len(found) for found in by_route.values()] == [COUNT // 2, COUNT // 2]
        packet = by_route["money"][0]
        assert (packet["priority"], packet["tags"]) == ("high", ["money"])
        found = (await outside.http.get(f"/v1/escalations/{packet['number']}")).json()
        assert found["because"] == packet["because"]
        assert packet["because"].startswith("the text matches (?i)invoice")

        explained = await outside.http.post("/v1/settings/explain", json=packet)
        (route,) = explained.json()["routes"]
        assert route == {"name": "money", "because": packet["because"]}
        assert explained.json()["patterns"][0]["found"] == COUNT // 2

        unchanged = await backtest(outside, {})
        assert unchanged["escalations"]["before"] == COUNT
        assert (unchanged["differences"], unchanged["unknown"]) == (0, 0)

        proposed = {"routes": ROUTES[1:], "messages": {"handoff": "{number} it is."}}
        changed = await backtest(outside, proposed)
        assert changed["differences"] == COUNT
        assert changed["routes"]["files"]["after"] == COUNT
        assert changed["routes"]["money"]["after"] == 0
        assert changed["texts"][0]["after"].endswith(" it is.")

        await put(outside, proposed, **{"If-Match": first})
        late = await outside.http.put(
            "/v1/settings", json={}, headers={"If-Match": first}
        )
        assert late.status_code == 412
        again = await outside.http.post(
            f"/v1/settings/versions/{first.strip(chr(34))}/restore"
        )
        assert [each["name"] for each in again.json()["routes"]] == ["money", "files"]
        versions = (await outside.http.get("/v1/settings/versions")).json()["items"]
        assert [each["by"] is None for each in versions] == [False, False, False, True]
        assert (await backtest(outside, {}))["differences"] == 0
