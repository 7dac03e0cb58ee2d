"""Say how a request stands that waits for a person, in the user's language."""

import json
import re
from collections.abc import Mapping
from importlib.resources import files

TEXTS: Mapping[str, Mapping[str, str]] = json.loads(
    (files("services.resolver.domain.words.waiting") / "texts.json").read_text("utf8")
)
"""By language: `delivered`, once a destination has accepted it, and `saved` before."""
_VARIABLE = re.compile(r"\{(number|reason|app)\}")


def tell_waiting(
    language: str, own: str | None, variables: Mapping[str, str], *, delivered: bool
) -> str:
    """Return the app's *own* text, or ours, with its variables.

    One pass, so that no value is read as a template. No time is named: nobody has
    promised one.
    """
    template = own or TEXTS[language]["delivered" if delivered else "saved"]
    return _VARIABLE.sub(lambda found: variables.get(found[1], ""), template)
