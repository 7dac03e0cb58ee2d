"""Where escalations go."""

from typing import Literal

from pydantic import Field

from shared.events.base import Model, Object

Priority = Literal["low", "normal", "high", "urgent"]
Match = Object
"""Facts and the value, or the list of values, that each must have; empty is always."""


class Route(Model):
    """Where escalations that match go, and what it makes of them."""

    name: str = Field(default="", max_length=100, description="What people call it")
    match: Match = Field(
        default_factory=dict, description="Field and value pairs; empty matches all"
    )
    destinations: list[str] = Field(
        default_factory=lambda: ["default"], description="Destination ids"
    )
    fallback: list[str] = Field(
        default_factory=list,
        description="Destination ids, asked when every destination has failed",
    )
    priority: Priority | None = Field(default=None, description="What it sets, if any")
    tags: list[str] = Field(default_factory=list, description="What it adds")
    continue_: bool = Field(
        default=False,
        alias="continue",
        description="Whether the routes after it are tried too",
    )


class DefaultRoute(Model):
    """Takes what no route matches; it cannot be removed."""

    destinations: list[str] = Field(
        default_factory=lambda: ["default"], description="Destination ids"
    )
    fallback: list[str] = Field(
        default_factory=list,
        description="Destination ids, asked when every destination has failed",
    )
