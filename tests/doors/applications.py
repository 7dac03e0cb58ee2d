"""The four services as they are, without servers behind them: doors and documents."""

import asyncio
import re
from functools import cache
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient

from services.analytics.app import build_app as analytics
from services.analytics.settings import Settings as AnalyticsSettings
from services.escalator.app import build_app as escalator
from services.escalator.settings import Settings as EscalatorSettings
from services.notifier.app import build_app as notifier
from services.notifier.settings import Settings as NotifierSettings
from services.resolver.app import build_app as resolver
from services.resolver.settings import Settings as ResolverSettings
from shared.events import AppKey, Scope
from shared.web.auth import Credentials, new_key
from tests.support.fakes import NOON, FakeApps, app

SERVICES = ("resolver", "escalator", "notifier", "analytics")
Document = dict[str, Any]
NOUNS = {"history_id": "0" * 32, "email": "a@acme.test"}
"""What stands for a part of a path; else `a`."""


@cache
def application(service: str) -> FastAPI:
    async def build() -> FastAPI:
        match service:
            case "resolver":
                return resolver(ResolverSettings(RESOLVER_RANKING="off"))
            case "escalator":
                return escalator(EscalatorSettings())
            case "notifier":
                return notifier(NotifierSettings(NOTIFIER_SECRET_KEY="of a test"))
            case _:
                return analytics(AnalyticsSettings())

    return asyncio.run(build())


@cache
def document(service: str) -> Document:
    return application(service).openapi()


def operations(service: str) -> list[tuple[str, str]]:
    """Return method and path of every operation."""
    paths = document(service)["paths"]
    return [(method, path) for path, item in paths.items() for method in item]


def operation(service: str, method: str, path: str) -> Document:
    found: Document = document(service)["paths"][path][method]
    return found


@cache
def client(service: str) -> TestClient:
    """Return a client whose key may do everything in the app `acme`."""
    key = new_key()
    held = AppKey(key_id=key.key_id, hash=key.hash, scopes=list(Scope), created_at=NOON)
    built = application(service)
    known = FakeApps({"acme": app(keys=[held])})
    built.state.credentials = Credentials(known, admin_key=key.key)
    return TestClient(built, headers={"Authorization": f"Bearer {key.key}"})


def address(path: str) -> str:
    return re.sub(r"{(\w+)}", lambda part: NOUNS.get(part[1], "a"), path)
