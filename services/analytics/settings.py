"""Settings of analytics."""

from datetime import timedelta

from pydantic import Field

from shared.settings import ServiceSettings, listen_host, listen_port


class Settings(ServiceSettings):
    """What analytics is told, beside what every service is told."""

    http_host: str = listen_host("ANALYTICS")
    http_port: int = listen_port("ANALYTICS", 8604)
    facts_days: int = Field(
        default=400,
        ge=14,
        validation_alias="ANALYTICS_FACTS_DAYS",
        description=(
            "Days that facts and hourly counters are kept after they were written; "
            "more than the topics' retention, so that a replay finds them"
        ),
    )
    estimate_seconds: float = Field(
        default=900.0,
        gt=0,
        validation_alias="ANALYTICS_ESTIMATE_SECONDS",
        description="Seconds between two looks at how long people take to answer",
    )

    @property
    def facts_retention(self) -> timedelta:
        """Return how long facts and hourly counters are kept."""
        return timedelta(days=self.facts_days)
