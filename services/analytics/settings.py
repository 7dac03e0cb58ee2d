"""Settings of analytics."""

from datetime import timedelta

from pydantic import Field

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """What analytics is told, beside what every service is told."""

    http_host: str = Field(
        default="127.0.0.1",
        validation_alias="ANALYTICS_HTTP_HOST",
        description="Address to listen on",
    )
    http_port: int = Field(
        default=8604,
        ge=1,
        le=65535,
        validation_alias="ANALYTICS_HTTP_PORT",
        description="Port of the API and of the dashboard",
    )
    facts_days: int = Field(
        default=400,
        ge=14,
        validation_alias="ANALYTICS_FACTS_DAYS",
        description=(
            "Days that facts and hourly counters are kept after they were written; "
            "more than the topics' retention, so that a replay finds them"
        ),
    )

    @property
    def facts_retention(self) -> timedelta:
        """Return how long facts and hourly counters are kept."""
        return timedelta(days=self.facts_days)
