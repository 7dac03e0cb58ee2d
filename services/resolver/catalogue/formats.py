"""Read Markdown, HTML and plain text as paragraphs under their headings."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from markdown_it import MarkdownIt
from markdown_it.token import Token
from selectolax.lexbor import LexborHTMLParser, LexborNode

Format = Literal["markdown", "html", "text"]

_MARKDOWN = MarkdownIt("commonmark").enable("table")
_HEADING = re.compile(r"^h[1-6]$")
_BLANK_LINES = re.compile(r"\n\s*\n")
_SPACES = re.compile(r"\s+")
_HIDDEN = "script, style, template, noscript, nav, footer, svg, iframe, form"
"""Never part of what a page says."""
_BLOCKS = frozenset(
    {
        "p", "div", "li", "ul", "ol", "dl", "dt", "dd", "pre", "blockquote", "section",
        "article", "main", "aside", "header", "table", "tr", "figure", "figcaption",
        "details", "summary", "hr", "body",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Section:
    """The paragraphs under one heading, and the headings above them."""

    headings: tuple[str, ...]
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading on its way to a section."""

    level: int
    text: str


Block = Heading | str


def read(text: str, form: Format) -> list[Section]:
    """Return the sections of *text*."""
    if form == "markdown":
        return _sections(_markdown_blocks(_MARKDOWN.parse(text)))
    if form == "html":
        return _sections(_html_blocks(text))
    return _sections(_BLANK_LINES.split(text))


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
        elif plain := block.strip():
            paragraphs.append(plain)
    close()
    return sections


def _markdown_blocks(tokens: list[Token]) -> Iterator[Block]:
    opened = ""
    row: list[str] = []
    for token in tokens:
        if token.type == "tr_close":
            yield " | ".join(row)
            row = []
        elif token.type in {"fence", "code_block"}:
            yield token.content
        elif token.type == "inline":
            said = _inline(token.children or [])
            if opened in {"th_open", "td_open"}:
                row.append(said)
            elif _HEADING.match(opened):
                yield Heading(int(opened[1]), said)
            else:
                yield f"- {said}" if opened == "li" else said
            opened = ""
        elif token.type == "heading_open":
            opened = token.tag
        elif token.type == "list_item_open":
            opened = "li"
        elif token.type in {"th_open", "td_open"}:
            opened = token.type


def _inline(tokens: Iterable[Token]) -> str:
    parts: list[str] = []
    for token in tokens:
        if token.type in {"text", "code_inline"}:
            parts.append(token.content)
        elif token.type in {"softbreak", "hardbreak"}:
            parts.append(" ")
        elif token.type == "image":
            parts.append(token.content)
    return _SPACES.sub(" ", "".join(parts)).strip()


def _html_blocks(text: str) -> Iterator[Block]:
    tree = LexborHTMLParser(text)
    for node in tree.css(_HIDDEN):
        node.decompose()
    root = tree.css_first("main") or tree.css_first("article") or tree.body
    said: list[str] = []
    for node in root.traverse(include_text=True) if root is not None else ():
        tag = node.tag or ""
        if tag == "-text":
            if not _within_heading(node):
                said.append(node.text_content or "")
        elif tag == "br":
            said.append(" ")
        elif _HEADING.match(tag):
            yield _joined(said)
            yield Heading(int(tag[1]), _joined([node.text(deep=True)]))
        elif tag in _BLOCKS:
            yield _joined(said)
    yield _joined(said)


def _within_heading(node: LexborNode) -> bool:
    parent = node.parent
    while parent is not None:
        if _HEADING.match(parent.tag or ""):
            return True
        parent = parent.parent
    return False


def _joined(said: list[str]) -> str:
    text = _SPACES.sub(" ", "".join(said)).strip()
    said.clear()
    return text
