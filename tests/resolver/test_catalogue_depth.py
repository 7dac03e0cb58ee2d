"""A page that nests without an end is read, and holds nobody up."""

import pytest

from services.resolver.catalogue.formats import read
from services.resolver.catalogue.reading.depth import MAX_DEPTH, flattened

DEEP = 60_000


def paragraphs(text, form):
    return [each for section in read(text, form) for each in section.paragraphs]


@pytest.mark.parametrize(
    "page",
    [
        pytest.param("<div>" * DEEP + "250 GB", id="unclosed"),
        pytest.param("<div>" * DEEP + "250 GB" + "</div>" * DEEP, id="closed"),
        pytest.param("<dl><dd>" * DEEP + "250 GB", id="lists of terms"),
        pytest.param("<b><i>" * DEEP + "250 GB", id="bold and italic"),
    ],
)
@pytest.mark.parametrize("form", ["html", "markdown"])
def test_what_stands_too_deep_is_read_all_the_same(page, form):
    assert "250 GB" in " ".join(paragraphs(page, form))


def test_what_comes_after_a_deep_part_keeps_its_tags():
    deep = "<div>" * DEEP + "x" + "</div>" * DEEP

    page = flattened(deep + "<h2>After</h2><table><tr><td>Starter</td></tr></table>")

    assert page.endswith("<h2>After</h2><table><tr><td>Starter</td></tr></table>")
    assert page.count("<div>") == page.count("</div>") == MAX_DEPTH


@pytest.mark.parametrize("name", ["p", "li", "td", "br", "option"])
def test_what_needs_no_end_does_not_nest(name):
    page = f"<{name}>a word" * (MAX_DEPTH * 3)

    assert flattened(page) == page


def test_open_brackets_without_an_end_take_no_time():
    page = "<a " * 200_000

    assert flattened(page) == page
