"""The inbox over HTTP."""

from datetime import timedelta

import pytest

from tests.escalator.desk import Office
from tests.escalator.world import START


async def an_escalation() -> tuple[Office, str, str]:
    """Return an office with one open escalation, a key and the escalation's path."""
    office = Office()
    key = await office.key()
    opened = await office.world.escalate()
    return office, key, f"/v1/escalations/{opened['escalation_id']}"


async def test_an_escalation_is_shown_by_id_and_by_number_with_its_whole_packet():
    office, key, path = await an_escalation()

    by_id = (await office.ask("GET", path, key)).json()
    by_number = (await office.ask("GET", "/v1/escalations/ESC-1001", key)).json()

    assert by_id == by_number
    assert by_id["number"] == "ESC-1001"
    assert by_id["status"] == "open"
    assert by_id["told"] == "none"
    assert by_id["conversation"][0]["text"] == "Uploads over 10 MB fail"
    assert by_id["deliveries"] == {
        "default": {"status": "pending", "proof": "", "at": None}
    }
    assert by_id["opened_at"] == "2026-11-22T10:00:00Z"
    assert by_id["updates"] == []
    assert by_id["escalation_id"] in path


async def test_the_list_is_newest_first_in_pages_and_without_transcripts():
    office, key, _ = await an_escalation()
    for number in range(4):
        office.world.conversation_id = f"c-{number}"
        office.world.clock.forward(seconds=number % 2)
        await office.world.say(f"m-{number}", "Help")
        await office.world.leave_unresolved(f"m-{number}")

    numbers, cursor = [], ""
    while cursor is not None:
        url = f"/v1/escalations?limit=2{cursor}"
        page = (await office.ask("GET", url, key)).json()
        numbers += [each["number"] for each in page["items"]]
        assert all("conversation" not in each for each in page["items"])
        following = page["next_cursor"]
        cursor = following and f"&cursor={following}"

    assert len(numbers) == len(set(numbers)) == 5
    assert set(numbers[:2]) <= {"ESC-1005", "ESC-1004"} | {"ESC-1003"}
    assert numbers[0] == "ESC-1005"


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("status=open", 1),
        ("status=resolved", 0),
        ("status=open&status=resolved", 1),
        ("reason=no_match", 1),
        ("reason=policy", 0),
        ("conversation_id=c-42", 1),
        ("conversation_id=c-43", 0),
        ("assignee=Cy", 0),
    ],
)
async def test_the_list_is_narrowed(query, count):
    office, key, _ = await an_escalation()

    answer = await office.ask("GET", f"/v1/escalations?{query}", key)

    assert len(answer.json()["items"]) == count


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("cursor=nonsense", 400),
        ("cursor=WyJub3QgYSB0aW1lIiwieCJd", 400),
        ("cursor=WyI5OTk5LTEyLTMxVDIzOjU5OjU5LTEyOjAwIiwieCJd", 400),
        ("limit=0", 422),
        ("limit=201", 422),
        ("status=lost", 422),
    ],
)
async def test_a_list_that_cannot_be_is_refused(query, status):
    office, key, _ = await an_escalation()

    answer = await office.ask("GET", f"/v1/escalations?{query}", key)

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_command_answers_the_escalation_as_it_is_now():
    office, key, path = await an_escalation()

    answer = await office.ask("POST", f"{path}/acknowledge", key, json={"actor": "Bo"})

    assert answer.status_code == 200
    shown = answer.json()
    assert shown["status"] == "acknowledged"
    assert shown["updates"][-1]["actor"] == "Bo"
    assert shown["updates"][-1]["from"] == "open"


async def test_the_whole_desk_over_http():
    office, key, path = await an_escalation()

    async def post(command: str, **body) -> dict:
        answer = await office.ask(
            "POST", f"{path}/{command}", key, json={"actor": "Bo", **body}
        )
        assert answer.status_code == 200, answer.text
        return answer.json()

    until = (START + timedelta(hours=1)).isoformat()
    assert (await post("assign", assignee="Cy"))["assignee"] == "Cy"
    assert (await post("assign", assignee=None))["assignee"] is None
    assert (await post("note", text="Known bug"))["notes"][0]["text"] == "Known bug"
    assert (await post("snooze", until=until))["snoozed_until"] == (
        "2026-11-22T11:00:00Z"
    )
    assert (await post("reply", text="Try again"))["status"] == "answered"
    assert (await post("resolve", text=None))["status"] == "resolved"
    assert (await post("reopen"))["status"] == "reopened"
    part = await post("split", text="A part")
    assert part["number"] == "ESC-1002"
    merged = await post("merge", into="ESC-1002")
    assert (merged["status"], merged["merged_into"]) == (
        "reopened",
        part["escalation_id"],
    )


