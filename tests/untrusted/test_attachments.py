"""Files beside words, or alone: kept, bounded, and only web addresses."""

import pytest

from shared.errors import Permanent
from tests.untrusted.reading import read, said

FILE = {
    "type": "image/png",
    "name": "error.png",
    "url": "https://files.example.com/error.png",
    "size": 48_213,
}


@pytest.mark.parametrize("words", [{"text": None}, {"text": ""}, {}, {"text": {}}])
def test_a_message_may_be_files_alone(words):
    sent = {"role": "user", "attachments": [FILE], **words}

    event, _ = read(said(message=sent))

    assert event.message.text == ""
    (kept,) = event.message.attachments
    assert kept.model_dump() == FILE


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)", "JAVASCRIPT:alert(1)", " javascript:alert(1)",
        "data:text/html,<b>x</b>", "file:///etc/passwd", "ftp://x/y", "//x.example/y",
        "/relative", "https://x/\n<b>", "https://x/" + "y" * 5000, 5, {}, "",
    ],
)  # fmt: skip
def test_an_address_that_is_no_web_address_is_set_aside_and_the_file_kept(url):
    sent = {"role": "user", "text": "x", "attachments": [{**FILE, "url": url}]}

    event, _ = read(said(message=sent))

    (kept,) = event.message.attachments
    assert kept.name == "error.png"
    assert kept.url is None or kept.url.startswith("https://x/%0A%3Cb%3E")


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("https://x.example/a.png", {"url": "https://x.example/a.png"}),
        ("a.png", {"name": "a.png"}),
        (
            {"url": "https://x.example/my file.png"},
            {"url": "https://x.example/my%20file.png"},
        ),
        ({"url": "HTTPS://X.example/a"}, {"url": "HTTPS://X.example/a"}),
        ({"size": "12"}, {"size": 12}),
        ({"size": "12 kB", "name": "a"}, {"name": "a"}),
        ({"size": -1, "name": 5}, {"name": "5"}),
        ({"id": "F123"}, {}),
    ],
)
def test_an_attachment_is_read_however_it_is_written(sent, kept):
    event, _ = read(said(message={"role": "user", "attachments": [sent]}))

    (found,) = event.message.attachments
    assert found.model_dump(exclude_none=True) == kept


def test_what_is_no_attachment_is_set_aside_among_good_ones():
    sent = {"role": "user", "text": "x", "attachments": [None, FILE, 3, [], FILE]}

    event, notes = read(said(message=sent))

    assert [each.name for each in event.message.attachments] == ["error.png"] * 2
    assert notes == ["message.attachments:set_aside"]


def test_more_files_than_anybody_sends_are_left_out():
    sent = {"role": "user", "attachments": [FILE] * 500}

    event, notes = read(said(message=sent))

    assert len(event.message.attachments) == 20
    assert notes == ["message.attachments:cut"]


@pytest.mark.parametrize("sent", [None, [], [None], "", 0, ...])
def test_neither_words_nor_files_is_nothing(sent):
    message = {"role": "user"} if sent is ... else {"role": "user", "attachments": sent}

    with pytest.raises(Permanent) as caught:
        read(said(message=message))

    assert caught.value.reason == "invalid"
