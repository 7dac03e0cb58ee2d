"""One whole system for the tests of this folder, on servers of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from handrail.dashboard.build import try_to_build
from handrail.stack.broker import choose_kind
from handrail.stack.local import LocalStack
from tests.support.suite import wanted_kind, wanted_nodes
from tests.support.system import Tenant


@pytest.fixture(scope="session")
def pages() -> str:
    """Build the dashboard and the chat as `make run` does; give why it could not be."""
    return try_to_build()


@pytest.fixture(scope="session")
def stack(
    tmp_path_factory: pytest.TempPathFactory,
    pages: str,
) -> Iterator[LocalStack]:
    """Give the running system, four services as four processes."""
    folder: Path = tmp_path_factory.mktemp("system")
    with LocalStack(
        broker_kind=choose_kind(wanted_kind()),
        nodes=wanted_nodes(),
        mail_dir=folder / "mail",
        log_dir=folder / "logs",
        # A static member's group is not empty until its session ends; the replay
        # below needs an empty one. The kills are tried with static members.
        environment={"HANDRAIL_INSTANCE_ID": ""},
    ) as running:
        yield running


@pytest.fixture
def tenant(stack: LocalStack) -> Tenant:
    """Give an app of its own, whose team receives mail."""
    made = Tenant(stack)
    made.receive_mail()
    return made
