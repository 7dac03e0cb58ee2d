"""A conversation's state as bytes: orjson writes the parts as they are."""

from services.escalator.domain.conversation import Conversation
from shared.codec import Codec

LINE_BYTES = 400
"""Of a line's object, its ids and its instant."""
_CODEC = Codec(Conversation, without=("lines",))


class ConversationStates:
    """How a conversation's state is born, kept and read back."""

    def empty(self, lane: str) -> Conversation:
        """Return the state before the first event."""
        app_id, _, conversation_id = lane.partition(":")
        return Conversation(app_id=app_id, conversation_id=conversation_id, lines=())

    def dump(self, state: Conversation) -> bytes:
        """Return *state* as JSON, without its lines: the ledger has them as facts."""
        return _CODEC.dumps(state)

    def load(self, raw: bytes) -> Conversation:
        """Return the state that any version's `dump` wrote."""
        return _CODEC.loads(raw)

    def unwritten(self, state: Conversation) -> int:
        """Return about how many bytes the lines at hand take."""
        return sum([LINE_BYTES + 2 * len(line.text) for line in state.lines or ()])
