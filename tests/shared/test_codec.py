"""What a newer version wrote is read, kept and written back."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import orjson
import pytest

from shared.codec import Codec, Unknown


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True, slots=True)
class Part:
    name: str
    colour: Colour = Colour.RED
    _unknown: Unknown = field(default=None, kw_only=True, compare=False)


@dataclass(slots=True)
class Whole:
    parts: tuple[Part, ...] = ()
    by_name: Mapping[str, Part] = field(default_factory=dict)
    at: datetime | None = None
    pairs: tuple[tuple[str, str], ...] = ()
    free: dict[str, Any] | None = None
    secret: str = ""
    _unknown: Unknown = field(default=None, kw_only=True, compare=False)


CODEC = Codec(Whole, without=("secret",))
FULL = Whole(
    parts=(Part("a"), Part("b")),
    by_name={"a": Part("a")},
    at=datetime(2026, 11, 22, 12, tzinfo=UTC),
    pairs=(("one", "two"),),
    free={"any": {"thing": [1]}},
)


def test_what_was_written_is_read_back() -> None:
    assert CODEC.loads(CODEC.dumps(FULL)) == FULL
    assert CODEC.loads(CODEC.dumps(Whole())) == Whole()


def test_a_field_that_is_never_written_is_not_written() -> None:
    hidden = replace(FULL, secret="s")
    newer = CODEC.loads(b'{"later":1}')

    assert CODEC.loads(CODEC.dumps(hidden)).secret == ""
    assert b"secret" not in CODEC.dumps(replace(newer, secret="s"))


def test_unknown_fields_stay_where_they_stood_through_a_change() -> None:
    row = orjson.loads(CODEC.dumps(FULL))
    row["top"] = 1
    row["parts"][1]["inner"] = {"deep": True}
    row["by_name"]["a"]["inner"] = 2

    read = CODEC.loads(orjson.dumps(row))
    changed = replace(read, parts=(read.parts[0], replace(read.parts[1], name="c")))
    written = orjson.loads(CODEC.dumps(changed))

    assert read == FULL
    assert written["top"] == 1
    assert written["parts"][1] == {
        "name": "c",
        "colour": "red",
        "inner": {"deep": True},
    }
    assert written["by_name"]["a"]["inner"] == 2


def test_an_unknown_field_deep_down_alone_is_kept() -> None:
    raw = b'{"parts":[{"name":"a","inner":1}]}'

    assert orjson.loads(CODEC.dumps(CODEC.loads(raw)))["parts"][0]["inner"] == 1


def test_a_word_of_a_newer_version_is_none_of_ours_and_is_kept() -> None:
    read = CODEC.loads(b'{"parts":[{"name":"a","colour":"ultraviolet"}]}')

    assert read.parts[0].colour is not Colour.RED
    assert read.parts[0].colour.value == "ultraviolet"
    assert orjson.loads(CODEC.dumps(read))["parts"][0]["colour"] == "ultraviolet"


@pytest.mark.parametrize(
    "raw",
    [b"[]", b'{"parts":5}', b'{"parts":[{"colour":"red"}]}', b'{"at":"soon"}', b"5"],
)
def test_what_is_no_such_value_is_refused(raw: bytes) -> None:
    with pytest.raises((TypeError, ValueError, KeyError)):
        CODEC.loads(raw)
