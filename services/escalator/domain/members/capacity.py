"""Who is given the next escalation: pure arithmetic over what each has."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from shared.events import Member

Held = Mapping[str, int]
"""How many open escalations each address has."""
LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Offer:
    """An escalation that a member was given, and when; of each the last is kept."""

    escalation_id: str
    email: str
    at: datetime
    pending: bool = True
    """Whether its escalation may not be in the inbox yet."""


def choose(
    members: Sequence[Member], held: Held, offers: Sequence[Offer]
) -> str | None:
    """Return the address of who has fewest, of these who was given none for longest.

    Who has no room is passed over; None where nobody has.
    """
    last = {each.email: each.at for each in sorted(offers, key=lambda one: one.at)}
    free = [
        (held.get(each.email, 0), last.get(each.email, LONG_AGO), each.email)
        for each in members
        if held.get(each.email, 0) < each.capacity
    ]
    return min(free)[2] if free else None


def with_offer(
    known: Sequence[Offer], waiting: Sequence[Offer], made: Offer
) -> list[Offer]:
    """Return what is kept: what waits, what was made, and when each had their last."""
    pending = [*waiting, made]
    busy = {each.email for each in pending}
    latest: dict[str, Offer] = {}
    for each in sorted(known, key=lambda one: one.at):
        if each.email not in busy:
            latest[each.email] = replace(each, pending=False)
    return [*latest.values(), *pending]
