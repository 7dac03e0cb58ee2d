"""What people's changes do to what an index keeps; the index itself is elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from services.analytics.domain.patterns.index import PatternIndex
from services.analytics.domain.patterns.items import ALGORITHM_VERSION, PatternState
from services.analytics.domain.patterns.spaces import Space


@dataclass(frozen=True, slots=True)
class Words:
    """One escalation's part in a pattern."""

    text: str
    vector: bytes
    """Quantised: int8, (d,)."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One pattern as it is stored for the index; empty content is in no index."""

    pattern_id: str
    space: Space
    content: bytes
    text: str

    @property
    def state(self) -> PatternState | None:
        """Return it as the index takes it; None where this version cannot."""
        if not self.content or self.space.version != ALGORITHM_VERSION:
            return None
        return PatternState.from_bytes(
            self.pattern_id, self.content, representative_text=self.text
        )


def merge_states(into: Kept, absorbed: Kept) -> bytes:
    """Return the content of *into* once *absorbed* is a part of it.

    What cannot be compared adds nothing: the members move all the same.
    """
    kept, gone = into.state, absorbed.state
    if kept is None or gone is None or into.space != absorbed.space:
        return into.content
    index = _index(into.space, kept)
    index.put(gone)
    index.merge(into.pattern_id, absorbed.pattern_id)
    return index.state_of(into.pattern_id).to_bytes()


def split_state(
    whole: Kept, new_id: str, members: Sequence[Words]
) -> tuple[bytes, bytes]:
    """Return the contents of *whole* and of the new pattern that *members* make.

    *members* are those that leave, the new pattern's first escalation first. Where
    their vectors were erased, the old one stays as it is and the new one is in no
    index: it keeps its members and takes no more.
    """
    kept = whole.state
    if kept is None or not all(_fits(each, kept) for each in members):
        return whole.content, b""
    index = _index(whole.space, kept)
    try:
        index.split(
            whole.pattern_id,
            new_id,
            [each.vector for each in members],
            texts=[each.text for each in members],
        )
    except ValueError:
        return whole.content, b""
    return (
        index.state_of(whole.pattern_id).to_bytes(),
        index.state_of(new_id).to_bytes(),
    )


def represent_by(whole: Kept, other: Words | None) -> bytes:
    """Return the content of *whole* with *other* as its representative.

    Without another one it is in no index any more: nothing stands for it.
    """
    kept = whole.state
    if kept is None or other is None or not _fits(other, kept):
        return b""
    return replace(kept, representative=other.vector).to_bytes()


def _fits(one: Words, state: PatternState) -> bool:
    """Return whether a vector is there, and of the state's encoder by its length."""
    return len(one.vector) == len(state.representative)


def _index(space: Space, state: PatternState) -> PatternIndex:
    index = PatternIndex(
        space.encoder, len(state.representative), language=space.language
    )
    index.put(state)
    return index
