"""A person's order to an escalation, as it is stored until it is done."""

from pydantic import AwareDatetime, TypeAdapter

from services.escalator.domain.lifecycle import Command
from shared.events import Model


class Order(Model):
    """One command with all it needs."""

    command: Command
    escalation_id: str
    actor: str
    key: str
    """The same for every repeat of the same order."""
    text: str = ""
    assignee: str | None = None
    until: AwareDatetime | None = None
    into: str | None = None
    """The escalation to merge into; its number and lane come with it."""
    into_number: str = ""
    into_lane: str = ""
    message_ids: tuple[str, ...] = ()


ORDER: TypeAdapter[Order] = TypeAdapter(Order)
"""Reads back an order whose first run was cut short."""
