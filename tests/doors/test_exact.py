"""Names that nothing reads are found at any depth, with the nearest right one."""

from typing import Annotated, Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field

from shared.web.exact.door import wrong_fields
from shared.web.exact.nearest import nearest, unknown
from shared.web.exact.storable import MAX_DEPTH, find_unstorable


class Leaf(BaseModel):
    colour: str = ""


class Open(BaseModel, extra="allow"):
    id: str = ""
    leaf: Leaf | None = None


class Mail(BaseModel):
    kind: Literal["mail"]
    to: list[str] = []


class Hook(BaseModel):
    kind: Literal["hook"]
    url: str = ""


class Tree(BaseModel):
    leaves: list[Leaf] = []
    by_name: dict[str, Leaf] = {}
    anything: dict[str, Any] = {}
    open: Open | None = None
    sent: Annotated[Mail | Hook, Field(discriminator="kind")] | None = None
    approvalRequired: bool = False  # noqa: N815 - as published


@pytest.mark.parametrize(
    ("body", "field", "right"),
    [
        ({"leafs": []}, "body.leafs", "leaves"),
        ({"approval_required": True}, "body.approval_required", "approvalRequired"),
        ({"APPROVALREQUIRED": 1}, "body.APPROVALREQUIRED", "approvalRequired"),
        ({"leaves": [{}, {"color": "red"}]}, "body.leaves.1.color", "colour"),
        ({"by_name": {"a": {"color": "red"}}}, "body.by_name.a.color", "colour"),
        ({"open": {"leaf": {"color": 1}}}, "body.open.leaf.color", "colour"),
        ({"sent": {"kind": "mail", "too": []}}, "body.sent.too", "to"),
        ({"sent": {"kind": "mail", "url": ""}}, "body.sent.url", None),
        ({"zzz": 1}, "body.zzz", None),
    ],
)
def test_an_unknown_field_is_named_with_the_nearest(body, field, right):
    (wrong,) = wrong_fields(body, Tree)

    assert wrong["field"] == field
    assert wrong.get("nearest") == right


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"anything": {"leafs": [{"color": 1}]}},
        {"open": {"of_theirs": {"color": 1}}},
        {"sent": {"kind": "hook", "url": "x"}},
        {"sent": None},
        [],
        "text",
    ],
)
def test_what_is_open_and_what_is_known_is_let_through(body):
    assert wrong_fields(body, Tree) == []


def test_where_nothing_is_near_the_known_ones_are_listed():
    assert unknown("query.q", "q", ["limit"], what="parameter") == {
        "field": "query.q",
        "message": "unknown parameter `q`; known: `limit`",
    }
    assert "none is taken" in unknown("query.q", "q", [], what="parameter")["message"]


@given(st.text(), st.lists(st.text(max_size=20)))
def test_the_nearest_is_always_one_of_the_known(name, known):
    found = nearest(name, known)

    assert found is None or found in known


def _nested(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("value", "field"),
    [
        ({"a": [2**63]}, "body.a.0"),
        ({"a": {"b": -(2**63) - 1}}, "body.a.b"),
        ({"a": float("nan")}, "body.a"),
        ({"a": float("inf")}, "body.a"),
        ({"a": "\ud800"}, "body.a"),
        ({"\ud800": 1}, "body"),
        ({"a\x00": 1}, "body"),
        (_nested(MAX_DEPTH), "body"),
        (_nested(100_000), "body"),
    ],
)
def test_what_no_store_can_keep_is_named(value, field):
    found = find_unstorable(value)

    assert found is not None
    assert found["field"] == field


@pytest.mark.parametrize(
    "value",
    [
        {"a": [2**63 - 1, -(2**63), 1.5, True, None, "\x00", "😭"]},
        _nested(MAX_DEPTH - 1),
    ],
)
def test_what_can_be_kept_is_let_through(value):
    assert find_unstorable(value) is None
