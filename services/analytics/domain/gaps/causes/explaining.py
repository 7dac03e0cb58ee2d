"""The sentence that says why a cause was named, from the counts it rests on."""

from collections.abc import Mapping, Sequence

from services.analytics.domain.gaps.causes.codes import CauseCode, CauseKind
from services.analytics.domain.gaps.causes.near_misses import NearMiss

SENTENCES = {
    CauseCode.DOC_MISS_HARD: "{n} asked something that no document is near to",
    CauseCode.DOC_MISS_SOFT: "{n} asked something that documents are near to, and "
    "not near enough",
    CauseCode.DOC_FOUND_REJECTED: "{n} were given a document that did not help",
    CauseCode.NO_ACTION: "{n} asked for something to be done that no action does",
    CauseCode.ACTION_ERROR: "{n} ran an action that failed or never came back",
    CauseCode.ACTION_INCOMPLETE: "{n} met an action whose parameters the user did not "
    "tell",
    CauseCode.APPROVAL_DENIED: "{n} were offered an action that the user did not "
    "approve",
    CauseCode.ASKED_HUMAN: "{n} asked for a person",
    CauseCode.POLICY: "{n} are of a topic that always goes to people",
    CauseCode.RESOLVER_FAILURE: "{n} could not be decided, because the resolver failed",
    CauseCode.PROBLEM_REPORTED: "{n} report that something does not work",
}
BY_WORDS = frozenset(
    {
        CauseCode.DOC_MISS_HARD,
        CauseCode.DOC_MISS_SOFT,
        CauseCode.NO_ACTION,
        CauseCode.PROBLEM_REPORTED,
    }
)
"""What no trace says: the users' words tell these apart."""
NEAREST = {CauseKind.DOCUMENTATION: "document", CauseKind.ACTION: "action"}
"""Which near miss a cause of this kind is explained with."""


def explain(
    kind: CauseKind,
    code: CauseCode,
    evidence: Mapping[str, int],
    near: Sequence[NearMiss],
) -> str:
    """Return one sentence for a cause, which its *evidence* bears out."""
    cases = evidence["cases"]
    if kind is CauseKind.UNCLEAR or code is CauseCode.UNCLEAR:
        return _unclear(evidence)
    parts = [SENTENCES[code].format(n=f"{evidence[code.value]} of {cases}")]
    if code in BY_WORDS and evidence["by_words"]:
        parts[0] += ", by their words, as nothing matched"
    nearest = next((each for each in near if each.kind == NEAREST.get(kind)), None)
    if nearest is not None:
        parts.append(_nearest(nearest))
    return "; ".join(parts) + "."


def _nearest(near: NearMiss) -> str:
    return (
        f"nearest is {near.kind} “{near.label}” (score {near.score:.2f} of "
        f"{near.threshold:.2f} needed, in {near.count})"
    )


def _unclear(evidence: Mapping[str, int]) -> str:
    codes = {
        name: count
        for name, count in evidence.items()
        if name in set(CauseCode) and name != CauseCode.UNCLEAR
    }
    if not codes:
        return f"None of {evidence['cases']} has any evidence left to judge by."
    ranked = sorted(codes.items(), key=lambda each: (-each[1], each[0]))
    said = ", ".join(f"{name} {count}" for name, count in ranked)
    return f"No cause has a clear majority of {evidence['cases']}: {said}."
