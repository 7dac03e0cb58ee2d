"""From an escalation to its pattern at the desk, and people's changes back to it."""

from collections.abc import Callable
from typing import Any

import httpx
import orjson
import pytest

from handrail.stack.local import LocalStack
from tests.support.system import Tenant, publish, replies_of, until

pytestmark = [pytest.mark.integration, pytest.mark.timeout(400)]

TEXTS = (
    "I get error 500 when I upload a large file",
    "The upload of a big file ends with error 500",
    "Please change the address on my invoice",
)
Found = list[dict[str, Any]]


async def escalate(
    stack: LocalStack, tenant: Tenant, *texts: str, start: int = 0
) -> list[str]:
    """Have each of *texts* reach people; return the escalations' ids, in order."""
    records = []
    for number, text in enumerate(texts, start):
        event = tenant.said(
            f"e-{number}", f"c-{number}", message={"role": "user", "text": text}
        )
        event["user"] = {"id": f"u-{number}", "email": f"u{number}@users.test"}
        records.append((tenant.lane(f"c-{number}"), orjson.dumps(event), []))
    await publish(stack.kafka, records)
    wanted = [f"c-{number}" for number in range(start, start + len(texts))]

    async def look() -> dict[str, str]:
        items = get(tenant, "/escalator/v1/escalations")["items"]
        return {each["conversation_id"]: each["escalation_id"] for each in items}

    found: dict[str, str] = await until(
        look, enough=lambda found: found.keys() >= set(wanted), seconds=60
    )
    return [found[each] for each in wanted]


def get(tenant: Tenant, path: str) -> Any:
    with tenant.http() as client:
        answer = client.get(path)
        answer.raise_for_status()
        return answer.json()


def steer(tenant: Tenant, pattern_id: str, verb: str, **body: Any) -> httpx.Response:
    with tenant.http() as client:
        path = f"/analytics/v1/patterns/{pattern_id}/{verb}"
        return client.post(path, json={"actor": "Ana", **body})


async def patterns_of(
    tenant: Tenant, escalation_ids: list[str], enough: Callable[[Found], bool]
) -> Found:
    """Return the pattern that the escalator shows for each, once they are *enough*."""

    async def look() -> Found:
        paths = (f"/escalator/v1/escalations/{each}" for each in escalation_ids)
        return [get(tenant, path).get("pattern") or {} for path in paths]

    found: Found = await until(look, enough=enough, seconds=120)
    return found


def all_have_one(found: Found) -> bool:
    return all("id" in each for each in found)


async def test_an_escalation_has_its_pattern_at_the_desk_and_people_change_it(
    stack: LocalStack, tenant: Tenant
) -> None:
    ids = await escalate(stack, tenant, *TEXTS)
    first, second, other = await patterns_of(tenant, ids, all_have_one)
    assert first["id"] == second["id"] != other["id"]
    assert first["label"]
    assert max(first["size"], second["size"]) == 2

    merged = steer(tenant, other["id"], "merge", into=first["id"])
    assert (merged.status_code, merged.json()["size"]) == (200, 3)
    (moved,) = await patterns_of(
        tenant, ids[2:], lambda found: found[0]["id"] == first["id"]
    )
    assert moved["id"] == first["id"]

    made = steer(tenant, first["id"], "split", escalation_ids=[ids[1]]).json()
    assert made["not_with"] == [first["id"]]
    (split,) = await patterns_of(
        tenant, ids[1:2], lambda found: found[0]["id"] == made["pattern_id"]
    )
    assert split["id"] == made["pattern_id"]
    assert get(tenant, "/analytics/v1/recount")["exact"]


async def test_who_comes_to_a_known_issue_is_told_that_people_know(
    stack: LocalStack, tenant: Tenant
) -> None:
    ids = await escalate(stack, tenant, *TEXTS)
    first, *_ = await patterns_of(tenant, ids, all_have_one)

    answer = steer(tenant, first["id"], "known-issue", known=True, label="Uploads")
    assert answer.json()["known_issue"] == {
        "known": True,
        "until": None,
        "label": "Uploads",
    }

    async def told() -> list[str]:
        return [
            each["conversation_id"]
            for each in await replies_of(stack, tenant)
            if each.get("status") == "known_issue"
        ]

    text = "Error 500 again when uploading a large file"
    await escalate(stack, tenant, text, start=7)
    assert "c-7" in await until(told, enough=lambda found: "c-7" in found, seconds=60)


async def test_patterns_are_listed_with_what_they_are_about(
    stack: LocalStack, tenant: Tenant
) -> None:
    ids = await escalate(stack, tenant, *TEXTS)
    first, _, other = await patterns_of(tenant, ids, all_have_one)

    async def listed() -> dict[str, Any]:
        found = get(tenant, "/analytics/v1/patterns")["items"]
        return {each["pattern_id"]: each for each in found}

    # An empty `because` is a pattern that nobody has looked at yet.
    items = await until(
        listed,
        enough=lambda found: all(found.get(each["id"], {}).get("because")
                                 for each in (first, other)),
        seconds=60,
    )  # fmt: skip
    item = items[first["id"]]
    assert (item["size"], item["users"], sum(item["trend"])) == (2, 2, 2)
    assert {each["escalation_id"] for each in item["exemplars"]} == set(ids[:2])
    assert "upload" in item["label"].casefold()

    opened = get(tenant, f"/analytics/v1/patterns/{first['id']}?limit=1")
    assert opened["members"][0]["because"]
    assert opened["next_cursor"]

    for by, expected in (("pattern", 2), ("cause", 3), ("hour_of_week", 3)):
        series = get(tenant, f"/analytics/v1/trends?by={by}")["series"]
        counts = [sum(each["count"] for each in line["points"]) for line in series]
        assert (max(counts) if by == "pattern" else sum(counts)) == expected

    steer(tenant, other["id"], "merge", into=first["id"])
    survivor = get(tenant, f"/analytics/v1/patterns/{other['id']}")
    assert (survivor["pattern_id"], survivor["size"]) == (first["id"], 3)

    async def lines() -> list[str]:
        series = get(tenant, "/analytics/v1/trends?by=pattern")["series"]
        return [each["key"] for each in series]

    assert await until(lines, enough=lambda found: len(found) == 1, seconds=60) == [
        first["id"]
    ]
