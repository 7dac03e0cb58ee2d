"""Settings every service has: environment variables, each described."""

import socket

from pydantic import Field, ValidationError, field_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

KAFKA_PREFIX = "HANDRAIL_KAFKA_"

OWN_NAME = "hostname"
"""Stands for the machine's name, which is a container's and a pod's own."""


class KafkaSettings(BaseSettings):
    """How to reach Kafka, and how topics are made."""

    model_config = SettingsConfigDict(
        env_prefix=KAFKA_PREFIX, extra="ignore", frozen=True
    )

    bootstrap_servers: str = Field(
        default="localhost:9092", description="Brokers, `host:port`, comma separated"
    )
    idempotent: bool = Field(
        default=True,
        description="Idempotent producer; off only where the broker has none",
    )
    partitions: int = Field(
        default=24, ge=1, description="Partitions of a conversation topic"
    )
    replication: int = Field(default=3, ge=1, description="Copies of each partition")
    session_seconds: int = Field(
        default=30,
        ge=6,
        le=300,
        description="How long a silent instance keeps its partitions, s",
    )
    security_protocol: str = Field(
        default="PLAINTEXT", description="PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL"
    )
    sasl_mechanism: str = Field(
        default="SCRAM-SHA-512",
        description="Used with SASL_*: SCRAM-SHA-256/512, PLAIN",
    )
    username: str = Field(default="", description="SASL user")
    password: str = Field(default="", description="SASL password", repr=False)
    ca_file: str = Field(default="", description="CA certificates for SSL, PEM")


class ServiceSettings(BaseSettings):
    """What every service is told."""

    model_config = SettingsConfigDict(
        extra="ignore", frozen=True, populate_by_name=True
    )

    kafka: KafkaSettings = Field(
        default_factory=KafkaSettings, description="HANDRAIL_KAFKA_*"
    )
    mongo_url: str = Field(
        default="mongodb://localhost:27017/?replicaSet=rs0",
        validation_alias="HANDRAIL_MONGO_URL",
        description="MongoDB replica set",
        repr=False,
    )
    mongo_database: str = Field(
        default="handrail",
        validation_alias="HANDRAIL_MONGO_DATABASE",
        description="Database name",
    )
    admin_key: str = Field(
        default="",
        validation_alias="HANDRAIL_ADMIN_KEY",
        description="The operator's key; empty refuses all operator calls",
        repr=False,
    )
    session_secret: str = Field(
        default="",
        validation_alias="HANDRAIL_SESSION_SECRET",
        description="Signs people's sessions, the same in all services; empty derives "
        "it from HANDRAIL_ADMIN_KEY",
        repr=False,
    )
    instance_id: str = Field(
        default="",
        validation_alias="HANDRAIL_INSTANCE_ID",
        description="Stable name of this replica alone, `hostname` for its machine's: "
        "a restart soon takes its partitions back; empty for none",
    )
    public_url: str = Field(
        default="http://localhost:8600",
        validation_alias="HANDRAIL_PUBLIC_URL",
        description="The origin people see, for links",
    )
    log_format: str = Field(
        default="json",
        validation_alias="HANDRAIL_LOG_FORMAT",
        description="`json` or `console`",
    )
    log_level: str = Field(
        default="INFO",
        validation_alias="HANDRAIL_LOG_LEVEL",
        description="DEBUG, INFO, WARNING or ERROR",
    )
    batch_records: int = Field(
        default=1000,
        ge=1,
        validation_alias="HANDRAIL_BATCH_RECORDS",
        description="Most records worked at once",
    )
    parked_memory_mb: int = Field(
        default=64,
        ge=1,
        validation_alias="HANDRAIL_PARKED_MEMORY_MB",
        description="Memory for parked records, MB; beyond it they are read when due",
    )
    max_event_bytes: int = Field(
        default=1024 * 1024,
        validation_alias="HANDRAIL_MAX_EVENT_BYTES",
        description="Most bytes of one event from outside",
    )
    retry_time_scale: float = Field(
        default=1.0,
        gt=0,
        validation_alias="HANDRAIL_RETRY_TIME_SCALE",
        description="Multiplies every retry wait; tests shrink time with it",
    )
    states_cached_mb: int = Field(
        default=128,
        ge=1,
        validation_alias="HANDRAIL_STATES_CACHED_MB",
        description="Memory for conversation states at hand, resolver and escalator; "
        "the others are read from the database, MB",
    )
    traces_endpoint: str = Field(
        default="",
        pattern=r"^(https?://\S+)?$",
        validation_alias="HANDRAIL_TRACES_ENDPOINT",
        description="Where OpenTelemetry spans go by OTLP over HTTP, the whole "
        "address; empty makes none",
    )
    traces_ratio: float = Field(
        default=1.0,
        ge=0,
        le=1,
        validation_alias="HANDRAIL_TRACES_RATIO",
        description="Share of the requests that are traced",
    )
    retention_days: int = Field(
        default=365,
        ge=1,
        validation_alias="HANDRAIL_RETENTION_DAYS",
        description="Days decisions are kept",
    )

    @field_validator("instance_id")
    @classmethod
    def _own_name(cls, given: str) -> str:
        """Replicas with one environment each get a name of their own."""
        return socket.gethostname() if given == OWN_NAME else given


def listen_host(service: str) -> str:
    """Describe the setting of the address that *service* listens on."""
    return Field(
        default="127.0.0.1",
        validation_alias=f"{service}_HTTP_HOST",
        description="Address to listen on",
    )


def listen_port(service: str, default: int) -> int:
    """Describe the setting of the port that *service* listens on."""
    return Field(
        default=default,
        ge=0,
        le=65535,
        validation_alias=f"{service}_HTTP_PORT",
        description="Port to listen on, of the API and all pages",
    )


def describe_wrong(error: ValidationError | SettingsError) -> str:
    """Say which settings to put right; never their values, as some are secret."""
    if isinstance(error, SettingsError):
        return str(error)
    return "\n".join(_described(each) for each in error.errors(include_input=False))


def _described(detail: ErrorDetails) -> str:
    said = detail["msg"].removeprefix("Value error, ")
    if not detail["loc"]:
        return said
    name = str(detail["loc"][0])
    # Fields with an alias are named by it; Kafka's have a prefix instead.
    return f"{name if name.isupper() else f'{KAFKA_PREFIX}{name}'.upper()}: {said}"
