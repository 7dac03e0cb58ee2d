"""Unpack an upload: files, a zip or a tar, bounded before anything is believed."""

import gzip
import io
import re
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from lzma import LZMAError
from pathlib import PurePosixPath
from typing import IO

from services.resolver.catalogue.formats import Format
from services.resolver.catalogue.passages import title_in
from shared.errors import Permanent

MAX_FILES = 2_000
MAX_FILE_BYTES = 2 * 1024 * 1024
MAX_UNPACKED_BYTES = 64 * 1024 * 1024
"""Of all files together: an archive that grows beyond is taken for a bomb."""
MAX_NAMED = 10 * MAX_FILES
"""Of all files together, with those that are only named as left out."""
MAX_ID_CHARS = 200

UNKNOWN = "unknown_format"
FORMATS: dict[str, Format] = {
    ".md": "markdown", ".markdown": "markdown", ".mdx": "markdown",
    ".html": "html", ".htm": "html", ".xhtml": "html", ".txt": "text",
}  # fmt: skip
_FRONT_MATTER = re.compile(r"\A---\r?\n(.*?)\r?\n---\r?\n", re.DOTALL)
_FIELD = re.compile(r"^(title|url):[ \t]*[\"']?(.+?)[\"']?[ \t]*\r?$", re.MULTILINE)
_BROKEN = (
    zipfile.BadZipFile, tarfile.TarError, zlib.error, LZMAError, OSError, EOFError,
    NotImplementedError, ValueError, struct.error,
)  # fmt: skip
"""What the libraries raise for an archive that is damaged, or packed in a way they do
not know: the sender's to put right, whatever it is called."""
_HTML_TITLE = re.compile(r"(?is)<title[^>]{0,200}>([^<]{1,500})</title>")


@dataclass(frozen=True, slots=True)
class File:
    """One uploaded file."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Page:
    """A file that is a document."""

    document_id: str
    title: str
    text: str
    form: Format
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that is none, and why."""

    name: str
    reason: str


def unpack(uploads: Iterable[File]) -> list[File | Skipped]:
    """Return *uploads* with archives opened. Raises Permanent (`archive_…`)."""
    files: list[File | Skipped] = []
    pages = total = 0
    for file in _opened(uploads):
        if isinstance(file, File):
            pages += 1
            total += len(file.content)
        if total > MAX_UNPACKED_BYTES:
            raise Permanent("archive_too_large", f"over {MAX_UNPACKED_BYTES} bytes")
        if pages > MAX_FILES or len(files) >= MAX_NAMED:
            raise Permanent("archive_too_large", f"over {MAX_FILES} files")
        files.append(file)
    return files


def page_of(file: File) -> Page | Skipped:
    """Return *file* as a document, or why it is none."""
    path = PurePosixPath(file.name.replace("\\", "/"))
    form = FORMATS.get(path.suffix.lower())
    if form is None:
        return Skipped(file.name, UNKNOWN)
    try:
        text = file.content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return Skipped(file.name, "not_utf8")
    if "\x00" in text:
        return Skipped(file.name, "nul_character")
    facts, text = _front_matter(text) if form == "markdown" else ({}, text)
    if form == "html" and (found := _HTML_TITLE.search(text)):
        facts["title"] = found[1].strip()
    if not text.strip():
        return Skipped(file.name, "empty")
    parts = [part for part in path.parts if part not in {"/", "..", "."}]
    named = "/".join([*parts[:-1], path.stem])
    return Page(
        document_id=named[-MAX_ID_CHARS:],
        title=facts.get("title") or title_in(text, form) or _humanised(path.stem),
        text=text,
        form=form,
        url=facts.get("url"),
    )


def _front_matter(text: str) -> tuple[dict[str, str], str]:
    found = _FRONT_MATTER.match(text)
    if found is None:
        return {}, text
    return dict(_FIELD.findall(found[1])), text[found.end() :]


def _humanised(stem: str) -> str:
    return re.sub(r"[_-]+", " ", stem).strip().capitalize()


def _opened(uploads: Iterable[File]) -> Iterator[File | Skipped]:
    for upload in uploads:
        name = upload.name.lower()
        try:
            if name.endswith(".zip"):
                yield from _zipped(upload.content)
            elif name.endswith((".tar", ".tar.gz", ".tgz")):
                yield from _tarred(upload.content, packed=not name.endswith(".tar"))
            else:
                yield upload
        except _BROKEN as error:
            raise Permanent("archive_unreadable", f"{upload.name}: {error}") from None


def _zipped(content: bytes) -> Iterator[File | Skipped]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if len(archive.infolist()) > MAX_NAMED:
            raise Permanent("archive_too_large", "too many entries")
        for entry in archive.infolist():
            if entry.is_dir() or _is_litter(entry.filename):
                continue
            if not _is_page(entry.filename):
                yield Skipped(entry.filename, UNKNOWN)
                continue
            if entry.flag_bits & 1:
                raise Permanent("archive_unreadable", "it is encrypted")
            with archive.open(entry) as file:
                yield File(entry.filename, _bounded(file, entry.filename))


def _tarred(content: bytes, *, packed: bool) -> Iterator[File | Skipped]:
    raw: IO[bytes] = io.BytesIO(content)
    if packed:
        # Decompressed at once but bounded: skipping an entry reads it all the same.
        unzipped = gzip.GzipFile(fileobj=raw).read(MAX_UNPACKED_BYTES + 1)
        if len(unzipped) > MAX_UNPACKED_BYTES:
            raise Permanent("archive_too_large", f"over {MAX_UNPACKED_BYTES} bytes")
        raw = io.BytesIO(unzipped)
    with tarfile.open(fileobj=raw, mode="r:") as archive:
        for entry in archive:
            # Links and devices have no content of their own.
            if not entry.isfile() or _is_litter(entry.name):
                continue
            if not _is_page(entry.name):
                yield Skipped(entry.name, UNKNOWN)
                continue
            file = archive.extractfile(entry)
            if file is not None:
                yield File(entry.name, _bounded(file, entry.name))


def _is_page(name: str) -> bool:
    return PurePosixPath(name).suffix.lower() in FORMATS


def _is_litter(name: str) -> bool:
    """Return whether *name* is what tools leave in archives, and nobody put there."""
    parts = PurePosixPath(name).parts
    return any(part.startswith((".", "__MACOSX")) for part in parts)


def _bounded(file: IO[bytes], name: str) -> bytes:
    content = file.read(MAX_FILE_BYTES + 1)
    if len(content) > MAX_FILE_BYTES:
        raise Permanent("archive_too_large", f"{name} is over {MAX_FILE_BYTES} bytes")
    return content
