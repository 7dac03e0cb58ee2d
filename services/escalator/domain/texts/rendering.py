"""What users are told: which text is whose, and what its variables stand for."""

from collections.abc import Iterator
from dataclasses import dataclass

from shared.wording.languages import DEFAULT, Language, Languages, choose_language
from shared.wording.rendering import Values

NO_LONGER_TRUE = {
    (
        "We are having trouble reaching our team about {number}. It is saved and "
        "we keep trying."
    ),
    (
        "I wasn't able to find a solution for this. Your issue is saved as {number} "
        "and is on its way to our team. I'll tell you here as soon as it has reached "
        "them."
    ),
}
"""Our own texts of before, stored with many an app's settings: they promised more than
was so. An app's own words are the app's."""


@dataclass(frozen=True, slots=True)
class Variables:
    """What a text may name."""

    number: str
    reason: str
    """The reason's stable word; users read it in words of their language."""
    app: str
    expected_by: str = ""
    """The time as its reader says it; empty where none is promised."""


def to_values(variables: Variables, language: Language) -> Values:
    """Return what stands for each variable in *language*."""
    return {
        "number": variables.number,
        "reason": language.reasons.get(variables.reason, ""),
        "app": variables.app,
        "expected_by": variables.expected_by or language.expected_by,
    }


def own_text(languages: Languages, kind: str, text: str | None) -> str | None:
    """Return *text* where the app wrote it itself.

    What an app never changed is stored with it in English; its users read that text in
    their own language.
    """
    ours = languages[DEFAULT].texts.get(kind)
    return None if text == ours or text in NO_LONGER_TRUE else text


def shipped_texts(
    languages: Languages, tag: str | None, *kinds: str
) -> Iterator[str | None]:
    """Yield our texts of *kinds* in the user's language, the most exact kind first."""
    language = choose_language(languages, tag)
    for kind in kinds:
        yield language.texts.get(kind)
