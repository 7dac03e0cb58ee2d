"""Silenced escalations exist, their users hear the truth, people hear at the end."""

from datetime import timedelta
from typing import Any

from services.escalator.domain.grouping.silences import Silence, choose_silence
from services.escalator.escalate.grouping.silencing import silence_timers
from tests.escalator.grouping.storm_world import StormWorld
from tests.escalator.world import APP, START, World

UPLOADS = {"text": "(?i)uploads"}


def silence(name: str = "s-1", *, minutes: int = 10, **changes: Any) -> Silence:
    facts: dict[str, Any] = {
        "match": UPLOADS,
        "author": "Bo",
        "reason": "Storage is being moved",
        **changes,
    }
    until = START + timedelta(minutes=minutes)
    return Silence(name, APP, until=until, created_at=START, **facts)


class Silent(StormWorld):
    """A world whose fake store sets the timers that the door would set."""

    def __init__(self, **grouping: Any) -> None:
        super().__init__(**grouping)
        self.ends: list[Any] = []

    def silence(self, one: Silence, key: str = "until") -> None:
        others = [s for s in self.noise.silences if s.silence_id != one.silence_id]
        self.noise.silences = [*others, one]
        self.ends += silence_timers(APP, one.silence_id, end=one.until, key=key)

    async def pass_time(self, seconds: float) -> None:
        end = self.clock.at + timedelta(seconds=seconds)
        for timer in sorted(self.ends, key=lambda each: each.due_at):
            if timer.due_at <= end and timer.timer_id not in self.fired:
                wait = (timer.due_at - self.clock.at).total_seconds()
                await super().pass_time(max(0.0, wait))
                self.fired.add(timer.timer_id)
                await self.feed(self.of_timer(timer))
        await super().pass_time((end - self.clock.at).total_seconds())


async def test_what_matches_is_saved_and_nobody_is_notified():
    world = Silent()
    world.silence(silence())
    packet = await world.open("a", "Uploads fail")
    await world.pass_time(300)

    assert world.requests == []
    assert world.told_in("a") == [("handoff", "saved")]
    stored = world.stored(packet["escalation_id"])
    assert (stored["silenced_by"], stored["status"]) == ("s-1", "open")
    (change,) = [each for each in world.updates if each["change"] == "silenced"]
    assert (change["reason"], change["text"]) == ("silenced", "s-1")


async def test_what_does_not_match_is_notified_at_once():
    world = Silent()
    world.silence(silence())
    await world.open("a", "I cannot sign in")

    assert [each["kind"] for each in world.requests] == ["opened"]


async def test_at_the_end_what_is_still_open_is_one_digest():
    world = Silent()
    world.silence(silence())
    for name in "abc":
        await world.open(name, "Uploads fail")
    world.conversation_id = "c-b"
    await world.order(world.opened[1]["escalation_id"], "resolve")
    await world.pass_time(700)

    (request,) = world.requests
    assert sorted(request["digest"]["numbers"]) == ["ESC-1001", "ESC-1003"]
    assert request["digest"]["group"] == "silence=s-1"
    await world.accept(request)
    assert world.told_in("a") == [("handoff", "saved"), ("receipt", "delivered")]
    assert world.stored(world.opened[0]["escalation_id"])["silenced_by"] is None


async def test_even_one_alone_is_told_as_the_end_of_its_silence():
    world = Silent()
    world.silence(silence())
    await world.open("a", "Uploads fail")
    await world.pass_time(700)

    assert [each["digest"]["count"] for each in world.requests] == [1]


async def test_a_silence_that_a_person_ends_early_is_over_then():
    world = Silent()
    world.silence(silence())
    await world.open("a", "Uploads fail")
    await world.pass_time(60)
    world.silence(silence(minutes=1, ended_by="Cy"), key="ended")
    await world.pass_time(10)

    assert len(world.requests) == 1


async def test_a_timer_of_before_ends_no_silence_that_is_in_force():
    world = Silent()
    world.silence(silence())
    await world.open("a", "Uploads fail")
    world.ends += silence_timers(APP, "s-1", end=START, key="too early")
    await world.pass_time(120)

    assert world.requests == []


async def test_what_an_instance_opened_before_it_heard_of_the_end_is_found():
    world = Silent()
    world.silence(silence(minutes=1))
    await world.pass_time(61)
    # This instance still believes in it.
    world.noise.silences = [silence(minutes=10)]
    await world.open("a", "Uploads fail")
    world.noise.silences = [silence(minutes=1)]
    await world.pass_time(20)

    assert len(world.requests) == 1


async def test_what_another_silence_keeps_back_too_goes_on_waiting():
    world = Silent()
    world.silence(silence())
    packet = await world.open("a", "Uploads fail")
    world.silence(silence("s-2", minutes=30))
    await world.pass_time(15 * 60)

    assert world.requests == []
    assert world.stored(packet["escalation_id"])["silenced_by"] == "s-2"
    await world.pass_time(20 * 60)
    assert len(world.requests) == 1


async def test_thousands_are_released_some_at_a_time():
    world = Silent()
    world.silence(silence())
    for number in range(230):
        await world.open(str(number), "Uploads fail")
    await world.pass_time(700)

    (request,) = world.requests
    assert request["digest"]["count"] == 230
    released = [each for each in world.ledger.timers if each.kind == "unsilence"]
    assert len(released) == 230


async def test_no_level_is_notified_of_what_is_silenced():
    world = Silent()
    world.prefer(
        acknowledgement={"within": "1m", "levels": [{"destinations": ["lead-mail"]}]}
    )
    world.silence(silence())
    await world.open("a", "Uploads fail")
    await world.pass_time(9 * 60)
    assert world.requests == []
    await world.pass_time(3 * 60)

    assert "lead-mail" in {each["destination_id"] for each in world.requests}


def test_of_several_silences_the_longest_counts():
    many = [silence("short", minutes=1), silence("long", minutes=60)]

    chosen = choose_silence(many, {"text": "uploads"}, now=START)
    assert chosen is not None
    assert chosen.silence_id == "long"
    assert choose_silence(many, {"text": "sign in"}, now=START) is None


async def test_without_a_silence_nothing_is_looked_up():
    world = World()
    packet = await world.escalate()

    assert world.stored(packet["escalation_id"])["silenced_by"] is None
