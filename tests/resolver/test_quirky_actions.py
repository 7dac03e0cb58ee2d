"""Odd names, many actions, the same name twice: each is called by its own name."""

import time
from urllib.parse import quote

import pytest

from services.resolver.catalogue.passages import passages_of
from services.resolver.domain.catalogue import Action, Parameter
from tests.resolver.minds import FakeCatalogues, catalogue, ranker
from tests.resolver.test_api_catalogue import ACTION
from tests.resolver.web import Web
from tests.resolver.world import FakeRanker, World, found

QUIRKY = [
    "reset password!",
    "a/b",
    "../../etc/passwd",
    "what?x=1&y=2#z",
    "$where",
    "x.y.z",
    "__proto__",
    "constructor",
    "<script>alert(1)</script>",
    "名前を変更する",
    "إعادة تعيين",
    "émoji 🎉",
    "'; drop table actions; --",
    "{{ 7 * 7 }} %s {0.__class__}",
    "a:b|c",
    "%2e%2e%2f",
    " ",
    "0",
    "null",
    "a" * 256,
]


@pytest.mark.parametrize("name", QUIRKY)
async def test_a_quirky_name_is_stored_read_and_removed(name):
    web = Web()
    path = f"/v1/actions/{quote(name, safe='')}"

    stored = await web.ask("PUT", path, by="acme/manage", json=ACTION)
    read = await web.ask("GET", path, by="acme/read")
    gone = await web.ask("DELETE", path, by="acme/manage")

    assert stored.status_code == 201
    assert read.json()["name"] == name
    assert gone.status_code == 204


@pytest.mark.parametrize("name", QUIRKY)
async def test_a_quirky_name_is_called_as_it_is(name):
    here = World(FakeRanker(found(actions={Action(name): 0.95})))

    told = await here.say("please do it")
    done = await here.send(
        type="action_result", call_id=told.reply.call_id, status="succeeded"
    )

    assert told.reply.action == name
    assert done.resolved.name == name


@pytest.mark.parametrize("name", ["a" * 257, "a\nb", "a\x00b", ""])
async def test_a_name_that_is_none_is_refused(name):
    stored = await Web().ask(
        "PUT", f"/v1/actions/{quote(name, safe='')}", by="acme/manage", json=ACTION
    )

    assert stored.status_code in {404, 405, 422}


@pytest.mark.parametrize("name", [*QUIRKY, "", "$", "--", "😀", "\u200b", "...."])
@pytest.mark.parametrize("kind", ["string", "integer", "number", "boolean", "array"])
@pytest.mark.parametrize("text", ["please do it", "cancel ORD-1042 to bob@b.test"])
async def test_a_quirky_parameter_is_asked_for_or_filled_never_a_fault(
    name, kind, text
):
    parameter = Parameter(name, kind=kind, required=True)
    action = Action("cancel_order", parameters=(parameter,))
    here = World(FakeRanker(found(actions={action: 0.95})))

    told = await here.say(text)

    assert "conversation.unresolved" not in told.topics
    assert told.reply.type in {"question", "action_call"}


def many(count):
    verbs = ["open", "close", "rename", "archive", "share", "copy", "print", "lock"]
    things = [f"{word}{n}" for n in range(25) for word in ("folder",)]
    made = [
        Action(
            f"{verb}_{thing}",
            f"{verb.title()} the {thing}",
            (),
            (f"please {verb} my {thing}", f"{verb} {thing}"),
        )
        for verb in verbs
        for thing in things
    ]
    return made[:count]


async def test_of_two_hundred_actions_the_right_one_is_found_at_once():
    actions = many(200)
    ranks = ranker(FakeCatalogues(acme=catalogue(actions=actions)))
    await ranks.rank("acme", "warm up", ())

    began = time.perf_counter()
    wrong = []
    for action in actions[::5]:
        best = (await ranks.rank("acme", action.examples[0], ())).actions[0]
        if best.name != action.name:
            wrong.append((action.name, best.name))
    each = (time.perf_counter() - began) / 40
    ranks.close()

    assert wrong == []
    assert each < 0.1


async def test_a_conversations_action_never_takes_the_place_of_the_apps():
    stored = Action(
        "pay_invoice", "Pay an invoice", (), ("pay my invoice",), approval_required=True
    )
    own = {"name": "pay_invoice", "description": "pay my invoice", "options": {}}
    ranks = ranker(FakeCatalogues(acme=catalogue(actions=[stored, *many(20)])))
    here = World(ranks)

    told = await here.say("pay my invoice", assistant={"available_actions": [own]})
    ranks.close()

    assert told.reason == "approval_asked"
    assert told.reply.approval_required is True


async def test_the_same_name_twice_in_a_conversation_is_one_action():
    own = [
        {"name": "wave", "description": "Wave to the user", "options": {}},
        {
            "name": "wave",
            "description": "Wave to the user with both hands",
            "inputSchema": {},
            "approvalRequired": True,
        },
    ]
    ranks = ranker(FakeCatalogues(acme=catalogue(actions=many(20))))
    here = World(ranks)

    told = await here.say("wave to the user", assistant={"available_actions": own})
    ranking = await ranks.rank("acme", "wave to the user", here.state.actions)
    ranks.close()

    assert [each.name for each in ranking.actions].count("wave") == 1
    assert told.reason in {"approval_asked", "low_confidence"}


def test_a_passage_shows_nothing_hidden_and_loads_nothing():
    text = "Files \u202eeht\u202c may\u200b be \U000e0041big.\n\n    ![x](https://evil.test/)"

    passages = passages_of("d", title="D", text=text, form="markdown", url=None)

    said = "\n".join(each.text for each in passages)
    assert "Files eht may be big." in said
    assert "![" not in said
