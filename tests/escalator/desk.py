"""The escalator's HTTP API over the same world of fakes."""

from __future__ import annotations

import operator
from dataclasses import dataclass, field, replace
from typing import Any

import httpx
from fastapi import FastAPI

from services.escalator.administer import Administration
from services.escalator.administer.erase import Eraser
from services.escalator.administer.versions import (
    History,
    Signature,
)
from services.escalator.api.desk import escalations, listing, originals, promises
from services.escalator.api.desk.ordering import Desk
from services.escalator.api.preferences import settings as preferences
from services.escalator.api.preferences.changes import (
    backtesting,
    explaining,
    previewing,
    versions,
)
from services.escalator.api.requests import consultations
from services.escalator.api.tenants import apps, users
from services.escalator.domain.inbox.filters import (
    PHASES,
    Filter,
    Found,
    Phase,
    Position,
    Row,
    Sort,
)
from services.escalator.escalate.routing.backtest import Backtest
from services.escalator.repository.apps import StoredApp
from services.escalator.repository.conversations.histories import Histories
from services.escalator.repository.inbox.reading import packet_of
from services.escalator.repository.unread import to_text
from shared.errors import Transient
from shared.events import AppSettings
from shared.kafka.records import Done, Outgoing, Record
from shared.kafka.table import AppTable
from shared.settings import KafkaSettings
from shared.topics import APP_SETTINGS
from shared.web.api import install
from shared.web.auth import Credentials
from shared.wording.languages import load_languages
from tests.escalator.routing.recorded import FakeRecorded, FakeVersions
from tests.escalator.world import SEAL, World

ADMIN_KEY = "operator-key"
ORIGIN = "http://escalator.test"


class LocalTable(AppTable):
    """The real table, fed by the fake publisher instead of a broker."""

    def __init__(self) -> None:
        super().__init__(KafkaSettings(), client_id="test")

    async def refresh(self) -> None:
        return


class FakePublisher:
    def __init__(self, table: LocalTable) -> None:
        self.table = table
        self.published: list[Outgoing] = []
        self.failures = 0

    async def publish(self, outputs) -> None:
        if self.failures:
            self.failures -= 1
            raise Transient("kafka_unavailable", "no broker")
        self.published += outputs
        for output in outputs:
            if output.topic == APP_SETTINGS.name:
                self.table.apply(output.key, output.value)


class FakeStoredApps:
    def __init__(self) -> None:
        self.rows: dict[str, StoredApp] = {}
        self.versions = FakeVersions()
        self.rivals = 0
        """How many replacements to lose to somebody else."""

    async def get(self, app_id: str) -> StoredApp | None:
        return self.rows.get(app_id)

    async def insert(self, settings: AppSettings) -> bool:
        if settings.app_id in self.rows:
            return False
        self.rows[settings.app_id] = StoredApp(
            settings, settings.model_dump_json(by_alias=True)
        )
        return True

    async def replace(
        self, settings: AppSettings, *, over: str, signed: Signature | None = None
    ) -> bool:
        known = self.rows[settings.app_id]
        if self.rivals:
            self.rivals -= 1
            number = known.settings.version + 1
            rival = known.settings.model_copy(
                update={"version": number, "settings_version": number}
            )
            text = rival.model_dump_json()
            self.rows[settings.app_id] = replace(known, settings=rival, text=text)
        elif known.settings.version == settings.version - 1:
            text = to_text(settings, over=over)
            changed = replace(known, settings=settings, text=text)
            if signed is not None:
                self.versions.keep(known)
                changed = replace(changed, signature=signed)
            self.rows[settings.app_id] = changed
            return True
        return False

    async def mark_published(self, app_id: str, version: int) -> None:
        known = self.rows[app_id]
        newest = max(known.published_version, version)
        self.rows[app_id] = replace(known, published_version=newest)

    async def page(self, *, after: str | None = None, limit: int | None = None):
        found = [self.rows[key] for key in sorted(self.rows) if key > (after or "")]
        return found[:limit]

    async def unpublished(self):
        return [
            row
            for row in self.rows.values()
            if row.published_version < row.settings.version
        ]


