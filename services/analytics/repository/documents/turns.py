"""The turns: what was said and shown, slim."""

from services.analytics.domain.facts import Collection
from services.analytics.repository.documents.facts import EXPIRES, USER, common
from services.analytics.repository.documents.field import Document, Field, Kind

TURNS = Document(
    Collection.TURNS.value,
    (
        *common("when it was said or done"),
        Field("speaker", Kind.TEXT, "`user`, `assistant` or `teammate`"),
        Field(
            "kind",
            Kind.TEXT,
            "of an event: `message`, `feedback`, `action_result`, `handoff_requested`, "
            "`withdrawn`, `closed`, `contact`; of a reply: `answer`, `action_call`, "
            "`question`, `handoff`, `receipt`, `teammate_reply`",
            required=True,
        ),
        Field(
            "event_id", Kind.TEXT, "of an event: its own; of a reply: what it answers"
        ),
        Field(
            "reply_id",
            Kind.TEXT,
            "of a reply: its own; of `feedback`: the reply that was rated",
        ),
        Field(
            "text",
            Kind.TEXT,
            "the user's words: the first 300 characters; a teammate's reply: 1,000",
        ),
        USER,
        Field("rating", Kind.TEXT, "of `feedback`: `helpful` or `unhelpful`"),
        Field("score", Kind.WHOLE, "of `feedback`: 1 to 5, or null", nullable=True),
        Field(
            "call_id",
            Kind.TEXT,
            "of `action_call` and `action_result`: which call",
            nullable=True,
        ),
        Field(
            "status",
            Kind.TEXT,
            "of `action_result`, `handoff`, `receipt`: how it stands",
            nullable=True,
        ),
        Field("meanwhile", Kind.FLAG, "of `answer`: said while people have it"),
        Field("missing", Kind.TEXTS, "of `question`: what was asked for"),
        Field(
            "reason",
            Kind.TEXT,
            "of `question`: why nothing answered where people were not asked",
            nullable=True,
        ),
        Field("tried", Kind.TEXTS, "of `question`: beside `reason`, what was nearest"),
        Field(
            "escalation_id",
            Kind.TEXT,
            "of `handoff`, `receipt`, `teammate_reply`: the escalation",
            nullable=True,
        ),
        Field(
            "ms",
            Kind.WHOLE,
            "of `handoff`: milliseconds since the user said what people now have",
        ),
        EXPIRES,
    ),
    version=2,
)
