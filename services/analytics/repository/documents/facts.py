"""The facts: one document per thing that happened."""

from services.analytics.domain.facts import Collection
from services.analytics.repository.documents.field import Document, Field, Kind

_ID = Field(
    "_id", Kind.TEXT, "derived from the event's topic and identity", required=True
)
_APP = Field("app_id", Kind.TEXT, "the app", required=True)
_CONVERSATION = Field("conversation_id", Kind.TEXT, "the conversation", required=True)
EXPIRES = Field("expire_at", Kind.MOMENT, "when it is deleted", required=True)
_ESCALATION = (
    Field("escalation_id", Kind.TEXT, "the escalation"),
    Field("number", Kind.TEXT, "its number: `ESC-1042`"),
)
USER = Field(
    "user_id", Kind.TEXT, "the end user; null: unknown, or erased", nullable=True
)


def _at(holds: str, *, required: bool = True) -> Field:
    return Field("at", Kind.MOMENT, holds, required=required)


def common(at: str) -> tuple[Field, ...]:
    return (_ID, _APP, _CONVERSATION, _at(at))


ATTEMPT = (
    Field("kind", Kind.TEXT, "`action` or `document`"),
    Field("name", Kind.TEXT, "the action's name, or the document's id"),
    Field("title", Kind.TEXT, "what a person would call it"),
    Field("score", Kind.NUMBER, "how well it matched, 0 to 1"),
    Field("threshold", Kind.NUMBER, "the score that it needed"),
    Field(
        "outcome",
        Kind.TEXT,
        "`no_match`, `below_threshold`, `asked`, `succeeded`, `failed`, `denied`, "
        "`rejected_by_user`, `error`, `timed_out`",
    ),
    Field(
        "detail", Kind.TEXT, "the passage, error or output: its first 500 characters"
    ),
)

REQUESTS = Document(
    Collection.REQUESTS.value,
    (
        *common("when the user asked"),
        Field("request_id", Kind.TEXT, "derived from the event that asked"),
        Field("event_id", Kind.TEXT, "the event that asked"),
        USER,
        Field("outcome", Kind.TEXT, "`resolved` or `unresolved`", required=True),
        Field("reason", Kind.TEXT, "only unresolved: why"),
        Field(
            "detail", Kind.TEXT, "only unresolved: in what it was found", nullable=True
        ),
        Field(
            "language",
            Kind.TEXT,
            "only unresolved: the user's (BCP 47), or null where nothing tells",
            nullable=True,
        ),
        Field("kind", Kind.TEXT, "only resolved: `action` or `document`"),
        Field("name", Kind.TEXT, "only resolved: what answered, its name or id"),
        Field("title", Kind.TEXT, "only resolved: what a person would call it"),
        Field("reply_id", Kind.TEXT, "only resolved: the reply", nullable=True),
        Field("text", Kind.TEXT, "the user's words: the first 1,000 characters"),
        Field("attempts", Kind.WHOLE, "how many actions and passages were tried"),
        Field("best_score", Kind.NUMBER, "the highest score among them", nullable=True),
        Field("tried", Kind.OBJECTS, "each of them, in order", parts=ATTEMPT),
        EXPIRES,
    ),
    version=2,
)

