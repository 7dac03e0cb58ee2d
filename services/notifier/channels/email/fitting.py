"""How much of a packet a mail shows: less and less, until the relay takes it."""

from dataclasses import dataclass
from typing import Any

from services.notifier.channels.email.visible import safe_link, visible_line
from services.notifier.deliver.ports import Letter
from shared.text import size_of

MAX_MAIL_BYTES = 10 * 1024 * 1024
"""Also where the relay takes more: what comes behind it seldom does."""
ATTACHED = "transcript.json"
DASHBOARD, API = "dashboard", "api"


@dataclass(frozen=True, slots=True)
class Detail:
    """How much is shown; whatever is left out is counted where it would have stood."""

    attached: bool = False
    """Whether transcript.json, which holds everything, comes with it."""
    html: bool = True
    text_chars: int = 200_000
    """Of the whole conversation, in the text part."""
    html_messages: int = 10
    """The last ones, in the HTML part."""
    message_chars: int = 2_000
    ask_chars: int = 1_000
    state_chars: int = 6_000
    attempts: int = 12
    rows: int = 12
    """Of traits, and of links."""


WHOLE = Detail(attached=True)
LEVELS = (
    WHOLE,
    Detail(),
    Detail(text_chars=20_000, html_messages=6, message_chars=1_000, state_chars=1_000),
    Detail(
        text_chars=3_000,
        html_messages=2,
        message_chars=400,
        ask_chars=500,
        state_chars=200,
        attempts=3,
        rows=4,
    ),
    Detail(
        html=False,
        text_chars=1_000,
        message_chars=300,
        ask_chars=300,
        state_chars=0,
        attempts=1,
        rows=2,
    ),
    Detail(
        html=False,
        text_chars=0,
        message_chars=100,
        ask_chars=120,
        state_chars=0,
        attempts=0,
        rows=0,
    ),
)
"""From all that a mail may hold to the least that helps somebody."""


def rest_of(letter: Letter, detail: Detail, *, most: int) -> dict[str, Any]:
    """Return where a reader finds what this mail of at most *most* bytes leaves out."""
    if detail.attached:
        return {"rest": f"in {ATTACHED}", "rest_link": "", "left_out": ""}
    links = letter.request.packet.links
    found = [*(links.get(name, "") for name in (DASHBOARD, API)), *links.values()]
    href = next((each for each in map(safe_link, found) if each), "")
    number = visible_line(letter.request.number or letter.request.packet.number)
    what = f"{ATTACHED} is not attached"
    if detail != LEVELS[1]:
        what += ", and this mail is shortened"
    return {
        "rest": "in Handrail",
        "rest_link": href,
        "left_out": f"{what}: the mail relay takes no more than {size_of(most)}. "
        f"The whole conversation is in Handrail, as {number}",
    }
