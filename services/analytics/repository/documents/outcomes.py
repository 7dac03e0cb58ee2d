"""The outcomes: what was claimed of a request, and what came of it.

Its schema only warns: it is made from facts, and no record waits that it came from.
"""

from services.analytics.repository.documents.facts import EXPIRES, USER
from services.analytics.repository.documents.field import Document, Field, Kind
from services.analytics.repository.outcomes.schema import OUTCOMES as COLLECTION

OUTCOMES = Document(
    COLLECTION,
    (
        Field("_id", Kind.TEXT, "`app_id:request_id`", required=True),
        Field("app_id", Kind.TEXT, "the app", required=True),
        Field("conversation_id", Kind.TEXT, "where it was asked", required=True),
        Field("request_id", Kind.TEXT, "derived from the event that asked first"),
        Field("at", Kind.MOMENT, "when it was asked first", required=True),
        Field("last_at", Kind.MOMENT, "when anything of it happened last"),
        USER,
        Field("text", Kind.TEXT, "the user's words: the first 300 characters"),
        Field("language", Kind.TEXT, "BCP 47, where it is known", nullable=True),
        Field("tried", Kind.TEXTS, "what was found for it, the best first"),
        Field("asked_times", Kind.WHOLE, "how often it was asked, in whatever words"),
        Field(
            "claims",
            Kind.OBJECTS,
            "what the assistant claimed, in order",
            parts=(
                Field("at", Kind.MOMENT, "when"),
                Field(
                    "claim",
                    Kind.TEXT,
                    "`document`, `action`, `asked`, `nothing` or `handed_over`",
                ),
                Field("name", Kind.TEXT, "which document, action or escalation"),
                Field("title", Kind.TEXT, "what a person would call it"),
                Field(
                    "stood",
                    Kind.FLAG,
                    "whether the answer held; null: no answer, or too early",
                    nullable=True,
                ),
            ),
        ),
        Field("claimed", Kind.TEXT, "the last answer among them, else the last claim"),
        Field("claimed_name", Kind.TEXT, "which document, action or escalation"),
        Field("claimed_title", Kind.TEXT, "what a person would call it"),
        Field("false_claim", Kind.FLAG, "whether an answer did not stand"),
        Field(
            "came_of_it",
            Kind.TEXT,
            "`resolved`, `came_back`, `rephrased`, `abandoned`, `handed_over`, "
            "`reached_person`, `withdrawn`, `expired`, `pending`",
            required=True,
        ),
        Field("because", Kind.TEXT, "what that is told by"),
        Field("dead_end", Kind.FLAG, "neither resolved nor escalated"),
        Field("missed", Kind.FLAG, "a dead end that should have gone to people"),
        Field("needless", Kind.FLAG, "people only passed on what was found before"),
        Field("asked_for_person", Kind.FLAG, "whether the user asked for a person"),
        Field("told_at", Kind.MOMENT, "when they were told", nullable=True),
        Field("reached_at", Kind.MOMENT, "when a person answered", nullable=True),
        Field(
            "people_resolved_at", Kind.MOMENT, "when people were done", nullable=True
        ),
        Field("returned_at", Kind.MOMENT, "when it was asked again", nullable=True),
        Field("returned_as", Kind.TEXT, "the request by which it was", nullable=True),
        Field(
            "durable",
            Kind.FLAG,
            "whether it stayed resolved for 7 days; null: too early, or never was",
            nullable=True,
        ),
        Field("escalation_id", Kind.TEXT, "the escalation", nullable=True),
        Field("number", Kind.TEXT, "its number: `ESC-1042`"),
        Field("reason", Kind.TEXT, "why nothing answered", nullable=True),
        Field("route", Kind.TEXT, "the escalation's route", nullable=True),
        Field("destinations", Kind.TEXTS, "where it went"),
        EXPIRES,
    ),
    is_enforced=False,
)