async def test_an_impossible_command_is_a_conflict_that_names_the_status():
    office, key, path = await an_escalation()
    await office.ask("POST", f"{path}/resolve", key, json={"actor": "Bo"})

    answer = await office.ask("POST", f"{path}/acknowledge", key, json={"actor": "Bo"})

    assert answer.status_code == 409
    problem = answer.json()
    assert problem["status_now"] == "resolved"
    assert problem["reason"] == "impossible_transition"
    assert "is resolved" in problem["detail"]


async def test_the_same_idempotency_key_is_the_same_order():
    office, key, path = await an_escalation()
    body = {"actor": "Bo", "text": "Once"}

    answers = [
        await office.ask(
            "POST", f"{path}/reply", key, json=body, headers={"Idempotency-Key": "k"}
        )
        for _ in range(3)
    ]

    assert [each.status_code for each in answers] == [200, 200, 200]
    assert len({each.text for each in answers}) == 1
    assert len(office.world.replies) == 1


async def test_an_idempotent_split_answers_the_same_part():
    office, key, path = await an_escalation()
    body = {"actor": "Bo", "text": "A part"}

    numbers = [
        (
            await office.ask(
                "POST",
                f"{path}/split",
                key,
                json=body,
                headers={"Idempotency-Key": "k"},
            )
        ).json()["number"]
        for _ in range(2)
    ]

    assert numbers == ["ESC-1002", "ESC-1002"]


@pytest.mark.parametrize(
    ("command", "body"),
    [
        ("acknowledge", {}),
        ("acknowledge", {"actor": ""}),
        ("acknowledge", {"actor": "a\nb"}),
        ("reply", {"actor": "Bo"}),
        ("reply", {"actor": "Bo", "text": "  "}),
        ("note", {"actor": "Bo", "text": ""}),
        ("assign", {"actor": "Bo"}),
        ("snooze", {"actor": "Bo"}),
        ("snooze", {"actor": "Bo", "until": "2020-01-01T00:00:00Z"}),
        ("snooze", {"actor": "Bo", "until": "2030-01-01T00:00:00"}),
        ("snooze", {"actor": "Bo", "until": "9999-12-31T23:59:59-12:00"}),
        ("merge", {"actor": "Bo"}),
        ("merge", {"actor": "Bo", "into": "ESC-1001"}),
        ("split", {"actor": "Bo"}),
    ],
)
async def test_a_command_without_what_it_needs_is_refused(command, body):
    office, key, path = await an_escalation()

    answer = await office.ask("POST", f"{path}/{command}", key, json=body)

    assert answer.status_code == 422
    assert office.world.updates == []


async def test_another_apps_escalations_do_not_exist():
    office, _, path = await an_escalation()
    stranger = await office.key("other")

    shown = await office.ask("GET", path, stranger)
    done = await office.ask("POST", f"{path}/resolve", stranger, json={"actor": "Eve"})
    listed = await office.ask("GET", "/v1/escalations", stranger)

    assert (shown.status_code, done.status_code) == (404, 404)
    assert listed.json()["items"] == []
    assert office.world.updates == []


async def test_an_escalation_is_not_merged_into_a_resolved_or_unknown_one():
    office, key, path = await an_escalation()
    office.world.conversation_id = "c-43"
    await office.world.say("f-1", "Help")
    await office.world.leave_unresolved("f-1")
    await office.ask(
        "POST", "/v1/escalations/ESC-1002/resolve", key, json={"actor": "Bo"}
    )

    for into, status in (("ESC-1002", 409), ("ESC-9999", 404)):
        answer = await office.ask(
            "POST", f"{path}/merge", key, json={"actor": "Bo", "into": into}
        )
        assert answer.status_code == status


async def test_reading_keys_do_not_command_and_bodies_do_not_change_apps():
    office, key, path = await an_escalation()
    reader = await office.key("acme", "read")

    refused = await office.ask("POST", f"{path}/resolve", reader, json={"actor": "Bo"})
    foreign = await office.ask(
        "POST", f"{path}/resolve", key, json={"actor": "Bo", "app_id": "other"}
    )

    assert (refused.status_code, foreign.status_code) == (403, 403)
    assert (await office.ask("GET", path, reader)).status_code == 200


@pytest.mark.parametrize(
    ("path", "body"),
    [
        pytest.param("ESC-1001/note", {"text": "x"}, id="a known one"),
        pytest.param("ESC-9999/note", {"text": "x"}, id="an unknown one"),
        pytest.param("ESC-1001/merge", {"into": "ESC-9999"}, id="into an unknown one"),
        pytest.param("ESC-1001/split", {"text": "x"}, id="a part"),
    ],
)
async def test_an_order_that_names_another_app_is_refused_before_all_else(path, body):
    office, key, _ = await an_escalation()
    foreign = {"actor": "Bo", "app_id": "other", **body}

    answer = await office.ask("POST", f"/v1/escalations/{path}", key, json=foreign)

    assert answer.status_code == 403
    assert office.world.updates == []
