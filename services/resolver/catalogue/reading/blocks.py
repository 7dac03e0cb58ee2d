"""Read HTML as the blocks that its reader sees: headings, paragraphs, rows, code.

The tree is lexbor's, which parses as browsers do. The walk is ours because a document
becomes passages under headings: inscriptis and html2text return one text that is laid
out in columns or as Markdown, and trafilatura leaves out what it takes for no content.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from services.resolver.catalogue.reading.depth import flattened
from services.resolver.catalogue.reading.tables import is_data, rows_of

MAX_ADDRESS_CHARS = 500
"""A longer address is of use to machines only: its link is shown without it."""

_HEADING = re.compile(r"^h[1-6]$")
_SPACES = re.compile(r"\s+")
_NUMBER = re.compile(r"^[-\u2212+]?\d+$")
_UNSEEN = (
    "head, script, style, template, noscript, nav, footer, svg, iframe, object, canvas,"
    "audio, video, button, select, textarea, datalist, dialog:not([open]), rp,"
    "annotation, [hidden], [aria-hidden=true], [role=navigation], [role=search],"
    "[role=contentinfo], [style*='display:none'], [style*='display: none'],"
    "a.headerlink, a.anchor, a.permalink, td.linenos, td.gutter, .linenodiv, .lineno"
)
"""Not what a page says: hidden, a control, a way around the site, a line's number."""
_BLOCKS = frozenset(
    {
        "address", "article", "aside", "blockquote", "body", "caption", "center",
        "dd", "details", "div", "dl", "fieldset", "figcaption", "figure", "form",
        "header", "hgroup", "hr", "legend", "li", "main", "menu", "ol", "option", "p",
        "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr",
        "ul",
    }
)  # fmt: skip
_SCHEMES = frozenset({"http", "https", "mailto", "tel"})


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading on its way to a section."""

    level: int
    text: str


Block = Heading | str


def blocks_of(text: str, base: str | None = None) -> Iterator[Block]:
    """Yield the blocks of a page; relative links are completed by *base*."""
    tree = LexborHTMLParser(flattened(text))
    named = tree.css_first("base[href]")
    if named is not None:
        base = urljoin(base or "", named.attributes.get("href") or "")
    for node in tree.css(_UNSEEN):
        node.decompose()
    if tree.body is not None:
        yield from _Reader(base or "").blocks(tree.body)


def _steps(root: LexborNode) -> Iterator[tuple[LexborNode, bool]]:
    """Yield each node as it is entered (True) and left (False).

    Without recursion, because pages nest deeper than Python does. A table of data is
    entered only: it is read as a whole.
    """
    stack = [(root, True)]
    while stack:
        node, entered = stack.pop()
        yield node, entered
        leaf = node.tag == "-text" or (node.tag == "table" and is_data(node))
        if entered and not leaf:
            stack.append((node, False))
            stack += [
                (each, True) for each in reversed([*node.iter(include_text=True)])
            ]


@dataclass(slots=True)
class _Reader:
    """Where a walk through a page stands."""

    base: str
    said: list[str] = field(default_factory=list)
    prefix: str = ""
    """What the next paragraph begins with: the mark of a list's item."""
    term: str = ""
    """A `dt` that its `dd` follows."""
    address: str = ""
    linked: int = 0
    """Where in `said` the text of the open link begins."""
    numbers: list[int | None] = field(default_factory=list)
    """The next number of each open list; None where it has none."""
    solid: int = 0
    """How many open elements are one line whatever stands in them (h1, dt)."""
    code: int = 0

    def blocks(self, root: LexborNode) -> Iterator[Block]:
        """Yield the blocks under *root*."""
        for node, entered in _steps(root):
            tag = node.tag or ""
            if tag == "-text":
                self.said.append(node.text_content or "")
            elif _HEADING.match(tag) and not self.code:
                yield from self._heading(tag, entered=entered)
            elif tag == "pre":
                yield from self._pre(entered=entered)
            elif tag == "dt":
                yield from self._dt(entered=entered)
            elif tag == "table" and entered and is_data(node) and not self.solid:
                yield from self._paragraph(alone=True)
                yield from rows_of(node, self._cell)
            elif tag in _BLOCKS:
                yield from self._block(node, tag, entered=entered)
            else:
                self._inline(node, tag, entered=entered)
        yield from self._paragraph(alone=True)

    def _heading(self, tag: str, *, entered: bool) -> Iterator[Block]:
        if entered:
            yield from self._paragraph(alone=True)
            self.solid += 1
            return
        self.solid -= 1
        yield Heading(int(tag[1]), self._taken())

    def _pre(self, *, entered: bool) -> Iterator[Block]:
        if self.solid:
            return
        if entered and not self.code:
            yield from self._paragraph(alone=True)
        self.code += 1 if entered else -1
        if not entered and not self.code:
            lines = "".join(self.said).expandtabs().splitlines()
            self.said.clear()
            yield "\n".join(each.rstrip() for each in lines)

    def _dt(self, *, entered: bool) -> Iterator[Block]:
        if entered:
            yield from self._paragraph(alone=True)
            self.solid += 1
        else:
            self.solid -= 1
            self.term = self._taken()

    def _block(self, node: LexborNode, tag: str, *, entered: bool) -> Iterator[Block]:
        if self.solid or self.code:
            self.said.append("\n")
            return
        yield from self._paragraph(alone=tag in {"li", "dl"})
        if tag in {"ol", "ul", "menu"}:
            if entered:
                self.numbers.append(_start(node) if tag == "ol" else None)
            elif self.numbers:
                self.numbers.pop()
        elif tag == "li":
            self.prefix = self._mark() if entered else ""

    def _mark(self) -> str:
        number = self.numbers[-1] if self.numbers else None
        if number is None:
            return "- "
        self.numbers[-1] = number + 1
        return f"{number}. "

    def _inline(self, node: LexborNode, tag: str, *, entered: bool) -> None:
        if tag == "a":
            self._end_link()
            self.address = ""
            if entered and not self.code and not self.solid:
                self.address = _address(node, self.base)
                self.linked = len(self.said)
        elif tag == "br" and entered:
            self.said.append("\n")
        elif tag == "img" and entered:
            self.said.append(node.attributes.get("alt") or "")
        elif tag == "sup" and entered and _NUMBER.match(node.text().strip()):
            # A note's number is not a power: 10<sup>6</sup> is, a link is not.
            self.said.append(" " if node.css_first("a") is not None else "^")

    def _cell(self, node: LexborNode) -> str:
        blocks = _Reader(self.base).blocks(node)
        parts = [each if isinstance(each, str) else each.text for each in blocks]
        return _SPACES.sub(" ", " ".join(parts)).strip()

    def _end_link(self) -> None:
        """Write the address of the open link behind its text, once."""
        text = "".join(self.said[self.linked :]).strip()
        if not self.address or not text:
            return
        if text.rstrip("/") not in {self.address.rstrip("/"), _bare(self.address)}:
            self.said[-1] = self.said[-1].rstrip()
            self.said.append(f" ({self.address})")
        self.address = ""

    def _taken(self) -> str:
        text = _SPACES.sub(" ", "".join(self.said)).strip()
        self.said.clear()
        self.linked = 0
        return text

    def _paragraph(self, *, alone: bool = False) -> Iterator[Block]:
        """Yield what was said since the last block; *alone*: its term does not wait."""
        self._end_link()
        text = self._taken()
        if text and self.term:
            text = f"{self.term.rstrip(':')}: {text}"
        elif alone and self.term:
            text = self.term
        if text:
            self.term = ""
            yield self.prefix + text
            self.prefix = ""


def _start(node: LexborNode) -> int:
    start = node.attributes.get("start") or ""
    return int(start) if _NUMBER.match(start) and start.isascii() else 1


def _bare(address: str) -> str:
    """Return an address as people write it: without its scheme."""
    return address.split(":", 1)[-1].removeprefix("//").rstrip("/")


def _address(node: LexborNode, base: str) -> str:
    """Return where a link leads, or an empty string where that helps no reader."""
    href = _SPACES.sub("", node.attributes.get("href") or "")
    if not href or href.startswith("#") or len(href) > MAX_ADDRESS_CHARS:
        return ""
    try:
        address = urljoin(base, href)
        scheme = urlsplit(address).scheme
    except ValueError:
        return ""
    # Without the page's own address, "../a.html" leads nowhere; "/a" is of the app.
    return address if scheme in _SCHEMES or (not scheme and address[0] == "/") else ""
