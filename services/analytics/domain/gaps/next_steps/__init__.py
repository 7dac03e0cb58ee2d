"""Three things to do next, from the patterns of an app."""

from services.analytics.domain.gaps.next_steps.choosing import (
    NextStep,
    Plan,
    choose_next_steps,
)
from services.analytics.domain.gaps.next_steps.gap import Gap

__all__ = ["Gap", "NextStep", "Plan", "choose_next_steps"]
