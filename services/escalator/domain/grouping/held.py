"""Notifications of one app that are held, by group and destination."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from shared.codec import Unknown

MAX_LISTED = 5000
"""Escalations of one digest: with their first words some 2 MB, half of what a record
takes. A group that has more is sent in several digests."""

MAX_HELD = 10_000
"""Notifications that an app holds at once, and as many that are repeated: its state is
written with every decision, and takes 300 bytes of each."""


@dataclass(slots=True)
class Held:
    """One escalation's news that is held from one destination."""

    escalation_id: str
    lane: str
    """Where the escalation is decided; what became of the digest goes there."""
    opened_at: datetime
    news: str = "opened"
    """What the notification would have told by itself."""
    pattern: str = ""
    """Id of the pattern that the escalation belongs to, where one is known."""
    account: str = ""
    urgent: bool = False
    _unknown: Unknown = field(default=None, kw_only=True, compare=False)


@dataclass(slots=True)
class Group:
    """What goes to one destination together."""

    key: str
    """What the escalations have in common: `pattern=p-12`, `storm`."""
    destination_id: str
    since: datetime
    """When the first of them was opened."""
    pending: tuple[Held, ...] = ()
    """Not sent yet, oldest first."""
    due_at: datetime | None = None
    """When what is pending is sent."""
    sent_at: datetime | None = None
    listed: tuple[Held, ...] = ()
    """Sent, and to be repeated while nobody has them; the newest `MAX_LISTED`."""
    repeat_at: datetime | None = None
    count: int = 0
    """Escalations that were sent in all."""
    _unknown: Unknown = field(default=None, kw_only=True, compare=False)

    @property
    def place(self) -> str:
        """Return the name under which the group is kept."""
        return place_of(self.key, self.destination_id)

    @property
    def next_at(self) -> datetime | None:
        """Return when something is to be done for it."""
        moments = [each for each in (self.due_at, self.repeat_at) if each is not None]
        return min(moments, default=None)


@dataclass(slots=True)
class HeldNotifications:
    """All that is held for one app's people. It has a lane of its own."""

    app_id: str
    conversation_id: str
    """Of the lane; no conversation of a user has this id."""
    openings: tuple[tuple[str, str], ...] = ()
    """Id and instant of the last escalations, as many as a storm is told by."""
    storm_until: datetime | None = None
    groups: Mapping[str, Group] = field(default_factory=dict)
    wake_at: datetime | None = None
    """When the next timer fires."""
    _unknown: Unknown = field(default=None, kw_only=True, compare=False)

    @property
    def next_at(self) -> datetime | None:
        """Return when the first group needs something."""
        moments = [each.next_at for each in self.groups.values()]
        return min([each for each in moments if each is not None], default=None)


@dataclass(slots=True)
class Digest:
    """One digest on its way, in a lane of its own: whom its delivery is told to."""

    app_id: str
    conversation_id: str
    """Of the lane: no user's."""
    members: tuple[Held, ...] = ()
    outcome: str = ""
    """`delivered` or `failed` once the destination has answered."""
    reason: str = ""
    proof: str = ""
    channel: str = ""
    tries: int = 0
    at: datetime | None = None
    told: int = 0
    """How many of the members were told so far."""
    destination_id: str = ""
    group: str = ""
    """What its members have in common."""
    _unknown: Unknown = field(default=None, kw_only=True, compare=False)


def place_of(key: str, destination_id: str) -> str:
    """Return the name of a group in an app."""
    return f"{destination_id}\n{key}"
