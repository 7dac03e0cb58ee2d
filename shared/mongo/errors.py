"""Translate the driver's errors to ours, at once; say whether somebody was first."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from bson.errors import BSONError
from pymongo.errors import (
    BulkWriteError,
    ConnectionFailure,
    DocumentTooLarge,
    DuplicateKeyError,
    OperationFailure,
    PyMongoError,
)

from shared.errors import Transient

DUPLICATE_KEY = 11000
WRITE_CONFLICT = 112
TOO_LARGE = frozenset({257, 10334, 17280, 17419, 17420})
"""TransactionTooLarge, BSONObjectTooLarge, KeyTooLong, and what an update makes so."""
NO_DOCUMENT = frozenset({2, 9, 14, 15, 22, 28, 52, 53, 56, 57, 66, 121, 171, 258})
"""What the server says of a document's contents: a bad value, type or key, too deep,
refused by a validator. Another try with the same document ends the same way."""
Refusal = tuple[str, str]
"""The reason's stable word, and the driver's or the server's."""


def refusal_of(error: BaseException) -> Refusal | None:
    """Return why the store will never take what it was given; None: it may yet."""
    if isinstance(error, DocumentTooLarge):
        return "document_too_large", str(error)
    # The driver's encoder: keys, types, integers beyond 64 bits, half of a character.
    if isinstance(
        error, BSONError | OverflowError | UnicodeEncodeError | RecursionError
    ):
        return "document_invalid", repr(error)
    for code in _codes_of(error):
        if code in TOO_LARGE:
            return "document_too_large", str(error)
        if code in NO_DOCUMENT:
            return "document_invalid", str(error)
    return None


def _codes_of(error: BaseException) -> list[int | None]:
    if isinstance(error, BulkWriteError):
        errors = (error.details or {}).get("writeErrors", [])
        return [item.get("code") for item in errors]
    return [error.code] if isinstance(error, OperationFailure) else []


@contextmanager
def translated() -> Iterator[None]:
    """Raise Transient(`mongo_unavailable`) for whatever the driver raises."""
    try:
        yield
    except ConnectionFailure as error:
        raise Transient("mongo_unavailable", repr(error)) from error
    except OperationFailure as error:
        raise Transient("mongo_refused", repr(error)) from error
    except PyMongoError as error:
        raise Transient("mongo_error", repr(error)) from error


def written(error: BaseException, rows: Sequence[dict[str, Any]]) -> list[str]:
    """Return the ids of those of *rows* that were inserted all the same."""
    if not isinstance(error, BulkWriteError) or error.details is None:
        return []
    failed = {item["index"] for item in error.details.get("writeErrors", [])}
    return [row["_id"] for place, row in enumerate(rows) if place not in failed]


def names(error: BulkWriteError, collection: str) -> bool:
    """Return whether a duplicate key of *error* is in *collection*."""
    errors = (error.details or {}).get("writeErrors", [])
    return any(f".{collection} " in item.get("errmsg", "") for item in errors)


def is_conflict(error: BaseException) -> bool:
    """Return whether somebody else wrote first."""
    if isinstance(error, BulkWriteError):
        errors = (error.details or {}).get("writeErrors", [])
        return any(item.get("code") == DUPLICATE_KEY for item in errors)
    if isinstance(error, DuplicateKeyError):
        return True
    return isinstance(error, OperationFailure) and (
        error.code in {DUPLICATE_KEY, WRITE_CONFLICT}
        or error.has_error_label("TransientTransactionError")
    )
