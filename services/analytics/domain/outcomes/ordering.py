"""The turns of a conversation in their order, by whatever clocks they came."""

from dataclasses import replace

from services.analytics.domain.outcomes.history import History, Turn

_REPLIES = frozenset(
    {"answer", "action_call", "question", "handoff", "receipt", "teammate_reply"}
)


def in_order(history: History) -> list[Turn]:
    """Return the turns by time; a message that is known by its result alone is one.

    No reply comes before what it answers, whatever the two machines' clocks say.
    """
    said = {each.event_id: each.at for each in history.turns if not is_shown(each)}
    missed = [
        Turn(each.at, "message", event_id=each.event_id, text=each.text)
        for each in history.results
        if each.event_id not in said
    ]
    turns = [
        replace(each, at=max(each.at, said.get(each.event_id, each.at)))
        if is_shown(each)
        else each
        for each in history.turns
    ]
    return sorted(
        [*turns, *missed],
        key=lambda each: (each.at, is_shown(each), each.event_id, each.kind),
    )


def is_shown(turn: Turn) -> bool:
    """Return whether *turn* is a reply of ours or of the team's."""
    return turn.kind in _REPLIES
