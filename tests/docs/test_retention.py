"""The one table of what is kept, how long: of every collection and every topic."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.analytics.repository import retention as analytics
from services.analytics.settings import Settings as AnalyticsSettings
from services.escalator.repository import retention as escalator
from services.escalator.settings import Settings as EscalatorSettings
from services.notifier.repository import retention as notifier
from services.notifier.settings import Settings as NotifierSettings
from services.resolver.repository import retention as resolver
from shared.mongo.stored import StoredCollection
from shared.settings import ServiceSettings
from shared.topics import CATALOGUE
from shared.topics.topic import (
    DEAD_LETTER_RETENTION,
    Topic,
)

OPERATIONS = Path(__file__).parents[2] / "docs/operations.md"


def default(settings: type[ServiceSettings], name: str) -> int:
    found: int = settings.model_fields[name].default
    return found


def declared() -> list[StoredCollection]:
    """Return every collection of every service, by its defaults."""
    days = default(ServiceSettings, "retention_days")
    return [
        *resolver.collections(retention_days=days),
        *escalator.collections(
            retention_days=days,
            closed_days=default(EscalatorSettings, "closed_days"),
        ),
        *notifier.collections(
            retention_days=days, dead_days=default(NotifierSettings, "dead_days")
        ),
        *analytics.collections(
            retention_days=days, facts_days=default(AnalyticsSettings, "facts_days")
        ),
    ]


def rows() -> Iterator[str]:
    for each in declared():
        for setting, default, where in _terms(each):
            yield f"| `{each.name}`{where} | {setting} | {default} | {each.holds}; kept {each.kept} |"
    for topic in CATALOGUE:
        yield f"| topic `{topic.name}` |  | {_topic_kept(topic)} | {topic.description} |"
    yield (
        f"| topics `….dead-letter` |  | {DEAD_LETTER_RETENTION.days} d | "
        "Records that could not be worked |"
    )


def _terms(each: StoredCollection) -> Iterator[tuple[str, str, str]]:
    if not each.expiries:
        default = f"{each.default} d" if each.default else ""
        yield _named(each.setting), default, ""
    for expiry in each.expiries:
        where = f" ({expiry.where['status']})" if expiry.where else ""
        days = each.default or str(expiry.after.days)
        default = f"{days} d" if days != "0" else ""
        yield _named(expiry.setting), default, where


def _named(setting: str) -> str:
    return f"`{setting}`" if setting else ""


def _topic_kept(topic: Topic) -> str:
    if topic.retention is None:
        return "latest per key"
    days = topic.retention.days
    return f"{days} d" if days else f"{topic.retention.seconds // 3600} h"


def section() -> str:
    found = re.search(
        r"^## Retention$(.*?)^## ", OPERATIONS.read_text(), re.MULTILINE | re.DOTALL
    )
    assert found
    return found[1]


def test_the_table_of_what_is_kept_says_what_is_declared() -> None:
    table = [line for line in section().splitlines() if line.startswith("| ")][1:]

    assert table == list(rows())


@pytest.mark.parametrize("name", sorted({each.name for each in declared()}))
def test_a_collection_is_declared_once(name: str) -> None:
    assert [each.name for each in declared()].count(name) == 1


def test_every_collection_says_whose_it_is() -> None:
    """Either of a user, with how it is erased and exported; or of nobody, and why."""
    silent = [
        each.name
        for each in declared()
        if (each.of_user is None) == (not each.impersonal)
    ]

    assert not silent


def test_what_is_of_a_user_is_of_an_app_too() -> None:
    unowned = [each.name for each in declared() if each.of_user and not each.of_app]

    assert not unowned


def test_every_setting_of_the_table_is_one_that_a_service_reads() -> None:
    named = {expiry.setting for each in declared() for expiry in each.expiries}
    named |= {each.setting for each in declared()}
    example = (OPERATIONS.parents[1] / ".env.example").read_text()

    unknown = [each for each in named if each and f"{each}=" not in example]

    assert not unknown
