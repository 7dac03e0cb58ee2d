"""What is ranked first, how sure it is, and that ranking is cheap where it can be."""

import asyncio

import pytest

from services.resolver.catalogue.index import ActionIndex, PassageIndex
from services.resolver.catalogue.passages import passages_of
from services.resolver.catalogue.ranker import Catalogue, CatalogueRanker
from services.resolver.domain.catalogue import Action, Document
from services.resolver.matching.words import Words
from tests.support.fakes import FakeClock

WORDS = Words("english")
RESET = Action(
    "reset_password", "Send a password reset link", examples=("I forgot my password",)
)
REFUND = Action("refund_order", "Refund an order", examples=("I want my money back",))
STORY = "I'm getting error 500 when I try to upload files larger than 10MB"


def document(
    name="upload-limits", text="# Limits\nFiles may have ten megabytes.", **facts
):
    title = facts.get("title", "Upload limits")
    return Document(
        name,
        title,
        None,
        tuple(facts.get("questions", ("How big may a file be?",))),
        tuple(passages_of(name, title=title, text=text, form="markdown", url=None)),
    )


def test_an_example_word_by_word_is_certain_even_in_an_app_of_one_action():
    (best,) = ActionIndex([RESET], WORDS).rank("i FORGOT my password!")

    assert best.action is RESET
    assert best.score > 0.95


def test_a_question_word_by_word_is_certain():
    index = PassageIndex(
        [document(), document("other", title="Other", questions=())], WORDS
    )

    best = index.rank("How big may a file be?")[0]

    assert best.name == "upload-limits"
    assert best.score > 0.95


def test_one_common_word_does_not_cover_a_request():
    (best,) = ActionIndex([RESET], WORDS).rank(
        "my password manager crashed while the invoice page was loading"
    )

    assert 0 < best.score < 0.4


def test_the_story_is_nothing_but_a_near_miss_of_the_limits():
    (best,) = PassageIndex([document()], WORDS).rank(STORY)

    assert best.score < 0.6


def test_of_a_document_the_passage_that_says_it_answers():
    text = (
        "# Limits\n\nFiles of ten megabytes.\n\n# Formats\n\nPictures are PNG or JPEG."
    )
    found = PassageIndex(
        [document(text=text, questions=("Which picture formats are there?",))], WORDS
    ).rank("Which picture formats are there?")

    assert len(found) == 1
    assert found[0].passage.text == "Pictures are PNG or JPEG."


def test_what_shares_no_word_is_listed_once_to_show_that_we_looked():
    found = ActionIndex([RESET, REFUND], WORDS).rank("completely unrelated")

    assert [each.score for each in found] == [0.0]


@pytest.mark.parametrize("text", ["", "?!", "the", "🙂", "\u200b", "a" * 5000])
def test_any_text_can_be_ranked(text):
    assert ActionIndex([RESET], WORDS).rank(text)[0].score < 0.3
    assert PassageIndex([document()], WORDS).rank(text)[0].score < 0.3


def test_an_empty_catalogue_finds_nothing():
    assert ActionIndex([], WORDS).rank("hello") == ()
    assert PassageIndex([], WORDS).rank("hello") == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Uploading FILES", ["upload", "file"]),
        ("Is it stuck?", ["stuck"]),
        ("what is it", ["what", "is", "it"]),
        ("支払い方法", ["支払", "払い", "い方", "方法"]),
        ("naïve café", ["naïv", "café"]),
    ],
)
def test_words_are_folded_and_stemmed(text, words):
    assert WORDS.of(text) == words


class FakeCatalogues:
    def __init__(self, **catalogues):
        self.catalogues = catalogues
        self.looks = []
        self.loads = []
        self.failing = None

    async def versions(self, app_ids):
        self.looks.append(sorted(app_ids))
        if self.failing:
            raise self.failing
        return {
            app_id: found.version
            for app_id in app_ids
            if (found := self.catalogues.get(app_id))
        }

    async def load(self, app_id):
        self.loads.append(app_id)
        return self.catalogues.get(app_id, Catalogue(0))


