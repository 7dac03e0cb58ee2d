"""A bug report that a developer can act on, from what its users have in common."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from services.analytics.domain.gaps.cases import Case
from services.analytics.domain.gaps.remedies.paths import PathKind, kind_of_path
from services.analytics.domain.gaps.remedies.quoting import quotes, users_of
from services.analytics.domain.gaps.shared_state import SharedState
from shared.text import cut

Json = Mapping[str, Any]

MAX_QUOTES = 3
MAX_VALUES = 5
"""Of one path: the commonest values are named."""
DETAIL_CHARS = 200
FAILED = frozenset({"failed", "error", "timed_out"})
COMMONEST_SHARE = 0.2
"""Of the cases with a state: a rarer error or version is not worth a line."""


def bug_remedy(cases: Sequence[Case], shared: Sequence[SharedState]) -> Json:
    """Return the report, as Markdown, and the values that its users share."""
    return {
        "shared_state": [shared_row(each) for each in shared],
        "report": "\n".join(_report(cases, shared)),
    }


def shared_row(each: SharedState) -> Json:
    """Return *each* as it is shown."""
    return {
        "path": each.path,
        "value": each.value,
        "inside": each.inside,
        "outside": each.outside,
        "p_value": each.p_value,
    }


def _report(cases: Sequence[Case], shared: Sequence[SharedState]) -> list[str]:
    said = quotes(cases, MAX_QUOTES)
    lines = [f"# {cut(said[0], 80) if said else 'A problem without words'}", ""]
    times = sorted(case.at for case in cases)
    if times:
        lines += [
            f"- Escalations: {len(cases)}, of {users_of(cases)} users",
            f"- First seen: {times[0]:%Y-%m-%d %H:%M} UTC",
            f"- Last seen: {times[-1]:%Y-%m-%d %H:%M} UTC",
        ]
    return [
        *lines,
        *_section("What its users share, and others do not", map(_shared, shared)),
        *_section("Error codes", _commonest(cases, PathKind.ERROR)),
        *_section("Versions", _commonest(cases, PathKind.VERSION)),
        *_section("Failed actions", _failures(cases)),
        *_section("In the users' words", (f"“{each}”" for each in said)),
    ]


def _section(title: str, rows: Iterable[str]) -> list[str]:
    found = [f"- {each}" for each in rows]
    return ["", f"## {title}", "", *found] if found else []


def _shared(each: SharedState) -> str:
    return (
        f"{_pair(each.path, each.value)}: {each.inside:.0%} of them, "
        f"{each.outside:.0%} of others (p = {each.p_value:.1g}, corrected)"
    )


def _commonest(cases: Sequence[Case], kind: PathKind) -> list[str]:
    """Return the values of paths of *kind*, whether or not others have them too."""
    told = [case for case in cases if case.app_state]
    counts = Counter(
        pair
        for case in told
        for pair in case.app_state.items()
        if kind_of_path(pair[0]) is kind
    )
    often = [pair for pair in counts if counts[pair] >= COMMONEST_SHARE * len(told)]
    often.sort(key=lambda pair: (-counts[pair], pair))
    return [
        f"{_pair(path, value)}: {counts[path, value]} of {len(told)}"
        for path, value in often[:MAX_VALUES]
    ]


def _failures(cases: Sequence[Case]) -> list[str]:
    counts = Counter(
        (attempt.name, attempt.outcome, _line(attempt.detail))
        for case in cases
        for attempt in case.attempts
        if attempt.kind == "action" and attempt.outcome in FAILED
    )
    ranked = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    return [
        f"{_code(name)} {outcome.replace('_', ' ')}, {count} times"
        + (f": {detail}" if detail else "")
        for (name, outcome, detail), count in ranked[:MAX_VALUES]
    ]


def _pair(path: str, value: str) -> str:
    return f"{_code(path)} = {_code(value)}"


def _code(text: str) -> str:
    return f"`{_line(text)}`"


def _line(text: str) -> str:
    """Return *text* on one line, and without what would end a quotation of code."""
    return cut(" ".join(text.replace("`", "'").split()), DETAIL_CHARS)
