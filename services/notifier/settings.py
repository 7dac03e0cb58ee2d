"""Settings of the notifier."""

import ssl
from typing import Literal, Self

from pydantic import AliasChoices, Field, model_validator

from shared.settings import ServiceSettings, listen_host, listen_port


class Settings(ServiceSettings):
    """What the notifier is told, beside what every service is told."""

    http_host: str = listen_host("NOTIFIER")
    http_port: int = listen_port("NOTIFIER", 8603)
    smtp_host: str = Field(
        default="localhost",
        validation_alias="NOTIFIER_SMTP_HOST",
        description="SMTP relay that sends our mail",
    )
    smtp_port: int = Field(
        default=25,
        ge=1,
        le=65535,
        validation_alias="NOTIFIER_SMTP_PORT",
        description="Its port: 25, 587 (STARTTLS) or 465 (TLS)",
    )
    smtp_username: str = Field(
        default="",
        validation_alias="NOTIFIER_SMTP_USERNAME",
        description="User name; empty sends without authentication",
    )
    smtp_password: str = Field(
        default="",
        repr=False,
        validation_alias="NOTIFIER_SMTP_PASSWORD",
        description="Password",
    )
    smtp_starttls: Literal["auto", "required", "off"] = Field(
        default="auto",
        validation_alias="NOTIFIER_SMTP_STARTTLS",
        description="Encrypt after connecting: when offered, always, or never",
    )
    smtp_tls: bool = Field(
        default=False,
        validation_alias="NOTIFIER_SMTP_TLS",
        description="TLS from the first byte (port 465)",
    )
    smtp_plaintext_password: bool = Field(
        default=False,
        validation_alias="NOTIFIER_SMTP_PLAINTEXT_PASSWORD",
        description="Said beside NOTIFIER_SMTP_STARTTLS=off: the password may be sent "
        "in the clear",
    )
    smtp_ca_file: str = Field(
        default="",
        validation_alias="NOTIFIER_SMTP_CA_FILE",
        description="PEM file of the authorities that sign the relay's certificate, "
        "beside the system's own; for a private authority",
    )
    smtp_connections: int = Field(
        default=8,
        ge=1,
        le=100,
        validation_alias="NOTIFIER_SMTP_CONNECTIONS",
        description="Connections kept to the relay",
    )
    smtp_timeout_seconds: float = Field(
        default=60,
        gt=0,
        validation_alias="NOTIFIER_SMTP_TIMEOUT_SECONDS",
        description="Wait for one reply, seconds",
    )
    mail_from: str = Field(
        default="Handrail <handrail@localhost>",
        validation_alias="NOTIFIER_MAIL_FROM",
        description="Sender, with or without a name; bounces go to the address",
    )
    mail_domain: str = Field(
        default="handrail.localhost",
        pattern=r"^[A-Za-z0-9.-]{1,200}$",
        validation_alias="NOTIFIER_MAIL_DOMAIN",
        description="Domain of Message-ID and List-Id",
    )
    secret_key: str = Field(
        default="",
        repr=False,
        validation_alias="NOTIFIER_SECRET_KEY",
        description="Encrypts destinations' secrets; empty derives it from the "
        "operator's key",
    )
    delivery_time_scale: float = Field(
        default=1.0,
        gt=0,
        validation_alias=AliasChoices(
            "NOTIFIER_RETRY_TIME_SCALE", "HANDRAIL_RETRY_TIME_SCALE"
        ),
        description="Multiplies every wait between tries; tests shrink time with it",
    )
    concurrency: int = Field(
        default=32,
        ge=1,
        le=500,
        validation_alias="NOTIFIER_CONCURRENCY",
        description="Deliveries sent at the same time",
    )
    per_destination: int = Field(
        default=8,
        ge=1,
        validation_alias="NOTIFIER_PER_DESTINATION",
        description="Of these, to one destination, so that a slow one keeps some free",
    )
    lease_seconds: float = Field(
        default=20,
        gt=0,
        validation_alias="NOTIFIER_LEASE_SECONDS",
        description="How long a silent owner keeps a delivery, seconds",
    )
    circuit_pause_seconds: float = Field(
        default=10,
        gt=0,
        validation_alias="NOTIFIER_CIRCUIT_PAUSE_SECONDS",
        description="Between probes of a far side that does not answer, seconds",
    )
    waiting_days: int = Field(
        default=90,
        ge=1,
        validation_alias="NOTIFIER_WAITING_DAYS",
        description="Days a delivery waits for a destination that does not exist, then "
        "it is given up",
    )
    dead_days: int = Field(
        default=90,
        ge=1,
        validation_alias="NOTIFIER_DEAD_DAYS",
        description="Days a delivery that was given up is kept, to be redriven",
    )
    allow_private_urls: bool = Field(
        default=False,
        validation_alias="NOTIFIER_ALLOW_PRIVATE_URLS",
        description="Let webhooks reach http and private addresses (tests, intranets)",
    )

    @model_validator(mode="after")
    def _has_a_key(self) -> Self:
        if not self.secret_key and not self.admin_key:
            raise ValueError(
                "NOTIFIER_SECRET_KEY or HANDRAIL_ADMIN_KEY must be set: destinations' "
                "secrets are encrypted with it. Make one (`openssl rand -base64 32`), "
                "give it to every instance and keep it"
            )
        return self

    @model_validator(mode="after")
    def _keeps_the_password(self) -> Self:
        in_the_clear = self.smtp_starttls == "off" and not self.smtp_tls
        if self.smtp_password and in_the_clear and not self.smtp_plaintext_password:
            raise ValueError(
                "NOTIFIER_SMTP_STARTTLS=off would send NOTIFIER_SMTP_PASSWORD in the "
                "clear: leave it at auto or required, use NOTIFIER_SMTP_TLS=true, or "
                "say NOTIFIER_SMTP_PLAINTEXT_PASSWORD=true as well"
            )
        return self

    @model_validator(mode="after")
    def _reads_the_authorities(self) -> Self:
        if self.smtp_ca_file:
            try:
                trusted(self.smtp_ca_file)
            except (OSError, ssl.SSLError) as error:
                raise ValueError(
                    "NOTIFIER_SMTP_CA_FILE must name a readable PEM file of "
                    f"certificates: {error}"
                ) from None
        return self


def trusted(ca_file: str) -> ssl.SSLContext:
    """Return what trusts the system's authorities, and those of *ca_file* if given.

    Raises OSError and ssl.SSLError for a file that holds none.
    """
    context = ssl.create_default_context()
    if ca_file:
        context.load_verify_locations(cafile=ca_file)
    return context
