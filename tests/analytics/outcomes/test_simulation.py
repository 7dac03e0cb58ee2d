"""Dead ends of 2,000 played conversations, whose ends are known."""

from collections import defaultdict
from datetime import timedelta

import pytest

from services.analytics.domain.outcomes.history import Elsewhere
from services.analytics.domain.outcomes.judging import judge
from services.analytics.domain.outcomes.requests import requests_of
from services.analytics.domain.outcomes.sameness import (
    MEANING,
    likeness,
    likeness_by,
)
from services.analytics.repository.outcomes.histories import history_of
from shared.encoding.pair import load_pair
from shared.events import MessageReceived
from tests.analytics.factories import NOON
from tests.analytics.outcomes.chat import rows_of
from tests.analytics.outcomes.scoring import score
from tests.analytics.outcomes.simulation import simulate

LATER = NOON + timedelta(days=200)


def judged(played, alike):
    """Return whether each conversation holds a dead end, by its name."""
    histories = {
        name: history_of(app_id, name, rows)
        for each in played
        for (app_id, name), rows in rows_of(each.chat.events).items()
    }
    of_user = defaultdict(list)
    for name, history in histories.items():
        for request in requests_of(history, alike):
            asked = Elsewhere(request.request_id, request.askings[0])
            of_user[history.user_id].append((name, asked))
    return {
        name: any(
            outcome.dead_end
            for outcome in judge(
                history,
                [each for at, each in of_user[history.user_id] if at != name],
                now=LATER,
                alike=alike,
            ).outcomes
        )
        for name, history in histories.items()
    }


def meanings(played):
    encoder = load_pair()
    if encoder is None or encoder.name != MEANING:
        pytest.skip("the encoders do not load here")
    texts = sorted(
        {
            event.message.text
            for each in played
            for event in each.chat.events
            if isinstance(event, MessageReceived)
        }
    )
    parts = [texts[at : at + 32] for at in range(0, len(texts), 32)]
    return {
        text: row
        for part in parts
        for text, row in zip(part, encoder.encode(part), strict=True)
    }


def test_dead_ends_are_told_by_words_alone():
    played = simulate("test", seed=21)

    found = score(played, judged(played, likeness))

    assert len(played) >= 2_000
    assert found.precision >= 0.9, found
    assert found.recall >= 0.9, found


@pytest.mark.slow
def test_dead_ends_are_told_by_meaning():
    played = simulate("test", seed=21)

    found = score(played, judged(played, likeness_by(meanings(played))))

    assert found.precision >= 0.95, found
    assert found.recall >= 0.95, found
