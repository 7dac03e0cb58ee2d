"""The job of the grouping, on fakes: what is read, kept in memory and left alone."""

import asyncio
from dataclasses import replace

import pytest

from services.analytics.domain.patterns.items import ALGORITHM_VERSION
from services.analytics.domain.patterns.spaces import Space
from services.analytics.patterns.group import BATCH, Grouper
from services.analytics.patterns.indexes import IndexCache
from services.analytics.patterns.labels import MAX_LABEL_CHARS, label_of, own_label
from services.analytics.patterns.values import (
    Claim,
    StaleGrouping,
    StoredState,
    UngroupedEscalation,
)
from shared.errors import Transient
from tests.analytics.patterns.grouping_factories import NINE, InlineVectors


def waiting(number, text, *, app_id="acme", language="en"):
    return UngroupedEscalation(
        fact_id=f"f-{number}",
        app_id=app_id,
        escalation_id=f"e-{number}",
        number=f"ESC-{number}",
        conversation_id=f"c-{number}",
        user_id=None,
        at=NINE,
        text=text,
        language=language,
    )


class FakeStore:
    """Facts, members and states in memory, fenced by a revision as the real one is."""

    def __init__(self):
        self.facts = []
        self.members = {}
        self.states_by_app = {}
        self.revisions = {}
        self.batches = []
        self.failing = []
        self.asked = []
        self.taken_by_others = set()

    def add(self, *facts):
        self.facts += facts

    async def apps_waiting(self):
        return sorted({each.app_id for each in self.facts})

    async def ungrouped(self, app_id, *, limit):
        return [each for each in self.facts if each.app_id == app_id][:limit]

    async def grouped_before(self, escalation_ids):
        return frozenset(self.members.keys() & set(escalation_ids))

    async def claim(self, app_id):
        if app_id in self.taken_by_others:
            return None
        return Claim(app_id, "epoch", self.revisions.setdefault(app_id, 0))

    async def release(self):
        pass

    async def states(self, app_id, *, since):
        self.asked.append((app_id, since))
        known = self.states_by_app.get(app_id, {}).values()
        yield [state for revision, state in known if since is None or revision > since]

    async def record(self, claim, batch):
        if self.failing:
            raise self.failing.pop(0)
        if self.revisions[claim.app_id] != claim.revision:
            raise StaleGrouping(claim.app_id)
        self.batches.append(batch)
        after = self.change(claim.app_id)
        for each in batch.grouped:
            self.members[each.escalation.escalation_id] = each.pattern_id
            self.put(each.space, each.pattern_id, batch.states[each.pattern_id])
        done = {each.escalation.fact_id for each in batch.grouped} | {*batch.nothing}
        self.facts = [each for each in self.facts if each.fact_id not in done]
        return replace(claim, revision=after)

    def change(self, app_id):
        self.revisions[app_id] += 1
        return self.revisions[app_id]

    def put(self, space, pattern_id, content):
        known = self.states_by_app.setdefault(space.app_id, {})
        state = StoredState(pattern_id, space, content, "")
        known[pattern_id] = (self.revisions[space.app_id], state)


def grouper(store, **also):
    follow = also.pop("follow", [])
    cache = IndexCache(store, max_bytes=also.pop("max_bytes", 1 << 30))
    return Grouper(
        groupings=store,
        queue=store,
        vectors=InlineVectors(),
        indexes=cache,
        follow=follow,
        is_active=also.pop("is_active", lambda _: True),
        is_on=also.pop("is_on", True),
        seconds=0.01,
        **also,
    )


async def group(job):
    while await job.round():
        pass


@pytest.fixture
def store():
    return FakeStore()


async def test_the_second_of_a_topic_joins_the_first(store):
    store.add(waiting(1, "upload fails"), waiting(2, "upload stops"))

    await group(grouper(store))

    (batch,) = store.batches
    first, second = batch.grouped
    assert (first.founded, second.founded) == (True, False)
    assert first.pattern_id == second.pattern_id
    assert batch.labels == {first.pattern_id: "upload fails"}
    assert batch.states.keys() == {first.pattern_id}


async def test_what_has_no_words_belongs_to_no_pattern_and_waits_no_more(store):
    store.add(waiting(1, "  "), waiting(2, "upload stops"))

    await group(grouper(store))

    assert store.members.keys() == {"e-2"}
    assert store.batches[0].nothing == ["f-1"]
    assert store.facts == []


async def test_what_was_grouped_before_is_taken_off_the_queue_alone(store):
    store.members["e-1"] = "p-old"
    store.add(waiting(1, "upload fails"))

    await group(grouper(store))

    assert store.members == {"e-1": "p-old"}
    assert store.batches[0].grouped == []
    assert store.facts == []


async def test_one_escalation_in_two_facts_is_grouped_once(store):
    again = replace(waiting(1, "upload fails"), fact_id="f-again")
    store.add(waiting(1, "upload fails"), again)

    await group(grouper(store))

    assert len(store.batches[0].grouped) == 1
    assert store.facts == []


