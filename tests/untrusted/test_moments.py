"""Whatever a platform's clock says, the message is worked."""

from datetime import UTC, datetime

import pytest

from shared.kafka.working.intake import Decoder
from shared.topics import CONVERSATION_EVENTS
from tests.support.factories import raw
from tests.support.fakes import NOON, FakeApps, app
from tests.untrusted.reading import read, said

TEN = datetime(2026, 11, 22, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2026-11-22t10:00:00z", TEN),
        ("2026-11-22T10:00:00+00:00", TEN),
        ("2026-11-22T10:00:00-00:00", TEN),
        ("2026-11-22T10:00:00.000000000Z", TEN),
        ("2026-11-22T10:00:00.000000000000Z", TEN),
        ("2026-11-22 10:00:00Z", TEN),
        ("2026-11-22_10:00:00Z", TEN),
        ("2026-11-22T10:00Z", TEN),
        ("2026-11-22T11:00:00+01", TEN),
        ("2026-11-22T10:00:00", TEN),
        (" 2026-11-22T10:00:00Z ", TEN),
        ("2026-11-22T09:59:60Z", TEN),
        ("2026-11-22T09:59:60.5Z", TEN.replace(microsecond=500_000)),
        ("2016-12-31T23:59:60Z", datetime(2017, 1, 1, tzinfo=UTC)),
        ("2016-12-31T15:59:60-08:00", datetime(2017, 1, 1, tzinfo=UTC)),
        ("2026-11-21T24:00:00Z", datetime(2026, 11, 22, tzinfo=UTC)),
        ("Sun, 22 Nov 2026 10:00:00 GMT", TEN),
        ("1795341600", TEN),
        (1_795_341_600, TEN),
        (1_795_341_600_000, TEN),
    ],
)
def test_a_moment_is_read_however_it_is_written(written, moment):
    event, notes = read(said(occurred_at=written))

    assert event.occurred_at == moment
    assert event.occurred_at_sent is None
    assert "occurred_at:our_time" not in notes


@pytest.mark.parametrize(
    "written",
    [
        "1970-01-01T00:00:00Z", "1969-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00",
        "0000-00-00T00:00:00Z", "2099-01-01T00:00:00Z", "9999-12-31T23:59:59-12:00",
        "2026-02-30T10:00:00Z", "2026-11-22T10:00:61Z", "2026-11-22T25:00:00Z",
        "-2026-11-22T10:00:00Z", "yesterday", "", 0, -1, 1e300, True, {"at": 1}, [],
    ],
)  # fmt: skip
def test_a_moment_that_cannot_be_gives_way_to_ours_and_is_kept(written):
    event, notes = read(said(occurred_at=written))

    assert event.occurred_at == NOON
    assert event.occurred_at_sent == str(written)
    assert "occurred_at:our_time" in notes


def test_our_time_is_when_the_record_came_to_the_log():
    decoder = Decoder(
        [CONVERSATION_EVENTS],
        apps=FakeApps({"acme": app()}),
        max_event_bytes=1_000_000,
        now=lambda: NOON,
    )
    records = [raw(said(occurred_at="soon")) for _ in range(3)]
    records[0].timestamp = int(TEN.timestamp() * 1000)
    records[1].timestamp = 0  # a producer whose own clock is wrong
    records[2].timestamp = 2**62

    worked = decoder.decode(records).records

    assert [each.event.occurred_at for each in worked] == [TEN, NOON, NOON]


@pytest.mark.parametrize("sent", ["c" * 300, 42.0])
def test_a_key_of_an_id_that_was_mended_is_no_wrong_key(sent):
    decoder = Decoder(
        [CONVERSATION_EVENTS],
        apps=FakeApps({"acme": app()}),
        max_event_bytes=1_000_000,
        now=lambda: NOON,
    )

    intake = decoder.decode([raw(said(conversation_id=sent))])

    assert intake.refused == []
    assert len(intake.records[0].event.conversation_id) <= 256
