"""Say how a request stands that waits for a person, in the user's language."""

from collections.abc import Mapping

from shared.wording.languages import choose_language, load_languages
from shared.wording.rendering import render_first

_LANGUAGES = load_languages()


def tell_waiting(
    language: str, own: str | None, variables: Mapping[str, str], *, delivered: bool
) -> str:
    """Return the app's *own* text, or ours, with its variables.

    The reason is said in words of the language. No time is named: nobody has promised
    one.
    """
    spoken = choose_language(_LANGUAGES, language)
    ours = spoken.texts["waiting_delivered" if delivered else "waiting_saved"]
    values = {
        **variables,
        "reason": spoken.reasons.get(variables.get("reason", ""), ""),
    }
    return render_first((own, ours), values) or ""