class FakeInbox:
    """Reads the documents that the world's decisions wrote."""

    def __init__(self, world: World) -> None:
        self.world = world

    def _rows(self, collection: str) -> dict[str, Row]:
        return self.world.documents(collection)

    async def find(self, app_id: str, name: str) -> Row | None:
        for row in self._rows("escalator_escalations").values():
            if row["app_id"] == app_id and name in {row["_id"], row["number"]}:
                return row
        return None

    async def read(self, app_id: str, name: str) -> Found | None:
        row = await self.find(app_id, name)
        if row is None:
            return None
        updates = [
            update
            for update in self._rows("escalator_updates").values()
            if update["escalation_id"] == row["_id"]
        ]
        decided = (await self.world.ledger.load([row["opened_by"]], [])).decided
        return Found(row, packet_of(row, decided), updates)

    async def page(
        self,
        app_id: str,
        wanted: Filter,
        *,
        sort: Sort = Sort.NEWEST,
        after: Position | None = None,
        limit: int,
    ) -> list[tuple[Position, Row]]:
        rows = [
            row
            for row in self._rows("escalator_escalations").values()
            if row["app_id"] == app_id and _is_wanted(row, wanted)
        ]
        found: list[tuple[Position, Row]] = []
        for number, phase in enumerate(PHASES[sort]):
            here = [
                (Position(number, row[phase.field], row["_id"]), row)
                for row in rows
                if _stands_in(row, phase)
            ]
            key = operator.attrgetter("at", "escalation_id")
            here.sort(key=lambda each: key(each[0]), reverse=phase.descending)
            found += here
        places = [position for position, _ in found]
        return found[places.index(after) + 1 if after else 0 :][:limit]


def _stands_in(row: Row, phase: Phase) -> bool:
    ((field, wanted),) = phase.where.items() if phase.where else [("_id", row["_id"])]
    if isinstance(wanted, dict):  # one of some values, or a date
        allowed = wanted.get("$in")
        return row.get(field) in allowed if allowed else row.get(field) is not None
    return row.get(field) == wanted


def _is_wanted(row: Row, wanted: Filter) -> bool:
    lists = (
        (wanted.statuses, [row["status"]]),
        (wanted.reasons, [row["reason"]]),
        (wanted.priorities, [row["priority"]]),
        (wanted.tags, row["tags"]),
    )
    pattern = (row["pattern"] or {}).get("id")
    return (
        all(not asked or set(asked) & set(has) for asked, has in lists)
        and wanted.conversation_id in {None, row["conversation_id"]}
        and wanted.pattern in {None, pattern}
        and wanted.number in {None, row["number"]}
        and wanted.assignee in {None, row["assignee"] or ""}
        and all(word in row["words"] for word in wanted.words)
        and (not wanted.opened_from or wanted.opened_from <= row["opened_at"])
        and (not wanted.opened_to or row["opened_at"] < wanted.opened_to)
    )


class FakeConsultations:
    """Reads the questions that the world's decisions wrote."""

    def __init__(self, world: World) -> None:
        self.world = world

    async def find(self, app_id: str, consultation_id: str) -> Row | None:
        row = self.world.documents("escalator_consultations").get(consultation_id)
        return row if row and row["app_id"] == app_id else None


@dataclass
class FakePromises:
    """Reads the promises that the world's decisions wrote."""

    world: World

    async def page(self, app_id: str, *, escalation_id, state, after, limit: int):
        rows = [
            row
            for row in self.world.documents("escalator_promises").values()
            if row["app_id"] == app_id
            and escalation_id in {None, row["escalation_id"], row["number"]}
            and state in {None, row["state"]}
        ]
        rows.sort(key=lambda row: (row["promised_at"], row["_id"]))
        past = [r for r in rows if not after or (r["promised_at"], r["_id"]) > after]
        return past[:limit]


@dataclass
class FakeDestinations:
    """The destinations told of; those in *late* only after a refresh."""

    known: set[str] = field(default_factory=lambda: {"team-mail"})
    late: set[str] = field(default_factory=set)

    def of(self, app_id: str) -> frozenset[str]:
        return frozenset(self.known)

    async def refresh(self) -> None:
        self.known |= self.late


