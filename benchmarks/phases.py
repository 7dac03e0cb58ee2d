"""One phase a service: fresh servers, the loop it is compared with, the service."""

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import mean
from typing import Any

from benchmarks import bare, load, rates
from benchmarks.bare import Rate
from benchmarks.ground import Ground, fill, ground
from handrail.stack import processes
from handrail.stack.processes import BUILD

EVENTS_TOPIC = "conversation.events"
UNRESOLVED_TOPIC = "conversation.unresolved"
SPARE = "gap.verified"
"""A topic nobody reads here: where the bare loops write."""
PER_CONVERSATION = 4
"""Messages of a conversation before it is handed over, in the escalator's phase."""

Step = Callable[[str], None]


@dataclass
class Figures:
    """What the phases found, events/s."""

    bare: list[Rate] = field(default_factory=list)
    textbook: Rate | None = None
    transact: list[Rate] = field(default_factory=list)
    services: dict[str, dict[str, Any]] = field(default_factory=dict)
    memory_mb: dict[str, float] = field(default_factory=dict)

    def add(self, name: str, found: rates.Measured, base: list[Rate]) -> None:
        """Note a service's rate and its ratio to *base*, measured around it."""
        rate = mean(each.events_per_s for each in base) if base else None
        self.services[name] = {
            "events_per_s": round(found.events_per_s),
            "ratio_bare": round(found.events_per_s / rate, 3) if rate else None,
            "compared_with": round(rate) if rate else None,
            "cpu_us": round(found.cpu_us, 1),
            "compared_cpu_us": round(mean(e.cpu_us for e in base), 1) if base else None,
            "exact": None,
        }
        self.memory_mb[name] = found.memory_mb


async def resolver(figures: Figures, step: Step, *, events: int) -> None:
    """Every message is a request of its own that nothing answers."""
    with ground() as here:
        await here.prepare()
        step("resolver: filling the topic")
        await fill(here.kafka, EVENTS_TOPIC, load.messages(events))
        before = await _bare_loop(here, step, events, "bare-1")
        step("resolver, ranking off")
        found = await rates.measure(
            here, "resolver", [EVENTS_TOPIC], RESOLVER_RANKING="off"
        )
        after = await _bare_loop(here, step, events, "bare-2")
        step("textbook FastStream")
        figures.textbook = await bare.textbook(
            here.kafka,
            source=EVENTS_TOPIC,
            target=SPARE,
            count=min(3000, events // 10),
            group="textbook",
        )
    figures.bare += [before, after]
    figures.add("resolver", found, [before, after])


async def escalator(figures: Figures, step: Step, *, events: int) -> None:
    """Conversations of four messages, each of which is handed to people."""
    conversations = events // (PER_CONVERSATION + 1)
    messages = conversations * PER_CONVERSATION
    with ground() as here:
        await here.prepare()
        step("escalator: filling the topics")
        await fill(
            here.kafka,
            EVENTS_TOPIC,
            load.messages(messages, per_conversation=PER_CONVERSATION),
        )
        await fill(
            here.kafka,
            UNRESOLVED_TOPIC,
            load.unresolved(conversations, trigger_every=PER_CONVERSATION),
        )
        before = await _bare_loop(here, step, messages, "bare-1")
        step("escalator")
        found = await rates.measure(here, "escalator", [EVENTS_TOPIC, UNRESOLVED_TOPIC])
        after = await _bare_loop(here, step, messages, "bare-2")
    figures.bare += [before, after]
    figures.add("escalator", found, [before, after])


async def analytics(figures: Figures, step: Step, *, events: int) -> None:
    """Unresolved requests, stored and counted exactly."""
    with ground() as here:
        await here.prepare()
        step("analytics: filling the topic")
        await fill(here.kafka, UNRESOLVED_TOPIC, load.unresolved(events))
        before = await _transact_loop(here, step, events, "transact-1")
        step("analytics")
        found = await rates.measure(here, "analytics", [UNRESOLVED_TOPIC])
        exact = await rates.counted_exactly(here, events)
        after = await _transact_loop(here, step, events, "transact-2")
    figures.transact += [before, after]
    figures.add("analytics", found, [before, after])
    figures.services["analytics"]["exact"] = exact


async def notifier(figures: Figures, step: Step, *, mails: int) -> None:
    """Each notification is one mail, accepted by a catcher that syncs to disk."""
    with ground() as here:
        await here.prepare()
        step("notifier: filling the topic")
        await fill(here.kafka, "notification.requested", load.notifications(mails))
        port = processes.free_port()
        catcher = _catcher(port)
        try:
            step("notifier")
            found = await rates.measure_notifier(here, expected=mails, smtp_port=port)
        finally:
            processes.stop(catcher)
    figures.add("notifier", found, figures.bare)


def _catcher(port: int) -> Any:
    mails = BUILD / "bench-mail"
    return processes.spawn(
        [
            sys.executable, "-m", "handrail.stack.mail",
            "--port", str(port), "--dir", str(mails),
        ],
        log=BUILD / "logs" / "bench-mail.log",
    )  # fmt: skip


async def _bare_loop(here: Ground, step: Step, count: int, group: str) -> Rate:
    step("bare aiokafka loop")
    return await bare.consume_and_produce(
        here.kafka, source=EVENTS_TOPIC, target=SPARE, count=count, group=group
    )


async def _transact_loop(here: Ground, step: Step, count: int, group: str) -> Rate:
    step("bare consume-and-transact loop")
    return await bare.consume_and_transact(
        here.kafka,
        source=UNRESOLVED_TOPIC,
        count=count,
        group=group,
        mongo_url=here.mongod.url,
    )
