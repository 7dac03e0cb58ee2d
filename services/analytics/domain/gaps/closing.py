"""When a gap is closed: which questions prove it, and what a replay of them says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from shared import ids
from shared.events import Reason

UNKNOWN_GAP = "unknown_gap"
"""Why nothing can be done with a gap: this app has none of that id."""
MAX_CASES = 50
"""Questions of one gap that are replayed: a few records, a second or two."""
MAX_PART_CASES = 20
MAX_PART_BYTES = 400_000
"""Of one record's questions and context; far below what a record may weigh."""
PROOF_SHARE = 0.5
"""Of a gap's questions, those that must be answered for it to be verified.

The resolver hands over what it is not sure of, so of ten questions of a topic that it
knows it answers some seven, and nobody's fix answers all. Measured on three catalogues
of a bank, each of 20 entries taken out and put back: of the questions that had reached
people meanwhile, a real fix answered half or more in 15, 17 and 15 of 20, and all of
them in 5, 8 and 3. Who is told is decided question by question.
"""
NO_CASE = frozenset(
    {
        Reason.ASKED_FOR_PERSON,
        Reason.POLICY,
        Reason.ACTION_DENIED,
        Reason.RESOLVER_ERROR,
    }
)
"""Escalations that no document and no action could have spared: the user or the app
wanted a person, the user said no, or the search was broken. They prove nothing."""


class GapStatus(StrEnum):
    """Where a gap stands."""

    OPEN = "open"
    IN_PROGRESS = "in_progress"
    FIXED = "fixed"
    """A person says so."""
    VERIFIED = "verified"
    """Its original questions were replayed, and are answered now."""
    REGRESSED = "regressed"
    """It was verified, and a question of it is not answered."""
    IGNORED = "ignored"


PROVEN = frozenset({GapStatus.VERIFIED, GapStatus.REGRESSED})
"""What only a replay, or an escalation after one, can say."""


class Outcome(StrEnum):
    """What became of one question in a replay."""

    RESOLVED = "resolved"
    UNRESOLVED = "unresolved"
    FAILED = "failed"
    """It could not be tried: that says nothing of the gap."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What would come of one question now."""

    case_id: str
    outcome: Outcome
    reason: str = ""
    kind: str | None = None
    name: str = ""
    title: str = ""
    score: float | None = None
    changed_at: datetime | None = None
    """When what answers was registered or changed last."""


@dataclass(frozen=True, slots=True)
class ReplayCase:
    """One original question of a gap, kept to be asked again."""

    case_id: str
    escalation_id: str
    conversation_id: str
    number: str
    user_id: str | None
    at: datetime
    """When its escalation was opened."""
    text: str
    reason: str
    """Why people were needed then."""
    language: str | None = None
    app_state: Mapping[str, str] = field(default_factory=dict)
    """Dotted path -> value, as `flatten_state` makes it."""
    last: Verdict | None = None
    """Of the last replay."""


@dataclass(frozen=True, slots=True)
class Score:
    """A replay in numbers."""

    resolved: int
    unresolved: int
    failed: int
    by_change: int = 0
    """Of the resolved, those that something new or changed since answers."""

    @property
    def is_enough(self) -> bool:
        """Return whether all were tried, and enough of them are answered.

        A question near the line between sure and unsure crosses it when anything is
        added, so what was there all along proves something only by answering them all.
        """
        tried = self.resolved + self.unresolved
        if self.failed or not tried:
            return False
        return self.by_change >= PROOF_SHARE * tried or self.resolved == tried


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a gap before a replay."""

    status: GapStatus
    answered: frozenset[str] = frozenset()
    """Ids of the cases that proved it last."""
    reopened_by: str = ""
    """Id of the case that took its proof away."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a replay says of a gap."""

    status: GapStatus
    answered: frozenset[str] | None = None
    """The cases that prove it; None where they do not."""
    case_id: str = ""
    """The case that takes the proof away."""


