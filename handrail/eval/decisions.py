"""Ask a set's questions of the resolver, by the service's own code, one by one.

What stands between a message and its decision in the service is here too: the
encoder, the app's matcher, and the resolver's use case with the rules that ship. Only
the broker, the database and the batching of simultaneous requests are not.
"""

import asyncio
import resource
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import perf_counter
from typing import Any

import numpy as np

from handrail.eval.scoring import Decided, score_decisions
from handrail.eval.sets import LabelledSet, Query
from handrail.eval.vectors import KeptVectors
from services.resolver.domain.catalogue import Action
from services.resolver.domain.conversation import Conversation
from services.resolver.domain.outcome import Step, Why
from services.resolver.domain.ranking import MAX_CANDIDATES, Ranking, Rules
from services.resolver.matching.knowledge import Floats, Knowledge
from services.resolver.matching.lexical.words import Words
from services.resolver.matching.matcher import AppMatcher, Matched
from services.resolver.resolve.resolver import Resolver
from services.resolver.resolve.trial import trial_event
from shared.encoding.encoder import Encoder
from shared.events import AppSettings

TIMED = 200
"""Messages of a set, at most, that are encoded again to be timed."""
LISTED = 10
"""Candidates of each kind that are scored; the service lists fewer."""
ACTS = frozenset(
    {
        Why.ACTION_CALLED,
        Why.ENDPOINT_CALLED,
        Why.APPROVAL_ASKED,
        Why.PARAMETERS_ASKED,
        Why.CONFIRMATION_ASKED,
    }
)
TALKS = frozenset({Why.GREETED, Why.INVITED, Why.SMALL_TALK})
NOW = datetime(2026, 1, 1, tzinfo=UTC)
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Tools:
    """What every set is decided with."""

    encoder: Encoder | None
    vectors: KeptVectors | None
    words: Words
    rules: Rules


@dataclass(slots=True)
class _Ranker:
    """Ranks with one app's matcher, and remembers what it found."""

    matcher: AppMatcher
    vector: Floats | None = None
    matched: Matched = field(default_factory=Matched)

    async def rank(
        self,
        app_id: str,
        text: str,
        actions: tuple[Action, ...],
        *,
        of_documents: bool = False,
    ) -> Ranking:
        # One app, conversations bring no actions, and none is called: none fails.
        del app_id, actions, of_documents
        (self.matched,) = self.matcher.match([text], self.vector, most=LISTED)
        return Ranking(
            self.matched.actions[:MAX_CANDIDATES],
            self.matched.passages[:MAX_CANDIDATES],
            NOW,
        )


class _Clock:
    def now(self) -> datetime:
        return NOW


class _Apps:
    def get(self, app_id: str) -> AppSettings | None:
        """Return no settings of an app's own: the shipped ones hold."""
        del app_id
        return None


def decide_set(chosen: LabelledSet, tools: Tools, done: Callable[[int], None]) -> Row:
    """Return the figures of *chosen*."""
    knowledge, queries = chosen.knowledge(), chosen.queries()
    began = perf_counter()
    matcher = AppMatcher.build(
        knowledge, words=tools.words, encoder=tools.encoder, vectors=tools.vectors
    )
    built = perf_counter() - began
    decided = asyncio.run(_decide_all(matcher, queries, tools, done))
    milliseconds = np.array([each.seconds * 1000 for each in decided if each.seconds])
    p50, p99 = np.percentile(milliseconds, (50, 99)) if len(milliseconds) else (0, 0)
    return {
        "set": chosen.name,
        "task": chosen.task,
        "n": len(queries),
        **{name: _rounded(each) for name, each in score_decisions(decided).items()},
        "p50_ms": round(float(p50), 2),
        "p99_ms": round(float(p99), 2),
        "memory_mb": round(resident_mb(), 1),
        "build_s": round(built, 2),
        **_size_of(knowledge),
    }


async def _decide_all(
    matcher: AppMatcher,
    queries: list[Query],
    tools: Tools,
    done: Callable[[int], None],
) -> list[Decided]:
    ranker = _Ranker(matcher)
    resolver = Resolver(
        ranker=ranker, apps=_Apps(), clock=_Clock(), defaults=tools.rules
    )
    timed = set(np.linspace(0, len(queries) - 1, min(TIMED, len(queries))).astype(int))
    decided = []
    for at, query in enumerate(queries):
        if tools.vectors is not None and at not in timed:
            ranker.vector = tools.vectors[query.text][None]
        began = perf_counter()
        if tools.encoder is not None and at in timed:
            ranker.vector = tools.encoder.encode([query.text])
        ranker.matched = Matched()
        event = trial_event("eval", {"text": query.text}, now=NOW)
        step = (await resolver.on_message(Conversation(), event)).step
        took = perf_counter() - began if at in timed else 0.0
        decided.append(_decided(query, step, ranker, took))
        done(1)
    return decided


def _decided(query: Query, step: Step, ranker: _Ranker, took: float) -> Decided:
    found = ranker.matched
    if not found.actions and not found.passages:
        # Decided by its words alone; how sure the search would be still counts.
        (found,) = ranker.matcher.match([query.text], ranker.vector, most=LISTED)
    kind, name = _outcome(step, found)
    both = [*found.actions, *found.passages]
    best = max(both, key=lambda each: each.score, default=None)
    return Decided(
        query.gold,
        kind,
        name,
        actions=tuple(each.name for each in found.actions),
        documents=tuple(each.name for each in found.passages),
        best=("escalate", "") if best is None else (best.kind, best.name),
        confidence=0.0 if best is None else best.score,
        answerable=1 - found.none,
        seconds=took,
    )


def _outcome(step: Step, found: Matched) -> tuple[str, str]:
    if step.why in ACTS:
        return "action", found.actions[0].name
    if step.why is Why.DOCUMENT_ANSWERS:
        return "document", found.passages[0].name
    return ("talk" if step.why in TALKS else "escalate"), ""


def resident_mb() -> float:
    """Return the memory this process holds now."""
    with open("/proc/self/statm") as file:  # noqa: PTH123 - a pseudo-file
        pages = int(file.read().split()[1])
    return pages * resource.getpagesize() / 2**20


def _size_of(knowledge: Knowledge) -> Row:
    return {
        "registered": {
            "actions": len(knowledge.actions),
            "documents": len(knowledge.documents),
            "history": len(knowledge.history),
        }
    }


def _rounded(figure: float | None) -> float | None:
    return None if figure is None else round(figure, 4)
