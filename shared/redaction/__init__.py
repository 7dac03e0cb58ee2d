"""Personal data and secrets in free text: found by kind, and blacked out.

Each kind is found by a pattern in linear time (RE2) and, where there is one, proved by
its check digits, so that an order number is no card. What is put in its place says the
kind alone (`[card]`).
"""

from shared.redaction.events import redact_event, region_of
from shared.redaction.redactor import Found, Profile, Redactor

__all__ = ["Found", "Profile", "Redactor", "redact_event", "region_of"]
