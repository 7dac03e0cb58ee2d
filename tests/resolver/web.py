"""The resolver's API on fakes, asked over ASGI."""

from dataclasses import dataclass, field
from datetime import timedelta

import httpx
from fastapi import FastAPI

from services.resolver.api import (
    catalogue,
    events,
    history,
    imports,
    replies,
    tokens,
    trial,
)
from services.resolver.api.signing import Signing
from services.resolver.catalogue.ranker import CatalogueRanker
from services.resolver.catalogue.shelf import Catalogue, Limits
from services.resolver.domain.catalogue import (
    Action,
    Document,
    Passage,
    parameters_from_schema,
)
from services.resolver.matching.knowledge import Knowledge
from services.resolver.replies import Hub
from services.resolver.repository.history import history_id
from services.resolver.resolve.trial import TrialRun
from shared.events import AppKey, Scope
from shared.web.api import install
from shared.web.auth import Credentials, new_key
from shared.web.limits import BodyLimit
from tests.resolver.minds import FakeVectors
from tests.resolver.world import RULES
from tests.support.fakes import NOON, FakeApps, FakeClock, FakePublisher, app

MAX_BODY = 64 * 1024


@dataclass
class FakeEntries:
    key: str
    kept: dict = field(default_factory=dict)

    async def get(self, app_id, name):
        return self._shown(self.kept.get((app_id, name)))

    async def page(self, app_id, *, after, limit):
        names = sorted(
            name
            for owner, name in self.kept
            if owner == app_id and name > (after or "")
        )
        return [self._shown(self.kept[app_id, name]) for name in names[:limit]]

    async def put(self, app_id, entries, *, now):
        stored = []
        for entry in entries:
            before = self.kept.get((app_id, entry[self.key]))
            same = before is not None and entry.items() <= before.items()
            if not same:
                version = before["version"] + 1 if before else 1
                self.kept[app_id, entry[self.key]] = {**entry, "version": version}
            row = self.kept[app_id, entry[self.key]]
            stored.append((self._shown(row), before is None))
        return stored

    async def delete(self, app_id, name):
        return self.kept.pop((app_id, name), None) is not None

    @staticmethod
    def _shown(row):
        return row and {name: each for name, each in row.items() if name != "passages"}


@dataclass
class FakeTokens:
    grants: dict = field(default_factory=dict)
    owners: dict = field(default_factory=dict)

    async def add(self, grant):
        self.grants[grant.token_id] = grant

    async def get(self, token_id):
        return self.grants.get(token_id)

    async def claim(self, app_id, conversation_id, user_id, *, now):
        return self.owners.setdefault((app_id, conversation_id), user_id) == user_id

    async def owns(self, app_id, conversation_id, user_id):
        return self.owners.get((app_id, conversation_id)) == user_id


@dataclass
class FakeSecrets:
    kept: dict = field(default_factory=dict)

    async def get(self, app_id, action):
        return self.kept.get((app_id, action), "")

    async def put(self, app_id, action, secret, *, now):
        self.kept[app_id, action] = secret

    async def delete(self, app_id, action):
        self.kept.pop((app_id, action), None)


@dataclass
class FakeReplies:
    kept: list = field(default_factory=list)

    async def of(self, lane):
        return [each for each in self.kept if each.lane == lane]


class FakeHistory:
    """By text; what is said last holds."""

    def __init__(self):
        self.kept = {}

    async def page(self, app_id, *, after, limit):
        rows = [
            {
                "id": history_id(each.text),
                "text": each.text,
                "kind": each.kind,
                "name": each.name,
                "stored_at": NOON,
            }
            for (owner, _), each in self.kept.items()
            if owner == app_id
        ]
        rows.sort(key=lambda row: row["id"])
        return [row for row in rows if row["id"] > (after or "")][:limit]

    async def add(self, app_id, entries, *, now):
        new = {(app_id, each.text): each for each in entries}
        changed = sum(self.kept.get(key) != each for key, each in new.items())
        self.kept.update(new)
        return changed

    async def delete(self, app_id, history_id_=None):
        gone = [
            key
            for key in self.kept
            if key[0] == app_id and history_id_ in {None, history_id(key[1])}
        ]
        for key in gone:
            del self.kept[key]
        return len(gone)