@dataclass
class FakeReceipts:
    """Receipts in memory."""

    rows: dict[str, Row] = field(default_factory=dict)

    async def latest(self, app_id: str, user: str) -> Row | None:
        mine = [
            row
            for row in self.rows.values()
            if (row["app_id"], row.get("user")) == (app_id, user)
        ]
        return max(mine, key=lambda row: row["round"], default=None)

    async def begin(self, erasure_id: str, **facts: Any) -> Row:
        row = {
            "_id": erasure_id,
            "app_id": facts["app_id"],
            "user": facts["user"],
            "round": facts["number"],
            "requested_at": facts["now"],
        }
        return self.rows.setdefault(erasure_id, row)

    async def get(self, key: str) -> Row | None:
        return self.rows.get(key)


@dataclass
class FakeConversations:
    """Conversations by user."""

    known: dict[tuple[str, str], set[str]] = field(default_factory=dict)

    async def of_user(self, app_id: str, user_id: str) -> set[str]:
        return self.known.get((app_id, user_id), set())


class Office:
    """A running API, its world behind it, and what a client knows."""

    def __init__(self) -> None:
        self.world = World()
        self.table = LocalTable()
        self.publisher = FakePublisher(self.table)
        self.stored = FakeStoredApps()
        self.purged = True
        self.receipts = FakeReceipts()
        self.conversations = FakeConversations()
        self.eraser = Eraser(
            receipts=self.receipts,
            conversations=self.conversations,
            publisher=self.publisher,
            clock=self.world.clock,
            digest=lambda app_id, user_id: f"digest of {app_id}:{user_id}",
        )
        self.administration = Administration(
            purged=self.is_purged,
            apps=self.stored,
            publisher=self.publisher,
            known=self.table,
            clock=self.world.clock,
        )
        desk = Desk(FakeInbox(self.world), self._submit, self.world.clock)
        app = FastAPI()
        install(app)
        app.state.credentials = Credentials(self.table, admin_key=ADMIN_KEY)
        app.include_router(listing.router(desk.inbox, clock=self.world.clock))
        app.include_router(promises.router(FakePromises(self.world)))
        decided = Histories(self.world.ledger)
        app.include_router(originals.router(desk, decided, SEAL.open))
        app.include_router(escalations.router(desk, clock=self.world.clock))
        self.destinations = FakeDestinations()
        app.include_router(
            consultations.router(desk, FakeConsultations(self.world), self.destinations)
        )
        recorded = FakeRecorded(self.world)
        app.include_router(
            preferences.router(self.administration, self.destinations, recorded)
        )
        history = History(self.stored, self.stored.versions)
        app.include_router(
            versions.router(self.administration, history, self.destinations)
        )
        app.include_router(
            explaining.router(self.administration, recorded, self.world.ports)
        )
        app.include_router(previewing.router(self.administration, self.world.ports))
        app.include_router(apps.router(self.administration, self.eraser))
        app.include_router(users.router(self.eraser))
        self.backtest = Backtest(
            recorded=recorded,
            preferences_of=history.preferences,
            languages=load_languages(),
            clock=self.world.clock,
        )
        app.include_router(
            backtesting.router(self.administration, self.backtest, self.destinations)
        )
        self.http = httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url=ORIGIN
        )

    async def is_purged(self, _app_id: str, _version: int) -> bool:
        return self.purged

    async def _submit(self, record: Record) -> Done:
        self.world.conversation_id = record.lane.partition(":")[2]
        (done,) = await self.world.feed(record)
        return done

    async def as_operator(self, method: str, path: str, **more: Any) -> httpx.Response:
        return await self.ask(method, path, ADMIN_KEY, **more)

    async def ask(
        self, method: str, path: str, key: str, **more: Any
    ) -> httpx.Response:
        headers = {"Authorization": f"Bearer {key}", **more.pop("headers", {})}
        return await self.http.request(method, path, headers=headers, **more)

    async def key(self, app_id: str = "acme", *scopes: str) -> str:
        """Make the app if need be, and a key."""
        await self.as_operator("POST", "/v1/apps", json={"app_id": app_id})
        made = await self.as_operator(
            "POST",
            f"/v1/apps/{app_id}/keys",
            json={"scopes": scopes or ["read", "manage"], "label": "test"},
        )
        return made.json()["key"]
