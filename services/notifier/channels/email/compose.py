"""Lay out one mail to one recipient: the same bytes at every try."""

import re
from dataclasses import dataclass
from email import policy
from email.parser import BytesHeaderParser
from email.utils import format_datetime, parseaddr
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from services.notifier.channels.email.digest import digest_view
from services.notifier.channels.email.fitting import (
    LEVELS,
    MAX_MAIL_BYTES,
    Detail,
    rest_of,
)
from services.notifier.channels.email.mime import body_of, content_type, room_beside
from services.notifier.channels.email.report import report_view
from services.notifier.channels.email.transcripts.transcript import transcript_json
from services.notifier.channels.email.view import view_of
from services.notifier.deliver.ports import Letter
from services.notifier.domain import headers
from services.notifier.domain.encoded_words import header_line, mailbox_line
from services.notifier.domain.outcomes import Reason
from shared.errors import Permanent
from shared.events import NotificationRequested

WORDS = ("From", "To", "Subject")
"""Headers that hold somebody's words, and are encoded where these need it."""
EVERYTHING = "Everything is attached as transcript.json."
CUT = (
    "The conversation is attached as transcript.json; it is too long for a mail, and "
    "its messages are cut to {} characters."
)
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
"""A part of a domain name, in lower case."""
HEADER_BYTES = 32 * 1024
"""More than all headers and part headers of a mail take."""

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=select_autoescape(["html"]),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
    auto_reload=False,
)
_TEXT = _TEMPLATES.get_template("notification.txt")
_HTML = _TEMPLATES.get_template("notification.html")
_DIGEST_TEXT = _TEMPLATES.get_template("digest.txt")
_DIGEST_HTML = _TEMPLATES.get_template("digest.html")
_REPORT_TEXT = _TEMPLATES.get_template("report.txt")
_REPORT_HTML = _TEMPLATES.get_template("report.html")
BEGINS = frozenset({"opened", "digest", "report"})
"""Kinds of news that follow nothing."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who our mail comes from."""

    address: str
    domain: str
    """Of Message-ID and List-Id."""
    name: str = "Handrail"

    @classmethod
    def parse(cls, mail_from: str, *, domain: str) -> "Sender":
        """Return the sender of `Name <address>` or a bare address."""
        name, address = parseaddr(mail_from)
        return cls(address, domain, name or cls("", "").name)


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail ready to send."""

    message_id: str
    content: bytes
    utf8: bool
    """Whether the address needs SMTPUTF8."""
    letter: Letter
    """What it tells, to be told shorter."""


def compose(
    letter: Letter, to: str, sender: Sender, *, most: int = MAX_MAIL_BYTES
) -> Mail:
    """Return the mail of *letter* to *to*, of at most *most* bytes.

    Raises Permanent for what cannot be sent.
    """
    utf8 = not (to + sender.address).isascii()
    wanted = header_values(letter, to, sender)
    _check_addresses(sender.address, to)
    mark = headers.token_of(letter.delivery_id)
    head = (
        mailbox_line("From", wanted["From"], sender.address)
        + f"To: {to}\r\n".encode()
        + header_line("Subject", wanted["Subject"])
        + _made(wanted, content_type(mark))
    )
    _check_headers(head, [*wanted, "MIME-Version", "Content-Type"])
    for detail in LEVELS:
        content = head + _body(letter, detail, most=most, mark=mark)
        if len(content) <= most:
            return Mail(wanted["Message-ID"], content, utf8, letter)
    raise Permanent(Reason.TOO_LARGE, f"{len(content)} bytes, of {most} at most")


def _made(wanted: dict[str, str], kind: str) -> bytes:
    """Return the headers that hold nobody's words, each id on a line of its own."""
    made = {name: value for name, value in wanted.items() if name not in WORDS}
    made |= {"MIME-Version": "1.0", "Content-Type": kind}
    lines = [f"{name}: {value}\r\n" for name, value in made.items()]
    return "".join(lines).replace("> <", ">\r\n <").encode("ascii") + b"\r\n"


