"""Gaps: questions that are asked again, what replays showed, and who was told.

Their schemas only warn: there is no record that a refused document could wait in.
"""

from services.analytics.repository.documents.field import Document, Field, Kind
from services.analytics.repository.gaps import schema

_APP = Field("app_id", Kind.TEXT, "the app", required=True)
_GAP = Field("gap_id", Kind.TEXT, "the gap: its pattern's id", required=True)
_USER = Field("user_id", Kind.TEXT, "the end user; null is unknown", nullable=True)
_CONVERSATION = Field("conversation_id", Kind.TEXT, "the conversation")
_ESCALATION = Field("escalation_id", Kind.TEXT, "the escalation")
_NUMBER = Field("number", Kind.TEXT, "its number: `ESC-1042`")
_EXPIRES = Field("expire_at", Kind.MOMENT, "when it is deleted")
_VERDICT = (
    Field("case_id", Kind.TEXT, "the case"),
    Field("outcome", Kind.TEXT, "`resolved`, `unresolved`, or `failed`: not tried"),
    Field("reason", Kind.TEXT, "why, in a stable word"),
    Field(
        "kind",
        Kind.TEXT,
        "of what answers, or comes next",
        nullable=True,
    ),
    Field("name", Kind.TEXT, "its name"),
    Field("title", Kind.TEXT, "its title"),
    Field("score", Kind.NUMBER, "how well it fits, 0 to 1", nullable=True),
    Field("changed_at", Kind.MOMENT, "when that was changed last", nullable=True),
)

CASES = Document(
    schema.CASES,
    (
        Field("_id", Kind.TEXT, "`app_id:gap_id:case_id`", required=True),
        _APP,
        _GAP,
        Field("case_id", Kind.TEXT, "of the same words, the same one", required=True),
        _ESCALATION,
        _CONVERSATION,
        _NUMBER,
        _USER,
        Field("at", Kind.MOMENT, "when the escalation was opened"),
        Field("text", Kind.TEXT, "the user's words: the first 1,000 characters"),
        Field("reason", Kind.TEXT, "why people were needed then"),
        Field("language", Kind.TEXT, "the user's (BCP 47)", nullable=True),
        Field(
            "app_state",
            Kind.OBJECTS,
            "the state of the app then",
            parts=(
                Field("path", Kind.TEXT, "where, with dots"),
                Field("value", Kind.TEXT, "what"),
            ),
        ),
        Field(
            "last",
            Kind.OBJECT,
            "what the last replay said of it",
            nullable=True,
            parts=_VERDICT,
        ),
        Field("judged_at", Kind.MOMENT, "when that was", nullable=True),
        _EXPIRES,
    ),
    is_enforced=False,
)

VERIFICATIONS = Document(
    schema.VERIFICATIONS,
    (
        Field("_id", Kind.TEXT, "the replay's id", required=True),
        _APP,
        _GAP,
        Field("why", Kind.TEXT, "`asked` or `catalogue_changed`"),
        Field("asked_by", Kind.TEXT, "who asked; empty is Handrail"),
        Field("requested_at", Kind.MOMENT, "when it was asked for"),
        Field("published", Kind.FLAG, "whether the resolver was asked"),
        Field("state", Kind.TEXT, "`requested` or `done`"),
        Field("shown", Kind.OBJECT, "by part: verdicts, and the catalogue's version"),
        Field("finished_at", Kind.MOMENT, "only done: when"),
        Field("resolved", Kind.WHOLE, "only done: questions that are answered"),
        Field("unresolved", Kind.WHOLE, "only done: questions that are not"),
        Field("failed", Kind.WHOLE, "only done: questions that could not be tried"),
        Field("status", Kind.TEXT, "only done: the gap's status after it"),
        _EXPIRES,
    ),
    is_enforced=False,
)

NOTES = Document(
    schema.NOTES,
    (
        Field("_id", Kind.TEXT, "derived from gap and user", required=True),
        _APP,
        _GAP,
        _USER,
        _ESCALATION,
        _CONVERSATION,
        _NUMBER,
        Field("text", Kind.TEXT, "what the user reads; empty once it is sent"),
        Field("by", Kind.TEXT, "who had it sent"),
        Field("state", Kind.TEXT, "`pending`, `sent` or `left_out`"),
        Field("reason", Kind.TEXT, "only left out: why", nullable=True),
        Field("created_at", Kind.MOMENT, "when it was asked for"),
        Field("due_at", Kind.MOMENT, "when it is tried next"),
        Field("claimed_at", Kind.MOMENT, "when it was tried last", nullable=True),
        Field("ended_at", Kind.MOMENT, "when it was sent or left out", nullable=True),
        Field("erased", Kind.FLAG, "only true: its user was erased"),
    ),
    is_enforced=False,
)

OPT_OUTS = Document(
    schema.OPT_OUTS,
    (
        Field("_id", Kind.TEXT, "derived from app and user", required=True),
        _APP,
        Field("user_id", Kind.TEXT, "who wants no notes"),
        Field("at", Kind.MOMENT, "since when"),
    ),
    is_enforced=False,
)
