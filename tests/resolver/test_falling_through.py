"""After an action that failed a document answers, by the real probabilities."""

from dataclasses import replace

import pytest

from services.resolver.domain.catalogue import Action
from services.resolver.matching.knowledge import Knowledge
from services.resolver.matching.matcher import AppMatcher
from tests.resolver.minds import FakeCatalogues, catalogue, ranker
from tests.resolver.test_matching_matcher import LIMITS, REFUND, RESET, WORDS
from tests.resolver.world import RULES, World

RAISE = Action(
    "raise_limit",
    "Raise the upload limit",
    examples=("Raise my upload limit", "I need a higher upload limit"),
)
PAGE = replace(LIMITS, questions=("Can I raise my upload limit?",))
OTHER = Action("print_label", "Print a label", examples=("Print me a label",))
ASKED = "please raise my upload limit"
ACTIONS = [RESET, REFUND, RAISE]


@pytest.fixture
async def world():
    known = catalogue(actions=ACTIONS, documents=[PAGE])
    ranks = ranker(FakeCatalogues(acme=known))
    await ranks.rank("acme", "warm up", ())
    yield World(ranker=ranks)
    ranks.close()


@pytest.mark.parametrize("status", ["failed", "denied"])
async def test_what_an_action_could_not_do_a_document_answers(world, status):
    call = (await world.say(ASKED)).reply
    told = await world.send(type="action_result", call_id=call.call_id, status=status)

    assert call.action == "raise_limit"
    assert told.reply.citations[0].document_id == "limits"
    assert told.reply.citations[0].score >= RULES.document
    assert [each.outcome for each in told.resolved.attempts] == [status, "succeeded"]


async def test_what_no_document_is_about_goes_to_people(world):
    call = (await world.say(RESET.examples[0])).reply
    told = await world.send(type="action_result", call_id=call.call_id, status="failed")

    assert call.action == "reset_password"
    assert told.unresolved.reason == "action_failed"


@pytest.mark.parametrize("own", [(), (OTHER,)])
def test_weighed_alone_documents_are_what_they_are_in_an_app_without_actions(own):
    built = AppMatcher.build(
        Knowledge(tuple(ACTIONS), (PAGE,)), words=WORDS, encoder=None
    )

    (among,) = built.match([ASKED])
    (alone,) = built.with_actions(own).of_documents().match([ASKED])

    assert among.actions[0].name == "raise_limit"
    assert among.passages[0].score < 0.1
    assert alone.actions == ()
    assert alone.passages[0].passage == among.passages[0].passage
    assert alone.passages[0].score > RULES.document
