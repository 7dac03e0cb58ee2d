"""A gap is verified by a replay of its questions alone, whatever dies in between."""

from dataclasses import replace

import pytest

from services.analytics.gaps.closing.verify import MAX_OPEN
from shared.errors import Permanent
from tests.analytics.closing.fakes import APP, GAP, CrashError, World, case, cases

QUESTIONS = cases(3)
WORDS = {each.text for each in QUESTIONS}


@pytest.fixture
def world() -> World:
    made = World()
    made.gaps.put("open")
    made.members.cases = list(QUESTIONS)
    return made


async def test_a_gap_whose_questions_are_all_answered_is_verified(world):
    world.answered = WORDS

    done = await world.verify()

    assert world.status == "verified"
    assert (done.score.resolved, done.score.unresolved) == (3, 0)
    assert done.status == "verified"
    (change,) = world.gaps.history
    assert (change.by, change.verification_id) == ("bo@acme.test", done.verification_id)


async def test_a_gap_with_most_questions_left_is_not(world):
    world.answered = {QUESTIONS[0].text}

    done = await world.verify()

    assert world.status == "open"
    assert (done.score.resolved, done.score.unresolved) == (1, 2)
    assert world.gaps.history == []


async def test_what_a_person_says_of_a_gap_stays_where_nothing_is_proven(world):
    world.gaps.put("fixed")

    await world.verify()

    assert world.status == "fixed"


async def test_a_verified_gap_that_fails_is_reopened_with_the_case_named(world):
    world.answered = WORDS
    await world.verify()
    world.clock.forward(minutes=1)
    world.answered = WORDS - {QUESTIONS[1].text}

    await world.verify()

    assert world.status == "regressed"
    assert world.gaps.history[-1].case_id == QUESTIONS[1].case_id


async def test_a_reopened_gap_that_holds_again_is_verified_again(world):
    world.answered = WORDS
    await world.verify()
    world.clock.forward(minutes=1)
    world.answered = set()
    await world.verify()
    world.clock.forward(minutes=1)
    world.answered = WORDS

    await world.verify()

    assert world.status == "verified"
    assert [each.to for each in world.gaps.history] == [
        "verified",
        "regressed",
        "verified",
    ]


async def test_a_search_that_fails_says_nothing_of_the_gap(world):
    world.answered = WORDS
    await world.verify()
    world.clock.forward(minutes=1)
    world.broken = True

    done = await world.verify()

    assert world.status == "verified"
    assert done.score.failed == 3


async def test_the_questions_stay_and_are_asked_again(world):
    await world.verify()
    world.members.cases = [case("Another question", 9)]
    world.clock.forward(minutes=1)

    again = await world.verify()

    asked = {world.suite.kept[each].text for each in again.case_ids}
    assert asked == {*WORDS, "Another question"}


async def test_what_the_replay_needs_goes_with_the_question(world):
    world.members.cases = [
        case(
            "Where is it?",
            language="de",
            app_state={"last.status": "500"},
            user_id="u-7",
        )
    ]

    await world.verifier.ask(APP, GAP, by="bo")

    (request,) = world.requests()
    (asked,) = request.cases
    assert request.questions == ["Where is it?"]
    assert asked.language == "de"
    assert asked.app_state == {"last": {"status": "500"}}
    assert asked.user.id == "u-7"
    assert (request.asked_by, request.why) == ("bo", "asked")


async def test_a_replay_of_many_questions_comes_back_in_any_order_and_twice(world):
    world.members.cases = cases(45)
    world.answered = {each.text for each in world.members.cases}
    asked = await world.verifier.ask(APP, GAP, by="bo")
    requests = world.requests()
    assert len({each.identity for each in requests}) == 3

    for request in [*reversed(requests), *requests]:
        await world.verifier.take(world.result_of(request))

    done = world.verifications.rows[asked.verification_id]
    assert done.score.resolved == 45
    assert world.status == "verified"
    assert len(world.gaps.history) == 1


