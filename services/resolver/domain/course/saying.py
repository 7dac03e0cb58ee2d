"""Say something of our own in the user's language."""

from collections.abc import Mapping

from services.resolver.domain.conversation import Conversation
from services.resolver.domain.outcome import Turn
from services.resolver.domain.words.texts import choose_language, choose_text

_NO_OWN: Mapping[str, str] = {}


def say(
    kind: str,
    state: Conversation,
    turn: Turn,
    own: Mapping[str, str] = _NO_OWN,
    **variables: str,
) -> str:
    """Return the text of *kind*: the app's *own*, else ours in the user's language."""
    earlier = state.progress.request if state.progress else None
    language = choose_language(
        (turn.context.session or {}).get("locale"),
        turn.request.text,
        earlier.text if earlier else "",
    )
    return choose_text(kind, language, own, **variables)
