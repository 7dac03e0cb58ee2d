"""Each version of a catalogue is said, whatever dies in between."""

from dataclasses import dataclass, field

import pytest

from services.resolver.catalogue.announcing import CatalogueAnnouncer
from shared.errors import Transient
from shared.events import AppCatalogue
from tests.support.fakes import FakeClock, FakePublisher


@dataclass
class FakeVersions:
    stored: dict[str, int] = field(default_factory=dict)
    said: dict[str, int] = field(default_factory=dict)

    async def unannounced(self, *, limit: int) -> list[tuple[str, int]]:
        return [
            (app_id, version)
            for app_id, version in self.stored.items()
            if self.said.get(app_id) != version
        ][:limit]

    async def announced(self, app_id: str, version: int) -> None:
        self.said[app_id] = max(version, self.said.get(app_id, 0))


def said(publisher: FakePublisher) -> list[tuple[str, int]]:
    events = [AppCatalogue.model_validate_json(e.value) for e in publisher.published]
    return [(each.app_id, each.version) for each in events]


async def test_a_version_is_said_once():
    versions, publisher = FakeVersions({"acme": 1, "bolt": 4}), FakePublisher()
    announcer = CatalogueAnnouncer(versions, publisher, FakeClock())

    await announcer.round()
    await announcer.round()

    assert said(publisher) == [("acme", 1), ("bolt", 4)]
    assert publisher.published[0].key == b"acme"


async def test_a_change_is_said_again():
    versions, publisher = FakeVersions({"acme": 1}), FakePublisher()
    announcer = CatalogueAnnouncer(versions, publisher, FakeClock())
    await announcer.round()

    versions.stored["acme"] = 2
    await announcer.round()

    assert said(publisher) == [("acme", 1), ("acme", 2)]


async def test_what_was_not_published_is_said_the_next_time():
    versions, publisher = FakeVersions({"acme": 1}), FakePublisher(failing=1)
    announcer = CatalogueAnnouncer(versions, publisher, FakeClock())

    with pytest.raises(Transient):
        await announcer.round()
    await announcer.round()

    assert said(publisher) == [("acme", 1)]
