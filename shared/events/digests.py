"""What a digest lists: many escalations in one notification."""

from collections.abc import Collection

import orjson
from pydantic import AwareDatetime, Field

from shared.events.base import Model
from shared.events.reports import blank_words


class Digest(Model):
    """The lists are of the same length: each place is one escalation."""

    escalation_ids: list[str] = Field(description="All that it tells of, oldest first")
    conversation_ids: list[str] = Field(
        default_factory=list, description="Their conversations"
    )
    numbers: list[str] = Field(description="Their numbers")
    summaries: list[str] = Field(description="Their users' first words, cut")
    news: list[str] = Field(
        default_factory=list, description="`opened`, `message_added`, `reopened` …"
    )
    patterns: list[str] = Field(
        default_factory=list, description="The label of each one's pattern, or empty"
    )
    count: int = Field(description="Escalations of the group so far, these among them")
    since: AwareDatetime = Field(description="When the first of the group was opened")
    group: str = Field(
        default="",
        description="What they have in common: `pattern=p-12`, `known-issue=p-12`, "
        "`app=all`, `account=a-7`, `storm`, `silence=…`",
    )
    label: str = Field(
        default="", description="The same for a person, if it has a name"
    )
    thread: str = Field(default="", description="The same for all digests of a group")
    repeat: bool = Field(
        default=False, description="Whether it tells again what nobody has taken"
    )


def without_words(request: bytes, conversation_ids: Collection[str]) -> bytes:
    """Return a published digest or report without the words of these users.

    *request* is a `notification.requested`; one that lists none of the users'
    conversations stays as it is.
    """
    body = orjson.loads(request)
    if report := body.get("report"):
        quoted = blank_words(report, conversation_ids)
        return orjson.dumps(body) if quoted else request
    digest = body.get("digest")
    listed = digest["conversation_ids"] if digest else []
    found = [place for place, each in enumerate(listed) if each in conversation_ids]
    if not found:
        return request
    for place in found:
        digest["summaries"][place] = ""
    # The headline may quote any of them.
    body["packet"]["summary"] = f"{len(listed)} requests"
    return orjson.dumps(body)
