"""A report as a mail: figures, what to do next, the patterns behind it."""

from datetime import UTC, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from services.notifier.channels.email.fitting import DASHBOARD, Detail
from services.notifier.channels.email.visible import bounded, safe_link, visible_line
from services.notifier.deliver.ports import Letter
from shared.events import Report, ReportFigure, ReportPattern, ReportStep

LINE_CHARS = 400
"""Of a sentence; a label is shorter."""
MAX_FIGURES, MAX_PATTERNS, MAX_STEPS = 16, 10, 5
CAUSES = {
    "documentation": ("Documentation", "doc"),
    "action": ("Action", "action"),
    "bug": ("Bug", "bug"),
    "person": ("People wanted", "person"),
    "unclear": ("Cause unclear", "unclear"),
}
"""Words and class; a later version's cause has its own word."""
STATUSES = {
    "in_progress": "in progress",
    "fixed": "fixed, not verified",
    "verified": "verified as fixed",
    "regressed": "came back",
    "ignored": "ignored",
}
"""What is said beside a pattern; an open one needs no word."""
LONG_MINUTES, LONG_HOURS = 90, 36
Row = dict[str, Any]


def report_view(letter: Letter, detail: Detail) -> dict[str, Any]:
    """Return the templates' context; the shortest mail has figures and steps alone."""
    request, report = letter.request, letter.request.report
    assert report is not None
    patterns = report.patterns[:MAX_PATTERNS] if detail.text_chars else []
    return {
        "test": letter.test,
        "app": visible_line(letter.app_name) or request.app_id,
        "headline": visible_line(request.packet.summary),
        "period": spell_period(report),
        "figures": [_figure(each) for each in report.figures[:MAX_FIGURES]],
        "steps": [_step(each) for each in report.next[:MAX_STEPS] if each.sentence],
        "note": _line(report.note),
        "patterns": [_pattern(each) for each in patterns],
        "link": safe_link(request.packet.links.get(DASHBOARD, "")),
        "report_id": request.escalation_id,
    }


def spell_period(report: Report) -> str:
    """Return the days of a report in its app's zone: `16 to 22 November 2026`."""
    zone = _zone(report.timezone)
    first = report.start.astimezone(zone)
    last = (report.end - timedelta(seconds=1)).astimezone(zone)
    until = f"{last.day} {last:%B %Y}"
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} to {until}"
    if first.year == last.year:
        return f"{first.day} {first:%B} to {until}"
    return f"{first.day} {first:%B %Y} to {until}"


def _zone(name: str) -> tzinfo:
    """Return the app's zone; UTC where this version's data does not have it."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        return UTC


def _figure(figure: ReportFigure) -> Row:
    return {
        "label": _line(figure.label or figure.name),
        "now": spell_value(figure.now, figure.unit),
        "was": "" if figure.before is None else spell_value(figure.before, figure.unit),
        "tone": _tone(figure),
    }


def _tone(figure: ReportFigure) -> str:
    """Return `good` or `bad` where the figure moved one of these ways."""
    now, before = figure.now, figure.before
    if not figure.good or now is None or before is None or now == before:
        return ""
    return "good" if (now > before) == (figure.good == "up") else "bad"


def spell_value(value: float | None, unit: str) -> str:
    """Return *value* as people read it: `1,204`, `83%`, `12 min`."""
    if value is None:
        return "not known"
    if unit == "share":
        return f"{value:.0%}"
    if unit == "ms":
        return _span(value / 1000)
    return f"{value:,.0f}"


def _span(seconds: float) -> str:
    minutes = seconds / 60
    if minutes < 1:
        return f"{seconds:.0f} s"
    if minutes < LONG_MINUTES:
        return f"{minutes:.0f} min"
    hours = minutes / 60
    return f"{hours:.1f} h" if hours < LONG_HOURS else f"{hours / 24:.1f} d"


def _step(step: ReportStep) -> Row:
    return {"sentence": _line(step.sentence), "first": _line(step.first_step)}


def _pattern(pattern: ReportPattern) -> Row:
    words, mark = CAUSES.get(pattern.cause, (visible_line(pattern.cause), "unclear"))
    return {
        "label": _line(pattern.label) or "(words erased)",
        "count": f"{pattern.count:,}",
        "was": "" if pattern.before is None else f"{pattern.before:,}",
        "cause": words,
        "mark": mark,
        "because": _line(pattern.because),
        "status": STATUSES.get(pattern.status, ""),
        "remedy": _line(pattern.remedy),
    }


def _line(text: str) -> str:
    return bounded(visible_line(text), LINE_CHARS)
