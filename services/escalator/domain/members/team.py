"""Changes of an app's people: each returns the next version."""

from datetime import datetime
from typing import Any

from shared.errors import Permanent
from shared.events import AppMembers, EndedSessions, Member, Role

MAX_MEMBERS = 500
"""Every service holds all of them in memory, and one record carries them."""
MAX_ENDED_EACH = 5
"""Sessions of one person that are ended one by one; who signs out more often within
the life of a session ends all they have."""


def nobody(app_id: str, *, now: datetime) -> AppMembers:
    """Return the people of an app that has none yet."""
    return AppMembers(app_id=app_id, updated_at=now)


def put(team: AppMembers, member: Member, *, now: datetime) -> AppMembers:
    """Return *team* with *member* in it, in the place of who they were."""
    others = [each for each in team.members if each.email != member.email]
    if len(others) >= MAX_MEMBERS:
        raise Permanent("too_many_members", f"An app has at most {MAX_MEMBERS}.")
    members = sorted([*others, member], key=lambda each: each.email)
    return _changed(team, now, members=members)


def remove(team: AppMembers, email: str, *, now: datetime) -> AppMembers:
    """Return *team* without the member of that address."""
    left = [each for each in team.members if each.email != email]
    return _changed(team, now, members=left)


def check_an_admin_stays(team: AppMembers, email: str) -> None:
    """Raise Permanent where the app would have no admin without *email*."""
    admins = {each.email for each in team.members if each.role is Role.ADMIN}
    if admins == {email}:
        raise Permanent(
            "last_admin",
            "This is the app's last admin; a key with `manage` can change that.",
        )


def end(team: AppMembers, ended: EndedSessions, *, now: datetime) -> AppMembers:
    """Return *team* with a session ended; what is over anyway is forgotten."""
    running = [each for each in team.ended if each.until > now]
    mine = [each for each in running if each.subject == ended.subject]
    others = [each for each in running if each.subject != ended.subject]
    if len(mine) >= MAX_ENDED_EACH:
        mine = []
        ended = ended.model_copy(update={"session_id": None, "before": now})
    if ended not in mine:
        mine.append(ended)
    return _changed(team, now, ended=[*others, *mine])


def _changed(team: AppMembers, now: datetime, **parts: Any) -> AppMembers:  # noqa: ANN401 - any field's
    """Return the next version.

    It is counted by the clock, so that it still grows when an app that was deleted is
    made again and nothing is left of the count.
    """
    version = max(team.version + 1, round(now.timestamp() * 1000))
    return team.model_copy(update={**parts, "version": version, "updated_at": now})
