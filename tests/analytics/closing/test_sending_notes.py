"""Each user of a gap is told once, at most, whatever crashes and however often."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.analytics.domain.gaps.closing import GapStatus
from shared.errors import Permanent
from tests.analytics.closing.fakes import GAP, CrashError
from tests.analytics.closing.telling_fakes import Telling, affected

LINES = (
    "add",
    "claim",
    "before publish",
    "after publish",
    "before sent",
    "after sent",
)


def world(count: int = 3, **more) -> Telling:
    made = Telling(**more)
    made.users.found = [affected(number) for number in range(1, count + 1)]
    return made


async def test_every_user_is_told_once_in_their_conversation():
    made = world()

    plan = await made.notify()
    await made.rounds(2)

    assert plan.queued == 3
    assert made.told() == {"c-1": 1, "c-2": 1, "c-3": 1}
    assert "How big may file 1 be?" in made.escalator.told[0].text


async def test_asking_again_tells_nobody_again():
    made = world()
    await made.notify()
    await made.rounds(2)

    again = await made.notify("Another text")
    await made.rounds(2)

    assert again.queued == 0
    assert again.notes == []
    assert set(made.told().values()) == {1}


async def test_who_comes_later_is_told_later():
    made = world()
    await made.notify()
    made.users.found.append(affected(9))

    plan = await made.notify()
    await made.rounds(2)

    assert plan.queued == 1
    assert made.told()["c-9"] == 1


async def test_an_apps_notes_trickle():
    made = world(10, per_minute=4)
    await made.notify()

    await made.rounds(3)
    assert len(made.escalator.told) == 4

    made.clock.forward(seconds=61)
    await made.rounds(1)
    assert len(made.escalator.told) == 8


async def test_who_opts_out_while_they_wait_is_not_told():
    made = world()
    await made.notify()
    made.users.out = {"u-2"}

    await made.rounds(2)

    assert made.told() == {"c-1": 1, "c-3": 1}
    assert made.outcomes["opted_out"] == 1


async def test_who_is_erased_while_they_wait_is_not_told():
    made = world()
    await made.notify()
    row = next(each for each in made.notes.rows.values() if "file 2" in each["text"])
    row["text"] = ""

    await made.rounds(2)

    assert made.told() == {"c-1": 1, "c-3": 1}


async def test_a_gap_that_breaks_again_tells_nobody_more_until_it_is_mended():
    made = world()
    await made.notify()
    made.gaps.put("regressed")
    await made.rounds(2)
    assert made.told() == {}

    made.gaps.put("verified")
    await made.notify()
    await made.rounds(2)

    assert set(made.told().values()) == {1}
    assert len(made.told()) == 3


@pytest.mark.parametrize("line", LINES)
async def test_a_crash_at_any_line_forgets_nobody_and_tells_nobody_twice(line):
    made = world(die=[line])

    for _ in range(4):
        try:
            await made.notify()
            await made.rounds(1)
        except CrashError:
            made.restart()
        made.clock.forward(seconds=31)

    assert made.die == []
    assert made.told() == {"c-1": 1, "c-2": 1, "c-3": 1}


async def test_a_note_that_may_have_gone_out_is_published_again():
    made = world(1, die=["after publish"])
    await made.notify()
    with pytest.raises(CrashError):
        await made.rounds(1)
    made.clock.forward(seconds=31)

    await made.rounds(1)

    assert made.escalator.records == 2
    assert made.told() == {"c-1": 1}


STEPS = st.one_of(
    st.tuples(
        st.just("notify"), st.sampled_from([None, "It works: {question}", "Now"])
    ),
    st.tuples(st.just("round"), st.integers(1, 3)),
    st.tuples(st.just("pass"), st.integers(1, 120)),
    st.tuples(st.just("die"), st.sampled_from(LINES)),
    st.tuples(st.just("restart"), st.none()),
    st.tuples(st.just("join"), st.integers(1, 12)),
    st.tuples(st.just("ask again"), st.integers(1, 6)),
    st.tuples(st.just("status"), st.sampled_from(["verified", "regressed"])),
)


async def take(made: Telling, step: str, value) -> None:
    if step == "notify":
        await made.notify(value)
    elif step == "round":
        await made.rounds(value)
    elif step == "pass":
        made.clock.forward(seconds=value)
    elif step == "die":
        made.die.append(value)
    elif step == "restart":
        made.restart()
    elif step == "join":
        made.users.found.append(affected(100 + value))
    elif step == "ask again":
        # The same user, escalated in another conversation.
        one = affected(200 + value, user_id=f"u-{value}", at=made.clock.now())
        made.users.found.insert(0, one)
    else:
        made.gaps.put(value)


@settings(max_examples=200, deadline=None)
@given(steps=st.lists(STEPS, max_size=40))
async def test_at_most_once_a_user_and_gap_and_nobody_is_forgotten(steps):
    made = world(6, per_minute=5)
    for step, value in steps:
        try:
            await take(made, step, value)
        except CrashError:
            made.restart()
        except Permanent:
            # A gap that is broken tells nobody.
            assert made.gaps.gaps[GAP].status is GapStatus.REGRESSED
        told = [each.note_id for each in made.escalator.told]
        assert len(told) == len(set(told))

    # Quiet at last: the gap holds, nothing dies, and time passes.
    made.die.clear()
    made.gaps.put("verified")
    await made.notify()
    for _ in range(40):
        made.clock.forward(seconds=61)
        await made.rounds(1)

    by_conversation = {each.conversation_id: each for each in made.users.found}
    users = [by_conversation[each].user_id for each in made.told()]
    assert sorted(users) == sorted({each.user_id for each in made.users.found})
    assert set(made.told().values()) == {1}
