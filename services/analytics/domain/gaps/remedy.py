"""What would end a pattern: an outline to write, an action to define, a bug to fix."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from services.analytics.domain.gaps.cases import Case
from services.analytics.domain.gaps.causes.codes import CauseKind
from services.analytics.domain.gaps.causes.near_misses import near_misses_of
from services.analytics.domain.gaps.remedies.bug_report import bug_remedy
from services.analytics.domain.gaps.remedies.definition import action_remedy
from services.analytics.domain.gaps.remedies.outline import outline_remedy
from services.analytics.domain.gaps.shared_state import SharedState

Remedy = Mapping[str, Any]
"""Of documentation `outline`, `closest_passage`, `example_questions` and
`draft_answers`; of an action `available_action`, `input_schema_form`, `examples`,
`nearest` and `demand`; of a bug `shared_state` and `report`."""


class HasKind(Protocol):
    """A cause, as far as a remedy is chosen by it."""

    @property
    def kind(self) -> str: ...


def remedy_of(
    cause: HasKind, cases: Sequence[Case], *, shared: Sequence[SharedState] = ()
) -> Remedy | None:
    """Return what would end the pattern that *cases* are of, by its *cause*.

    *shared* is what `find_shared` found. None where nothing written or built would:
    people are wanted, or the cause is not clear.
    """
    match cause.kind:
        case CauseKind.DOCUMENTATION:
            return outline_remedy(cases, near_misses_of(cases))
        case CauseKind.ACTION:
            return action_remedy(cases, near_misses_of(cases))
        case CauseKind.BUG:
            return bug_remedy(cases, shared)
        case _:
            return None
