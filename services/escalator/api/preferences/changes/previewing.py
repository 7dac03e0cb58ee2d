"""`/v1/settings/preview`: each text as a user would read it, before it is stored."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import AwareDatetime, BaseModel, BeforeValidator, Field

from services.escalator.administer.apps import Administration
from services.escalator.api.preferences.changes.explaining import ExplainFacts, World
from services.escalator.api.preferences.texts import ExactMessages
from services.escalator.escalate.routing.previewing import HOURS, preview
from shared.events import FailureReason, Scope
from shared.web.auth import Principal, own_app, require
from shared.web.exact import check_known


def _cause(value: object) -> object:
    if isinstance(value, str):
        check_known(value, [each.value for each in FailureReason], what="cause")
    return value


class PreviewContext(ExplainFacts):
    """The request that the texts are told of; every part may be left out."""

    expected_by: AwareDatetime | None = Field(
        default=None, description="The promised time; null is what would be promised"
    )
    cause: Annotated[FailureReason | None, BeforeValidator(_cause)] = Field(
        default=None, description="Why `delayed` is told"
    )


class PreviewBody(BaseModel):
    """Texts to try, and for whom."""

    app_id: str | None = Field(default=None, description="If given, the key's own app")
    texts: ExactMessages | None = Field(
        default=None,
        description="What `messages` would be; null, and parts that are left out of "
        "the body, show the stored ones",
    )
    context: PreviewContext = Field(
        default_factory=PreviewContext,
        description="The request; of a `user` without `email` an address is asked for",
    )


class Previews(BaseModel):
    """Each text as it would be read."""

    languages: list[str] = Field(
        description="Ours, those that rules name, and the context's"
    )
    texts: dict[str, dict[str, dict[str, str | None]]] = Field(
        description="By text (`handoff`), language (`de`), and `inside` or `outside` "
        "business hours, both unless the context says which; null is not told",
        examples=[{"handoff": {"de": {"inside": "…", "outside": "…"}}}],
    )


def router(administration: Administration, world: World) -> APIRouter:
    """Return the route that shows texts."""
    routes = APIRouter(prefix="/v1/settings", tags=["settings"])

    @routes.post("/preview", summary="Each text as a user would read it")
    async def preview_texts(
        body: PreviewBody,
        principal: Annotated[Principal, Depends(require(Scope.READ, Scope.MANAGE))],
    ) -> Previews:
        own_app(principal, body.app_id or body.context.app_id)
        app = await administration.get(principal.app_id)
        if body.texts is not None:
            given = {
                name: getattr(body.texts, name) for name in body.texts.model_fields_set
            }
            messages = app.preferences.messages.model_copy(update=given)
            preferences = app.preferences.model_copy(update={"messages": messages})
            app = app.model_copy(update={"preferences": preferences})
        context = body.context
        texts = preview(
            context.to_packet()
            | {"expected_by": context.expected_by, "cause": context.cause},
            app,
            at=context.opened_at or world.clock.now(),
            languages=world.languages,
            hours=[context.hours] if context.hours else HOURS,
            past=world.pasts.of(app.app_id),
        )
        return Previews(languages=list(texts["handoff"]), texts=texts)

    return routes
