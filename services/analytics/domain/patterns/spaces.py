"""Which escalations are compared with one another at all."""

from dataclasses import dataclass

from services.analytics.domain.patterns.items import ALGORITHM_VERSION

ENGLISH = "en"


@dataclass(frozen=True, slots=True)
class Space:
    """Escalations whose vectors may be compared: one index each."""

    app_id: str
    language: str
    encoder: str
    version: int = ALGORITHM_VERSION


def language_space(language: str | None) -> str:
    """Return the language that *language* (a BCP 47 tag) is grouped with.

    What nobody told is taken for English, the language that the encoders know.
    """
    primary = (language or ENGLISH).replace("_", "-").split("-")[0].strip().lower()
    return primary or ENGLISH
