"""The e-mail channel: one mail for each recipient, through the relay."""

from collections.abc import Sequence
from dataclasses import replace

from services.notifier.channels.email.compose import Mail, Sender, compose
from services.notifier.channels.email.pool import Envelope, SmtpPool
from services.notifier.deliver.ports import Letter
from services.notifier.domain.destination import Destination
from services.notifier.domain.outcomes import Accepted, Outcome


class EmailChannel:
    """Delivers by SMTP."""

    name = "email"

    def __init__(self, pool: SmtpPool, sender: Sender) -> None:
        self._pool = pool
        self._sender = sender

    def addresses(self, destination: Destination) -> Sequence[str]:
        """Return the addresses that each get a mail."""
        return destination.to

    def render(self, letter: Letter, address: str) -> Mail:
        """Return the mail to *address*."""
        return compose(letter, address, self._sender)

    async def send(
        self, destination: Destination, address: str, message: Mail
    ) -> Outcome:
        """Send it and return what the relay said."""
        assert address in destination.to
        outcome = await self._pool.send(
            Envelope(self._sender.address, address, message.content, message.utf8)
        )
        if isinstance(outcome, Accepted):
            return replace(outcome, message_id=message.message_id)
        return outcome
