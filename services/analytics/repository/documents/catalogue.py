"""Every declared document, and what analysts may read."""

from services.analytics.repository.documents import (
    counters,
    facts,
    gaps,
    outcomes,
    patterns,
    turns,
)
from services.analytics.repository.documents.field import Document
from services.analytics.repository.schema import LIFE

DOCUMENTS: tuple[Document, ...] = (
    facts.REQUESTS,
    facts.ESCALATIONS,
    turns.TURNS,
    facts.CHANGES,
    outcomes.OUTCOMES,
    facts.DELIVERIES,
    facts.DELIVERY_REQUESTS,
    patterns.MEMBERS,
    patterns.PATTERNS,
    gaps.CASES,
    gaps.VERIFICATIONS,
    gaps.NOTES,
    gaps.OPT_OUTS,
    counters.COUNTERS,
)

READABLE: tuple[str, ...] = (*(each.collection for each in DOCUMENTS), LIFE)
"""Collections and views for analysts: no ledger, no parked records, no positions."""