async def test_a_backlog_is_grouped_in_batches_and_apps_take_turns(store):
    store.add(*(waiting(n, f"upload {n}") for n in range(BATCH + 1)))
    store.add(waiting(9000, "invoice", app_id="other"))

    await group(grouper(store))

    apps = [batch.grouped[0].space.app_id for batch in store.batches]
    assert apps == ["acme", "other", "acme"]
    assert len(store.members) == BATCH + 2


async def test_an_app_is_read_once_and_then_known(store):
    job = grouper(store)
    for number in range(3):
        store.add(waiting(number, "upload fails"))
        await group(job)

    assert store.asked == [("acme", None)]
    assert len(set(store.members.values())) == 1


async def test_only_what_people_changed_is_read_again(store):
    job = grouper(store)
    store.add(waiting(1, "upload fails"), waiting(2, "invoice wrong"))
    await group(job)
    before = store.change("acme")
    space = Space("acme", "en", "topics")
    store.put(space, store.members["e-1"], b"")

    store.add(waiting(3, "upload fails"), waiting(4, "invoice late"))
    await group(job)

    assert store.asked == [("acme", None), ("acme", before - 1)]
    assert store.members["e-3"] != store.members["e-1"]
    assert store.members["e-4"] == store.members["e-2"]


@pytest.mark.parametrize("error", [StaleGrouping("acme"), Transient("mongo_error")])
async def test_a_batch_that_was_not_stored_leaves_nothing_in_memory(store, error):
    job = grouper(store)
    store.failing = [error]
    store.add(waiting(1, "upload fails"))
    try:
        await group(job)
    except Transient:
        await group(job)

    assert len(store.members) == 1
    assert store.batches[0].grouped[0].founded
    assert store.asked == [("acme", None), ("acme", None)]


async def test_memory_is_bounded_by_apps_used_least(store):
    job = grouper(store, max_bytes=4_000)
    for number, app_id in enumerate(("a", "b", "a", "b")):
        store.add(waiting(number, "upload fails", app_id=app_id))
        await group(job)

    assert store.asked == [("a", None), ("b", None), ("b", None)]
    assert store.members["e-0"] == store.members["e-2"] != store.members["e-1"]


async def test_patterns_of_another_encoder_or_version_are_left_alone(store):
    job = grouper(store)
    store.revisions["acme"] = 1
    for number, space in enumerate(
        (
            Space("acme", "en", "another"),
            Space("acme", "en", "topics", ALGORITHM_VERSION + 1),
        )
    ):
        store.put(space, f"p-{number}", b"unreadable here")
    store.add(waiting(1, "upload fails"))

    await group(job)

    assert store.batches[0].grouped[0].founded


async def test_languages_are_grouped_apart(store):
    store.add(
        waiting(1, "upload fails"),
        waiting(2, "upload fails", language="de-AT"),
        waiting(3, "upload fails", language="de"),
        waiting(4, "upload fails", language=None),
    )

    await group(grouper(store))

    found = store.members
    assert found["e-1"] == found["e-4"] != found["e-2"] == found["e-3"]


async def test_an_app_of_another_instance_or_a_deleted_one_is_left_alone(store):
    store.taken_by_others.add("acme")
    store.add(waiting(1, "upload"), waiting(2, "upload", app_id="deleted"))

    await group(grouper(store, is_active=lambda app_id: app_id != "deleted"))

    assert store.batches == []


async def test_switched_off_it_groups_nothing_and_follows_people_all_the_same(store):
    followed = []

    async def follow(claim):
        followed.append(claim.app_id)

    store.add(waiting(1, "upload"))
    await group(grouper(store, is_on=False, follow=[follow]))

    assert store.batches == []
    assert followed == ["acme"]


async def test_news_ends_the_wait(store):
    job = grouper(store)
    job.seconds = 3600.0
    store.add(waiting(1, "upload"))
    running = asyncio.create_task(job.run())
    await asyncio.sleep(0)
    assert not store.batches

    job.wake()
    await running

    assert store.members.keys() == {"e-1"}


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Upload fails. It says 500!", "Upload fails"),
        ("  Where is\n my refund?  Please", "Where is my refund?"),
        ("", ""),
        ("word " * 40, "word " * 14 + "word…"),
    ],
)
def test_a_label_is_the_first_sentence_cut_at_a_word(text, label):
    assert label_of(text) == label
    assert len(label) <= MAX_LABEL_CHARS


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Error 500: my large file has no upload", "Error 500 upload file"),
        ("a FILE error 500, in the upload of it", "Error 500 in upload of a file"),
        ("it broke. Help!", "it broke"),
        ("", ""),
    ],
)
def test_an_escalation_hears_of_its_pattern_in_its_own_users_words(text, label):
    words = own_label(
        "Error 500 in upload of a file", labelled_by="handrail", text=text
    )

    assert words == label


def test_a_name_that_people_gave_is_told_to_everybody():
    assert own_label("Uploads", labelled_by="ana", text="it broke") == "Uploads"