def score_of(
    verdicts: Sequence[Verdict], asked_at: Mapping[str, datetime] = MappingProxyType({})
) -> Score:
    """Return *verdicts* in numbers; *asked_at* says when people got each case."""
    outcomes = [each.outcome for each in verdicts]
    return Score(
        outcomes.count(Outcome.RESOLVED),
        outcomes.count(Outcome.UNRESOLVED),
        outcomes.count(Outcome.FAILED),
        sum(_is_by_change(each, asked_at.get(each.case_id)) for each in verdicts),
    )


def _is_by_change(verdict: Verdict, asked_at: datetime | None) -> bool:
    if verdict.outcome is not Outcome.RESOLVED or verdict.changed_at is None:
        return False
    return asked_at is not None and verdict.changed_at > asked_at


def rule(standing: Standing, verdicts: Sequence[Verdict], score: Score) -> Ruling:
    """Return where a gap stands after a replay: *verdicts*, in numbers *score*.

    A question that proved it and fails takes the proof away, however many others hold;
    the one that did so must be answered before the gap is verified again. Where nothing
    is proven and nothing was, what a person says of the gap stays.
    """
    is_verified = standing.status is GapStatus.VERIFIED
    needed = standing.answered if is_verified else {standing.reopened_by}
    lost = [
        each.case_id
        for each in verdicts
        if each.outcome is Outcome.UNRESOLVED and each.case_id in needed
    ]
    if lost:
        status = GapStatus.REGRESSED if is_verified else standing.status
        return Ruling(status, case_id=lost[0])
    if score.is_enough:
        answered = (e.case_id for e in verdicts if e.outcome is Outcome.RESOLVED)
        return Ruling(GapStatus.VERIFIED, frozenset(answered))
    return Ruling(standing.status)


def is_case(reason: str, text: str) -> bool:
    """Return whether an escalation for that *reason* can prove anything."""
    return bool(text.strip()) and reason not in NO_CASE


def choose_cases(
    kept: Sequence[ReplayCase],
    exemplars: Sequence[ReplayCase],
    newest: Sequence[ReplayCase],
    *,
    limit: int = MAX_CASES,
) -> list[ReplayCase]:
    """Return what is replayed: the suite, then exemplars, then the newest others.

    Two that ask in the same words are one; the first of them stays.
    """
    chosen: dict[str, ReplayCase] = {}
    for each in (*kept, *exemplars, *newest):
        if len(chosen) >= limit:
            break
        if is_case(each.reason, each.text):
            chosen.setdefault(same_words(each.text), each)
    return list(chosen.values())


def case_id_of(app_id: str, gap_id: str, text: str) -> str:
    """Return the id of the case that asks *text*: of the same words, the same one."""
    return ids.derive("case", app_id, gap_id, same_words(text))


def same_words(text: str) -> str:
    """Return *text* without what tells no two questions apart: case and spaces."""
    return " ".join(text.casefold().split())


def split_parts(
    cases: Sequence[ReplayCase],
    *,
    max_cases: int = MAX_PART_CASES,
    max_bytes: int = MAX_PART_BYTES,
) -> list[list[ReplayCase]]:
    """Return *cases* in parts that each fit into a record; one case always does."""
    parts: list[list[ReplayCase]] = []
    room = 0
    for each in cases:
        size = _bytes_of(each)
        if not parts or len(parts[-1]) >= max_cases or size > room:
            parts.append([])
            room = max_bytes
        parts[-1].append(each)
        room -= size
    return parts


def _bytes_of(case: ReplayCase) -> int:
    # The words stand in a record twice: as a question and in its case.
    state = sum(len(path) + len(value) for path, value in case.app_state.items())
    return 4 * (2 * len(case.text) + state) + 500


def nest_state(flat: Mapping[str, str]) -> dict[str, object]:
    """Return the state of an app by its *flat* paths: `flatten_state` backwards.

    Values stay text. A path that runs through another's value is left out.
    """
    nested: dict[str, object] = {}
    for path, value in flat.items():
        *parents, name = path.split(".")
        place = nested
        for parent in parents:
            inner = place.setdefault(parent, {})
            if not isinstance(inner, dict):
                break
            place = inner
        else:
            if not isinstance(place.get(name), dict):
                place[name] = value
    return nested
