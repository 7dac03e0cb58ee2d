"""Decide whether a user asks for a person: by words and frames, and by what is learned.

The words and frames say yes to what they know; the learned opinion says yes to what it
is sure of, and takes back what it finds most unlikely.
"""

from math import inf

from services.resolver.domain.words.plain import words_of
from services.resolver.domain.words.wishes.learned import hinted, likelihood
from services.resolver.domain.words.wishes.persons import should_look, words_hear

SURE = 0.75
"""Log-odds from which on a message is a wish that no word or frame knows."""
UNLIKELY = -5.0
"""Log-odds under which words and frames are not believed; of what is strange, -4."""
MOST_WORDS = 40
"""Longer messages are not what was learned from; their words and frames count."""


def asks_for_person(text: str) -> bool:
    """Return whether the user of *text* asks to be with a person."""
    words = words_of(text)
    heard = words_hear(text, words)
    if len(words) > MOST_WORDS:
        return heard
    if heard:
        return likelihood(text, least=-inf) >= UNLIKELY
    if not hinted(words) and not should_look(text, words):
        return False
    return likelihood(text) >= SURE
