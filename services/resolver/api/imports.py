"""`POST /v1/documents/import`: a folder or an archive at once."""

import asyncio
from collections.abc import Sequence
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field, StringConstraints, TypeAdapter, ValidationError
from starlette.datastructures import UploadFile

from services.resolver.api.bodies import DocumentBody, Entry, OwnApp
from services.resolver.api.catalogue import Entries, document_entry
from services.resolver.catalogue.archive import (
    MAX_FILES,
    File,
    Page,
    Skipped,
    page_of,
    unpack,
)
from shared.clock import Clock
from shared.errors import Permanent
from shared.events import Scope
from shared.events.base import NO_CONTROL
from shared.web.auth import Principal, own_app, require
from shared.web.exact import refuse
from shared.web.exact.door import wrong_fields
from shared.web.openapi.schemas import described
from shared.web.problems import Problem, invalid

PATH = "/v1/documents/import"
MAX_BODY_BYTES = 32 * 1024 * 1024
AT_ONCE = 50
"""Documents stored in one transaction, to keep it short."""


class ImportedItem(DocumentBody):
    """A document of a JSON import."""

    id: Annotated[
        str, StringConstraints(min_length=1, max_length=256, pattern=NO_CONTROL)
    ] = Field(description="The document's id")


class Import(BaseModel):
    """A JSON import."""

    app_id: OwnApp = None
    items: list[ImportedItem] = Field(
        min_length=1, max_length=MAX_FILES, description="The documents"
    )


class Imported(BaseModel):
    """One document that is stored now."""

    id: str = Field(description="Its id: the file's path without its ending")
    title: str = Field(description="Its title")
    version: int = Field(description="Its version")
    created: bool = Field(description="Whether it is new")
    passages_omitted: int | None = Field(
        default=None,
        description="Passages past the first 2,000, which nothing is answered from; "
        "absent where there are none",
    )


class Left(BaseModel):
    """One file that was left out."""

    name: str = Field(description="Its name")
    reason: str = Field(description="Why, in a stable word")


class ImportResult(BaseModel):
    """What became of an import."""

    imported: list[Imported] = Field(description="Stored, in the order they came")
    skipped: list[Left] = Field(description="Left out")


_BINARY = {"type": "string", "format": "binary"}
_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {"files": {"type": "array", "items": _BINARY}},
                }
            },
            "application/zip": {"schema": _BINARY},
            "application/gzip": {"schema": _BINARY},
            "application/json": {"schema": described(TypeAdapter(Import))},
        },
    }
}


def router(documents: Entries, *, clock: Clock) -> APIRouter:
    """Return the route."""
    routes = APIRouter(tags=["catalogue"])

    @routes.post(
        PATH,
        summary="Register many documents: files, an archive, or JSON",
        openapi_extra=_BODY,
        response_model_exclude_none=True,
    )
    async def import_documents(
        request: Request,
        principal: Annotated[Principal, Depends(require(Scope.MANAGE))],
    ) -> ImportResult:
        entries, skipped = await _entries(request, principal)
        imported: list[Imported] = []
        for start in range(0, len(entries), AT_ONCE):
            stored = await documents.put(
                principal.app_id, entries[start : start + AT_ONCE], now=clock.now()
            )
            imported += [_imported(entry, created=new) for entry, new in stored]
        return ImportResult(imported=imported, skipped=skipped)

    return routes


async def _entries(
    request: Request, principal: Principal
) -> tuple[list[Entry], list[Left]]:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        body = await request.body()
        return await asyncio.to_thread(_from_json, body, principal), []
    if kind == "multipart/form-data":
        uploads = await _uploads(request)
    elif kind in {"application/zip", "application/x-zip-compressed"}:
        uploads = [File("upload.zip", await request.body())]
    elif kind in {"application/gzip", "application/x-gzip", "application/x-tar"}:
        ending = "tar" if kind.endswith("tar") else "tar.gz"
        uploads = [File(f"upload.{ending}", await request.body())]
    else:
        raise Problem(415, detail="Send files as multipart/form-data, a zip, or JSON.")
    try:
        return await asyncio.to_thread(_from_files, uploads)
    except Permanent as error:
        status = 413 if error.reason == "archive_too_large" else 422
        raise Problem(status, detail=str(error), reason=error.reason) from None


async def _uploads(request: Request) -> list[File]:
    async with request.form(max_files=MAX_FILES, max_fields=100) as form:
        files = [each for _, each in form.multi_items() if isinstance(each, UploadFile)]
        if not files:
            raise Problem(422, detail="There is no file in the form.")
        return [File(each.filename or "", await each.read()) for each in files]


def _from_json(body: bytes, principal: Principal) -> list[Entry]:
    try:
        parsed = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Problem(422, detail=f"body: not JSON: {error}") from None
    if wrong := wrong_fields(parsed, Import):
        raise refuse(wrong)
    try:
        found = Import.model_validate(parsed)
    except ValidationError as error:
        raise invalid(error.errors()) from None
    for named in {found.app_id, *(item.app_id for item in found.items)}:
        own_app(principal, named)
    return [document_entry(item.id, item) for item in found.items]


def _from_files(uploads: Sequence[File]) -> tuple[list[Entry], list[Left]]:
    entries: dict[str, Entry] = {}
    skipped: list[Left] = []
    for file in unpack(uploads):
        page = page_of(file) if isinstance(file, File) else file
        if isinstance(page, Skipped):
            skipped.append(Left(name=page.name, reason=page.reason))
        elif page.document_id in entries:
            # `limits.md` and `limits.html` are one id: none is lost without a word.
            skipped.append(Left(name=file.name, reason="same_id"))
        elif (entry := _entry(page)) is None:
            skipped.append(Left(name=page.document_id, reason="invalid"))
        else:
            entries[page.document_id] = entry
    return list(entries.values()), skipped


def _entry(page: Page) -> Entry | None:
    try:
        body = DocumentBody(
            title=page.title[:512], text=page.text, format=page.form, url=page.url
        )
        return document_entry(page.document_id, body)
    except (ValidationError, Problem):
        return None


def _imported(entry: dict[str, Any], *, created: bool) -> Imported:
    return Imported(
        id=entry["id"],
        title=entry["title"],
        version=entry["version"],
        created=created,
        passages_omitted=entry.get("passages_omitted"),
    )
