"""Whether settings would have let a request reach people that others did."""

from collections.abc import Mapping
from typing import Any

from shared.events import Reason, Reasons
from shared.events.preferences import Preferences

BUTTON_REASON = Reason.ASKED_FOR_PERSON
"""Also of the button, which no setting takes away; it comes without words."""


def should_open(
    packet: Mapping[str, Any], was: Preferences, proposed: Preferences
) -> bool:
    """Return whether the request of *packet*, opened by *was*, is opened by *proposed*.

    What cannot be seen from one packet (how often, how alike) counts as it was: a
    request is taken away only where a reason is switched off, its topic is gone, or
    something that was tried is now sure enough.
    """
    if was.reasons == proposed.reasons and was.thresholds == proposed.thresholds:
        return True
    reason = str(packet["reason"])
    if _is_on(reason, packet, was.reasons) and not _is_on(
        reason, packet, proposed.reasons
    ):
        return False
    if reason not in {Reason.NO_MATCH, Reason.LOW_CONFIDENCE}:
        return True
    return not any(
        _answers(attempt, was, proposed) for attempt in packet.get("attempts") or ()
    )


def _is_on(reason: str, packet: Mapping[str, Any], reasons: Reasons) -> bool:
    if reason == BUTTON_REASON and not packet.get("text"):
        return True
    if reason == Reason.POLICY:
        topics = {topic.name for topic in reasons.policy.topics}
        return reasons.policy.enabled and packet.get("detail") in topics
    setting = getattr(reasons, reason, None)
    return bool(getattr(setting, "enabled", True))


def _answers(
    attempt: Mapping[str, Any], was: Preferences, proposed: Preferences
) -> bool:
    """Return whether *attempt* missed a threshold that it reaches now."""
    kind = attempt["kind"]
    before = getattr(was.thresholds, kind, None)
    after = getattr(proposed.thresholds, kind, None)
    if after is None or after == before or attempt["outcome"] != "below_threshold":
        return False
    return bool(attempt["score"] >= after)