def header_values(letter: Letter, to: str, sender: Sender) -> dict[str, str]:
    """Return every header we mean to write, no other; of `From` the name alone."""
    request = letter.request
    domain = sender.domain
    # Each report is a thread of its own: last week's is no context of this one.
    before = () if request.report else letter.earlier
    earlier = [headers.message_id(each, to, domain=domain) for each in before]
    root = headers.thread_root(request.app_id, _thread(request), domain=domain)
    follow_up = request.kind not in BEGINS
    found: dict[str, str] = {
        "From": _display_name(letter, sender),
        "To": to,
        "Subject": _subject(letter, follow_up=follow_up),
        "Date": format_datetime(request.requested_at),
        "Message-ID": headers.message_id(letter.delivery_id, to, domain=domain),
    }
    if follow_up or earlier:
        found["In-Reply-To"] = earlier[-1] if earlier else root
    return found | {
        "References": " ".join(headers.references_of(root, earlier)),
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "List-Id": f"<{_list_label(request.app_id)}.{domain}>",
        "X-Handrail-Escalation": headers.hex_id(request.escalation_id),
        "X-Handrail-Delivery": headers.hex_id(letter.delivery_id),
        "X-Handrail-Kind": request.exact,
        "X-Entity-Ref-ID": headers.hex_id(letter.delivery_id),
    }


def _thread(request: NotificationRequested) -> str:
    if request.report is not None:
        return request.delivery_id
    return request.digest.thread if request.digest else request.conversation_id


def _subject(letter: Letter, *, follow_up: bool) -> str:
    request = letter.request
    app = letter.app_name or request.app_id
    if request.report is not None:
        return headers.digest_subject_of(
            app=app, headline=request.packet.summary, follow_up=False
        )
    if request.digest is not None:
        return headers.digest_subject_of(
            app=app, headline=request.packet.summary, follow_up=bool(letter.earlier)
        )
    return headers.subject_of(
        app=app,
        priority=request.packet.priority,
        summary=request.packet.summary,
        follow_up=follow_up,
        test=letter.test,
    )


def _display_name(letter: Letter, sender: Sender) -> str:
    app = headers.header_safe(letter.app_name, limit=headers.APP_CHARS)
    ours = headers.header_safe(sender.name)
    return f"{app} via {ours}" if app else ours


def _list_label(app_id: str) -> str:
    """Return the app's own label of a domain: those know no upper case, apps do."""
    is_label = _LABEL.fullmatch(app_id) and not headers.is_token(app_id)
    return app_id if is_label else headers.token_of(app_id)


def _check_addresses(*addresses: str) -> None:
    if not all(map(_is_plain, addresses)):
        raise Permanent(Reason.INVALID_ADDRESS, "not a plain address")


@lru_cache(maxsize=4096)
def _is_plain(address: str) -> bool:
    """Return whether *address* is one and nothing else: cached, as teams are few."""
    plain = headers.header_safe(address, limit=320) == address
    return plain and " " not in address and parseaddr(address)[1] == address


def _body(letter: Letter, detail: Detail, *, most: int, mark: str) -> bytes:
    if letter.request.report is not None:
        told = report_view(letter, detail)
        html = _REPORT_HTML.render(told) if detail.html else None
        return body_of(_REPORT_TEXT.render(told), html, None, mark=mark)
    if letter.request.digest is not None:
        listed = digest_view(letter, detail)
        html = _DIGEST_HTML.render(listed) if detail.html else None
        return body_of(_DIGEST_TEXT.render(listed), html, None, mark=mark)
    view = view_of(letter, detail) | rest_of(letter, detail, most=most)
    text, html = _rendered(view, EVERYTHING)
    if not detail.attached:
        return body_of(text, html if detail.html else None, None, mark=mark)
    room = room_beside(text, html, CUT, CUT, most=MAX_MAIL_BYTES - HEADER_BYTES)
    attachment, cut_to = transcript_json(letter, room=room)
    if cut_to:
        text, html = _rendered(view, CUT.format(cut_to))
    return body_of(text, html, attachment, mark=mark)


def _rendered(view: dict[str, Any], attached: str) -> tuple[str, str]:
    context = view | {"attached": attached}
    return _TEXT.render(context), _HTML.render(context)


def _check_headers(head: bytes, wanted: list[str]) -> None:
    """Read the headers as a stranger would; raise where one is not ours.

    This catches what `header_safe` may have missed, and any future bug of the library.
    """
    parsed = BytesHeaderParser(policy=policy.compat32).parsebytes(head)
    rest = parsed.get_payload()
    if sorted(parsed.keys()) != sorted(wanted) or rest:
        raise Permanent(Reason.UNSAFE_HEADERS, "the mail has headers we did not write")
