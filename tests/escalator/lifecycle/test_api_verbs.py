"""The verbs over HTTP: who has it, how urgent it is, and what is refused."""

from typing import Any

import httpx
import pytest

from tests.escalator.desk import Office


async def opened(office: Office) -> tuple[str, str]:
    """Return a key, and the id of an open escalation."""
    key = await office.key()
    return key, (await office.world.escalate())["escalation_id"]


async def post(office: Office, key: str, path: str, **body: Any) -> httpx.Response:
    return await office.ask(
        "POST", f"/v1/escalations/{path}", key, json={"actor": "Bo", **body}
    )


async def test_the_second_claim_is_409_with_the_holders_name():
    office = Office()
    key, escalation_id = await opened(office)
    first = await post(office, key, f"{escalation_id}/claim")

    second = await post(office, key, f"{escalation_id}/claim", actor="Cy")

    assert first.json()["assignee"] == "Bo"
    assert first.json()["status"] == "acknowledged"
    assert second.status_code == 409
    assert second.json()["holder"] == "Bo"
    assert "Bo" in second.json()["detail"]


async def test_priority_and_tags_are_shown_after_they_changed():
    office = Office()
    key, escalation_id = await opened(office)
    await post(office, key, f"{escalation_id}/priority", priority="high")

    shown = await post(
        office, key, f"{escalation_id}/tag", add=["vip"], tags=["a"], remove=["b"]
    )

    assert (shown.json()["priority"], shown.json()["tags"]) == ("high", ["vip", "a"])
    reasons = [each["reason"] for each in shown.json()["updates"]]
    assert reasons == ["prioritized", "tagged"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        pytest.param("priority", {"priority": "hgih"}, id="no priority"),
        pytest.param("priority", {}, id="none given"),
        pytest.param("tag", {}, id="no tags"),
        pytest.param("tag", {"add": [" "]}, id="a tag of nothing"),
        pytest.param("claim", {"asignee": "Bo"}, id="a field that nothing reads"),
    ],
)
async def test_what_means_nothing_is_refused(path, body):
    office = Office()
    key, escalation_id = await opened(office)

    answer = await post(office, key, f"{escalation_id}/{path}", **body)

    assert answer.status_code == 422


async def test_a_hand_back_is_over_and_may_be_reopened():
    office = Office()
    key, escalation_id = await opened(office)

    back = await post(office, key, f"{escalation_id}/hand-back", text="All yours")
    again = await post(office, key, f"{escalation_id}/hand-back")
    reopened = await post(office, key, f"{escalation_id}/reopen")

    assert back.json()["status"] == "resolved"
    assert again.status_code == 409
    assert reopened.json()["status"] == "reopened"


@pytest.mark.parametrize(
    ("acknowledgement", "said"),
    [
        pytest.param(
            {"within": "30m", "levels": [{"destinations": ["team-mial"]}]},
            "team-mail",
            id="a destination that does not exist",
        ),
        pytest.param({"within": "30m"}, "levels", id="a time-out that nobody hears"),
        pytest.param(
            {"within": "30m", "levels": [{"destinations": []}]},
            "destinations",
            id="a level of nobody",
        ),
        pytest.param({"claim_fro": "1h"}, "claim_for", id="a field that is not read"),
        pytest.param({"within": "0s"}, "within", id="a time-out of nothing"),
    ],
)
async def test_an_acknowledgement_that_leads_nowhere_is_refused(acknowledgement, said):
    office = Office()
    key = await office.key()

    answer = await office.ask(
        "PUT", "/v1/settings", key, json={"acknowledgement": acknowledgement}
    )

    assert answer.status_code == 422
    assert said in answer.text


async def test_the_contracts_acknowledgement_is_stored_as_it_was_put():
    office = Office()
    office.destinations.known |= {"lead-mail", "manager-mail"}
    key = await office.key()
    wanted = {
        "within": "30m",
        "levels": [
            {"destinations": ["lead-mail"]},
            {"after": "30m", "destinations": ["manager-mail"]},
        ],
        "repeat": "4h",
        "quiet": "outside",
    }

    answer = await office.ask(
        "PUT", "/v1/settings", key, json={"acknowledgement": wanted}
    )

    assert answer.status_code == 200
    stored = answer.json()["acknowledgement"]
    assert stored["levels"][1] == wanted["levels"][1]
    assert (stored["within"], stored["repeat"], stored["quiet"]) == (
        "30m",
        "4h",
        "outside",
    )
