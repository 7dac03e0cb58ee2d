"""Header values: sixty ways to smuggle a second header, none of which works."""

import re
from email import policy
from email.message import EmailMessage
from email.parser import BytesHeaderParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifier.domain import headers
from services.notifier.domain.headers import (
    header_safe,
    hex_id,
    message_id,
    references_of,
    subject_of,
    thread_root,
)

EVIL = "Bcc: evil@x.test"
BREAKS = [
    "\n",
    "\r",
    "\r\n",
    "\n\n",
    "\r\n\r\n",
    "\n ",
    "\n\t",
    "\r\n ",
    "\r\n\t",
    "\x00",
    "\x0b",
    "\x0c",
    "\x1c",
    "\x1d",
    "\x1e",
    "\x1f",
    "\x7f",
    "\x85",
    "\x9f",
    "\u2028",
    "\u2029",
    "\u00a0\n",
    "\ud800\n",
    "\n\u202e",
    "\x08\n",
]
WORDS = [
    "=?utf-8?q?x=0D=0A{}?=",
    "=?utf-8?q?x=0A{}?=",
    "=?utf-8?Q?x=0D{}?=",
    "=?UTF-8?q?=0D=0A_{}?=",
    "=?us-ascii?q?x=0D=0A{}?=",
    "=?iso-8859-1?q?=0D=0A{}?=",
    "=?utf-8?b?eA0KQmNjOiBldmlsQHgudGVzdA==?=",
    "=?utf-8?B?DQpCY2M6IGV2aWxAeC50ZXN0?=",
    "=?utf-8*en?q?x=0D=0A{}?=",
    "=?utf-16?b?DQAKAEIAYwBjADoA?=",
    "=?utf-7?q?x+AA0ACg-{}?=",
    "= ?=?utf-8?q?x=0D=0A{}?=",
    "==??utf-8?q?x=0D=0A{}?=",
    "=?=?utf-8?q?=0D=0A{}?=",
    "a=?utf-8?q?x?==?utf-8?q?=0D=0A{}?=",
    '"=?utf-8?q?x=0D=0A{}?="',
    "(=?utf-8?q?x=0D=0A{}?=)",
    "=\u200b?utf-8?q?x=0D=0A{}?=",
    "=\ufeff?utf-8?q?x=0D=0A{}?=",
    "=\u00ad?utf-8?q?x=0D=0A{}?=",
    "=\x00?utf-8?q?x=0D=0A{}?=",
]
VECTORS = (
    [f"x{each}{EVIL}" for each in BREAKS]
    + [each.replace("{}", EVIL) for each in WORDS]
    + [f"{each.replace('{}', EVIL)} " * 9 for each in WORDS]
    + [
        "x" * 5_000,
        "x " * 2_500,
        "\u202e" + EVIL,
        "é" * 300,
        "👩‍👩‍👧" * 60,
        "{{ 7*7 }} %s {0.__class__}",
    ]
)


def names_after(name: str, value: str) -> list[str]:
    """Return the header names a stranger reads after *value* was written."""
    message = EmailMessage(policy=policy.SMTP)
    message[name] = value
    head = message.as_bytes()
    assert max(len(line) for line in head.split(b"\r\n")) <= 998
    return list(BytesHeaderParser(policy=policy.compat32).parsebytes(head).keys())


def test_there_are_more_than_sixty_vectors() -> None:
    assert len(VECTORS) > 60


@pytest.mark.parametrize("vector", VECTORS)
@pytest.mark.parametrize(
    "name", ["Subject", "X-Handrail-Escalation", "List-Id", "References"]
)
def test_no_value_becomes_two_headers(vector: str, name: str) -> None:
    safe = header_safe(vector)

    assert names_after(name, safe) == [name]
    assert len(safe) <= 200
    assert "=?" not in safe


def test_the_library_alone_would_have_let_one_through() -> None:
    """Keep this: it shows why `header_safe` breaks encoded words up (3.11.7)."""
    unsafe = "=?utf-8?q?x=0D=0ABcc=3A_evil=40x=2Etest?="

    assert names_after("Subject", header_safe(unsafe)) == ["Subject"]


@given(st.text(max_size=400))
def test_no_text_at_all_becomes_two_headers(text: str) -> None:
    assert names_after("Subject", header_safe(text)) == ["Subject"]


@given(st.text(alphabet="=?utf-8qb\r\n:_0DA \x00\u2028\u200b", max_size=80))
def test_no_text_of_dangerous_characters_becomes_two_headers(text: str) -> None:
    safe = header_safe(text)

    assert names_after("X-Handrail-Escalation", safe) == ["X-Handrail-Escalation"]
    assert header_safe(safe) == safe


@given(app=st.text(max_size=90), summary=st.text(max_size=300))
def test_a_subject_is_one_short_line_whatever_the_names_are(
    app: str, summary: str
) -> None:
    subject = subject_of(app=app, priority="high", summary=summary, follow_up=True)

    assert names_after("Subject", subject) == ["Subject"]
    assert len(subject) <= 170
    assert subject.startswith("Re: [")


def test_a_subject_says_app_priority_and_the_first_line_of_the_ask() -> None:
    subject = subject_of(
        app="Acme [beta]",
        priority="urgent",
        summary="\nUploads fail\nSince today",
        follow_up=False,
    )

    assert subject == "[Acme (beta)][P1] Human needed: Uploads fail"


def test_a_long_summary_is_cut_at_eighty_characters() -> None:
    subject = subject_of(app="a", priority="low", summary="x" * 300, follow_up=False)

    assert subject.removeprefix("[a][P4] Human needed: ") == "x" * 79 + "…"


@pytest.mark.parametrize(
    "value", ["", "a\r\nBcc: x@y", "ESC-1042", "zz", "0" * 99, "A1", "…"]
)
def test_an_id_that_is_not_hexadecimal_becomes_one(value: str) -> None:
    assert re.fullmatch(r"[0-9a-f]{32}", hex_id(value))


def test_a_message_id_is_the_same_at_every_try_and_another_for_every_recipient() -> (
    None
):
    delivery = "6d0e7a52-4f3a-5c1b-9a77-2b8f6f1f0c11"
    one = message_id(delivery, "a@x.test", domain="mail.test")

    assert one == message_id(delivery, "A@x.test", domain="mail.test")
    assert one != message_id(delivery, "b@x.test", domain="mail.test")
    assert one.startswith(f"<{delivery}.")
    assert one.endswith("@mail.test>")


def test_references_begin_with_the_root_and_are_bounded() -> None:
    root = thread_root("acme", "c-1", domain="x.test")

    found = references_of(root, [f"<{n}@x>" for n in range(99)])

    assert found[0] == root
    assert found[-1] == "<98@x>"
    assert len(found) == 11


@given(st.text(st.characters(max_codepoint=0x2100), max_size=40))
def test_plain_text_reads_the_same_without_a_look_at_each_letter(text: str) -> None:
    letters = headers._SPACES.sub(headers._one_space, "".join(headers._kept(text)))
    read = letters.strip()
    if headers._ENCODED_WORD.search(read):
        read = read.replace("=?", "= ?")

    assert header_safe(text) == read
