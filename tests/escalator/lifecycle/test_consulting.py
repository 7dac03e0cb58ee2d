"""A person is asked, the assistant keeps the conversation, and the user is answered."""

from typing import Any

import httpx

from shared import topics
from tests.escalator.desk import Office

DAY = 86_400


async def post(office: Office, key: str, path: str, **body: Any) -> httpx.Response:
    return await office.ask("POST", f"/v1/{path}", key, json=body)


async def consulted(office: Office) -> tuple[str, str, dict[str, Any]]:
    """Return a key, an escalation's id, and the question that was asked beside it."""
    key = await office.key()
    escalation_id = (await office.world.escalate())["escalation_id"]
    path = f"escalations/{escalation_id}/consult"
    body = {"actor": "Bo", "question": "Is the limit 10 MB?", "to": "team-mail"}
    shown = await post(office, key, path, **body)
    assert shown.status_code == 200, shown.text
    return key, escalation_id, shown.json()["consultations"][0]


async def test_the_destination_is_asked_and_nobody_takes_the_escalation():
    office = Office()
    _, escalation_id, one = await consulted(office)

    request = office.world.requests[-1]
    assert (request["destination_id"], request["news"]) == ("team-mail", "consulted")
    assert (request["kind"], request["text"]) == (
        "message_added",
        "Is the limit 10 MB?",
    )
    assert (one["state"], one["to"], one["asked_by"]) == ("open", "team-mail", "Bo")
    assert office.world.stored(escalation_id)["status"] == "open"
    assert office.world.replies == []


async def test_the_answer_reaches_the_user_and_is_listed():
    office = Office()
    key, escalation_id, one = await consulted(office)
    path = f"escalations/{escalation_id}/consultations/{one['consultation_id']}/answer"

    shown = await post(office, key, path, actor="Cy", text="Yes, 10 MB.")

    (reply,) = office.world.replies
    assert (reply["type"], reply["text"]) == ("teammate_reply", "Yes, 10 MB.")
    assert reply["author"] == {"name": "Cy"}
    listed = shown.json()["consultations"][0]
    assert (listed["state"], listed["answered_by"]) == ("answered", "Cy")
    assert shown.json()["status"] == "open"
    reasons = [each["reason"] for each in shown.json()["updates"]]
    assert reasons == ["consulted", "consultation_answered"]


async def test_a_second_answer_is_refused():
    office = Office()
    key, escalation_id, one = await consulted(office)
    path = f"escalations/{escalation_id}/consultations/{one['consultation_id']}/answer"
    await post(office, key, path, actor="Cy", text="Yes.")

    again = await post(office, key, path, actor="Di", text="No.")

    assert again.status_code == 409
    assert len(office.world.replies) == 1


async def test_an_answer_by_mail_answers_the_question_and_takes_nothing():
    office = Office()
    _, escalation_id, _ = await consulted(office)
    request = office.world.requests[-1]

    done = await office.world.feed(
        office.world.of_answer(request, author="Cy", text="Yes, 10 MB.")
    )

    assert done[-1].reason == "consultation_answered"
    assert office.world.replies[-1]["text"] == "Yes, 10 MB."
    assert office.world.stored(escalation_id)["status"] == "open"


async def test_a_late_answer_by_mail_still_reaches_the_user():
    office = Office()
    _, escalation_id, _ = await consulted(office)
    request = office.world.requests[-1]
    await office.world.wait(3 * DAY)

    await office.world.feed(office.world.of_answer(request, text="Sorry: yes."))

    (one,) = office.world.stored(escalation_id)["consultations"]
    assert one["state"] == "expired"
    assert office.world.replies[-1]["text"] == "Sorry: yes."


async def test_a_question_is_withdrawn_with_its_escalation():
    office = Office()
    key, escalation_id, one = await consulted(office)
    await office.world.order(escalation_id, "resolve")
    path = f"escalations/{escalation_id}/consultations/{one['consultation_id']}/answer"

    late = await post(office, key, path, actor="Cy", text="Yes.")

    (shown,) = office.world.stored(escalation_id)["consultations"]
    assert shown["state"] == "withdrawn"
    assert late.status_code == 409


async def test_a_destination_that_does_not_exist_is_refused():
    office = Office()
    key = await office.key()
    escalation_id = (await office.world.escalate())["escalation_id"]
    path = f"escalations/{escalation_id}/consult"

    answer = await post(office, key, path, actor="Bo", question="Why?", to="team-mial")

    assert answer.status_code == 422
    assert "team-mail" in answer.text


async def ask_open(office: Office, key: str, **more: Any) -> httpx.Response:
    body = {"conversation_id": "c-9", "question": "Is it up?", "to": "team-mail"}
    headers = {"Idempotency-Key": "q-1"}
    return await office.ask(
        "POST", "/v1/consultations", key, json={**body, **more}, headers=headers
    )


async def test_a_question_needs_no_escalation():
    office = Office()
    key = await office.key("acme", "ingest", "manage")
    office.world.conversation_id = "c-9"
    await office.world.say("e-1", "Is your service up?", app_state={"route": "/"})

    asked = await ask_open(office, key)
    again = await ask_open(office, key)
    name = asked.json()["consultation_id"]
    answered = await post(
        office, key, f"consultations/{name}/answer", actor="Cy", text="It is up."
    )

    assert (asked.status_code, asked.json()["asked_by"]) == (201, "assistant")
    assert again.json()["consultation_id"] == name
    (request,) = office.world.requests
    assert request["packet"]["conversation"][0]["text"] == "Is your service up?"
    assert request["packet"]["app_state"] == {"route": "/"}
    assert answered.json()["state"] == "answered"
    (reply,) = office.world.on(topics.CONVERSATION_REPLIES)
    assert (reply["conversation_id"], reply["text"]) == ("c-9", "It is up.")
    assert office.world.opened == []


async def test_an_open_question_is_answered_by_mail():
    office = Office()
    key = await office.key("acme", "ingest")
    name = (await ask_open(office, key)).json()["consultation_id"]

    await office.world.feed(
        office.world.of_answer(office.world.requests[0], author="Cy", text="Up.")
    )

    shown = await office.ask("GET", f"/v1/consultations/{name}", key)
    assert (shown.json()["state"], shown.json()["answer"]) == ("answered", "Up.")
    assert office.world.replies[-1]["author"] == {"name": "Cy"}


async def test_a_question_of_another_app_is_not_found():
    office = Office()
    key = await office.key("acme", "ingest")
    name = (await ask_open(office, key)).json()["consultation_id"]
    other = await office.key("other", "manage")

    answer = await office.ask("GET", f"/v1/consultations/{name}", other)

    assert answer.status_code == 404


async def test_the_answer_is_in_the_transcript():
    office = Office()
    key, escalation_id, one = await consulted(office)
    await office.world.feed(office.world.of_delivered(office.world.requests[0]))
    path = f"escalations/{escalation_id}/consultations/{one['consultation_id']}/answer"
    await post(office, key, path, actor="Cy", text="Yes, 10 MB.")

    await office.world.say("e-2", "Thanks")

    lines = office.world.requests[-1]["packet"]["conversation"]
    assert ("teammate", "Yes, 10 MB.") in [
        (each["role"], each["text"]) for each in lines
    ]
