"""What the catalogue answers, as it is described."""

from typing import Any, ClassVar, Literal

from pydantic import AwareDatetime, BaseModel, Field

from shared.web.openapi.answers import Answers


class EntryView(BaseModel):
    """Common to what is registered."""

    version: int = Field(description="Counts its changes")
    created_at: AwareDatetime = Field(description="When it was registered")
    updated_at: AwareDatetime = Field(description="When it changed last")


class ActionView(EntryView):
    """An action; its secret is never shown."""

    NOUN: ClassVar[str] = "action"
    KEY: ClassVar[str] = "name"

    name: str = Field(description="Its name")
    description: str = Field(description="What it does")
    parameters: dict[str, Any] = Field(description="JSON Schema of its arguments")
    examples: list[str] = Field(description="What users say for it")
    approvalRequired: bool = Field(  # noqa: N815 - the published name
        description="Whether the user must approve before it runs"
    )
    endpoint: str | None = Field(description="Where it is called; null: the platform")


class ActionMade(ActionView):
    """An action that was just registered."""

    secret: str | None = Field(
        default=None, description="Signs its calls; made by us, shown this once"
    )


class DocumentView(EntryView):
    """A document."""

    NOUN: ClassVar[str] = "document"
    KEY: ClassVar[str] = "id"

    id: str = Field(description="Its id")
    title: str = Field(description="Its title")
    text: str = Field(description="The page itself")
    format: Literal["markdown", "html", "text"] = Field(description="Written in")
    url: str | None = Field(description="Where to read it whole")
    questions: list[str] = Field(description="What users ask for it")
    passages_omitted: int = Field(
        default=0,
        description="Passages past the first 2,000, which nothing is answered from; "
        "absent where there are none. Split such a document",
    )


def stored_as(view: type[EntryView]) -> Answers:
    """Return the answers of a PUT: new or changed."""
    return {200: {"model": view}, 201: {"model": view, "description": "It is new"}}
