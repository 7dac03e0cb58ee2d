"""Addresses of people, as they are compared."""

import unicodedata
from typing import Annotated

from email_validator import (
    SPECIAL_USE_DOMAIN_NAMES,
    EmailNotValidError,
    validate_email,
)
from fastapi import Path
from pydantic import AfterValidator, StringConstraints

MAX_CHARS = 320
SPECIAL_USE_DOMAIN_NAMES.clear()
"""Reserved names (`.test`, `.local`, `localhost`) are for tests and intranets. The
library documents this."""


def normalised(value: str) -> str:
    """Return the address case folded: who has one has it in any case.

    Raises ValueError for what is none. No DNS is asked.
    """
    try:
        found = validate_email(
            value.strip(),
            check_deliverability=False,
            globally_deliverable=False,
            test_environment=True,
        )
    except EmailNotValidError as error:
        raise ValueError(f"not an e-mail address: {error}") from None
    address = found.ascii_email or f"{found.local_part}@{found.ascii_domain}"
    return unicodedata.normalize("NFC", address.casefold())


Email = Annotated[
    str, StringConstraints(max_length=MAX_CHARS), AfterValidator(normalised)
]
EmailPath = Annotated[
    str,
    Path(max_length=MAX_CHARS, description="The member's address, in any case"),
    AfterValidator(normalised),
]
