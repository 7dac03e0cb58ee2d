"""One pattern's advice: from its cases, beside others of the same time."""

import random
from datetime import timedelta

from services.analytics.patterns.browsing.advising import MARGIN, PatternAdviser
from tests.analytics.gaps.app_states import crowd
from tests.analytics.gaps.trace_cases import case
from tests.analytics.profiles.fakes import pattern, profile


class FakeEscalations:
    """Members and cases of one app, and what was asked of them."""

    def __init__(self, inside=(), outside=()):
        self.inside = list(inside)
        self.outside = list(outside)
        self.asked = []

    async def newest(self, app_id, pattern_id, *, limit):
        assert (app_id, pattern_id) == ("acme", "p-1")
        return [each.escalation_id for each in self.inside][:limit]

    async def others(self, app_id, pattern_id, *, start, end, limit):
        self.asked.append((start, end))
        return [each.escalation_id for each in self.outside if start <= each.at < end][
            :limit
        ]

    async def of(self, app_id, escalation_ids):
        known = {each.escalation_id: each for each in [*self.inside, *self.outside]}
        return [known[each] for each in escalation_ids]


async def advise(escalations, cause="bug"):
    about = pattern("p-1", profile=profile(cause) if cause else None)
    return await PatternAdviser(escalations, escalations).advise("acme", about)


async def test_a_bug_comes_with_what_its_users_share_and_a_report():
    chance = random.Random(1)
    inside = crowd(chance, 12, prefix="in", planted={"error.code": "E7"})

    advice = await advise(FakeEscalations(inside, crowd(chance, 200, prefix="out")))

    (shared,) = advice.shared_state
    assert (shared["path"], shared["value"], shared["inside"]) == (
        "error.code",
        "E7",
        1,
    )
    assert advice.remedy["shared_state"] == [shared]
    assert "`error.code` = `E7`" in advice.remedy["report"]


async def test_others_are_of_the_time_of_the_pattern():
    inside = crowd(random.Random(2), 5, prefix="in")
    escalations = FakeEscalations(inside)

    await advise(escalations)

    assert escalations.asked == [
        (inside[0].at - MARGIN, inside[0].at + timedelta(minutes=4) + MARGIN)
    ]


async def test_without_a_state_no_others_are_read():
    escalations = FakeEscalations([case("How large may a file be?")])

    advice = await advise(escalations, "documentation")

    assert escalations.asked == []
    assert advice.shared_state == ()
    assert set(advice.remedy) >= {"outline", "closest_passage"}


async def test_the_cause_is_chosen_where_no_profile_names_one():
    escalations = FakeEscalations([case("Please cancel my order", at=1)])

    for cause in (None, "unclear"):
        advice = await advise(escalations, cause)

        assert advice.remedy["available_action"]["name"] == "cancel_order"


async def test_a_pattern_without_cases_has_no_advice():
    advice = await advise(FakeEscalations())

    assert advice.remedy is None
    assert advice.shared_state == ()
