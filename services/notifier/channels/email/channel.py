"""The e-mail channel: one mail for each recipient, through the relay."""

from collections.abc import Sequence
from dataclasses import replace

from services.notifier.channels.email.compose import Mail, Sender, compose
from services.notifier.channels.email.fitting import MAX_MAIL_BYTES
from services.notifier.channels.email.pool import Envelope, SmtpPool
from services.notifier.deliver.ports import Letter
from services.notifier.domain.destination import Destination
from services.notifier.domain.outcomes import Accepted, Outcome, Reason, Refused
from shared.errors import Permanent


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
        return compose(letter, address, self._sender, most=self._most_bytes())

    async def send(
        self, destination: Destination, address: str, message: Mail
    ) -> Outcome:
        """Send it and return what the relay said.

        Where it is too large for the relay it is told shorter, as often as it takes.
        """
        assert address in destination.to
        sent: Mail | None = message
        while sent is not None:
            outcome = await self._pool.send(
                Envelope(self._sender.address, address, sent.content, sent.utf8)
            )
            too_large = isinstance(outcome, Refused) and (
                outcome.reason is Reason.TOO_LARGE
            )
            sent = self._smaller(sent, address) if too_large else None
        if isinstance(outcome, Accepted):
            return replace(outcome, message_id=message.message_id)
        return outcome

    def _smaller(self, mail: Mail, address: str) -> Mail | None:
        """Return what *mail* tells in fewer bytes, or None where it is the least."""
        most = min(self._most_bytes(), len(mail.content) - 1)
        try:
            return compose(mail.letter, address, self._sender, most=most)
        except Permanent:
            return None

    def _most_bytes(self) -> int:
        return min(self._pool.size_limit or MAX_MAIL_BYTES, MAX_MAIL_BYTES)
