"""Our own records are trusted, but not with what would stop a whole batch."""

from datetime import datetime, timedelta
from typing import Any

import orjson
import pytest

from shared import topics
from shared.kafka.table import AppTable
from shared.kafka.working.intake import Decoder
from shared.settings import KafkaSettings
from tests.support.factories import raw
from tests.support.fakes import NOON, FakeApps, app


def unresolved(**changes: Any) -> dict[str, Any]:
    return {
        "request_id": "r-1",
        "event_id": "e-1",
        "app_id": "acme",
        "conversation_id": "c-42",
        "occurred_at": "2026-11-22T10:00:00Z",
        "text": "Help",
        "reason": "no_match",
        "attempts": [],
        **changes,
    }


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"occurred_at": "0001-01-01T00:00:00+14:00"}, "timestamp_out_of_range"),
        ({"occurred_at": "9999-12-31T23:59:59-12:00"}, "timestamp_ahead"),
        ({"app_state": {"free_bytes": 2**63}}, "number_out_of_range"),
    ],
)
def test_what_cannot_be_stored_is_refused_and_its_neighbour_passes(
    changes: dict[str, Any], reason: str
) -> None:
    topic = topics.CONVERSATION_UNRESOLVED
    decoder = Decoder(
        [topic],
        apps=FakeApps({"acme": app()}),
        max_event_bytes=1_000_000,
        now=lambda: NOON,
    )
    bad, good = unresolved(**changes), unresolved(future={"field": 1})

    intake = decoder.decode(
        [raw(orjson.dumps(each), topic=topic.name) for each in (bad, good)]
    )

    assert [error.reason for _, error in intake.refused] == [reason]
    assert len(intake.records) == 1


def test_an_app_was_made_again_only_where_it_was_known_as_deleted() -> None:
    table = AppTable(KafkaSettings(), client_id="test")

    def tell(version: int, status: str, created_at: datetime) -> None:
        settings = app(version=version, status=status, created_at=created_at)
        table.apply(b"acme", settings.model_dump_json().encode())

    tell(1, "active", NOON)
    first = table.made_again_at("acme")
    tell(2, "deleted", NOON)
    tell(3, "active", NOON + timedelta(hours=1))
    tell(4, "active", NOON + timedelta(hours=1))

    assert first is None
    assert table.made_again_at("acme") == NOON + timedelta(hours=1)
