"""The topic says which destinations there are, whatever fails on the way."""

from dataclasses import dataclass, field

import orjson

from services.notifier.deliver.directory import Directory
from shared.kafka.table import DestinationTable
from shared.settings import KafkaSettings
from tests.support.fakes import FakeClock, FakePublisher


class LocalTable(DestinationTable):
    """The real table, fed by what was published instead of a broker."""

    def __init__(self, publisher: FakePublisher) -> None:
        super().__init__(KafkaSettings(), client_id="test")
        self.publisher = publisher

    async def refresh(self) -> None:
        for each in self.publisher.published:
            self.apply(each.key, each.value)


@dataclass
class FakeListing:
    ids: dict[str, list[str]] = field(default_factory=dict)
    rival: list[str] = field(default_factory=list)
    """Put by another instance while the first record is published."""
    looks: int = 0

    async def ids_of(self, app_id: str) -> list[str]:
        self.looks += 1
        if self.looks > 1 and self.rival:
            self.ids[app_id].append(self.rival.pop())
        return list(self.ids.get(app_id, []))

    async def app_ids(self) -> list[str]:
        return list(self.ids)


def parts(**ids: list[str]) -> tuple[Directory, FakeListing, FakePublisher, LocalTable]:
    listing, publisher = FakeListing(ids), FakePublisher()
    table = LocalTable(publisher)
    return Directory(listing, table, publisher, FakeClock()), listing, publisher, table


async def test_what_is_told_is_what_there_is():
    directory, _, publisher, table = parts(acme=["default", "team-mail"])

    await directory.tell("acme")
    await table.refresh()

    assert len(publisher.published) == 1
    assert publisher.published[0].key == b"acme"
    assert table.of("acme") == {"default", "team-mail"}
    assert table.of("other") == frozenset()


async def test_what_changes_while_it_is_told_is_told_after_it():
    directory, listing, publisher, _ = parts(acme=["a"])
    listing.rival = ["b"]

    await directory.tell("acme")

    said = [orjson.loads(each.value)["destination_ids"] for each in publisher.published]
    assert said == [["a"], ["a", "b"]]


async def test_with_kafka_away_it_is_told_later():
    directory, _, publisher, table = parts(acme=["a"])
    publisher.failing = 1

    await directory.tell("acme")
    assert publisher.published == []

    assert await directory.reconcile() == 1
    await table.refresh()
    assert table.of("acme") == {"a"}
    assert await directory.reconcile() == 0


async def test_an_app_whose_last_destination_went_untold_is_put_right():
    directory, listing, _, table = parts(acme=["a"])
    await directory.tell("acme")
    listing.ids.clear()

    assert await directory.reconcile() == 1

    await table.refresh()
    assert table.of("acme") == frozenset()
    assert table.apps() == frozenset()
