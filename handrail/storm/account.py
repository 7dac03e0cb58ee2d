"""What the topics show of each event, and what that amounts to: pure."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from handrail.storm.plan import Json, Said, Talk

REPLIES = "conversation.replies"
RESOLVED = "conversation.resolved"
UNRESOLVED = "conversation.unresolved"
OPENED = "escalation.opened"
DELIVERED = "notification.delivered"
FAILED = "notification.failed"
REQUESTED = "notification.requested"
READ = (REPLIES, RESOLVED, UNRESOLVED, OPENED, REQUESTED, DELIVERED, FAILED)
NAMED = re.compile(r"\be-p-\d+-\d+\b")
"""An event's id, in a text that names its own event."""


@dataclass
class Account:
    """The records of one app, by the ids that they carry."""

    replies: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    """Event id and type to the ids of the replies, of which there must be one."""
    decided: dict[str, str] = field(default_factory=dict)
    """Event id to `resolved` or to the reason why it went to people."""
    opened: dict[str, set[str]] = field(default_factory=dict)
    """Conversation to its escalations, of which there must be one."""
    told: dict[str, set[str]] = field(default_factory=dict)
    """Conversation to the escalations that its user was told of."""
    delivered: dict[str, set[str]] = field(default_factory=dict)
    """Escalation to its deliveries."""
    forwarded: set[str] = field(default_factory=set)
    """Events whose words were sent on to the team: not each of them is replied to."""
    failed: Counter[str] = field(default_factory=Counter)
    records: Counter[str] = field(default_factory=Counter)

    def note(self, topic: str, value: Json) -> None:
        """Take in one record of *topic*."""
        self.records[topic] += 1
        conversation = value["conversation_id"]
        if topic == REPLIES:
            event, kind = value["in_reply_to"], value["type"]
            self.replies.setdefault((event, kind), set()).add(value["reply_id"])
            if kind == "handoff":
                self.told.setdefault(conversation, set()).add(value["escalation_id"])
        elif topic == RESOLVED:
            self.decided[value["event_id"]] = "resolved"
        elif topic == UNRESOLVED:
            self.decided[value["event_id"]] = value["reason"]
        elif topic == OPENED:
            self.opened.setdefault(conversation, set()).add(value["escalation_id"])
        elif topic == REQUESTED:
            self.forwarded.update(NAMED.findall(value.get("text") or ""))
        elif topic == DELIVERED:
            escalation = value["escalation_id"]
            self.delivered.setdefault(escalation, set()).add(value["delivery_id"])
        elif topic == FAILED:
            self.failed[value["reason"]] += 1

    def has_handoff(self, conversation: str) -> bool:
        """Tell whether the user of *conversation* was told that people have it."""
        return conversation in self.told


@dataclass(frozen=True)
class Reckoning:
    """What became of everything that was said."""

    events: int
    published: int
    """Repeats included."""
    lost: Sequence[str]
    """Events that neither their user nor the team ever saw anything of."""
    otherwise: Mapping[str, int]
    """Replies of another type than is usual, such as `answer: handoff`, by count."""
    doubled: Sequence[str]
    """Events and conversations with two replies, or escalations, of different ids."""
    escalations: int
    unopened: Sequence[str]
    """Conversations whose users were told of an escalation that no packet tells of."""
    undelivered: Sequence[str]
    """Conversations whose packet reached no destination."""
    untold: Sequence[str]
    """Conversations that went to people and whose users were never told so."""

    @property
    def is_whole(self) -> bool:
        """Tell whether everything arrived, once."""
        return not (
            self.lost
            or self.doubled
            or self.unopened
            or self.undelivered
            or self.untold
        )

    @property
    def missing(self) -> int:
        """Return how much is not there yet."""
        return sum(
            map(
                len,
                (
                    self.lost,
                    self.unopened,
                    self.undelivered,
                    self.untold,
                ),
            )
        )


def reckon(talks: Sequence[Talk], account: Account) -> Reckoning:
    """Compare what was said in *talks* with what the topics show."""
    kinds: dict[str, set[str]] = defaultdict(set)
    for event, kind in account.replies:
        kinds[event].add(kind)
    for event in account.forwarded - kinds.keys():
        kinds[event].add("forwarded")
    said = [each for talk in talks for each in talk.said]
    opened = account.opened
    return Reckoning(
        events=len(said),
        published=sum(each.times for each in said),
        lost=[each.event_id for each in said if not kinds[each.event_id]],
        otherwise=_otherwise(said, kinds),
        doubled=list(_doubled(account)),
        escalations=len(opened),
        unopened=[each for each in account.told if each not in opened],
        undelivered=[
            conversation
            for conversation, escalations in opened.items()
            if not any(each in account.delivered for each in escalations)
        ],
        untold=[
            talk.conversation_id
            for talk in talks
            if talk.conversation_id in opened
            and not account.has_handoff(talk.conversation_id)
        ],
    )


def _otherwise(said: Iterable[Said], kinds: Mapping[str, set[str]]) -> dict[str, int]:
    found = Counter(
        f"{each.outcome}: {'+'.join(sorted(kinds[each.event_id]))}"
        for each in said
        if kinds[each.event_id] and each.outcome not in kinds[each.event_id]
    )
    return dict(found)


def _doubled(account: Account) -> Iterator[str]:
    for (event, kind), ids in account.replies.items():
        # A receipt for each state: the trigger of an escalation has several.
        if len(ids) > 1 and kind != "receipt":
            yield f"{event} {kind}"
    for conversation, escalations in account.opened.items():
        if len(escalations) > 1:
            yield conversation
