"""What tests of matching share: an encoder, stores and catalogues that are fakes."""

import asyncio
import hashlib
import time

import numpy as np

from services.resolver.catalogue.passages import passages_of
from services.resolver.catalogue.ranker import CatalogueRanker
from services.resolver.catalogue.shelf import Catalogue, Limits
from services.resolver.domain.catalogue import Action, Document
from services.resolver.matching.knowledge import Knowledge
from tests.support.fakes import FakeClock

RESET = Action(
    "reset_password", "Send a password reset link", examples=("I forgot my password",)
)
REFUND = Action("refund_order", "Refund an order", examples=("I want my money back",))


def document(
    name="upload-limits", text="# Limits\nFiles may have ten megabytes.", **facts
):
    title = facts.get("title", "Upload limits")
    return Document(
        name,
        title,
        None,
        tuple(facts.get("questions", ("How big may a file be?",))),
        tuple(passages_of(name, title=title, text=text, form="markdown", url=None)),
    )


def catalogue(version=1, actions=(), documents=(), history=()):
    return Catalogue(
        version, Knowledge(tuple(actions), tuple(documents), tuple(history))
    )


class FakeEncoder:
    """Vectors of a text's words, hashed: what shares words is near."""

    name = "fake"
    dimensions = 16

    def __init__(self, *, seconds=0.0):
        self.encoded = []
        self.calls = []
        self.seconds = seconds
        self.failing = None

    def encode(self, texts, /):
        if self.failing:
            raise self.failing
        self.encoded += texts
        self.calls.append(len(texts))
        time.sleep(self.seconds * len(texts))
        rows = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for at, text in enumerate(texts):
            for word in text.lower().split() or [""]:
                digest = hashlib.sha256(word.encode()).digest()
                rows[at, digest[0] % self.dimensions] += 1
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


class FakeVectors:
    """The vector store in memory; one claim an app, as in MongoDB."""

    def __init__(self):
        self.rows = {}
        self.claims = {}
        self.failing = None

    def of(self, owner):
        return _Instance(self, owner)

    async def load(self, app_id, encoder):
        return dict(self.rows.get((app_id, encoder), {}))

    async def add(self, app_id, encoder, rows):
        if self.failing:
            raise self.failing
        self.rows.setdefault((app_id, encoder), {}).update(rows)

    async def forget(self, app_id, encoder, unused):
        for key in unused:
            self.rows.get((app_id, encoder), {}).pop(key, None)

    async def claim(self, app_id, encoder, owner="me"):
        return self.claims.setdefault((app_id, encoder), owner) == owner


class _Instance(FakeVectors):
    def __init__(self, shared, owner):
        self.rows, self.claims, self.failing = shared.rows, shared.claims, None
        self.owner = owner

    async def claim(self, app_id, encoder):
        return await super().claim(app_id, encoder, self.owner)


class FakeCatalogues:
    def __init__(self, **catalogues):
        self.catalogues = catalogues
        self.looks = []
        self.loads = []
        self.failing = None

    async def versions(self, app_ids):
        self.looks.append(sorted(app_ids))
        if self.failing:
            raise self.failing
        return {
            app_id: found.version
            for app_id in app_ids
            if (found := self.catalogues.get(app_id))
        }

    async def load(self, app_id):
        self.loads.append(app_id)
        if self.failing:
            raise self.failing
        return self.catalogues.get(app_id, Catalogue(0))


def ranker(catalogues, vectors=None, *, encoder=None, started=True, **changes):
    """Return a ranker in an event loop; it looks for changes when told to."""
    limits = {
        "apps": 100,
        "size": 10**9,
        "check_seconds": 60.0,
        "batch": 32,
        "timeout_seconds": 30.0,
    }
    enabled = changes.pop("enabled", True)
    found = CatalogueRanker(
        catalogues,
        vectors or FakeVectors(),
        clock=FakeClock(),
        language="english",
        limits=Limits(**{**limits, **changes}),
        enabled=enabled,
    )
    if started:
        found.start(encoder)
    return found


async def until(true, *, seconds=30.0):
    """Wait until *true* says so."""
    async with asyncio.timeout(seconds):
        while not true():
            await asyncio.sleep(0.005)
