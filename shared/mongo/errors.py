"""Translate the driver's errors to ours, at once."""

from collections.abc import Iterator
from contextlib import contextmanager

from pymongo.errors import ConnectionFailure, OperationFailure, PyMongoError

from shared.errors import Transient

DUPLICATE_KEY = 11000
WRITE_CONFLICT = 112


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
