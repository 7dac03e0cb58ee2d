"""Bodies of the catalogue's API, bounded and checked."""

from typing import Annotated, Any, Literal

import orjson
from pydantic import (
    AfterValidator,
    BaseModel,
    Field,
    StringConstraints,
    ValidationInfo,
    field_validator,
)

from services.resolver.api.parameters import (
    find_mistakes,
    find_mistakes_of_options,
)
from shared.web.exact import Wrong
from shared.web.exact.secrets import check_secret

Entry = dict[str, Any]
"""An entry as it is stored and shown."""

MAX_TEXT = 800_000
"""Characters of a document: what fits a request of 1 MiB."""
MAX_SCHEMA_BYTES = 64 * 1024


def _web(url: str) -> str:
    if not url.startswith(("https://", "http://")):
        # It becomes a link in the user's chat: no `javascript:` there.
        raise ValueError("must begin with https:// or http://")
    return url


Url = Annotated[str, StringConstraints(max_length=2048), AfterValidator(_web)]
Said = Annotated[str, StringConstraints(min_length=1, max_length=2000)]
OwnApp = Annotated[str | None, Field(description="If given, the key's own app")]
"""The credential decides the app; a body that names another one is refused."""


class Stored(BaseModel):
    """What GET answers beside the rest, so that its answer may be PUT back."""

    version: int | None = Field(default=None, description="Ignored")
    created_at: str | None = Field(default=None, description="Ignored")
    updated_at: str | None = Field(default=None, description="Ignored")


class ActionBody(Stored):
    """An action of the app."""

    app_id: OwnApp = None
    name: str | None = Field(default=None, description="As in the address, if given")
    description: str = Field(
        default="", max_length=8192, description="What it does, in a user's words"
    )
    parameters: dict[str, Any] | None = Field(
        default=None, description="JSON Schema of its arguments"
    )
    inputSchema: dict[str, Any] | None = Field(  # noqa: N815 - the published name
        default=None, description="The same, by its other published name"
    )
    options: dict[str, Any] | None = Field(
        default=None, description="Older shape: `{key: {type, description, required}}`"
    )
    examples: list[Said] = Field(
        default_factory=list, max_length=500, description="What users say for it"
    )
    approvalRequired: bool = Field(  # noqa: N815 - the published name
        default=False, description="Whether the user must approve before it runs"
    )
    endpoint: Url | None = Field(
        default=None, description="Where the resolver calls it; null: the platform runs"
    )
    secret: Annotated[str, AfterValidator(check_secret)] | None = Field(
        default=None,
        repr=False,
        description="Signs the calls of `endpoint` (`whsec_…`); written, never read "
        "back. Without one, a secret is made and shown once",
    )

    @field_validator("parameters", "inputSchema", "options")
    @classmethod
    def _bounded(
        cls, value: dict[str, Any] | None, info: ValidationInfo
    ) -> dict[str, Any] | None:
        try:
            size = len(orjson.dumps(value))
        except (TypeError, RecursionError) as error:
            raise ValueError("is not plain JSON") from error
        if size > MAX_SCHEMA_BYTES:
            raise ValueError(f"{info.field_name} is over {MAX_SCHEMA_BYTES} bytes")
        return value

    @property
    def mistakes(self) -> list[Wrong]:
        """Return what is wrong with the parameters, in whichever shape they came."""
        shapes = ("parameters", "inputSchema", "options")
        given = [name for name in shapes if getattr(self, name) is not None]
        if len(given) > 1:
            said = f"the same as `{given[0]}`: give one of them"
            return [{"field": f"body.{given[1]}", "message": said}]
        if not given:
            return []
        wrong = find_mistakes_of_options(self.options or {}, at="body.options")
        at = f"body.{given[0]}"
        return wrong or find_mistakes(self.schema_of_parameters, at=at)

    @property
    def schema_of_parameters(self) -> dict[str, Any]:
        """Return the parameters as a JSON Schema, from whichever shape was sent."""
        if self.options is not None and self.parameters is None:
            specs = {
                name: spec if isinstance(spec, dict) else {}
                for name, spec in self.options.items()
            }
            return {
                "type": "object",
                "properties": {
                    name: {key: spec[key] for key in spec if key != "required"}
                    for name, spec in specs.items()
                },
                "required": [
                    name for name, spec in specs.items() if spec.get("required") is True
                ],
            }
        return (
            self.parameters
            or self.inputSchema
            or {"type": "object", "properties": {}, "required": []}
        )


class DocumentBody(Stored):
    """A page of knowledge."""

    app_id: OwnApp = None
    id: str | None = Field(default=None, description="As in the address, if given")
    title: str = Field(
        default="", max_length=512, description="Taken from the text when absent"
    )
    text: str = Field(min_length=1, max_length=MAX_TEXT, description="The page itself")
    format: Literal["markdown", "html", "text"] = Field(
        default="markdown", description="What the text is written in"
    )
    url: Url | None = Field(default=None, description="Where to read it whole")
    questions: list[Said] = Field(
        default_factory=list, max_length=500, description="What users ask for it"
    )