class EntriesAsCatalogues:
    """What the ranker reads, straight from the fake entries."""

    def __init__(self, actions, documents):
        self.actions, self.documents = actions, documents

    async def versions(self, app_ids):
        return dict.fromkeys(app_ids, self._version)

    @property
    def _version(self):
        return 1 + len(self.actions.kept) + len(self.documents.kept)

    async def load(self, app_id):
        knowledge = Knowledge(
            tuple(
                Action(
                    row["name"],
                    row["description"],
                    parameters_from_schema(row["parameters"]),
                    tuple(row["examples"]),
                    row["approvalRequired"],
                    row["endpoint"],
                )
                for (owner, _), row in self.actions.kept.items()
                if owner == app_id
            ),
            tuple(
                Document(
                    row["id"],
                    row["title"],
                    row["url"],
                    tuple(row["questions"]),
                    tuple(
                        Passage(row["id"], row["title"], each["text"], (), row["url"])
                        for each in row["passages"]
                    ),
                )
                for (owner, _), row in self.documents.kept.items()
                if owner == app_id
            ),
        )
        return Catalogue(self._version, knowledge)


class Web:
    def __init__(self):
        self.clock = FakeClock()
        self.publisher = FakePublisher()
        self.tokens = FakeTokens()
        self.replies = FakeReplies()
        self.actions = FakeEntries("name")
        self.documents = FakeEntries("id")
        self.secrets = FakeSecrets()
        self.hub = Hub()
        self.apps = FakeApps()
        self.history = FakeHistory()
        self.keys = {
            f"{app_id}/{scope}": self._add_key(app_id, scope)
            for app_id in ("acme", "other")
            for scope in Scope
        }
        credentials = Credentials(self.apps, admin_key="")
        # Tokens are checked against the real time by their library.
        signer = tokens.TokenSigner(
            secret=b"s" * 32, apps=self.apps, now=self.clock.now
        )
        credentials.read_token = signer.read
        self.app = self._build(signer)
        self.app.state.credentials = credentials

    def _add_key(self, app_id, scope):
        made = new_key()
        known = self.apps.known.get(app_id) or app(app_id)
        key = AppKey(
            key_id=made.key_id, hash=made.hash, scopes=[scope], created_at=NOON
        )
        self.apps.known[app_id] = known.model_copy(update={"keys": [*known.keys, key]})
        return made.key

    def _build(self, signer):
        built = FastAPI()
        install(built)
        built.add_middleware(BodyLimit, max_bytes=MAX_BODY)
        door = events.Door(
            publisher=self.publisher,
            tokens=self.tokens,
            clock=self.clock,
        )
        ranker = CatalogueRanker(
            EntriesAsCatalogues(self.actions, self.documents),
            FakeVectors(),
            clock=self.clock,
            language="english",
            limits=Limits(10, 10**8, check_seconds=0.01, batch=32, timeout_seconds=5),
        )
        for router in (
            events.router(door),
            replies.router(self.replies, self.hub, self.tokens, heartbeat_seconds=0.05),
            tokens.router(
                self.tokens, signer, clock=self.clock, lasts=timedelta(hours=1)
            ),
            imports.router(self.documents, clock=self.clock),
            catalogue.router(
                self.actions,
                self.documents,
                clock=self.clock,
                signing=Signing(self.secrets, self.clock),
            ),
            history.router(self.history, clock=self.clock),
            trial.router(
                TrialRun(
                    ranker=ranker, apps=self.apps, clock=self.clock, defaults=RULES
                ),
                clock=self.clock,
            ),
        ):
            built.include_router(router)
        return built

    def client(self, credential="acme/ingest"):
        bearer = self.keys.get(credential, credential)
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app, raise_app_exceptions=False),
            base_url="http://resolver.test",
            headers={"Authorization": f"Bearer {bearer}"},
        )

    async def ask(self, method, path, *, by="acme/ingest", **more):
        async with self.client(by) as client:
            return await client.request(method, path, **more)
