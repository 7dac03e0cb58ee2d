"""Text of documents, actions, outputs and states is data: no vector changes a decision.

Each vector is put where its `place` says, and a whole conversation is had through the
real ranking, the real decisions and the real reading of parameters, twice: with the
vector and with harmless words in its place. Every decision must be the same. (A
document that is about a user's question ranks by it, as it should; so no vector is
about what the conversation asks.)
"""

import json
import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest

from services.resolver.domain.acting.showing import shown, visible
from services.resolver.domain.catalogue import Action, Parameter
from services.resolver.resolve.calls import COLLECTION
from tests.resolver.minds import FakeCatalogues, catalogue, document, ranker
from tests.resolver.world import World

VECTORS = [
    json.loads(line)
    for line in Path("tests/data/injections.jsonl").read_text("utf-8").splitlines()
]
HARMLESS = "Nothing of note here."
ORDER = Parameter("order_id", kind="integer", required=True)


@dataclass
class Place:
    """Where one vector stands; everything else is harmless."""

    name: str = ""
    text: str = HARMLESS

    def at(self, name: str) -> str:
        if name != self.name:
            return HARMLESS
        # A page that says nothing else would have no passage left.
        kept = f"{HARMLESS}\n\n" if name == "document_text" else ""
        return kept + self.text


def knowledge_with(place: Place):
    actions = [
        Action(
            "refund_order",
            "Refund an order of the user",
            (ORDER,),
            (
                "refund my order",
                "I want a refund for order 12",
                "give me my money back",
            ),
        ),
        Action(
            "change_address",
            "Change the delivery address",
            (Parameter("street", description="New street", required=True),),
            ("change my delivery address", "I moved, change my address"),
        ),
        Action(
            "delete_account",
            "Delete the account of the user for ever",
            (),
            ("delete my account",),
            approval_required=True,
        ),
        Action("rotate_logo", place.at("action_description"), (), ("rotate the logo",)),
    ]
    documents = [
        document(
            "invoices",
            "# Invoices\nInvoices are sent by mail on the first of each month.\n\n"
            + ("## Notes\n" + place.at("document_text")),
            title="Invoices",
            questions=("When are invoices sent?", "When do I get my invoice?"),
        ),
        document(
            "news",
            f"# {place.at('document_heading')}\n\n{place.at('document_text')}\n",
            title=place.at("document_title"),
            questions=(place.at("document_question"),),
        ),
    ]
    return catalogue(actions=actions, documents=documents)


@dataclass
class Talk:
    """One conversation, and every decision in it."""

    place: Place
    here: World
    decisions: list = field(default_factory=list)

    async def say(self, text, **more):
        place = self.place
        await self.note(
            self.here.say(
                text,
                user={
                    "id": "u-7",
                    "email": "ana@example.com",
                    "name": place.at("user_name"),
                    "traits": {"note": place.at("user_trait")},
                },
                app_state={"route": "/home", "note": {"text": place.at("app_state")}},
                assistant={
                    "available_actions": [
                        {
                            "name": "paint_fence",
                            "description": place.at("own_action_description"),
                            "options": {},
                        }
                    ]
                },
                session={"locale": "en-GB", "timezone": "Europe/Lisbon"},
                **more,
            )
        )

    async def note(self, coming):
        told = await coming
        found = [told.reason, *told.topics]
        for output in told.done.outputs:
            body = json.loads(output.value)
            found += [
                body.get(name)
                for name in ("type", "action", "arguments", "missing", "reason", "name")
            ]
        self.decisions.append(found)
        self.last = told

    async def assistant_says(self, text):
        await self.note(
            self.here.send(type="message", message={"role": "assistant", "text": text})
        )


