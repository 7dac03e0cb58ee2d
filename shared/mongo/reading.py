"""Read rows one by one: what cannot be read holds up no other."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

import structlog

from shared import metrics

log = structlog.get_logger()

T = TypeVar("T")
Row = Mapping[str, Any]


def read_each(
    rows: Iterable[Row], read: Callable[[Row], T], *, collection: str
) -> list[T]:
    """Return what *read* makes of each of *rows*; one it cannot read stays as it is.

    It is told in the log and counted: only a newer version can have written it, and
    that may read it.
    """
    found: list[T] = []
    for row in rows:
        try:
            found.append(read(row))
        except Exception as error:  # noqa: BLE001 - whatever is wrong with one row
            note_unreadable(collection, row.get("_id"), error)
    return found


def note_unreadable(collection: str, row_id: object, error: Exception) -> None:
    """Say that the row *row_id* of *collection* cannot be read."""
    metrics.UNREADABLE.labels(collection).inc()
    log.error(
        "stored row cannot be read",
        collection=collection,
        id=str(row_id),
        error=repr(error),
    )
