"""`ETag` and `If-Match`: settings are changed as they were read, or not at all."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated

from fastapi import Header

from services.escalator.administer.versions import Author, settings_version
from shared.errors import Permanent
from shared.events import AppSettings
from shared.web.auth import Principal
from shared.web.problems import Problem

IfMatch = Annotated[
    str | None,
    Header(
        max_length=1000,
        description="The `ETag` that the settings were read with: 412 where they were "
        "changed since; without it nothing is compared",
    ),
]


def etag_of(settings: AppSettings) -> str:
    """Return the settings' version as an entity tag."""
    return f'"{settings_version(settings)}"'


def matching(if_match: str | None) -> Callable[[AppSettings], bool]:
    """Return whether settings are those that *if_match* names (RFC 9110, 13.1.1).

    The version that a `GET` has in its body will do too: nothing was changed since.
    """
    if if_match is None:
        return lambda _: True
    tags = {each.strip() for each in if_match.split(",")}

    def matches(settings: AppSettings) -> bool:
        ours = {"*", etag_of(settings), f'"{settings.version}"'}
        return not tags.isdisjoint(ours)

    return matches


@contextmanager
def changed_meanwhile() -> Iterator[None]:
    """Answer with a 412 what is refused because the settings were changed."""
    try:
        yield
    except Permanent as refused:
        if refused.reason != "changed_meanwhile":
            raise
        raise Problem(
            412,
            detail="The settings were changed since you read them. Read them again.",
            reason=refused.reason,
        ) from None


def author_of(principal: Principal, app: AppSettings) -> Author:
    """Return who changes the settings: the member, or the key by its label."""
    member = principal.member
    if member is not None:
        return Author("member", member.email, member.shown_name)
    label = next((key.label for key in app.keys if key.key_id == principal.key_id), "")
    return Author("key", principal.key_id, label)
