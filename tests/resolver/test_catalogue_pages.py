"""A page is read as its reader sees it: tables, links, lines of code, all of it."""

import pytest

from services.resolver.catalogue.formats import read
from services.resolver.catalogue.passages import LONGEST_WORDS, passages_of, stretches

PLANS = """<table><thead><tr><th>Plan</th><th>Storage</th></tr></thead>
<tr><td>Starter</td><td>250 GB</td></tr><tr><td>Pro</td><td>1 TB</td></tr></table>"""
COMPARED = """<table><tr><td></td><th>Starter</th><th>Pro</th></tr>
<tr><th>Storage</th><td>250 GB</td><td>1 TB</td></tr>
<tr><th rowspan=2>Support</th><td colspan=2>by mail</td></tr>
<tr><td>-</td><td>by phone</td></tr></table>"""
COLUMNS = """<table><tr><th>Starter</th><th>Pro</th></tr>
<tr><td>250 GB</td><td>1 TB</td></tr></table>"""
LAYOUT = """<table><tr><td><h2>Limits</h2><p>One.</p></td>
<td><table><tr><td>Starter</td><td>250 GB</td></tr></table></td></tr></table>"""


def said(text, form="html", url=None):
    return [each for part in read(text, form, url=url) for each in part.paragraphs]


@pytest.mark.parametrize(
    ("page", "lines"),
    [
        (PLANS, ["Plan | Storage", "Starter: 250 GB", "Pro: 1 TB"]),
        (
            COMPARED,
            [
                "Starter | Pro",
                "Storage | Starter: 250 GB | Pro: 1 TB",
                "Support | Starter: by mail | Pro: by mail",
                "Support | Starter: - | Pro: by phone",
            ],
        ),
        (COLUMNS, ["Starter | Pro", "Starter: 250 GB | Pro: 1 TB"]),
        (LAYOUT, ["One.", "Starter: 250 GB"]),
        (
            "<dl><dt>Starter<dd>250 GB<dt>Pro<dd>1 TB</dl>",
            ["Starter: 250 GB", "Pro: 1 TB"],
        ),
    ],
    ids=["plans", "compared", "columns", "layout", "definitions"],
)
def test_a_value_stands_with_what_it_is_the_value_of(page, lines):
    assert said(page) == lines


def test_html_in_markdown_is_read():
    text = f"# Plans\n\nBefore.\n\n{PLANS}\n\n<details><summary>More</summary>\n\nHid*den*.\n</details>\n"

    assert said(text, "markdown") == [
        "Before.",
        "Plan | Storage",
        "Starter: 250 GB",
        "Pro: 1 TB",
        "More",
        "Hidden.",
    ]


@pytest.mark.parametrize(
    ("link", "shown"),
    [
        ('<a href="https://x.test/a">here</a>', "See here (https://x.test/a)."),
        ('<a href="../b?c=1">here</a>', "See here (https://y.test/b?c=1)."),
        ('<a href="https://x.test/">x.test</a>', "See x.test."),
        ('<a href="mailto:a@x.test">a@x.test</a>', "See a@x.test."),
        ('<a href="mailto:a@x.test">us</a>', "See us (mailto:a@x.test)."),
        ('<a href="javascript:alert(1)">here</a>', "See here."),
        ('<a href="#limits">here</a>', "See here."),
        ('<a href="http://[x">here</a>', "See here."),
        ('<a href="https://x.test/a"><b>here</b> </a>', "See here (https://x.test/a)."),
    ],
)
def test_a_link_keeps_the_address_that_helps_its_reader(link, shown):
    assert said(f"<p>See {link}.</p>", url="https://y.test/docs/a") == [shown]


def test_a_link_in_markdown_keeps_its_address():
    text = "See [here](https://x.test/a 't') and <https://x.test/b>."

    assert said(text, "markdown") == [
        "See here (https://x.test/a) and https://x.test/b."
    ]


def test_a_link_without_text_gives_its_address_to_nothing_else():
    page = '<p><a href="https://x.test/a"></a>One.</p>'

    assert said(page) == ["One."]


def test_a_link_around_a_card_has_one_address():
    page = '<a href="https://x.test/a"><h3>Limits</h3><p>Ten.</p><p>More.</p></a>'

    assert said(page) == ["Ten. (https://x.test/a)", "More."]


@pytest.mark.parametrize(
    "page",
    [
        "<pre>  if a:\n    b()\n\n  c()</pre>",
        "<pre><code><span>  if a:</span>\n    b()\n\n  c()\n</code></pre>",
        "<pre>  if a:<br>    b()<br><br>  c()</pre>",
        "<table><tr><td class=linenos><pre>1\n2</pre><td><pre>  if a:\n    b()\n\n  c()</pre></table>",
    ],
)
def test_code_keeps_its_lines(page):
    assert said(page) == ["  if a:\n    b()\n\n  c()"]


def test_long_code_is_split_between_its_lines():
    lines = [f"  set option_{each} to value" for each in range(200)]
    found = list(stretches(["\n".join(lines)]))

    assert [line for each in found for line in each.split("\n")] == lines
    assert all(len(each.split()) <= LONGEST_WORDS for each in found)


def test_an_address_or_a_number_in_a_long_paragraph_stays_whole():
    found = list(stretches(["Send 10.5 MB to https://x.test/a.b now. " * 50]))

    assert sum(each.count("10.5 MB to https://x.test/a.b now.") for each in found) == 50


def test_all_of_a_page_is_read_but_not_the_way_around_the_site():
    page = """<nav>Menu</nav><article><p>One.</p></article><article><p>Two.</p></article>
    <main><p>Three.</p></main><form><p>Four.</p><button>Go</button></form>
    <p hidden>No.</p><p style="display: none">No.</p><div role=navigation>No.</div>
    <script>no()</script><footer>Imprint</footer>"""

    assert said(page) == ["One.", "Two.", "Three.", "Four."]


def test_steps_keep_their_numbers_and_powers_are_powers():
    page = "<ol start=3><li>Open<li><p>10<sup>6</sup> times</p></ol>"

    assert said(page) == ["3. Open", "4. 10^6 times"]


def test_what_a_page_claims_of_its_size_costs_little():
    deep = "<table><tr><td>" * 2_000 + "hello"
    wide = (
        f"<table><tr><td rowspan=65534 colspan=1000>{'long ' * 999}<td>b"
        + "<tr><td>c" * 500
    )

    assert said(deep) == ["hello"]
    assert sum(map(len, said(wide))) < 10_000


def test_a_passage_completes_links_by_its_documents_address():
    text = "See [here](b)."
    passages = passages_of(
        "d", title="D", text=text, form="markdown", url="https://x.test/a"
    )

    assert [each.text for each in passages] == ["See here (https://x.test/b)."]
