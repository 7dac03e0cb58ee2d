"""What a weekly report holds, from the figures of two weeks and the patterns of one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from services.analytics.domain.gaps.next_steps import choose_next_steps
from services.analytics.domain.reports import Summary
from services.analytics.reporting.gaps import GapOfPeriod
from services.analytics.reporting.weekly.schedule import Week
from shared.events import Report, ReportFigure, ReportPattern, ReportStep
from shared.text import cut

DAYS = 7
MAX_PATTERNS = 5
LABEL_CHARS = 160
BECAUSE_CHARS = 300


def make_report(
    week: Week,
    *,
    timezone: str,
    now: Summary,
    before: Summary,
    gaps: Sequence[GapOfPeriod],
) -> Report:
    """Return the report of *week*; *gaps* are its patterns, the largest first."""
    plan = choose_next_steps([each.gap for each in gaps], days=DAYS)
    shown = gaps[:MAX_PATTERNS]
    return Report(
        start=week.start,
        end=week.end,
        timezone=timezone,
        figures=make_figures(now, before),
        patterns=[_pattern(each) for each in shown],
        next=[
            ReportStep(
                pattern_id=each.pattern_id,
                sentence=each.sentence,
                first_step=each.first_step,
                saves_minutes=each.saves_minutes,
                assumed=each.assumed,
            )
            for each in plan.steps
        ],
        note=plan.note,
        conversation_ids=[each.conversation_id for each in shown],
    )


def headline_of(report: Report) -> str:
    """Return the report in one line: its subject."""
    figure = next(each for each in report.figures if each.name == "escalations")
    now, before = int(figure.now or 0), int(figure.before or 0)
    reached = f"{now:,} request{'' if now == 1 else 's'} reached people"
    if now == before or not before:
        return f"Weekly report: {reached}"
    word = "more" if now > before else "fewer"
    return (
        f"Weekly report: {reached}, {abs(now - before):,} {word} than the week before"
    )


def make_figures(now: Summary, before: Summary) -> list[ReportFigure]:
    """Return the figures of a week beside those of the week before.

    What is known of neither week is left out.
    """
    figures = [
        ReportFigure(
            name=each.name,
            label=each.label,
            unit=each.unit,
            good=each.good,
            now=each.value(now),
            before=each.value(before),
        )
        for each in SHOWN
    ]
    return [each for each in figures if each.now is not None or each.before is not None]


@dataclass(frozen=True, slots=True)
class _Shown:
    """One figure of the report."""

    name: str
    label: str
    value: Callable[[Summary], float | None]
    unit: Literal["count", "share", "ms"] = "count"
    good: Literal["up", "down", ""] = ""


def _share(summary: Summary) -> float | None:
    return summary.resolved / summary.requests if summary.requests else None


def _pattern(found: GapOfPeriod) -> ReportPattern:
    gap = found.gap
    return ReportPattern(
        pattern_id=gap.pattern_id,
        label=cut(gap.label, LABEL_CHARS),
        count=gap.count,
        before=gap.before,
        cause=gap.cause,
        because=cut(found.because, BECAUSE_CHARS),
        status=gap.status,
        remedy=" ".join(found.remedy),
    )


SHOWN = (
    _Shown(
        "escalations",
        "Requests that reached people",
        lambda week: week.escalations.opened,
        good="down",
    ),
    _Shown("requests", "Requests in all", lambda week: week.requests),
    _Shown("resolution", "Answered by the assistant", _share, "share", "up"),
    _Shown(
        "dead_ends",
        "Neither answered nor handed over",
        lambda week: week.figures.dead_ends,
        good="down",
    ),
    _Shown("resolved", "Resolved by people", lambda week: week.escalations.resolved),
    _Shown("open", "Open at the end", lambda week: week.escalations.open, good="down"),
    _Shown(
        "first_response",
        "Half heard from a person within",
        lambda week: week.ms.get("first_response_p50"),
        "ms",
        "down",
    ),
    _Shown(
        "promises_kept",
        "Times that users were told, and kept",
        lambda week: week.figures.rates.promises_kept,
        "share",
        "up",
    ),
    _Shown("csat", "Satisfied users", lambda week: week.figures.csat, "share", "up"),
    _Shown(
        "undelivered",
        "Notifications that were given up",
        lambda week: week.deliveries.failed,
        good="down",
    ),
)
"""The figures of a report, in their order."""
