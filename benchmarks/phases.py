"""One phase a service: fresh servers, the loop it is compared with, the service."""

import base64
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import mean
from typing import Any

from benchmarks import bare, load, rates, sending, sinks
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

SECRET = "whsec_" + base64.b64encode(bytes(32)).decode()

Step = Callable[[str], None]


@dataclass
class Figures:
    """What the phases found, events/s."""

    bare: list[Rate] = field(default_factory=list)
    textbook: Rate | None = None
    durable: list[Rate] = field(default_factory=list)
    """The bare loop that stores a decision an event before it tells it."""
    transact: list[Rate] = field(default_factory=list)
    services: dict[str, dict[str, Any]] = field(default_factory=dict)
    memory_mb: dict[str, float] = field(default_factory=dict)

    def add(
        self,
        name: str,
        found: rates.Measured,
        base: list[Rate],
        durable: Sequence[Rate] = (),
    ) -> None:
        """Note a service's rate and its ratio to the loops measured around it.

        *base* is the plain loop, *durable* the one that stores what it decides.
        """
        rate = mean(each.events_per_s for each in base) if base else None
        stored = mean(each.events_per_s for each in durable) if durable else None
        self.services[name] = {
            "events_per_s": round(found.events_per_s),
            "ratio_bare": round(found.events_per_s / rate, 3) if rate else None,
            "ratio_durable": round(found.events_per_s / stored, 3) if stored else None,
            "compared_with": round(rate) if rate else None,
            "cpu_us": round(found.cpu_us, 1),
            "compared_cpu_us": round(mean(e.cpu_us for e in base), 1) if base else None,
            "durable_cpu_us": (
                round(mean(e.cpu_us for e in durable), 1) if durable else None
            ),
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
        durable = [await _durable_loop(here, step, events, "durable-1")]
        step("resolver, ranking off")
        found = await rates.measure(
            here, "resolver", [EVENTS_TOPIC], RESOLVER_RANKING="off"
        )
        durable.append(await _durable_loop(here, step, events, "durable-2"))
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
    figures.durable += durable
    figures.add("resolver", found, [before, after], durable)


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
        durable = [await _durable_loop(here, step, messages, "durable-1")]
        step("escalator")
        found = await rates.measure(here, "escalator", [EVENTS_TOPIC, UNRESOLVED_TOPIC])
        durable.append(await _durable_loop(here, step, messages, "durable-2"))
        after = await _bare_loop(here, step, messages, "bare-2")
    figures.bare += [before, after]
    figures.durable += durable
    figures.add("escalator", found, [before, after], durable)


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
    """Each notification is one mail, or one post, to a sink that accepts all."""
    port = processes.free_port()
    await _send(
        figures,
        step,
        "notifier",
        _Sending(
            sinks.FIRST_MAIL,
            port,
            {"kind": "email", "to": [sending.RECIPIENT]},
            {
                "NOTIFIER_SMTP_HOST": "127.0.0.1",
                "NOTIFIER_SMTP_PORT": str(port),
                "NOTIFIER_MAIL_FROM": f"Handrail <{sending.SENDER}>",
            },
            sending.mails,
        ),
        count=mails,
    )
    port = processes.free_port()
    await _send(
        figures,
        step,
        "notifier_webhook",
        _Sending(
            sinks.FIRST_POST,
            port,
            {
                "kind": "webhook",
                "url": f"http://127.0.0.1:{port}/in",
                "secret": SECRET,
            },
            {"NOTIFIER_ALLOW_PRIVATE_URLS": "true"},
            sending.posts,
        ),
        count=mails,
    )


@dataclass(frozen=True)
class _Sending:
    """One way out: its sink, the notifier's settings, the bare sender."""

    kept: str
    port: int
    destination: dict[str, object]
    environment: dict[str, str]
    bare: Callable[..., Awaitable[Rate]]

    @property
    def sink(self) -> str:
        return "smtp" if self.kept == sinks.FIRST_MAIL else "http"


async def _send(
    figures: Figures, step: Step, name: str, way: _Sending, *, count: int
) -> None:
    folder = BUILD / f"bench-{way.sink}"
    with ground() as here:
        await here.prepare()
        step(f"{name}: filling the topic")
        await fill(here.kafka, "notification.requested", load.notifications(count))
        sink = _sink(way, folder)
        try:
            step(name)
            found = await rates.measure_notifier(
                here, expected=count, destination=way.destination, **way.environment
            )
            content = (folder / way.kept).read_bytes()
            step(f"{name}: its bare loop")
            loops = [
                await way.bare(port=way.port, content=content, count=count)
                for _ in range(2)
            ]
        finally:
            processes.stop(sink)
    figures.add(name, found, loops)


def _sink(way: _Sending, folder: Path) -> Any:
    command = [
        sys.executable, "-m", "benchmarks.sinks", way.sink,
        "--port", str(way.port), "--dir", str(folder),
    ]  # fmt: skip
    log = BUILD / "logs" / f"bench-{way.sink}.log"
    process = processes.spawn(command, log=log)
    processes.wait_until(
        lambda: processes.is_listening(way.port),
        what="the sink",
        process=process,
        log=log,
    )
    return process


async def _bare_loop(here: Ground, step: Step, count: int, group: str) -> Rate:
    step("bare aiokafka loop")
    return await bare.consume_and_produce(
        here.kafka, source=EVENTS_TOPIC, target=SPARE, count=count, group=group
    )


async def _durable_loop(here: Ground, step: Step, count: int, group: str) -> Rate:
    step("bare loop that decides durably")
    return await bare.consume_and_decide(
        here.kafka,
        source=EVENTS_TOPIC,
        target=SPARE,
        count=count,
        group=group,
        mongo_url=here.mongod.url,
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
