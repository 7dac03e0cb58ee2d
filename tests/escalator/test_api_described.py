"""What the inbox answers is what its document says, field by field."""

from typing import Any

from pydantic import BaseModel

from services.escalator.api.desk.schemas import EscalationDocument, EscalationItem
from tests.escalator.desk import Office

WORK: list[tuple[str, dict[str, Any]]] = [
    ("acknowledge", {}),
    ("note", {"text": "look here"}),
    ("assign", {"assignee": "kim"}),
    ("reply", {"text": "Hello"}),
    ("resolve", {}),
]


async def worked() -> tuple[Office, str, str]:
    """Return an office with one escalation on which everything was done."""
    office = Office()
    key = await office.key()
    opened = await office.world.escalate()
    path = f"/v1/escalations/{opened['escalation_id']}"
    for verb, more in WORK:
        answer = await office.ask(
            "POST", f"{path}/{verb}", key, json={"actor": "kim", **more}
        )
        assert answer.status_code == 200
    return office, key, path


def names(model: type[BaseModel]) -> set[str]:
    return {field.alias or name for name, field in model.model_fields.items()}


async def test_an_escalation_is_described_field_by_field():
    office, key, path = await worked()

    found = (await office.ask("GET", path, key)).json()

    EscalationDocument.model_validate(found)
    assert set(found) <= names(EscalationDocument)
    assert found["updates"]
    assert found["notes"]


async def test_an_item_of_the_list_is_described_field_by_field():
    office, key, _ = await worked()

    (found,) = (await office.ask("GET", "/v1/escalations", key)).json()["items"]

    EscalationItem.model_validate(found)
    assert set(found) == names(EscalationItem)
