"""What is known of silences and known issues, and how escalations stand."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from services.escalator.domain.conversation import Json
from services.escalator.domain.grouping.silences import Silence
from services.escalator.domain.routing.facts import Facts
from shared.events import KnownIssue


class Noise(Protocol):
    """What decides whether people are told at once."""

    def silence(
        self, app_id: str, facts: Facts, *, now: datetime
    ) -> Silence | None: ...
    def known_issue(self, app_id: str, pattern_id: str) -> KnownIssue | None: ...
    def has_known_issues(self, app_id: str) -> bool: ...
    async def standing(
        self, app_id: str, escalation_ids: Sequence[str]
    ) -> Mapping[str, Json]:
        """Return the inbox's documents of these escalations, by id."""

    async def is_over(self, app_id: str, silence_id: str, *, now: datetime) -> bool:
        """Return whether a silence has ended, or never was."""

    async def size_of(
        self, app_id: str, pattern_id: str
    ) -> tuple[int, datetime | None]:
        """Return how many escalations a pattern has, and since when there are any."""

    async def silenced(
        self, app_id: str, silence_id: str, *, after: str, limit: int
    ) -> Sequence[Json]:
        """Return the open escalations that a silence keeps back, in order of id."""


class NoNoise:
    """Nothing is silenced, nothing is known."""

    def silence(self, app_id: str, facts: Facts, *, now: datetime) -> Silence | None:
        """Return that nothing is silenced."""

    def known_issue(self, app_id: str, pattern_id: str) -> KnownIssue | None:
        """Return that it is not known."""

    def has_known_issues(self, app_id: str) -> bool:  # noqa: ARG002 - of no app
        """Return that there is none."""
        return False

    async def standing(
        self,
        app_id: str,  # noqa: ARG002 - of no app
        escalation_ids: Sequence[str],  # noqa: ARG002 - none is known
    ) -> Mapping[str, Json]:
        """Return none."""
        return {}

    async def size_of(
        self,
        app_id: str,  # noqa: ARG002 - of no app
        pattern_id: str,  # noqa: ARG002 - there is none
    ) -> tuple[int, datetime | None]:
        """Return none."""
        return 0, None

    async def is_over(
        self,
        app_id: str,  # noqa: ARG002 - of no app
        silence_id: str,  # noqa: ARG002 - there is none
        *,
        now: datetime,  # noqa: ARG002 - at no time
    ) -> bool:
        """Return that it never was."""
        return True

    async def silenced(
        self,
        app_id: str,  # noqa: ARG002 - of no app
        silence_id: str,  # noqa: ARG002 - there is none
        *,
        after: str,  # noqa: ARG002 - there is none
        limit: int,  # noqa: ARG002 - there is none
    ) -> Sequence[Json]:
        """Return none."""
        return ()
