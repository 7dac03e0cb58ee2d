"""The escalator's settings."""

from typing import Self

from pydantic import Field, field_validator, model_validator

from shared.settings import ServiceSettings, listen_host, listen_port
from shared.web.ssrf import networks_of


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
    oidc_issuer: str = Field(
        default="",
        pattern=r"^(https?://\S+)?$",
        validation_alias="HANDRAIL_OIDC_ISSUER",
        description="OpenID provider that signs members in by their verified address; "
        "empty for none",
    )
    oidc_client_id: str = Field(
        default="",
        validation_alias="HANDRAIL_OIDC_CLIENT_ID",
        description="What the provider knows us by",
    )
    oidc_client_secret: str = Field(
        default="",
        validation_alias="HANDRAIL_OIDC_CLIENT_SECRET",
        description="The secret that it gave us",
        repr=False,
    )
    oidc_allow_networks: list[str] = Field(
        default_factory=list,
        validation_alias="HANDRAIL_OIDC_ALLOW_NETWORKS",
        description="Networks inside that the provider may be in, a JSON list of CIDRs",
    )
    audit_seconds: float = Field(
        default=30.0,
        gt=0,
        validation_alias="ESCALATOR_AUDIT_SECONDS",
        description="How often what should have happened is compared with what did, s",
    )
    audit_patience_seconds: float = Field(
        default=600.0,
        gt=0,
        validation_alias="ESCALATOR_AUDIT_PATIENCE_SECONDS",
        description="A delivery of which nobody said for so long what became of it is "
        "asked for again, s",
    )
    audit_heartbeat_url: str = Field(
        default="",
        pattern=r"^(https?://\S+)?$",
        validation_alias="ESCALATOR_AUDIT_HEARTBEAT_URL",
        repr=False,
        description="Called by POST after each audit that accounts for everything; "
        "empty: nobody is called",
    )

    @field_validator("oidc_allow_networks")
    @classmethod
    def _are_networks(cls, written: list[str]) -> list[str]:
        networks_of(written)
        return written

    @model_validator(mode="after")
    def _knows_its_provider(self) -> Self:
        if self.oidc_issuer and not (self.oidc_client_id and self.oidc_client_secret):
            raise ValueError(
                "HANDRAIL_OIDC_ISSUER needs HANDRAIL_OIDC_CLIENT_ID and "
                "HANDRAIL_OIDC_CLIENT_SECRET"
            )
        return self
