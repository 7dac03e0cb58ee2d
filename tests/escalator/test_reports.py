"""Weekly reports: how they are set, and that their deliveries disturb no escalation."""

import pytest

from tests.escalator.desk import Office
from tests.escalator.world import World

WEEKLY = {"destinations": ["team-mail"], "weekday": "fri", "at": "16:30"}


async def put(office, key, reports):
    return await office.ask("PUT", "/v1/settings", key, json={"reports": reports})


async def test_a_report_is_asked_for_and_taken_back():
    office = Office()
    key = await office.key()
    unset = (await office.ask("GET", "/v1/settings", key)).json()["reports"]

    asked = await put(office, key, {"weekly": WEEKLY})
    again = await put(office, key, asked.json()["reports"])
    taken_back = await put(office, key, {"weekly": None})

    assert unset == {"weekly": None}
    assert asked.status_code == again.status_code == 200
    assert asked.json()["reports"] == again.json()["reports"] == {"weekly": WEEKLY}
    assert taken_back.json()["reports"] == {"weekly": None}


async def test_its_day_and_time_have_defaults():
    office = Office()
    key = await office.key()

    answer = await put(office, key, {"weekly": {"destinations": ["team-mail"]}})

    assert answer.json()["reports"]["weekly"] == {
        "destinations": ["team-mail"],
        "weekday": "mon",
        "at": "08:00",
    }


@pytest.mark.parametrize(
    ("reports", "said"),
    [
        pytest.param({"weekly": {}}, "destinations", id="to nobody"),
        pytest.param(
            {"weekly": WEEKLY | {"destinations": []}}, "destinations", id="none"
        ),
        pytest.param(
            {"weekly": WEEKLY | {"destinations": ["team-mial"]}},
            "team-mail",
            id="a destination that does not exist",
        ),
        pytest.param({"weekly": WEEKLY | {"weekday": "fry"}}, "fri", id="no such day"),
        pytest.param({"weekly": WEEKLY | {"at": "8:00"}}, "08:00", id="no such time"),
        pytest.param(
            {"weekly": WEEKLY | {"at": "24:00"}}, "08:00", id="too late a time"
        ),
        pytest.param(
            {"weekly": WEEKLY | {"weekdays": []}}, "weekday", id="no such field"
        ),
        pytest.param({"weakly": WEEKLY}, "weekly", id="no such report"),
    ],
)
async def test_a_report_that_cannot_be_sent_is_refused(reports, said):
    office = Office()
    key = await office.key()

    answer = await put(office, key, reports)

    assert answer.status_code == 422
    assert said in answer.text


async def test_a_destination_that_is_gone_is_missing():
    office = Office()
    key = await office.key()
    await put(office, key, {"weekly": WEEKLY})

    office.destinations.known -= {"team-mail"}
    settings = (await office.ask("GET", "/v1/settings", key)).json()

    assert "team-mail" in settings["missing_destinations"]


async def test_what_became_of_a_report_changes_nothing():
    world = World(conversation_id="handrail:report:team-mail")
    report = {
        "app_id": "acme",
        "conversation_id": "handrail:report:team-mail",
        "delivery_id": "report-1",
        "escalation_id": "report-1",
        "number": "",
        "destination_id": "team-mail",
        "requested_at": "2026-11-23T08:00:00Z",
        "occurred_at": "2026-11-23T08:00:00Z",
    }

    await world.feed(
        world.of_delivered(report), world.of_failed(report), world.of_answer(report)
    )

    assert world.published == []
    assert set(world.reasons) == {"unknown_escalation"}
    assert world.ledger.documents == {}
    assert world.ledger.timers == []
