"""What the API takes and answers."""

from datetime import datetime
from typing import Annotated, Literal

from email_validator import (
    SPECIAL_USE_DOMAIN_NAMES,
    EmailNotValidError,
    validate_email,
)
from pydantic import (
    AfterValidator,
    BaseModel,
    Field,
    StringConstraints,
    field_validator,
)

from services.notifier.domain.delivery import Attempt, Delivery, Recipient
from services.notifier.domain.destination import Destination
from shared.web.exact.secrets import check_secret
from shared.web.ssrf import MAX_URL_CHARS

MAX_RECIPIENTS = 50
"""Longer lists belong in the mail system, which knows who left."""

SPECIAL_USE_DOMAIN_NAMES.clear()
"""Reserved names (`.test`, `.local`, `localhost`) are for tests and intranets, and
whether one can be reached is for the relay to say. The library documents this."""

DestinationId = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$")
]


class EmailDestination(BaseModel):
    """A team's mailboxes; each gets a mail of its own."""

    kind: Literal["email"]
    app_id: str | None = Field(default=None, description="Must be the key's own app")
    to: list[Annotated[str, StringConstraints(max_length=320)]] = Field(
        min_length=1, max_length=MAX_RECIPIENTS, description="Addresses, 1 to 50"
    )

    @field_validator("to")
    @classmethod
    def _addresses(cls, values: list[str]) -> list[str]:
        return list(dict.fromkeys(_address(each) for each in values))


class WebhookDestination(BaseModel):
    """A URL that receives Standard Webhooks."""

    kind: Literal["webhook"]
    app_id: str | None = Field(default=None, description="Must be the key's own app")
    url: str = Field(max_length=MAX_URL_CHARS, description="https, public internet")
    secret: Annotated[str, AfterValidator(check_secret)] | None = Field(
        default=None,
        repr=False,
        description="`whsec_` and base64 of 24 to 64 random bytes; written, never "
        "read back; without it the stored one stays",
    )


AnyDestination = Annotated[
    EmailDestination | WebhookDestination, Field(discriminator="kind")
]


def _address(value: str) -> str:
    """Return *value* as it is written on an envelope. No DNS is asked."""
    try:
        found = validate_email(
            value,
            check_deliverability=False,
            globally_deliverable=False,
            test_environment=True,
        )
    except EmailNotValidError as error:
        raise ValueError(f"not an e-mail address: {error}") from None
    return found.ascii_email or f"{found.local_part}@{found.ascii_domain}"


class Order(BaseModel):
    """What may come with an order that needs no body."""

    app_id: str | None = Field(default=None, description="If given, the key's own app")


class DestinationView(BaseModel):
    """A destination as it is read back: without its secrets."""

    destination_id: str
    kind: Literal["email", "webhook"]
    to: list[str] | None = Field(default=None, description="For `email`")
    url: str | None = Field(
        default=None, description="For `webhook`: where it leads, not the whole URL"
    )
    secret_set: bool = Field(default=False, description="Whether a secret is stored")
    created_at: datetime | None
    updated_at: datetime | None

    @classmethod
    def of(cls, destination: Destination, *, leads_to: str = "") -> "DestinationView":
        """Return what may be shown of *destination*."""
        return cls(
            destination_id=destination.destination_id,
            kind=destination.kind,
            to=list(destination.to) if destination.kind == "email" else None,
            url=leads_to if destination.kind == "webhook" else None,
            secret_set=bool(destination.secret),
            created_at=destination.created_at,
            updated_at=destination.updated_at,
        )


class SampleResult(BaseModel):
    """What the far side said to a test message."""

    delivered: bool = Field(description="Whether anybody accepted it")
    channel: str
    proof: str = Field(description="The far side's own words")
    recipients: list[str] = Field(description="Who accepted it")
    refused: list[str] = Field(description="Who did not")


class DeliveryView(BaseModel):
    """One delivery, over all its tries."""

    delivery_id: str
    escalation_id: str
    number: str
    conversation_id: str
    destination_id: str
    kind: str
    revision: int
    channel: str
    status: str = Field(
        description="`waiting`, `pending`, `sending`, `retry`, `delivered` or `dead`"
    )
    reason: str = Field(description="Why it stands there")
    last_error: str = Field(description="The far side's last words of failure")
    attempts: list[Attempt]
    tries: int = Field(description="Passes over its recipients so far")
    recipients: list[Recipient]
    created_at: datetime
    due_at: datetime | None = Field(description="When it is tried next")
    accepted_at: datetime | None = Field(description="When a far side first took it")
    closed_at: datetime | None = Field(description="When it was over")
    redriven: int = Field(description="How often somebody gave it fresh tries")

    @classmethod
    def of(cls, delivery: Delivery) -> "DeliveryView":
        """Return what is shown of *delivery*."""
        scheduled = delivery.status in {"pending", "retry"}
        return cls(
            **{
                name: getattr(delivery, name)
                for name in cls.model_fields
                if name != "due_at"
            },
            due_at=delivery.due_at if scheduled else None,
        )
