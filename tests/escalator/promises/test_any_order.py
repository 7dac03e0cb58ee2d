"""Promises whatever happens, in whatever order: stops, repeats, people and users."""

import asyncio
from collections import Counter
from contextlib import suppress
from datetime import datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.errors import Permanent
from tests.escalator.world import World

HOUR = 3600
STEPS = (
    "wait",
    "stop",
    "fire again",
    "message",
    "reply",
    "note",
    "resolve",
    "reopen",
    "acknowledge",
    "withdraw",
)
MAX_NEWS = 3
"""Two new times, and once that there is none."""


class Life:
    """One escalation whose user was told a time, and what befalls it."""

    def __init__(self) -> None:
        self.world = World()
        self.world.prefer(
            targets=[{"match": {}, "first_response": "4h", "clock": "wall"}],
            acknowledgement={"levels": [{"destinations": ["lead-mail"]}]},
        )
        self.said = 0

    async def begin(self) -> None:
        packet = await self.world.escalate()
        self.escalation_id = packet["escalation_id"]
        await self.world.wait(3)

    async def do(self, step: str) -> None:
        world = self.world
        match step:
            case "wait":
                await world.wait(HOUR)
            case "stop":
                world.restart()
                world.clock.forward(seconds=HOUR)
            case "fire again":
                world.fired.clear()
                await world.wait(0)
            case "message":
                self.said += 1
                at = world.clock.now()
                await world.say(f"m-{self.said}", "Hello?", occurred_at=at)
            case "withdraw":
                self.said += 1
                event = {"type": "withdrawn", "event_id": f"m-{self.said}"}
                await world.feed(world.of_event(event))
            case command:
                with suppress(Permanent):  # what is impossible now changes nothing
                    await world.order(self.escalation_id, command, text="Words.")

    def check(self) -> None:
        """Hold what is stored to what was said."""
        row = self.world.stored(self.escalation_id)
        promises = self.world.documents("escalator_promises").values()
        by_state = Counter(each["state"] for each in promises)
        news = [
            each for each in self.world.replies if each.get("status") == "rescheduled"
        ]
        assert by_state["open"] <= 1
        assert len(news) <= MAX_NEWS
        assert len(news) == by_state["rescheduled"] + sum(
            each["settled_because"] == "missed" and each["state"] == "broken"
            for each in promises
        )
        for each in promises:
            if each["state"] == "open":
                assert row["waiting_since"] is not None
                assert row["expected_by"] == each["due_at"]
                assert self._is_timed(each["_id"], each["due_at"])
            else:
                assert each["settled_at"] >= each["promised_at"]
            if each["state"] == "kept":
                assert each["settled_at"] <= each["due_at"]

    def _is_timed(self, promise_id: str, due_at: datetime) -> bool:
        """Return whether a timer will come back to the promise, or should have."""
        timers = [
            each
            for each in self.world.ledger.timers
            if each.payload.get("promise_id") == promise_id
        ]
        waiting = [t for t in timers if t.timer_id not in self.world.fired]
        return bool(waiting) and all(t.due_at <= due_at for t in waiting)


@settings(max_examples=60, deadline=None)
@given(steps=st.lists(st.sampled_from(STEPS), max_size=25))
def test_no_promise_is_forgotten_and_none_is_told_anew_without_end(steps):
    async def live() -> None:
        life = Life()
        await life.begin()
        life.check()
        for step in steps:
            await life.do(step)
            life.check()

    asyncio.run(live())
