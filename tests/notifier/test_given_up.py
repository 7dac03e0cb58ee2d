"""What nobody accepts is told at once as failed, with the far side's own cause."""

import pytest

from services.notifier.domain.delivery import Status
from services.notifier.domain.destination import Destination
from services.notifier.domain.http_replies import classify_http
from services.notifier.domain.outcomes import Outcome
from services.notifier.domain.smtp_replies import Stage, classify_smtp
from shared.events import NotificationFailed
from tests.notifier.letters import AT, make_delivery
from tests.notifier.world import World

UNKNOWN = classify_smtp(550, "5.1.1 no such user", stage=Stage.RCPT)
CONTENT = classify_smtp(552, "5.7.0 illegal attachment", stage=Stage.DATA)
SENDER = classify_smtp(550, "5.7.26 unauthenticated email", stage=Stage.DATA)
GONE = classify_http(410, "Gone", retry_after=None, now=AT)
PEOPLE = ("a@acme.test", "b@acme.test")


@pytest.mark.parametrize(
    ("kind", "outcomes", "reason", "error"),
    [
        ("webhook", [GONE], "gone", "410 Gone"),
        ("email", [UNKNOWN, UNKNOWN], "recipient_refused", "550 5.1.1 no such user"),
        (
            "email",
            [CONTENT, CONTENT],
            "content_refused",
            "552 5.7.0 illegal attachment",
        ),
        (
            "email",
            [SENDER, SENDER],
            "sender_refused",
            "550 5.7.26 unauthenticated email",
        ),
    ],
)
async def test_a_final_answer_of_everybody_is_announced_as_failed_with_its_cause(
    kind: str, outcomes: list[Outcome], reason: str, error: str
) -> None:
    world = World()
    people = PEOPLE[: len(outcomes)]
    world.destinations.put(Destination("acme", "team-mail", kind, to=people))
    for address, outcome in zip(people, outcomes, strict=True):
        world.channel.script(address, outcome)

    delivery = await world.verb.deliver(await world.ask(make_delivery()))
    await world.announce()

    assert (delivery.status, delivery.tries) == (Status.DEAD, 1)
    (news,) = world.publisher.published
    event = NotificationFailed.model_validate_json(news.value)
    assert (event.reason, event.error) == (reason, error)


async def test_a_quota_is_tried_again_and_announces_nothing() -> None:
    world = World()
    world.destinations.put(Destination("acme", "team-mail", "email", to=PEOPLE[:1]))
    quota = classify_smtp(550, "5.4.5 Daily sending quota exceeded", stage=Stage.DATA)
    world.channel.script(PEOPLE[0], quota)

    delivery = await world.verb.deliver(await world.ask(make_delivery()))
    await world.announce()

    assert (delivery.status, delivery.reason) == (Status.RETRY, "throttled")
    assert world.publisher.published == []
