"""The lanes that are no conversation's: an app's held notifications, and each digest.

Their ids begin with a word that no user's conversation may begin with.
"""

from services.escalator.domain.conversation import Conversation
from services.escalator.domain.grouping.held import Digest, HeldNotifications
from shared.events.base import RESERVED
from shared.ids import conversation_key

HELD = f"{RESERVED}held"
DIGEST = f"{RESERVED}digest:"

State = Conversation | HeldNotifications | Digest
"""Of a conversation, or of a lane of our own."""


def held_lane(app_id: str) -> str:
    """Return the lane that decides what of an app's notifications is held."""
    return conversation_key(app_id, HELD)


def digest_lane(app_id: str, digest_id: str) -> str:
    """Return the lane of one digest."""
    return conversation_key(app_id, f"{DIGEST}{digest_id}")


def digest_id_of(conversation_id: str) -> str:
    """Return the digest whose lane has this id."""
    return conversation_id.removeprefix(DIGEST)


def empty_state(app_id: str, conversation_id: str) -> HeldNotifications | Digest | None:
    """Return the state of a lane of ours before its first record; None of another."""
    if conversation_id == HELD:
        return HeldNotifications(app_id, conversation_id)
    if conversation_id.startswith(DIGEST):
        return Digest(app_id, conversation_id)
    return None
