"""The escalator's settings."""

from pydantic import Field

from shared.settings import ServiceSettings, listen_host, listen_port


class Settings(ServiceSettings):
    """What the escalator is told, beside what every service is told."""

    http_host: str = listen_host("ESCALATOR")
    http_port: int = listen_port("ESCALATOR", 8602)
    proof_wait_seconds: float = Field(
        default=3.0,
        ge=0,
        validation_alias="ESCALATOR_PROOF_WAIT_SECONDS",
        description="Wait for a destination's acceptance before saying `saved`, s",
    )
    trigger_wait_seconds: float = Field(
        default=30.0,
        ge=0,
        validation_alias="ESCALATOR_TRIGGER_WAIT_SECONDS",
        description="Wait for a request's own message before opening without it, s",
    )
    closed_days: int = Field(
        default=365,
        ge=1,
        validation_alias="ESCALATOR_CLOSED_DAYS",
        description="Days an escalation is kept after it was closed; open ones stay",
    )
    republish_seconds: float = Field(
        default=30.0,
        gt=0,
        validation_alias="ESCALATOR_REPUBLISH_SECONDS",
        description="How often apps whose publishing failed are published again, s",
    )
    heartbeat_seconds: float = Field(
        default=15.0,
        gt=0,
        validation_alias="ESCALATOR_HEARTBEAT_SECONDS",
        description="A stream of changes says that it is alive this often, s",
    )
    secret_key: str = Field(
        default="",
        validation_alias="ESCALATOR_SECRET_KEY",
        description="Encrypts the originals of what was redacted; empty derives it "
        "from HANDRAIL_ADMIN_KEY",
        repr=False,
    )