def ranker(catalogues, **changes):
    facts = {
        "clock": FakeClock(),
        "language": "english",
        "apps_kept": 2,
        "check_seconds": 60.0,
        "timeout_seconds": 5.0,
    }
    return CatalogueRanker(catalogues, **{**facts, **changes})


async def test_requests_that_come_together_look_once_and_each_gets_its_own():
    catalogues = FakeCatalogues(
        a=Catalogue(1, actions=(RESET,)), b=Catalogue(1, documents=(document(),))
    )
    ranks = ranker(catalogues)

    mine, yours = await asyncio.gather(
        ranks.rank("a", "I forgot my password", ()),
        ranks.rank("b", "How big may a file be?", ()),
    )

    assert catalogues.looks == [["a", "b"]]
    assert mine.actions[0].name == "reset_password"
    assert mine.passages == ()
    assert yours.passages[0].name == "upload-limits"


async def test_an_app_without_a_catalogue_costs_nothing_after_the_first_look():
    catalogues = FakeCatalogues()
    ranks = ranker(catalogues)
    await ranks.rank("a", "hello", ())

    coroutine = ranks.rank("a", "hello", ())

    with pytest.raises(StopIteration) as stopped:
        coroutine.send(None)
    assert stopped.value.value.actions == ()
    assert len(catalogues.looks) == 1


async def test_nothing_is_ranked_when_it_is_off():
    catalogues = FakeCatalogues(a=Catalogue(1, actions=(RESET,)))

    found = await ranker(catalogues, enabled=False).rank("a", "I forgot", (RESET,))

    assert found.actions == ()
    assert catalogues.looks == []


async def test_a_changed_catalogue_is_seen_and_an_unchanged_one_is_kept():
    catalogues = FakeCatalogues(a=Catalogue(1, actions=(RESET,)))
    ranks = ranker(catalogues, check_seconds=0.0)
    await ranks.rank("a", "I forgot my password", ())
    await ranks.rank("a", "I forgot my password", ())
    catalogues.catalogues["a"] = Catalogue(2, actions=(REFUND,))

    found = await ranks.rank("a", "I want my money back", ())

    assert catalogues.loads == ["a", "a"]
    assert found.actions[0].name == "refund_order"


async def test_a_conversations_own_actions_are_ranked_with_the_apps():
    catalogues = FakeCatalogues(a=Catalogue(1, actions=(RESET,)))

    found = await ranker(catalogues).rank(
        "a", "cancel my plan", (Action("cancel_plan", "Cancel the plan"),)
    )

    assert found.actions[0].name == "cancel_plan"


async def test_only_so_many_catalogues_are_kept():
    catalogues = FakeCatalogues(
        **{name: Catalogue(1, actions=(RESET,)) for name in "abc"}
    )
    ranks = ranker(catalogues)
    for name in "abca":
        await ranks.rank(name, "password", ())

    assert catalogues.loads == ["a", "b", "c", "a"]


async def test_a_store_that_fails_fails_the_search_of_an_app_not_seen_yet():
    catalogues = FakeCatalogues(a=Catalogue(1, actions=(RESET,)))
    ranks = ranker(catalogues, check_seconds=0.0)
    await ranks.rank("a", "password", ())
    catalogues.failing = RuntimeError("down")

    known = await ranks.rank("a", "I forgot my password", ())

    assert known.actions
    with pytest.raises(RuntimeError):
        await ranks.rank("b", "hello", ())


async def test_a_search_that_takes_too_long_is_given_up():
    catalogues = FakeCatalogues()

    async def never(app_ids):
        await asyncio.sleep(60)

    catalogues.versions = never

    with pytest.raises(TimeoutError):
        await ranker(catalogues, timeout_seconds=0.01).rank("a", "hello", ())
