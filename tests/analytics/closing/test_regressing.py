"""A verified gap is replayed when the catalogue changes, and reopened when it fails."""

from datetime import timedelta

import pytest

from tests.analytics.closing.fakes import APP, World, case, cases
from tests.support.fakes import NOON

QUESTIONS = cases(2)
WORDS = {each.text for each in QUESTIONS}


@pytest.fixture
async def world() -> World:
    made = World()
    made.gaps.put("open")
    made.members.cases = list(QUESTIONS)
    made.answered = set(WORDS)
    made.catalogues.versions[APP] = (1, NOON)
    await made.verify()
    assert made.status == "verified"
    return made


async def run(world: World) -> int:
    """Make one round and answer what it asks; return how many replays it asked for."""
    await world.regressions.round()
    requests = world.requests()
    for request in requests:
        await world.verifier.take(world.result_of(request))
    return len(requests)


async def test_nothing_is_replayed_while_nothing_changes(world):
    world.clock.forward(hours=1)

    assert await run(world) == 0


async def test_a_change_of_the_catalogue_replays_verified_gaps(world):
    world.clock.forward(minutes=1)
    world.catalogues.versions[APP] = (2, world.clock.now())
    world.clock.forward(seconds=11)

    assert await run(world) == 1
    assert world.status == "verified"


async def test_a_document_that_was_deleted_reopens_the_gap(world):
    world.clock.forward(minutes=1)
    world.answered.discard(QUESTIONS[0].text)
    world.catalogues.versions[APP] = (2, world.clock.now())
    world.clock.forward(seconds=11)

    await run(world)

    assert world.status == "regressed"
    assert world.gaps.history[-1].case_id == QUESTIONS[0].case_id
    assert world.gaps.history[-1].by == "handrail"


async def test_the_document_that_came_back_closes_it_again(world):
    world.clock.forward(minutes=1)
    world.answered.clear()
    world.catalogues.versions[APP] = (2, world.clock.now())
    world.clock.forward(seconds=11)
    await run(world)
    world.answered |= WORDS
    world.catalogues.versions[APP] = (3, world.clock.now())
    world.clock.forward(seconds=11)

    await run(world)

    assert world.status == "verified"


async def test_many_changes_in_a_row_are_one_replay(world):
    asked = 0
    for version in range(2, 30):
        world.clock.forward(seconds=5)
        world.catalogues.versions[APP] = (version, world.clock.now())
        asked += await run(world)
    world.clock.forward(seconds=11)

    assert asked + await run(world) == 1


async def test_a_catalogue_that_never_rests_is_replayed_all_the_same(world):
    asked = 0
    for version in range(2, 260):
        world.clock.forward(seconds=5)
        world.catalogues.versions[APP] = (version, world.clock.now())
        asked += await run(world)

    assert 1 <= asked <= 3


async def test_a_replay_under_way_is_not_asked_for_again(world):
    world.clock.forward(minutes=1)
    world.catalogues.versions[APP] = (2, world.clock.now())
    world.clock.forward(seconds=11)

    for _ in range(5):
        await world.regressions.round()
        world.clock.forward(seconds=5)

    assert len(world.requests()) == 1


async def test_a_replay_that_could_not_search_is_repeated_later(world):
    world.clock.forward(minutes=1)
    world.broken = True
    world.catalogues.versions[APP] = (2, world.clock.now())
    world.clock.forward(seconds=11)
    assert await run(world) == 1
    assert await run(world) == 0
    world.broken = False
    world.clock.forward(minutes=11)

    assert await run(world) == 1
    assert world.status == "verified"


async def test_a_later_escalation_reopens_the_gap_and_stays_as_a_case(world):
    world.clock.forward(minutes=5)
    later = case("And how big may a video be?", 7, at=world.clock.now())
    world.members.cases.append(later)

    await world.regressions.round()

    assert world.status == "regressed"
    change = world.gaps.history[-1]
    assert (change.number, change.case_id) == ("ESC-1007", later.case_id)
    assert later.case_id in world.suite.kept


@pytest.mark.parametrize("reason", ["asked_for_person", "policy", "resolver_error"])
async def test_who_wants_a_person_disproves_nothing(world, reason):
    world.clock.forward(minutes=5)
    world.members.cases.append(
        case("A person please", 7, at=world.clock.now(), reason=reason)
    )

    await world.regressions.round()

    assert world.status == "verified"


async def test_what_was_escalated_before_the_proof_disproves_nothing(world):
    world.members.cases.append(case("An old one", 7, at=NOON - timedelta(seconds=1)))
    world.clock.forward(minutes=5)

    await world.regressions.round()

    assert world.status == "verified"


async def test_the_later_question_must_be_answered_too_before_it_is_closed(world):
    world.clock.forward(minutes=5)
    later = case("And how big may a video be?", 7, at=world.clock.now())
    world.members.cases.append(later)
    await world.regressions.round()
    world.clock.forward(minutes=1)

    await world.verify()
    assert world.status == "regressed"

    world.clock.forward(minutes=1)
    world.answered.add(later.text)
    await world.verify()
    assert world.status == "verified"


async def test_gaps_that_were_never_verified_are_left_alone(world):
    world.gaps.put("open", catalogue_version=1)
    world.clock.forward(minutes=1)
    world.catalogues.versions[APP] = (2, NOON)

    assert await run(world) == 0
