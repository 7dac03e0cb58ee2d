"""The resolver's settings."""

from datetime import timedelta
from typing import Literal

from pydantic import Field, field_validator

from shared.settings import ServiceSettings, listen_host, listen_port
from shared.web.ssrf import networks_of


class Settings(ServiceSettings):
    """What the resolver is told, beside what every service is told."""

    http_host: str = listen_host("RESOLVER")
    http_port: int = listen_port("RESOLVER", 8601)
    ranking: Literal["on", "off"] = Field(
        default="on",
        validation_alias="RESOLVER_RANKING",
        description="`off` searches nothing, so every request goes to people",
    )
    ranking_timeout_seconds: float = Field(
        default=5.0,
        gt=0,
        validation_alias="RESOLVER_RANKING_TIMEOUT_SECONDS",
        description="A search that makes no step for so long is given up and its "
        "requests go to people; a message that waits so long for its app to load is "
        "tried again, s",
    )
    ranking_batch: int = Field(
        default=32,
        ge=1,
        le=1000,
        validation_alias="RESOLVER_RANKING_BATCH",
        description="Requests encoded at once; more is faster and waits longer",
    )
    encoder: str = Field(
        default="auto",
        min_length=1,
        validation_alias="RESOLVER_ENCODER",
        description="Sentence embeddings: `auto` (bge, else minilm, else wordllama, "
        "else none), one of these by name, or a folder with a model",
    )
    encoder_threads: int = Field(
        default=1,
        ge=1,
        le=64,
        validation_alias="RESOLVER_ENCODER_THREADS",
        description="Cores that one call of the encoder may take",
    )
    language: str = Field(
        default="english",
        validation_alias="RESOLVER_LANGUAGE",
        description="Snowball language of the catalogues: stemming and stop words",
    )
    # Scores are probabilities, so a threshold is a price: a wrong action is worth two
    # escalations that an action would have saved; a wrong passage, which leaves the
    # user the way to people, a little less than one.
    action_threshold: float = Field(
        default=0.67,
        ge=0,
        le=1,
        validation_alias="RESOLVER_ACTION_THRESHOLD",
        description="Probability from which an action is called, unless the app says",
    )
    document_threshold: float = Field(
        default=0.45,
        ge=0,
        le=1,
        validation_alias="RESOLVER_DOCUMENT_THRESHOLD",
        description="Probability from which a passage answers, unless the app says",
    )
    near_miss: float = Field(
        default=0.15,
        ge=0,
        le=1,
        validation_alias="RESOLVER_NEAR_MISS",
        description="Probability from which a candidate almost answered",
    )
    action_lead: float = Field(
        default=0.05,
        ge=0,
        le=1,
        validation_alias="RESOLVER_ACTION_LEAD",
        description="By how much the best action must beat the next one",
    )
    catalogues_kept: int = Field(
        default=5000,
        ge=1,
        validation_alias="RESOLVER_CATALOGUES_KEPT",
        description="Apps whose catalogue stays in memory, at most",
    )
    catalogues_mb: int = Field(
        default=150,
        ge=1,
        validation_alias="RESOLVER_CATALOGUES_MB",
        description="Memory for catalogues; least used ones are forgotten first, MiB",
    )
    catalogue_check_seconds: float = Field(
        default=1.0,
        gt=0,
        validation_alias="RESOLVER_CATALOGUE_CHECK_SECONDS",
        description="How old a catalogue in use may be, s",
    )
    token_secret: str = Field(
        default="",
        validation_alias="RESOLVER_TOKEN_SECRET",
        description="Signs browsers' tokens; empty derives it from HANDRAIL_ADMIN_KEY",
        repr=False,
    )
    token_seconds: int = Field(
        default=3600,
        ge=60,
        validation_alias="RESOLVER_TOKEN_SECONDS",
        description="How long a browser's token lasts, s",
    )
    allowed_origins: list[str] = Field(
        default_factory=lambda: ["*"],
        validation_alias="RESOLVER_ALLOWED_ORIGINS",
        description="Web origins that may call from a browser, a JSON list",
    )
    heartbeat_seconds: float = Field(
        default=15.0,
        gt=0,
        validation_alias="RESOLVER_HEARTBEAT_SECONDS",
        description="A reply stream says that it is alive this often, s",
    )
    replies_kept_mb: int = Field(
        default=64,
        ge=1,
        validation_alias="RESOLVER_REPLIES_KEPT_MB",
        description="Memory for replies on their way to streams; a reader that is too "
        "far behind is cut off and resumes, MB",
    )
    secret_key: str = Field(
        default="",
        validation_alias="RESOLVER_SECRET_KEY",
        description="Encrypts the secrets of actions; empty derives it from "
        "HANDRAIL_ADMIN_KEY",
        repr=False,
    )
    action_allow_networks: list[str] = Field(
        default_factory=list,
        validation_alias="RESOLVER_ACTION_ALLOW_NETWORKS",
        description="Networks inside that endpoints of actions may lead to, by http "
        "and any port too: a JSON list of CIDRs",
    )
    action_concurrency: int = Field(
        default=32,
        ge=1,
        le=500,
        validation_alias="RESOLVER_ACTION_CONCURRENCY",
        description="Endpoints called at the same time",
    )
    action_try_seconds: float = Field(
        default=10.0,
        gt=0,
        le=60,
        validation_alias="RESOLVER_ACTION_TRY_SECONDS",
        description="Longest try of an endpoint, s; it is tried again within "
        "`action_timeout_seconds` of the app",
    )

    @property
    def action_lease(self) -> timedelta:
        """Return how long a silent owner keeps a call: a try, and time to tell it."""
        return timedelta(seconds=self.action_try_seconds + 15)

    @field_validator("action_allow_networks")
    @classmethod
    def _are_networks(cls, value: list[str]) -> list[str]:
        networks_of(value)
        return value
