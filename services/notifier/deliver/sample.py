"""A test message: through the same code as the real ones, on no record."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.notifier.deliver.attempt import attempt
from services.notifier.deliver.ports import Channel, Letter
from services.notifier.domain.destination import Destination
from services.notifier.domain.outcomes import Outcome
from shared.clock import Clock
from shared.events import (
    Attempt,
    AttemptOutcome,
    EscalationOpened,
    NotificationRequested,
    Reason,
    Session,
    TranscriptLine,
    User,
)

ASK = "This is a test of where your team receives what the assistant cannot solve."


@dataclass(frozen=True, slots=True)
class Sampler:
    """Sends test messages."""

    channels: Mapping[str, Channel]
    app_name: Callable[[str], str]
    clock: Clock

    async def test(self, destination: Destination) -> dict[str, Outcome]:
        """Return what the far side said, by recipient."""
        channel = self.channels[destination.kind]
        request = sample_request(destination, self.clock.now())
        letter = Letter(
            request.delivery_id, request, self.app_name(destination.app_id), test=True
        )
        return {
            address: await attempt(channel, destination, letter, address)
            for address in channel.addresses(destination)
        }


def sample_request(destination: Destination, now: datetime) -> NotificationRequested:
    """Return a request that looks like a real one and says that it is a test."""
    packet = _packet(destination.app_id, now)
    return NotificationRequested(
        app_id=packet.app_id,
        conversation_id=packet.conversation_id,
        occurred_at=now,
        delivery_id=str(uuid.uuid4()),
        escalation_id=packet.escalation_id,
        number=packet.number,
        destination_id=destination.destination_id,
        requested_at=now,
        packet=packet,
    )


def _packet(app_id: str, now: datetime) -> EscalationOpened:
    return EscalationOpened(
        app_id=app_id,
        conversation_id=f"test-{uuid.uuid4()}",
        occurred_at=now,
        escalation_id=str(uuid.uuid4()),
        number="ESC-TEST",
        opened_at=now,
        reason=Reason.LOW_CONFIDENCE,
        priority="low",
        summary=ASK,
        conversation=[
            TranscriptLine(
                role="assistant", text="Hello!", occurred_at=now - timedelta(seconds=30)
            ),
            TranscriptLine(role="user", text=ASK, occurred_at=now),
        ],
        user=User(id="test-user", name="Test User", traits={"plan": "test"}),
        session=Session(url="https://app.example.com/test", locale="en"),
        app_state={"route": "/test"},
        attempts=[
            Attempt(
                kind="document",
                name="test-document",
                title="A document that almost answered",
                score=0.41,
                threshold=0.6,
                outcome=AttemptOutcome.BELOW_THRESHOLD,
                started_at=now,
            )
        ],
    )
