"""A digest as a mail: every escalation with its number and id, by pattern."""

from typing import Any

from services.notifier.channels.email.fitting import DASHBOARD, Detail
from services.notifier.channels.email.visible import safe_link, visible_line
from services.notifier.deliver.ports import Letter
from shared.events import Digest

NEWS = {
    "opened": "",
    "message_added": "wrote again",
    "unclaimed": "nobody has taken it",
}
"""What is said beside an escalation."""
OTHERS = "Others"
"""Heads what has no known pattern, where others have one."""
Row = dict[str, str]


def digest_view(letter: Letter, detail: Detail) -> dict[str, Any]:
    """Return the templates' context; each id and number is in it, at any length."""
    request, digest = letter.request, letter.request.digest
    assert digest is not None
    links = request.packet.links
    return {
        "test": letter.test,
        "app": visible_line(letter.app_name) or request.app_id,
        "headline": visible_line(request.packet.summary),
        "since": f"{digest.since:%Y-%m-%d %H:%M:%S} UTC",
        "earlier": max(0, digest.count - digest.news.count("opened"))
        if not digest.repeat
        else 0,
        "repeat": digest.repeat,
        "sections": _sections(digest, detail, links.get(DASHBOARD, "")),
        "link": safe_link(links.get(DASHBOARD, "")),
        "digest_id": request.escalation_id,
    }


def _sections(
    digest: Digest, detail: Detail, dashboard: str
) -> list[tuple[str, list[Row]]]:
    """Return the escalations under the label of their pattern, most of all first."""
    found: dict[str, list[Row]] = {}
    for place, escalation_id in enumerate(digest.escalation_ids):
        label = digest.patterns[place] if digest.patterns else ""
        found.setdefault(visible_line(label), []).append(
            _row(digest, place, escalation_id, detail, dashboard)
        )
    named = sorted(found, key=lambda label: (not label, -len(found[label])))
    if named == [""]:
        return [("", found[""])]
    return [(label or OTHERS, found[label]) for label in named]


def _row(
    digest: Digest, place: int, escalation_id: str, detail: Detail, dashboard: str
) -> Row:
    news = digest.news[place] if digest.news else "opened"
    summary = visible_line(digest.summaries[place]) if detail.text_chars else ""
    return {
        "number": visible_line(digest.numbers[place]),
        "summary": summary,
        "news": NEWS.get(news, visible_line(news).replace("_", " ")),
        "id": visible_line(escalation_id),
        "href": safe_link(f"{dashboard}/{escalation_id}") if dashboard else "",
    }
