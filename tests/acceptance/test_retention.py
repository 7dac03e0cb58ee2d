"""What a running system keeps is declared: each collection and each topic."""

from collections.abc import Iterator
from typing import Any

import pytest
from pymongo import MongoClient

from handrail.stack.local import LocalStack
from tests.docs.test_retention import declared

pytestmark = [pytest.mark.integration, pytest.mark.timeout(300)]


@pytest.fixture
def database(stack: LocalStack) -> Iterator[Any]:
    with MongoClient(stack.mongo_url, tz_aware=True) as client:
        yield client.get_default_database("handrail")


def test_every_collection_that_the_services_make_is_declared(database: Any) -> None:
    made = database.list_collection_names(filter={"type": "collection"})

    named = {each.name for each in declared()}

    assert {each for each in made if not each.startswith("system.")} == named


def test_every_index_that_deletes_is_the_declared_one(database: Any) -> None:
    found = {
        (name, index): facts["expireAfterSeconds"]
        for name in database.list_collection_names(filter={"type": "collection"})
        for index, facts in database[name].index_information().items()
        if "expireAfterSeconds" in facts
    }

    assert found == {
        (each.name, expiry.index_name): int(expiry.after.total_seconds())
        for each in declared()
        for expiry in each.expiries
    }
