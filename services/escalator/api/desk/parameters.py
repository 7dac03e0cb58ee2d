"""What the inbox's routes have in common: who asks, of what, and what is answered."""

from typing import Annotated

from fastapi import Depends, Header, Path

from services.escalator.api.desk.schemas import EscalationDocument
from shared.events import Role, Scope
from shared.events.base import NO_CONTROL
from shared.web.auth import Principal, require
from shared.web.openapi.answers import Answers, problems

Reader = Annotated[Principal, Depends(require(Scope.READ, Scope.MANAGE))]
Worker = Annotated[Principal, Depends(require(Scope.MANAGE, least=Role.AGENT))]
"""Who works what people have: a key that manages, or an agent."""
Name = Annotated[str, Path(max_length=64, description="Id or number (`ESC-1042`)")]
Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        max_length=255,
        pattern=NO_CONTROL,
        description="The same key again is the same order again: done once",
    ),
]
SHOWN: Answers = {200: {"model": EscalationDocument}}
WORKED: Answers = {**SHOWN, **problems(404, 409)}
