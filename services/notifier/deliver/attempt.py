"""One message to one recipient: whatever goes wrong is an outcome."""

import structlog

from services.notifier.deliver.ports import Channel, Letter
from services.notifier.domain.destination import Destination
from services.notifier.domain.outcomes import Deferred, Outcome, Reason, Refused
from shared.errors import Permanent

log = structlog.get_logger()


async def attempt(
    channel: Channel, destination: Destination, letter: Letter, address: str
) -> Outcome:
    """Render and send one message; whatever goes wrong is an outcome."""
    try:
        message = channel.render(letter, address)
    except Permanent as error:
        return Refused(Reason(error.reason), str(error))
    except Exception as error:
        log.exception("message cannot be rendered", delivery=letter.delivery_id)
        return Deferred(Reason.CANNOT_RENDER, repr(error))
    try:
        return await channel.send(destination, address, message)
    except Exception as error:
        log.exception("message could not be sent", delivery=letter.delivery_id)
        return Deferred(Reason.UNEXPECTED_ERROR, repr(error))
