"""Read Markdown, HTML and plain text as paragraphs under their headings."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from markdown_it import MarkdownIt

from services.resolver.catalogue.reading.blocks import Block, Heading, blocks_of

Format = Literal["markdown", "html", "text"]

_MARKDOWN = MarkdownIt("commonmark").enable("table")
_BLANK_LINES = re.compile(r"\n\s*\n")


@dataclass(frozen=True, slots=True)
class Section:
    """The paragraphs under one heading, and the headings above them."""

    headings: tuple[str, ...]
    paragraphs: tuple[str, ...]


def read(text: str, form: Format, *, url: str | None = None) -> list[Section]:
    """Return the sections of *text*; its relative links are completed by *url*."""
    if form == "text":
        return _sections(each.strip() for each in _BLANK_LINES.split(text))
    # Markdown is HTML written short, and may hold blocks of it: one reader for both.
    page = _MARKDOWN.render(text) if form == "markdown" else text
    return _sections(blocks_of(page, url))


def title_of(sections: Iterable[Section]) -> str:
    """Return the first heading there is, or an empty string."""
    return next((each.headings[0] for each in sections if each.headings), "")


def _sections(blocks: Iterable[Block]) -> list[Section]:
    sections: list[Section] = []
    path: list[Heading] = []
    paragraphs: list[str] = []

    def close() -> None:
        if paragraphs:
            headings = tuple(each.text for each in path)
            sections.append(Section(headings, tuple(paragraphs)))
            paragraphs.clear()

    for block in blocks:
        if isinstance(block, Heading):
            close()
            path[:] = [each for each in path if each.level < block.level]
            if block.text:
                path.append(block)
        elif block.strip():
            # The first line of code keeps its indentation.
            paragraphs.append(block.strip("\n").rstrip())
    close()
    return sections