async def talk(place: Place) -> list:
    """Have the whole conversation and return its decisions."""
    ranks = ranker(FakeCatalogues(acme=knowledge_with(place)), timeout_seconds=60.0)
    try:
        one = Talk(place, World(ranks))
        await one.say("When are invoices sent?")
        await one.say("I want a refund")
        await one.say("order 17")
        await one.note(
            one.here.send(
                type="action_result",
                call_id=one.last.reply.call_id,
                status="succeeded",
                output={"message": place.at("action_output")},
            )
        )
        await one.assistant_says(place.at("assistant_message"))
        await one.say("give me my money back")
        await one.say("order 18")
        await one.note(
            one.here.send(
                type="action_result",
                call_id=one.last.reply.call_id,
                status="failed",
                error=place.at("action_error"),
            )
        )
        rows = [
            each.document
            for entry in one.here.ledger.entries.values()
            for each in entry.documents
            if each.collection == COLLECTION
        ]
        await other_talks(place, ranks, one.decisions)
        return [*one.decisions, rows]
    finally:
        ranks.close()


async def other_talks(place: Place, ranks, decisions: list) -> None:
    for texts in (
        ["my screen flickers in purple since the storm"],
        ["change my delivery address", "Rua do Ouro 7"],
        ["I want to talk to a human"],
        ["delete my account"],
    ):
        one = Talk(place, World(ranks))
        for text in texts:
            await one.say(text)
        decisions += one.decisions


@cache
def _kept() -> dict:
    return {}


async def undisturbed() -> list:
    if "all" not in _kept():
        _kept()["all"] = await talk(Place())
    return _kept()["all"]


async def test_the_undisturbed_conversation_is_worth_disturbing():
    decisions = await undisturbed()

    reasons = [each[0] for each in decisions[:-1]]
    assert reasons == [
        "document_answers",
        "parameters_asked",
        "action_called",
        "action_succeeded",
        "recorded",
        "parameters_asked",
        "action_called",
        "action_failed",
        "no_match",
        "parameters_asked",
        "action_called",
        "asked_for_person",
        "approval_asked",
    ]


def test_there_are_more_than_a_hundred_vectors_of_every_place():
    assert len(VECTORS) >= 100
    assert len({each["id"] for each in VECTORS}) == len(VECTORS)
    assert {each["place"] for each in VECTORS} >= {
        "document_text",
        "document_title",
        "document_heading",
        "document_question",
        "action_description",
        "own_action_description",
        "action_output",
        "action_error",
        "app_state",
    }


@pytest.mark.parametrize("vector", VECTORS, ids=[each["id"] for each in VECTORS])
async def test_no_vector_changes_a_decision(vector):
    expected = await undisturbed()

    assert await talk(Place(vector["place"], vector["text"])) == expected


@pytest.mark.parametrize("vector", VECTORS, ids=[each["id"] for each in VECTORS])
def test_what_is_shown_of_a_vector_is_inert(vector):
    for said in (visible(vector["text"]), shown({"message": vector["text"]})):
        assert not re.search(
            r"[<>`\x00-\x1f\u200b-\u200f\u202a-\u202e\u2060-\u2069]", said
        )
        assert not re.search(r"(?i)https?://|javascript:|data:|www\.|\]\(", said)
        assert all(not 0xE0000 <= ord(char) <= 0xE007F for char in said)


@pytest.mark.parametrize(
    ("output", "said"),
    [
        ("Sent.", "Sent."),
        ({"message": "Refunded 20 €"}, "Refunded 20 €"),
        (20, "20"),
        (True, "yes"),
        (["red", "blue"], "red, blue"),
        ({"rows": [1, 2]}, ""),
        ("x" * 301, ""),
        ("line one\nline two", "line one line two"),
        ("see [terms](https://a.test/b) now", "see terms now"),
        (
            "track at https://shop.test/t/17 today",
            "track at https://shop.test/t/17 today",
        ),
        ("track at https://shop.test.evil.test/ today", "track at [link] today"),
        ("track at http://shop.test/ today", "track at [link] today"),
        ("1 < 2 > 0", "1 ‹ 2 › 0"),
        (None, ""),
    ],
)
def test_an_output_is_shown_as_plain_words(output, said):
    assert shown(output, hosts=frozenset({"shop.test"})) == said
