"""What nothing can be made of is refused with its reason; what only looks odd passes."""

import orjson
import pytest

from shared.errors import Permanent
from shared.events import CONVERSATION_EVENT, AvailableAction
from shared.kafka.working.decode import (
    check_headers,
    check_time,
    read_untrusted,
    validate_ours,
)
from shared.untrusted import Notes
from tests.support.factories import message
from tests.support.fakes import NOON

GOOD = orjson.dumps(message())


def with_state(state: str) -> bytes:
    return GOOD.replace(
        b'{"route":"/files","last_request":{"status":500}}', state.encode()
    )


def deep(levels: int) -> bytes:
    return with_state('{"a":' + "[" * levels + "]" * levels + "}")


def read(value):
    return read_untrusted(value, Notes(), max_bytes=1_000_000, now=NOON)


POISON = [
    pytest.param(b"", "empty", id="empty value"),
    pytest.param(None, "empty", id="tombstone"),
    pytest.param(b"hello", "not_json", id="not JSON"),
    pytest.param(GOOD[:-9], "not_json", id="truncated"),
    pytest.param(GOOD.replace(b"Ana", b"An\xff"), "not_json", id="invalid UTF-8"),
    pytest.param(GOOD.decode().encode("utf-16"), "not_json", id="UTF-16"),
    pytest.param(GOOD.decode().encode("utf-32"), "not_json", id="UTF-32"),
    pytest.param(b"\xef\xbb\xbf" + GOOD, "not_json", id="byte order mark"),
    pytest.param(
        GOOD.replace(b'"app_id":"acme"', b'"app_id":"acme","app_id":"evil"'),
        "duplicate_key",
        id="two apps",
    ),
    pytest.param(
        GOOD.replace(b'"app_id":"acme"', b'"app_id" :"acme" , "app_id"\t:"evil"'),
        "duplicate_key",
        id="two apps with spaces",
    ),
    pytest.param(b'{"a":"' + b"x" * 10_000_000 + b'"}', "too_large", id="10 MB string"),
    pytest.param(b"[" * 100_000 + b"]" * 100_000, "not_an_object", id="only brackets"),
    pytest.param(b"[1,2]", "not_an_object", id="an array"),
    pytest.param(
        orjson.dumps(message(schema_version=0)), "unknown_schema_version", id="past"
    ),
    pytest.param(
        orjson.dumps(message(schema_version=2)), "unknown_schema_version", id="future"
    ),
]


@pytest.mark.parametrize(("value", "reason"), POISON)
def test_poison_is_refused_with_its_reason(value: bytes | None, reason: str) -> None:
    with pytest.raises(Permanent) as caught:
        read(value)

    assert caught.value.reason == reason


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(GOOD, id="compact"),
        pytest.param(
            orjson.dumps(message(), option=orjson.OPT_INDENT_2), id="indented"
        ),
        pytest.param(
            GOOD.replace(b"Ana", "अना 👩‍👩‍👧 مرحبا".encode()), id="emoji and RTL"
        ),
        pytest.param(
            GOOD.replace(b"Ana", b'An\\u00e1 \\"app_id\\":'), id="key in a string"
        ),
        pytest.param(
            with_state('{"price":1.50,"e":1e3,"neg":-9223372036854775808}'),
            id="numbers",
        ),
        pytest.param(
            GOOD.replace(b"Ana", b"{{ x }} %s {0.__class__} $HOME a.b"), id="templates"
        ),
        pytest.param(with_state('{"app_id":1,"b":{"app_id":2}}'), id="keys within"),
        pytest.param(deep(50), id="depth 50"),
    ],
)
def test_odd_but_honest_input_passes(value: bytes) -> None:
    assert read(value).event_id == "e-1"


def test_null_is_as_good_as_nothing_in_all_that_is_optional() -> None:
    nothing = dict.fromkeys(("name", "email", "traits"))
    action = {"name": "a", **dict.fromkeys(("description", "approvalRequired"))}
    sent = message(
        user={"id": "u-7", **nothing},
        session=dict.fromkeys(("id", "url", "user_agent", "locale", "timezone")),
        app_state=None,
        assistant={"escalation_message": None, "available_actions": [action]},
    )

    event = read(orjson.dumps(sent))
    sent["assistant"]["available_actions"] = None
    without = read(orjson.dumps(sent))

    assert event.user.traits == {}
    assert event.assistant.available_actions == [AvailableAction(name="a")]
    assert without.assistant.available_actions == []


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"type": "massage"}, id="unknown type"),
        pytest.param({"message": {"role": "robot", "text": "x"}}, id="unknown role"),
        pytest.param({"message": {"role": "user"}}, id="nothing said"),
        pytest.param({"message": "Help!"}, id="said by nobody"),
        pytest.param({"app_id": "a:b"}, id="colon in the app"),
        pytest.param({"conversation_id": "c\n1"}, id="newline in an id"),
        pytest.param({"event_id": ""}, id="no event id"),
    ],
)
def test_what_breaks_the_contract_is_invalid(changes: dict[str, object]) -> None:
    with pytest.raises(Permanent) as caught:
        read(orjson.dumps(message(**changes)))

    assert caught.value.reason == "invalid"


@pytest.mark.parametrize(
    ("moment", "reason"),
    [
        pytest.param("2026-11-23T12:00:00Z", "timestamp_ahead", id="a day ahead"),
        pytest.param("9999-12-31T23:59:59Z", "timestamp_ahead", id="year 9999"),
        pytest.param(
            "1969-12-31T23:59:59Z", "timestamp_out_of_range", id="before 1970"
        ),
    ],
)
def test_an_impossible_time_of_our_own_is_refused(moment: str, reason: str) -> None:
    event = CONVERSATION_EVENT.validate_python(message(occurred_at=moment))

    with pytest.raises(Permanent) as caught:
        check_time(event.occurred_at, now=NOON)

    assert caught.value.reason == reason


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param([("h", b"x")] * 100, id="a hundred headers"),
        pytest.param([("h", b"x" * 100_000)], id="100 kB in one"),
    ],
)
def test_a_header_bomb_is_refused(headers: list[tuple[str, bytes]]) -> None:
    with pytest.raises(Permanent) as caught:
        check_headers(headers)

    assert caught.value.reason == "headers_too_large"


@pytest.mark.parametrize(
    "digits",
    [
        pytest.param(str(2**63), id="2^63"),
        pytest.param(str(-(2**63) - 1), id="below -2^63"),
        pytest.param("1" + "0" * 40, id="41 digits"),
        pytest.param("1" + "0" * 5000, id="5,001 digits"),
    ],
)
def test_our_own_record_with_a_number_nobody_can_store_is_refused(digits: str) -> None:
    value = with_state('{"free_bytes":' + digits + "}")

    with pytest.raises(Permanent) as refused:
        validate_ours(CONVERSATION_EVENT, value)

    assert refused.value.reason == "number_out_of_range"


@pytest.mark.parametrize("state", ["9223372036854775807", "0.12345678901234567890"])
def test_long_numbers_of_our_own_that_can_be_stored_pass(state: str) -> None:
    event = validate_ours(CONVERSATION_EVENT, with_state('{"a":' + state + "}"))

    assert event.app_state == {"a": orjson.loads(state)}
