"""What a digest says of itself in one line."""

from collections import Counter
from collections.abc import Sequence

from shared.text import cut

SUMMARY_CHARS = 120
"""Of each escalation's first words: five thousand of them fit into one record."""
LABEL_CHARS = 200


def one_line(text: str, limit: int = SUMMARY_CHARS) -> str:
    """Return *text* as one line of at most *limit* characters."""
    return cut(" ".join(text.split()), limit)


def headline(
    count: int, summaries: Sequence[str], patterns: Sequence[str], *, repeat: bool
) -> str:
    """Return what the digest is about: the pattern of most, else the first words."""
    named = Counter(each for each in patterns if each).most_common(1)
    about = named[0][0] if named else next((each for each in summaries if each), "")
    requests = "1 request" if count == 1 else f"{count} requests"
    what = f"{requests} still waiting" if repeat else requests
    return f"{what}: {one_line(about)}" if about else what
