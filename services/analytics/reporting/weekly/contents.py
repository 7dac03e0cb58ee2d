"""What a weekly report holds, from the figures of two weeks and the patterns of one."""

from collections.abc import Sequence

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
    """Return the figures of a week beside those of the week before."""

    def figure(
        name: str, label: str, values: tuple[float | None, float | None], **also: str
    ) -> ReportFigure:
        return ReportFigure(
            name=name, label=label, now=values[0], before=values[1], **also
        )

    return [
        figure(
            "escalations",
            "Requests that reached people",
            (now.escalations.opened, before.escalations.opened),
            good="down",
        ),
        figure("requests", "Requests in all", (now.requests, before.requests)),
        figure(
            "resolution",
            "Answered by the assistant",
            (_share(now), _share(before)),
            unit="share",
            good="up",
        ),
        figure(
            "resolved",
            "Resolved by people",
            (now.escalations.resolved, before.escalations.resolved),
        ),
        figure(
            "open",
            "Open at the end",
            (now.escalations.open, before.escalations.open),
            good="down",
        ),
        figure(
            "first_response",
            "Half were answered by a person within",
            (now.ms.get("answered_p50"), before.ms.get("answered_p50")),
            unit="ms",
            good="down",
        ),
        figure(
            "undelivered",
            "Notifications that were given up",
            (now.deliveries.failed, before.deliveries.failed),
            good="down",
        ),
    ]


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
