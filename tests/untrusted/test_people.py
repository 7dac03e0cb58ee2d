"""Who the user is and where: read, cut or set aside, never the message's end."""

import pytest

from tests.support.factories import STORY
from tests.untrusted.reading import read, said


@pytest.mark.parametrize(
    ("sent", "user_id"),
    [
        (7, "7"), (7.0, "7"), (-1, "-1"), (2**70, str(float(2**70))), ("u 7", "u 7"),
        ("жук", "жук"),
    ],
)  # fmt: skip
def test_an_id_that_is_a_number_is_written_out(sent, user_id):
    event, _ = read(said(user={"id": sent}))

    assert event.user.id == user_id


@pytest.mark.parametrize("sent", [None, "", " ", True, {"a": 1}, ["u-7"], ...])
def test_a_user_without_an_id_is_the_conversations_own(sent):
    user = {"name": "Ana"} if sent is ... else {"name": "Ana", "id": sent}

    event, _ = read(said(user=user))
    again, _ = read(said(user=user, event_id="e-2"))
    other, _ = read(said(user=user, conversation_id="c-43"))

    assert event.user.id.startswith("autogen_")
    assert event.user.name == "Ana"
    assert again.user.id == event.user.id != other.user.id


@pytest.mark.parametrize("end", ["x", "\n"])
def test_long_or_unprintable_ids_stay_different(end):
    one, _ = read(said(user={"id": "u" * 300 + end + "1"}))
    two, _ = read(said(user={"id": "u" * 300 + end + "2"}))

    assert one.user.id != two.user.id
    assert len(one.user.id) <= 256
    assert one.user.id.isprintable()


@pytest.mark.parametrize(
    ("sent", "address"),
    [
        ("ana@example.com", "ana@example.com"),
        (" ana@example.com ", "ana@example.com"),
        ("Ana Lima <ana@example.com>", "ana@example.com"),
        ("mailto:ana@example.com?subject=x", "ana@example.com"),
        ("Josué@exämple.com", "Josué@exämple.com"),
    ],
)
def test_an_address_is_read(sent, address):
    event, _ = read(said(user={"id": "u", "email": sent}))

    assert event.user.email == address


@pytest.mark.parametrize(
    "sent",
    ["nonsense", "ana(at)example.com", "a@b@c", "x" * 600, {"v": "a@b.c"}, ["a@b.c"]],
)
def test_what_is_no_address_is_set_aside_in_sight_of_the_team(sent):
    event, notes = read(said(user={"id": "u", "email": sent}))

    if sent != ["a@b.c"]:
        assert event.user.email is None
        assert event.user.model_extra == {"email_as_sent": sent}
        assert notes == ["user.email:set_aside"]
    assert event.message.text == STORY


@pytest.mark.parametrize(
    ("sent", "locale"),
    [
        ("en-GB,en;q=0.9,de;q=0.8", "en-GB"),
        ("de;q=0.7, fr ; q=0.9, *;q=0.1", "fr"),
        ("en_US.UTF-8", "en-US"),
        ("pt_BR", "pt-BR"),
        ("sr@latin", "sr"),
        ("zh-Hant-TW", "zh-Hant-TW"),
        ("en-GB," + "en;q=0.1," * 100, "en-GB"),
        ("*", None),
        ("x" * 100, None),
        ("{{ locale }}", None),
        (["en"], "en"),
        (5, None),
    ],
)
def test_a_locale_is_read_from_whatever_header_it_was(sent, locale):
    event, _ = read(said(session={"id": "s", "locale": sent}))

    if not isinstance(sent, int):
        assert event.session.locale == locale
    assert event.session.id == "s"


@pytest.mark.parametrize(
    ("sent", "zone"),
    [
        ("Europe/Lisbon", "Europe/Lisbon"),
        ("europe/lisbon", "Europe/Lisbon"),
        ("America/New York", "America/New_York"),
        ("UTC+2", "Etc/GMT-2"),
        ("+05:00", "Etc/GMT-5"),
        ("GMT-03:00", "Etc/GMT+3"),
        ("GMT+0000", "Etc/UTC"),
        ("Mars/Olympus", None),
        ("../../etc/passwd", None),
        ("UTC+99", None),
        ("x" * 5000, None),
        ({"name": "UTC"}, None),
    ],
)
def test_a_time_zone_is_read_or_set_aside(sent, zone):
    event, _ = read(said(session={"timezone": sent}))

    assert event.session.timezone == zone


@pytest.mark.parametrize(
    ("field", "limit"), [("url", 4096), ("user_agent", 2048), ("id", 512)]
)
def test_a_long_fact_of_the_session_is_cut(field, limit):
    event, notes = read(said(session={field: "https://x/" + "é" * 9000}))

    kept = getattr(event.session, field)
    assert len(kept) == limit
    assert kept.endswith("…")
    assert notes == [f"session.{field}:cut"]


@pytest.mark.parametrize(
    ("user", "user_id"),
    [("u-7", "u-7"), (7, "7"), ([], "autogen_"), (True, "autogen_")],
)
def test_a_user_that_is_no_object_is_read_as_its_id(user, user_id):
    event, notes = read(said(user=user))

    assert event.user.id.startswith(user_id)
    assert notes == ["user:read"]


@pytest.mark.parametrize(
    ("session", "field", "kept"),
    [
        ("s-9", "id", "s-9"),
        ("https://a.example", "url", "https://a.example"),
        (9, "id", "9"),
    ],
)
def test_a_session_that_is_no_object_is_read_as_what_it_looks_like(
    session, field, kept
):
    event, _ = read(said(session=session))

    assert getattr(event.session, field) == kept