async def test_a_part_alone_concludes_nothing(world):
    world.members.cases = cases(45)
    world.answered = {each.text for each in world.members.cases}
    await world.verifier.ask(APP, GAP, by="bo")

    await world.verifier.take(world.result_of(world.requests()[0]))

    assert world.status == "open"


async def test_the_first_result_of_a_part_counts(world):
    world.answered = WORDS
    await world.verifier.ask(APP, GAP, by="bo")
    (request,) = world.requests()
    await world.verifier.take(world.result_of(request))
    world.answered = set()

    await world.verifier.take(world.result_of(request))

    assert world.status == "verified"


async def test_an_older_replay_that_comes_late_does_not_undo_a_newer_one(world):
    await world.verifier.ask(APP, GAP, by="bo")
    (old,) = world.requests()
    failing = world.result_of(old)
    world.clock.forward(seconds=1)
    world.answered = WORDS
    await world.verify()

    await world.verifier.take(failing)

    assert world.status == "verified"


async def test_a_crash_before_the_questions_are_published_loses_none(world):
    world.answered = WORDS
    world.publisher.failing = 1
    with pytest.raises(Exception, match="kafka_unavailable"):
        await world.verifier.ask(APP, GAP, by="bo")
    world.clock.forward(seconds=6)

    await world.verifier.relay()
    await world.resolve()

    assert world.status == "verified"


async def test_a_crash_after_they_are_published_asks_them_twice_at_most(world):
    world.answered = WORDS
    world.verifications.crash = {"published"}
    with pytest.raises(CrashError):
        await world.verifier.ask(APP, GAP, by="bo")
    world.clock.forward(seconds=6)

    await world.verifier.relay()
    await world.verifier.relay()

    first, again = world.requests()
    assert first == again


async def test_a_crash_before_the_end_concludes_once_when_the_result_comes_again(world):
    world.answered = WORDS
    asked = await world.verifier.ask(APP, GAP, by="bo")
    (request,) = world.requests()
    world.verifications.crash = {"finish"}
    with pytest.raises(CrashError):
        await world.verifier.take(world.result_of(request))

    await world.verifier.take(world.result_of(request))

    assert world.verifications.rows[asked.verification_id].status == "verified"
    assert len(world.gaps.history) == 1


async def test_words_that_were_erased_meanwhile_are_not_asked(world):
    await world.verifier.ask(APP, GAP, by="bo")
    world.requests()
    first = QUESTIONS[0].case_id
    del world.suite.kept[first]
    world.verifications.told.clear()
    world.clock.forward(seconds=6)

    await world.verifier.relay()

    (request,) = world.requests()
    assert first not in {each.case_id for each in request.cases}


async def test_an_unknown_gap_is_not_verified(world):
    with pytest.raises(Permanent, match="there is no gap"):
        await world.verifier.ask(APP, "p-unknown", by="bo")
    with pytest.raises(Permanent, match="there is no gap"):
        await world.verifier.ask("other", GAP, by="bo")


async def test_a_gap_of_which_nothing_can_be_asked_says_so(world):
    world.members.cases = [replace(QUESTIONS[0], reason="asked_for_person")]

    with pytest.raises(Permanent) as refused:
        await world.verifier.ask(APP, GAP, by="bo")

    assert refused.value.reason == "nothing_to_replay"


async def test_a_merged_gap_names_where_it_went(world):
    world.gaps.put("open", merged_into="p-2")

    with pytest.raises(Permanent, match="p-2"):
        await world.verifier.ask(APP, GAP, by="bo")


async def test_an_app_has_only_so_many_replays_under_way(world):
    for _ in range(MAX_OPEN):
        world.clock.forward(seconds=0.001)
        await world.verifier.ask(APP, GAP, by="bo")

    with pytest.raises(Permanent) as refused:
        await world.verifier.ask(APP, GAP, by="bo")

    assert refused.value.reason == "too_many_replays"


async def test_a_result_that_nobody_asked_for_changes_nothing(world):
    world.answered = WORDS
    await world.verifier.ask(APP, GAP, by="bo")
    (request,) = world.requests()
    foreign = request.model_copy(update={"verification_id": "v-foreign"})

    await world.verifier.take(world.result_of(foreign))

    assert world.status == "open"
