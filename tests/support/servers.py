"""Real servers for tests: one broker and one mongod a session, started when asked for.

Load with ``pytest_plugins = ["tests.support.servers"]``. A server that does not start
is an error: a suite that skips what it cannot reach proves nothing.
"""

from __future__ import annotations

import os
from contextlib import ExitStack
from functools import cache
from typing import TYPE_CHECKING

import pytest

from handrail.stack.broker import Broker, choose_kind, start_broker
from handrail.stack.local import MONGO_VARIABLE
from handrail.stack.mongod import Mongod
from tests.support.suite import wanted_kind, wanted_nodes

if TYPE_CHECKING:
    from collections.abc import Iterator

_running = ExitStack()


@cache
def broker() -> Broker:
    """Return the session's broker; start it the first time."""
    server = start_broker(choose_kind(wanted_kind()), wanted_nodes())
    _running.callback(server.stop)
    return server


@cache
def mongo_server() -> str:
    """Return the URL of the session's database; start it the first time."""
    named = os.environ.get(MONGO_VARIABLE)
    if named:
        return named
    server = Mongod()
    _running.callback(server.stop)
    return server.url


@pytest.fixture(scope="session")
def kafka() -> Broker:
    """Give the session's broker, shared: tests use topics and groups of their own."""
    return broker()


@pytest.fixture(scope="session")
def mongo_url() -> str:
    """Give the session's database, shared: tests use database names of their own."""
    return mongo_server()


@pytest.fixture(scope="session", autouse=True)
def _servers_end_with_the_session() -> Iterator[None]:
    yield
    _running.close()
