"""A conversation's state as bytes: orjson writes the parts as they are."""

from typing import Any

import orjson

from services.escalator.domain.conversation import Conversation
from services.escalator.domain.grouping.held import Digest, HeldNotifications
from services.escalator.domain.grouping.lanes import State, empty_state
from shared.codec import Codec

LINE_BYTES = 400
"""Of a line's object, its ids and its instant."""
_CODEC = Codec(Conversation, without=("lines",))
_HELD = Codec(HeldNotifications)
_DIGEST = Codec(Digest)


class ConversationStates:
    """How a lane's state is born, kept and read back."""

    def empty(self, lane: str) -> State:
        """Return the state before the first record."""
        app_id, _, conversation_id = lane.partition(":")
        return empty_state(app_id, conversation_id) or Conversation(
            app_id=app_id, conversation_id=conversation_id, lines=()
        )

    def dump(self, state: State) -> bytes:
        """Return *state* as JSON, without its lines: the ledger has them as facts."""
        if isinstance(state, Conversation):
            return _CODEC.dumps(state)
        return _DIGEST.dumps(state) if isinstance(state, Digest) else _HELD.dumps(state)

    def load(self, raw: bytes) -> State:
        """Return the state that any version's `dump` wrote."""
        row: dict[str, Any] = orjson.loads(raw)
        if "groups" in row:
            return _HELD.read(row)
        return _DIGEST.read(row) if "members" in row else _CODEC.read(row)

    def unwritten(self, state: State) -> int:
        """Return about how many bytes the lines at hand take."""
        if not isinstance(state, Conversation):
            return 0
        return sum([LINE_BYTES + 2 * len(line.text) for line in state.lines or ()])
