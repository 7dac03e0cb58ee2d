"""The mail with a link that signs a member in: short, plain, the same at every try."""

from dataclasses import dataclass
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from services.notifier.channels.email.compose import Sender
from services.notifier.channels.email.pool import Envelope, SmtpPool
from services.notifier.deliver.sign_ins import SignInMail
from services.notifier.domain.headers import APP_CHARS, header_safe
from services.notifier.domain.outcomes import Deferred, Outcome, Reason

TEXT = """\
Hello{name},

with this link you sign in to {app} on Handrail:

{link}

It works once, until {until} (UTC). If you did not ask for it, do nothing: nobody is
signed in without it.
"""


@dataclass(frozen=True, slots=True)
class SignInChannel:
    """Sends the mail through the relay."""

    pool: SmtpPool
    sender: Sender

    async def send(self, mail: SignInMail, link: str, *, app_name: str) -> Outcome:
        """Return what the relay said; whatever goes wrong is an outcome."""
        try:
            content, utf8 = compose(mail, link, app_name, self.sender)
            return await self.pool.send(
                Envelope(self.sender.address, mail.email, content, utf8)
            )
        except Exception as error:  # noqa: BLE001 - and its words might hold the link
            return Deferred(Reason.UNEXPECTED_ERROR, type(error).__name__)


def compose(
    mail: SignInMail, link: str, app_name: str, sender: Sender
) -> tuple[bytes, bool]:
    """Return the mail's bytes, and whether its addresses need SMTPUTF8."""
    app = header_safe(app_name or mail.app_id, limit=APP_CHARS)
    name = header_safe(mail.name, limit=APP_CHARS)
    utf8 = not (mail.email + sender.address).isascii()
    message = EmailMessage(policy=policy.SMTPUTF8 if utf8 else policy.SMTP)
    message["From"] = _address(sender.address, header_safe(sender.name))
    message["To"] = _address(mail.email)
    message["Subject"] = f"Sign in to {app}"
    message["Date"] = format_datetime(mail.requested_at)
    message["Message-ID"] = f"<sign-in.{mail.link_id}@{sender.domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    text = TEXT.format(
        name=f" {name}" if name else "",
        app=app,
        link=link,
        until=f"{mail.expires_at:%H:%M}",
    )
    message.set_content(text, cte="7bit" if text.isascii() else "quoted-printable")
    return message.as_bytes(), utf8


def _address(written: str, name: str = "") -> Address:
    # By its parts: as one text it may hold no letters beyond ASCII.
    user, _, domain = written.rpartition("@")
    return Address(name, username=user, domain=domain)
