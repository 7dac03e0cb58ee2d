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

    grouping: bool = Field(
        default=True,
        validation_alias="ANALYTICS_GROUPING",
        description="Whether escalations are grouped into patterns; off, they wait",
    )
    encoder: str = Field(
        default="auto",
        validation_alias="ANALYTICS_ENCODER",
        description=(
            "What patterns are found with: `auto` is MiniLM and bge side by side; else "
            "as RESOLVER_ENCODER. Patterns of another encoder take nothing more"
        ),
    )
    grouping_seconds: float = Field(
        default=1.0,
        gt=0,
        validation_alias="ANALYTICS_GROUPING_SECONDS",
        description=(
            "Seconds between two looks for escalations that another instance stored; "
            "its own are grouped at once"
        ),
    )
    profile_seconds: float = Field(
        default=5.0,
        gt=0,
        validation_alias="ANALYTICS_PROFILE_SECONDS",
        description=(
            "Seconds between two looks for patterns that changed, to say what each is "
            "about and what would end it"
        ),
    )
    patterns_mb: int = Field(
        default=512,
        ge=16,
        validation_alias="ANALYTICS_PATTERNS_MB",
        description=(
            "MB of memory for patterns, those of apps used least go first; 100,000 "
            "take about 650"
        ),
    )
    notes_per_minute: int = Field(
        default=60,
        ge=1,
        validation_alias="ANALYTICS_NOTES_PER_MINUTE",
        description="Notes to users of closed gaps that are sent a minute, of each app",
    )
    quiet_minutes: float = Field(
        default=30.0,
        gt=0,
        le=24 * 60,
        validation_alias="ANALYTICS_QUIET_MINUTES",
        description=(
            "Minutes of silence after which a user has left their request, and it is "
            "said what came of it"
        ),
    )

    @property
    def facts_retention(self) -> timedelta:
        """Return how long facts and hourly counters are kept."""
        return timedelta(days=self.facts_days)
