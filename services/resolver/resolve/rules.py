"""From an app's settings to the rules that the domain decides by."""

from dataclasses import replace
from datetime import timedelta

from services.resolver.domain.course.sense import PLAIN, Sense, Switch
from services.resolver.domain.outcome import Why
from services.resolver.domain.ranking import Rules
from services.resolver.domain.words.topics import Topic
from shared.events import AppSettings, Preferences, Reasons, Replies

_DEFAULT_REASONS = Reasons()
_DEFAULT_REPLIES = Replies()


class KnownRules:
    """The rules of every app, made once for each version of its settings."""

    def __init__(self, defaults: Rules) -> None:
        self._defaults = defaults
        self._known: dict[str, tuple[AppSettings, Rules]] = {}

    def of(self, app: AppSettings | None) -> Rules:
        """Return the rules of *app*."""
        if app is None:
            return self._defaults
        known = self._known.get(app.app_id)
        if known is None or known[0] is not app:
            known = self._known[app.app_id] = (app, rules_for(app, self._defaults))
        return known[1]


def rules_for(app: AppSettings, defaults: Rules) -> Rules:
    """Return the app's own rules, completed by *defaults*."""
    preferences = app.preferences
    own = preferences.thresholds.model_dump(exclude_none=True)
    return replace(
        defaults,
        action_timeout=timedelta(seconds=preferences.action_timeout_seconds),
        sense=_with_waiting(sense_of(preferences), app),
        **own,
    )


def sense_of(preferences: Preferences) -> Sense:
    """Return when the app's requests go to people, and its own words."""
    reasons, replies = preferences.reasons, preferences.replies
    if (reasons, replies) == (_DEFAULT_REASONS, _DEFAULT_REPLIES):
        return PLAIN
    topics = [Topic.of(each.name, each.phrases) for each in reasons.policy.topics]
    repeated, limit = reasons.repeated_question, reasons.turn_limit
    return Sense(
        switches=_switches(reasons),
        rejection_in_words=reasons.answer_rejected.in_words,
        asked_for_person=reasons.asked_for_person.enabled,
        repeated=Switch(repeated.enabled, repeated.times),
        similarity=repeated.similarity,
        topics=tuple(filter(None, topics)) if reasons.policy.enabled else (),
        turn_limit=Switch(limit.enabled, limit.turns),
        keeps_promises=reasons.broken_promise.enabled,
        texts=replies.model_dump(exclude_none=True),
    )


def _with_waiting(sense: Sense, app: AppSettings) -> Sense:
    """Return *sense* with what the app does for users who wait for a person."""
    preferences = app.preferences
    own = preferences.messages.waiting
    if own is None and preferences.while_waiting == sense.while_waiting:
        return sense
    return replace(
        sense,
        while_waiting=preferences.while_waiting,
        waiting=own,
        app=app.name or app.app_id,
    )


def _switches(reasons: Reasons) -> dict[str, Switch]:
    """Return the reasons that are not as they come."""
    own = {
        Why.NO_MATCH: reasons.no_match,
        Why.LOW_CONFIDENCE: reasons.low_confidence,
        Why.ANSWER_REJECTED: reasons.answer_rejected,
        Why.ACTION_FAILED: reasons.action_failed,
        Why.ACTION_DENIED: reasons.action_denied,
    }
    switches = {
        why.value: Switch(each.enabled, each.times) for why, each in own.items()
    }
    return {why: each for why, each in switches.items() if each != Switch()}
