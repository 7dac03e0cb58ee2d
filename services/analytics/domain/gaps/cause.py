"""Why a pattern exists: its cause, from the evidence of its cases."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from services.analytics.domain.gaps.cases import Case
from services.analytics.domain.gaps.causes.codes import (
    CauseCode,
    CauseKind,
    Verdict,
    verdict_by_words,
    verdict_of,
)
from services.analytics.domain.gaps.causes.explaining import explain
from services.analytics.domain.gaps.causes.kinds.classifier import (
    KIND_NAMES,
    KindClassifier,
    shipped_classifier,
)
from services.analytics.domain.gaps.causes.near_misses import NearMiss, near_misses_of

Kind = Literal["documentation", "action", "bug", "person", "unclear"]

LEAST_SHARE = 0.5
"""Of the cases that say anything: below it, no cause is named."""
LEAST_LEAD = 0.1
"""Over the second cause: a tie is a tie, and for a person to settle."""


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a pattern exists, what says so, and how sure that is."""

    kind: Kind
    code: str
    """A value of `CauseCode`."""
    because: str
    """One sentence, which the evidence bears out."""
    evidence: Mapping[str, int]
    """How many cases say what: `cases`, a count for each code, `by_words` (typed by
    the classifier, not by the trace), `near_documents` and `near_actions` (cases)."""
    confidence: float
    """The share of the evidence that is for this kind, 0 to 1."""
    near_misses: tuple[NearMiss, ...] = field(default=())
    """What almost answered, with scores."""


def choose_cause(
    cases: Sequence[Case], *, classifier: KindClassifier | None = None
) -> Cause:
    """Return the cause of the pattern that *cases* are of.

    What a trace says is taken as it is. Where it says only that nothing matched, the
    user's words tell a question from a wish and from a report, by *classifier* (the
    shipped one unless the app has its own); each such case is weighed by how sure its
    words are, so that many half-sure ones add up and one odd one is outvoted.
    """
    read = _read(cases, classifier or shipped_classifier())
    kind = _kind(read)
    verdicts = [each.verdict for each in read]
    code = _code(verdicts, kind)
    near = near_misses_of(cases)
    evidence = _evidence(cases, read)
    return Cause(
        kind.value,
        code.value,
        explain(kind, code, evidence, near),
        evidence,
        round(_shares(read).get(kind, 0.0), 4),
        near,
    )


@dataclass(frozen=True, slots=True)
class _Read:
    """One case: its verdict, and how its one vote is spread over the kinds."""

    verdict: Verdict
    votes: Mapping[CauseKind, float]
    by_words: bool


def _read(cases: Sequence[Case], classifier: KindClassifier) -> list[_Read]:
    traced = [verdict_of(case) for case in cases]
    untold = [
        case.text
        for case, verdict in zip(cases, traced, strict=True)
        if verdict is None and case.text.strip()
    ]
    guesses = iter(classifier.probabilities(untold))
    read = []
    for case, verdict in zip(cases, traced, strict=True):
        if verdict is not None:
            read.append(_Read(verdict, {verdict.kind: 1.0}, by_words=False))
        elif case.text.strip():
            read.append(_by_words(case, next(guesses)))
        else:
            unclear = Verdict(CauseCode.UNCLEAR, CauseKind.UNCLEAR)
            read.append(_Read(unclear, {}, by_words=False))
    return read


def _by_words(case: Case, guess: Sequence[float]) -> _Read:
    votes = {
        CauseKind(name): float(share)
        for name, share in zip(KIND_NAMES, guess, strict=True)
    }
    likeliest = max(votes, key=lambda kind: votes[kind])
    return _Read(verdict_by_words(case, likeliest), votes, by_words=True)


def _shares(read: Sequence[_Read]) -> dict[CauseKind, float]:
    """Return the share of the votes that each kind has."""
    votes: defaultdict[CauseKind, float] = defaultdict(float)
    for each in read:
        for kind, share in each.votes.items():
            votes[kind] += share
    total = sum(votes.values())
    return {kind: share / total for kind, share in votes.items()} if total else {}


def _kind(read: Sequence[_Read]) -> CauseKind:
    shares = _shares(read)
    first, second, *_ = [*sorted(shares.values(), reverse=True), 0.0, 0.0]
    if first < LEAST_SHARE or first - second < LEAST_LEAD:
        return CauseKind.UNCLEAR
    return max(shares, key=lambda kind: shares[kind])


def _code(verdicts: Sequence[Verdict], kind: CauseKind) -> CauseCode:
    """Return the code that most of the cases of *kind* have; by name where two tie."""
    codes = Counter(each.code for each in verdicts if each.kind is kind)
    if not codes:
        return CauseCode.UNCLEAR
    return min(codes, key=lambda code: (-codes[code], code))


def _evidence(cases: Sequence[Case], read: Sequence[_Read]) -> dict[str, int]:
    codes = Counter(each.verdict.code.value for each in read)
    return {
        "cases": len(cases),
        **{code: codes[code] for code in sorted(codes)},
        "by_words": sum(each.by_words for each in read),
        "near_documents": _near(cases, "document"),
        "near_actions": _near(cases, "action"),
    }


def _near(cases: Sequence[Case], kind: str) -> int:
    return sum(any(each.kind == kind for each in near_misses_of([c])) for c in cases)
