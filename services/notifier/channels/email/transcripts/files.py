"""A file that was sent with a message, as the mail tells of it. It is never fetched."""

from dataclasses import dataclass

from services.notifier.channels.email.visible import bounded, safe_link, visible_line
from shared.events import Attachment
from shared.text import size_of

NAME_CHARS = 120
TYPE_CHARS = 60
ADDRESS_CHARS = 4096
"""A signed address is long, and worth nothing cut."""


@dataclass(frozen=True, slots=True)
class File:
    """*label* names it; *href* is empty unless it is safe to follow."""

    label: str
    value: str
    href: str


def file_of(attachment: Attachment) -> File:
    """Return how *attachment* is shown."""
    facts = []
    if attachment.type:
        facts.append(bounded(visible_line(attachment.type), TYPE_CHARS))
    if attachment.size is not None:
        facts.append(size_of(attachment.size))
    name = bounded(visible_line(attachment.name or ""), NAME_CHARS) or "a file"
    url = attachment.url or ""
    return File(
        label=f"{name} ({', '.join(facts)})" if facts else name,
        value=visible_line(url),
        href=safe_link(url, limit=ADDRESS_CHARS),
    )
