"""Make the TTL indexes that are declared, and change those that say otherwise."""

from collections.abc import Iterable
from typing import Any

import structlog
from pymongo import IndexModel
from pymongo.errors import OperationFailure

from shared.mongo.connect import Database
from shared.mongo.errors import translated
from shared.mongo.stored import Expiry, StoredCollection

log = structlog.get_logger()

NAMESPACE_EXISTS = 48
"""The server's code for a collection that is there already."""


async def prepare_expiries(
    database: Database, collections: Iterable[StoredCollection]
) -> None:
    """Make every collection, and hold its TTL indexes to what is declared.

    A new value of a setting changes the index that is there (`collMod`), so that what
    was stored before expires by it too. A TTL index that is declared no more is
    dropped: nothing may be deleted by a rule that nobody can read.
    """
    with translated():
        present = set(await database.list_collection_names())
        for each in collections:
            if each.name not in present:
                await _create(database, each.name)
            await _hold(database, each)


async def _create(database: Database, name: str) -> None:
    try:
        await database.create_collection(name, check_exists=False)
    except OperationFailure as error:
        if error.code != NAMESPACE_EXISTS:  # two instances may start at once
            raise


async def _hold(database: Database, declared: StoredCollection) -> None:
    collection = database[declared.name]
    found = {each["name"]: each async for each in collection.list_indexes()}
    wanted = {each.index_name: each for each in declared.expiries}
    for name, index in found.items():
        if "expireAfterSeconds" not in index:
            continue
        expiry = wanted.get(name)
        if expiry is None or not _alike(index, expiry):
            await collection.drop_index(name)
            log.info("ttl index dropped", collection=declared.name, index=name)
        elif index["expireAfterSeconds"] != _seconds(expiry):
            await database.command(
                "collMod",
                declared.name,
                index={"name": name, "expireAfterSeconds": _seconds(expiry)},
            )
            log.info("ttl index changed", collection=declared.name, index=name)
    if wanted:
        await collection.create_indexes([_index(each) for each in wanted.values()])


def _index(expiry: Expiry) -> IndexModel:
    options: dict[str, Any] = {"name": expiry.index_name}
    if expiry.where is not None:
        options["partialFilterExpression"] = dict(expiry.where)
    return IndexModel(expiry.field, expireAfterSeconds=_seconds(expiry), **options)


def _seconds(expiry: Expiry) -> int:
    return int(expiry.after.total_seconds())


def _alike(index: Any, expiry: Expiry) -> bool:  # noqa: ANN401 - the server's document
    """Return whether *index* differs from *expiry* in nothing but its seconds."""
    key = dict(index["key"])
    where = dict(index.get("partialFilterExpression", {}))
    return key == {expiry.field: 1} and where == dict(expiry.where or {})