ESCALATIONS = Document(
    Collection.ESCALATIONS.value,
    (
        *common("when it was opened"),
        Field("occurred_at", Kind.MOMENT, "when the user wrote"),
        *_ESCALATION,
        Field("request_id", Kind.TEXT, "the unresolved request"),
        Field("trigger_event_id", Kind.TEXT, "the event that asked"),
        USER,
        Field("reason", Kind.TEXT, "why nothing answered"),
        Field("detail", Kind.TEXT, "in what it was found", nullable=True),
        Field("priority", Kind.TEXT, "`low`, `normal`, `high` or `urgent`"),
        Field("language", Kind.TEXT, "the user's (BCP 47)", nullable=True),
        Field("tags", Kind.TEXTS, "what its routes added"),
        Field("route", Kind.TEXT, "the route that matched; empty: the default route"),
        Field("destinations", Kind.TEXTS, "where its routes sent it"),
        Field("summary", Kind.TEXT, "two lines, in the user's words"),
        Field("text", Kind.TEXT, "the user's words: the first 1,000 characters"),
        Field(
            "waiting_since",
            Kind.MOMENT,
            "when the user first said what nobody answered",
            nullable=True,
        ),
        Field(
            "first_response_by",
            Kind.MOMENT,
            "when people mean to have answered",
            nullable=True,
        ),
        Field("resolution_by", Kind.MOMENT, "when they mean to be done", nullable=True),
        Field("attempts", Kind.OBJECTS, "what was tried, in order", parts=ATTEMPT),
        Field(
            "app_state",
            Kind.OBJECTS,
            "state of the app at that time",
            parts=(
                Field("path", Kind.TEXT, "where the value stands, with dots"),
                Field("value", Kind.TEXT, "the value, as text"),
            ),
        ),
        Field("grouped", Kind.FLAG, "whether it belongs to a pattern yet"),
        EXPIRES,
    ),
    version=2,
)

CHANGES = Document(
    Collection.CHANGES.value,
    (
        *common("when it changed"),
        *_ESCALATION,
        Field("revision", Kind.WHOLE, "counts the escalation's changes from 1"),
        Field("change", Kind.TEXT, "`status`, `assigned`, `noted`, `rated` …"),
        Field("from", Kind.TEXT, "status before", required=True),
        Field(
            "to",
            Kind.TEXT,
            "status after; the same unless the status changed",
            required=True,
        ),
        Field("actor", Kind.TEXT, "who did it: a person, `user` or `handrail`"),
        Field("reason", Kind.TEXT, "why, in a stable word"),
        Field("assignee", Kind.TEXT, "of `assigned`: to whom"),
        Field("score", Kind.WHOLE, "of `rated`: how satisfied the user is, 1 to 5"),
        Field(
            "promise",
            Kind.OBJECT,
            "what the user was told, where this change settled it",
            parts=(
                Field("promise_id", Kind.TEXT, "the promise"),
                Field("kind", Kind.TEXT, "`first_response`, `resolution` or `reply`"),
                Field("promised_at", Kind.MOMENT, "when the user was told"),
                Field("due_at", Kind.MOMENT, "what they were told"),
                Field("state", Kind.TEXT, "`kept`, `broken` or `rescheduled`"),
            ),
        ),
        Field(
            "ms",
            Kind.WHOLE,
            "milliseconds since the opening, where `acknowledged`, `answered` or "
            "`resolved` ends that wait; not after a reopening, which begins a new one",
        ),
        EXPIRES,
    ),
)

_DELIVERY = (
    Field(
        "delivery_id", Kind.TEXT, "derived from escalation, destination and revision"
    ),
    *_ESCALATION,
    Field("destination_id", Kind.TEXT, "where the team receives"),
)

DELIVERIES = Document(
    Collection.DELIVERIES.value,
    (
        *common("when it was accepted, or given up"),
        *_DELIVERY,
        Field("channel", Kind.TEXT, "`email` or `webhook`"),
        Field("outcome", Kind.TEXT, "`delivered` or `failed`", required=True),
        Field("attempts", Kind.WHOLE, "how many tries it took"),
        Field("recipients", Kind.WHOLE, "only delivered: how many received it"),
        Field("ms", Kind.WHOLE, "only delivered: milliseconds since the user wrote"),
        Field("reason", Kind.TEXT, "only failed: why"),
        EXPIRES,
    ),
)

DELIVERY_REQUESTS = Document(
    Collection.DELIVERY_REQUESTS.value,
    (
        _ID,
        _APP,
        Field("conversation_id", Kind.TEXT, "the conversation"),
        _at("when it was asked for", required=False),
        *_DELIVERY,
        Field("kind", Kind.TEXT, "what the news is: `opened`, `message_added` …"),
        Field(
            "waiting",
            Kind.FLAG,
            "true until it ends; what ended before it was heard of has this alone",
            required=True,
        ),
        EXPIRES,
    ),
)
