"""Put variables into a text that somebody wrote, or say that it cannot be shown."""

import re
from collections.abc import Iterable, Mapping

from shared.text import cut

MAX_CHARS = 16_384
"""Twice the longest template: a variable cannot blow a reply up beyond its limit."""
_VARIABLE = re.compile(r"\{([a-z_]+)\}")
_LEFT_OVER = re.compile(r"\{|\w\}")
"""What a reader would take for a variable that nobody filled in."""

Values = Mapping[str, str]


def render(template: str, values: Values) -> str | None:
    """Return *template* with its variables, or None where one of them has no value.

    One pass over the template alone, so that neither a template nor a value is ever
    read as a format string (CWE-134). Any other brace that a reader would stumble over
    makes it unfit too: a text is shown whole or not at all.
    """
    if "{" not in template and "}" not in template:
        return cut(template, MAX_CHARS)
    missing = any(not values.get(name) for name in _VARIABLE.findall(template))
    if missing or _LEFT_OVER.search(_VARIABLE.sub(" ", template)):
        return None
    return cut(_VARIABLE.sub(lambda found: values[found[1]], template), MAX_CHARS)


def render_first(templates: Iterable[str | None], values: Values) -> str | None:
    """Return the first of *templates* that says something and can be shown."""
    for template in templates:
        if template and template.strip():
            text = render(template, values)
            if text is not None:
                return text
    return None
