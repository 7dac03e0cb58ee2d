"""Settings → Escalation: what an app's own people decide (contract of `app.settings`).

A part that is left out keeps its default. Readers ignore what they do not know, so that
an older service goes on beside a newer one; only the API refuses unknown names.
"""

from shared.events.preferences.durations import Duration, to_timedelta
from shared.events.preferences.noise import Grouping, Storm
from shared.events.preferences.people import (
    Acknowledgement,
    Assignment,
    Level,
    Redaction,
    Satisfaction,
)
from shared.events.preferences.reports import Reports, WeeklyReport
from shared.events.preferences.routes import DefaultRoute, Match, Priority, Route
from shared.events.preferences.texts import (
    DEFAULT_HANDOFF,
    MessageRule,
    Messages,
    MessageTexts,
)
from shared.events.preferences.times import Hours, Override, Target
from shared.events.preferences.whole import Preferences, Thresholds

__all__ = [
    "DEFAULT_HANDOFF",
    "Acknowledgement",
    "Assignment",
    "DefaultRoute",
    "Duration",
    "Grouping",
    "Hours",
    "Level",
    "Match",
    "MessageRule",
    "MessageTexts",
    "Messages",
    "Override",
    "Preferences",
    "Priority",
    "Redaction",
    "Reports",
    "Route",
    "Satisfaction",
    "Storm",
    "Target",
    "Thresholds",
    "WeeklyReport",
    "to_timedelta",
]
