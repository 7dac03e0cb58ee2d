"""What every service knows of the people of the apps."""

import pytest
from pydantic import ValidationError

from shared.events import AppMembers
from shared.kafka.table import MemberTable
from shared.settings import KafkaSettings
from tests.support.fakes import NOON
from tests.support.people import member


def team(version: int, *emails: str, app_id: str = "acme") -> AppMembers:
    people = [member(email=each) for each in emails]
    return AppMembers(app_id=app_id, version=version, updated_at=NOON, members=people)


def take(table: MemberTable, said: AppMembers) -> None:
    table.apply(said.app_id.encode(), said.model_dump_json().encode())


@pytest.fixture
def table() -> MemberTable:
    return MemberTable(KafkaSettings(), client_id="test")


def test_the_latest_version_is_true_whatever_comes_after_it(table):
    for version, email in [(2, "b@x.test"), (1, "a@x.test"), (2, "c@x.test")]:
        take(table, team(version, email))

    known = table.of("acme")
    assert known is not None
    assert [each.email for each in known.members] == ["c@x.test"]
    assert table.apps_of("b@x.test") == []


def test_an_address_is_found_in_every_app_that_has_it(table):
    take(table, team(1, "a@x.test", "b@x.test"))
    take(table, team(1, "b@x.test", app_id="other"))

    assert table.apps_of("b@x.test") == ["acme", "other"]
    assert table.apps_of("a@x.test") == ["acme"]
    assert table.apps_of("A@x.test") == []


@pytest.mark.parametrize("nothing", [None, b""])
def test_of_a_deleted_app_nobody_is_known(table, nothing):
    take(table, team(5, "a@x.test"))

    table.apply(b"acme", nothing)

    assert table.of("acme") is None
    assert table.apps() == []
    take(table, team(1, "b@x.test"))
    assert table.apps_of("b@x.test") == ["acme"]


def test_what_cannot_be_read_is_refused_and_changes_nothing(table):
    take(table, team(1, "a@x.test"))

    with pytest.raises(ValidationError):
        table.apply(b"acme", b"{}")

    assert table.apps_of("a@x.test") == ["acme"]


def test_before_the_topic_was_read_it_says_so(table):
    assert "app.members is not read yet" in table.unready_reason
