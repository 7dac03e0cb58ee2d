"""A gap's questions are replayed as dry runs: judged, and without any effect."""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import pytest

from services.resolver.domain.ranking import Ranking
from services.resolver.replaying.replay import Replays
from services.resolver.resolve.trial import TrialRun
from shared.events import GapCase, GapVerificationRequested, GapVerified, User
from tests.resolver.world import (
    LIMITS,
    REFUND,
    RESET,
    RULES,
    FakeRanker,
    found,
    without_parameters,
)
from tests.support.fakes import NOON, FakeApps, FakeClock, FakePublisher, app

QUESTION = "How big may a file be?"


@dataclass
class FreshRanker(FakeRanker):
    """Counts how often it was brought up to date."""

    refreshed: int = 0
    heals_after: int | None = None
    """Searches that fail before one works."""

    async def refresh(self, app_id: str) -> None:
        self.refreshed += 1

    async def rank(self, *args: Any, **more: Any) -> Ranking:
        if self.heals_after is not None and len(self.asked) >= self.heals_after:
            self.failing = None
        return await super().rank(*args, **more)


class FakeVersions:
    async def versions(self, app_ids: Any) -> dict[str, int]:
        return {"acme": 7}


class FakeEntries:
    async def changed_at(self, app_id: Any, names: Any) -> dict[str, datetime]:
        return dict.fromkeys(names, NOON)


@dataclass
class World:
    ranker: FreshRanker = field(default_factory=FreshRanker)
    publisher: FakePublisher = field(default_factory=FakePublisher)
    apps: FakeApps = field(default_factory=lambda: FakeApps({"acme": app()}))
    waited: list[float] = field(default_factory=list)

    async def sleep(self, seconds: float) -> None:
        self.waited.append(seconds)

    async def replay(self, *cases: GapCase, **more: Any) -> GapVerified:
        await self.take(*cases, **more)
        (published,) = self.publisher.published
        assert published.topic == "gap.verified"
        return GapVerified.model_validate_json(published.value)

    async def take(self, *cases: GapCase, **more: Any) -> None:
        clock = FakeClock()
        trial = TrialRun(
            ranker=self.ranker, apps=self.apps, clock=clock, defaults=RULES
        )
        replays = Replays(
            trial,
            FakeVersions(),
            {"action": FakeEntries(), "document": FakeEntries()},
            self.apps,
            self.publisher,
            clock,
            self.sleep,
        )
        facts = {
            "verification_id": "v-1",
            "gap_id": "g-1",
            "app_id": "acme",
            "questions": [each.text for each in cases],
            "cases": list(cases),
        }
        await replays.take(GapVerificationRequested(**facts | more))


def case(text: str = QUESTION, **more: Any) -> GapCase:
    return GapCase(case_id=f"c-{text}", text=text, **more)


@pytest.fixture
def world() -> World:
    return World()


async def test_a_document_that_answers_now_resolves_the_case(world):
    world.ranker.ranking = found(passages={LIMITS: 0.9})

    result = await world.replay(case())

    (verdict,) = result.cases
    assert verdict.outcome == "resolved"
    assert verdict.reason == "document_answers"
    assert verdict.changed_at == NOON
    assert (verdict.kind, verdict.name, verdict.score) == (
        "document",
        "upload-limits",
        0.9,
    )
    assert (result.resolved, result.unresolved) == (1, 0)
    assert result.catalogue_version == 7


async def test_what_nothing_answers_stays_unresolved_with_what_came_nearest(world):
    world.ranker.ranking = found(passages={LIMITS: 0.4})

    result = await world.replay(case())

    (verdict,) = result.cases
    assert verdict.outcome == "unresolved"
    assert verdict.name == "upload-limits"
    assert verdict.score == 0.4
    assert (result.resolved, result.unresolved) == (0, 1)


@pytest.mark.parametrize(
    ("action", "reason"),
    [
        (without_parameters(RESET), "action_called"),
        (RESET, "parameters_asked"),
        (without_parameters(REFUND), "approval_asked"),
        (
            replace(without_parameters(RESET), endpoint="https://api.example.com/x"),
            "endpoint_called",
        ),
    ],
)
async def test_an_action_that_is_begun_resolves_the_case_and_is_not_run(
    world, action, reason
):
    world.ranker.ranking = found(actions={action: 0.95})

    result = await world.replay(case("I forgot my password"))

    (verdict,) = result.cases
    assert (verdict.outcome, verdict.reason) == ("resolved", reason)
    assert (verdict.kind, verdict.name) == ("action", action.name)
    # The result is all that leaves the process: no reply, no call, no document.
    assert [each.topic for each in world.publisher.published] == ["gap.verified"]


async def test_a_request_for_a_person_is_not_answered_by_any_document(world):
    world.ranker.ranking = found(passages={LIMITS: 0.9})

    result = await world.replay(case("I want to talk to a person"))

    assert result.cases[0].outcome == "unresolved"
    assert result.cases[0].reason == "asked_for_person"


async def test_a_search_that_heals_is_judged(world):
    world.ranker.ranking = found(passages={LIMITS: 0.9})
    world.ranker.failing = ValueError("search is broken")
    world.ranker.heals_after = 1

    result = await world.replay(case())

    assert result.cases[0].outcome == "resolved"
    assert world.waited == [1.0]


async def test_a_search_that_does_not_work_says_nothing_of_the_gap(world):
    world.ranker.failing = ValueError("search is broken")

    result = await world.replay(case())

    assert result.cases[0].outcome == "failed"
    assert result.cases[0].reason == "resolver_error"


async def test_a_catalogue_that_is_not_embedded_yet_is_not_the_last_word(world):
    world.ranker.ranking = replace(found(passages={LIMITS: 0.4}), waiting_for=3)

    result = await world.replay(case())

    assert result.cases[0].outcome == "failed"
    assert result.cases[0].reason == "catalogue_loading"


async def test_the_context_of_the_question_is_replayed_with_it(world):
    action = RESET
    world.ranker.ranking = found(actions={action: 0.95})
    user = User(id="u-7", email="ana@example.com")

    result = await world.replay(case("I forgot my password", user=user, language="de"))

    assert result.cases[0].reason == "action_called"


async def test_questions_without_cases_are_replayed_too(world):
    world.ranker.ranking = found(passages={LIMITS: 0.9})

    result = await world.replay(questions=[QUESTION, "And how many?"])

    assert [each.text for each in result.cases] == [QUESTION, "And how many?"]
    assert len({each.case_id for each in result.cases}) == 2


async def test_one_question_at_a_time_stands_among_users_messages(world):
    running, most = 0, 0
    rank = world.ranker.rank

    async def counted(*args: Any, **more: Any) -> Ranking:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0)
        found = await rank(*args, **more)
        running -= 1
        return found

    world.ranker.rank = counted

    await world.replay(*(case(f"Question {number}") for number in range(20)))

    assert most == 1


async def test_the_catalogue_is_brought_up_to_date_once_a_record(world):
    await world.replay(case("one"), case("two"), case("three"))

    assert world.ranker.refreshed == 1


async def test_a_repeat_of_a_part_has_the_same_identity(world):
    await world.take(case(), part=1, parts=2)
    await world.take(case(), part=1, parts=2)

    first, again = world.publisher.published
    assert dict(first.headers)["ce_id"] == dict(again.headers)["ce_id"] == b"v-1.1"


async def test_nothing_is_replayed_for_an_app_that_is_gone(world):
    world.apps.known["acme"] = app(status="deleted")

    await world.take(case())

    assert world.publisher.published == []
