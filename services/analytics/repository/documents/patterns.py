"""Patterns and their members: what is made from facts, and can be made again.

Their schemas only warn: there is no record that a refused document could wait in.
"""

from services.analytics.repository.documents.field import Document, Field, Kind
from services.analytics.repository.patterns.schema import MEMBERS as MEMBERS_COLLECTION
from services.analytics.repository.patterns.schema import (
    PATTERNS as PATTERNS_COLLECTION,
)

_APP = Field("app_id", Kind.TEXT, "the app", required=True)
_VERSION = Field("version", Kind.WHOLE, "of the algorithm that grouped it")
_EXPIRES = Field("expire_at", Kind.MOMENT, "when it is deleted")

MEMBERS = Document(
    MEMBERS_COLLECTION,
    (
        Field("_id", Kind.TEXT, "the escalation's id", required=True),
        _APP,
        Field("pattern_id", Kind.TEXT, "the pattern it belongs to now", required=True),
        _VERSION,
        Field("assignment", Kind.WHOLE, "1, and one more each time people moved it"),
        Field("at", Kind.MOMENT, "when the escalation was opened"),
        Field("grouped_at", Kind.MOMENT, "when it was grouped"),
        Field("conversation_id", Kind.TEXT, "the conversation"),
        Field("number", Kind.TEXT, "the escalation's number: `ESC-1042`"),
        Field("user_id", Kind.TEXT, "the end user", nullable=True),
        Field("text", Kind.TEXT, "the user's words: the first 1,000 characters"),
        Field("language", Kind.TEXT, "the user's (BCP 47)", nullable=True),
        Field("similarity", Kind.NUMBER, "how alike it is to its pattern, 0 to 1"),
        Field("because", Kind.TEXT, "why it joined, for people"),
        Field(
            "vector",
            Kind.BYTES,
            "what it says as numbers, one signed byte each; empty once erased",
        ),
        Field("published", Kind.FLAG, "whether `pattern.assigned` has said so"),
        Field("erased", Kind.FLAG, "only true: its user was erased"),
        _EXPIRES,
    ),
    version=2,
    is_enforced=False,
)

PROFILE = (
    Field("as_of", Kind.MOMENT, "when that was"),
    Field("stale_at", Kind.MOMENT, "when it is looked at again though nothing changed"),
    Field("cause", Kind.TEXT, "`documentation`, `action`, `bug`, `person`, `unclear`"),
    Field("cause_code", Kind.TEXT, "what its traces say, `doc_miss_soft` …"),
    Field("because", Kind.TEXT, "why that is its cause, in a sentence"),
    Field("evidence", Kind.OBJECT, "how many cases say what"),
    Field("confidence", Kind.NUMBER, "the share that is for the cause, 0 to 1"),
    Field("cases", Kind.WHOLE, "how many escalations were looked at"),
    Field("users", Kind.WHOLE, "different users, ever"),
    Field("users_as_of", Kind.MOMENT, "when they were counted", nullable=True),
    Field(
        "growth",
        Kind.NUMBER,
        "30 days against the 30 before: (now - before) / (before + 10)",
    ),
    Field(
        "near_misses",
        Kind.OBJECTS,
        "what almost answered: `kind`, `name`, `title`, mean `score`, `count` of cases",
    ),
    Field("exemplars", Kind.TEXTS, "at most five escalations that stand for it: ids"),
    Field(
        "minutes_per_escalation",
        Kind.NUMBER,
        "median minutes that people had one",
        nullable=True,
    ),
    Field("cost_minutes", Kind.NUMBER, "that, times `size`", nullable=True),
    Field("flags", Kind.OBJECT, "`emerging`, `vanishing`"),
    Field("label_from", Kind.TEXT, "the escalation whose words the label is"),
)

PATTERNS = Document(
    PATTERNS_COLLECTION,
    (
        Field("_id", Kind.TEXT, "`app_id:pattern_id`", required=True),
        _APP,
        Field(
            "pattern_id",
            Kind.TEXT,
            "made from the first escalation; it stays, whatever becomes of it",
            required=True,
        ),
        _VERSION,
        Field("encoder", Kind.TEXT, "what made its vectors; others are not compared"),
        Field("language", Kind.TEXT, "of all its members, where they are told apart"),
        Field("representative", Kind.TEXT, "the first escalation"),
        Field(
            "representative_text",
            Kind.TEXT,
            "its words; after an erasure another one's",
        ),
        Field("label", Kind.TEXT, "what it is about"),
        Field("labelled_by", Kind.TEXT, "`handrail`, or who renamed it"),
        Field("size", Kind.WHOLE, "how many members it has"),
        Field("first_seen", Kind.MOMENT, "when its first member was opened"),
        Field("last_seen", Kind.MOMENT, "when its last member was opened"),
        Field(
            "status",
            Kind.TEXT,
            "`open`, `in_progress`, `fixed`, `verified`, `regressed` or `ignored`",
        ),
        Field("owner", Kind.TEXT, "who takes care of it", nullable=True),
        Field(
            "again_since",
            Kind.MOMENT,
            "first escalation since it was ignored, fixed or verified",
            nullable=True,
        ),
        Field("again_count", Kind.WHOLE, "how many there were since then"),
        Field(
            "merged_into",
            Kind.TEXT,
            "the pattern that it is a part of now; its id goes on answering with it",
            nullable=True,
        ),
        Field(
            "not_with",
            Kind.TEXTS,
            "patterns that people split from it: they stay apart",
        ),
        Field("merged_by", Kind.TEXT, "who merged it into that one"),
        Field(
            "proposals",
            Kind.OBJECTS,
            "what looks like the same pattern",
            parts=(
                Field("with", Kind.TEXT, "the other pattern"),
                Field("into", Kind.TEXT, "which of the two would remain"),
                Field("because", Kind.TEXT, "why, for people"),
                Field("score", Kind.NUMBER, "how alike their members are, to 1"),
                Field("at", Kind.MOMENT, "when it was proposed first"),
                Field("status", Kind.TEXT, "`open` or `refused`"),
            ),
        ),
        Field(
            "known_issue",
            Kind.OBJECT,
            "what `app.known-issues` says of it: `known`, `until`, `label`, `by`, `at`",
        ),
        Field(
            "closing",
            Kind.OBJECT,
            "its last replay: `requested_at`, `resolved`, `unresolved`, `failed`, "
            "`catalogue_version`; `verified_at` and `answered`, of the last that "
            "proved it closed; and `reopened_by`, the case that disproved it",
        ),
        Field(
            "history",
            Kind.OBJECTS,
            "what people did to it, the latest 100: `at`, `by`, `change` …",
        ),
        Field("revision", Kind.WHOLE, "of the app's patterns, when it changed last"),
        Field(
            "profile",
            Kind.OBJECT,
            "what a look at its newest 100 escalations, and a count of all, said last",
            parts=PROFILE,
        ),
        Field("dirty", Kind.FLAG, "whether its profile is to be computed again"),
        Field("moving", Kind.FLAG, "whether a merge is moving its members"),
        _EXPIRES,
    ),
    version=2,
    is_enforced=False,
)
