"""Have MongoDB validate what is written, beside instances of other versions."""

import re
from typing import Any

import structlog

from services.analytics.repository.documents.catalogue import DOCUMENTS
from services.analytics.repository.documents.field import Document, schema_of
from shared.mongo.connect import Database
from shared.mongo.errors import translated

log = structlog.get_logger()

_VERSION = re.compile(r", version (\d+)$")


async def apply_validators(
    database: Database, documents: tuple[Document, ...] = DOCUMENTS
) -> None:
    """Give each collection the schema of its documents; a newer one stays.

    The collections are there already. A document that is refused fails like any that
    no store can hold: its record goes to the dead letters, and can be redriven.
    """
    with translated():
        installed = {
            row["name"]: row.get("options", {})
            async for row in await database.list_collections()
        }
        for document in documents:
            options = installed.get(document.collection)
            if options is None or not is_due(document, options.get("validator")):
                continue
            await database.command(
                "collMod",
                document.collection,
                validator={"$jsonSchema": schema_of(document)},
                # What was written before may be updated still: an erasure never fails.
                validationLevel="moderate",
                validationAction="error" if document.is_enforced else "warn",
            )
            log.info("documents are validated", collection=document.collection)


def is_due(document: Document, validator: dict[str, Any] | None) -> bool:
    """Return whether the installed *validator* is another one, and no newer one."""
    schema = (validator or {}).get("$jsonSchema")
    if schema is None:
        return True
    if schema == schema_of(document):
        return False
    found = _VERSION.search(str(schema.get("title", "")))
    return found is None or int(found[1]) <= document.version
