"""People change patterns: at once, completely, and never undone by the machine."""

import asyncio
from datetime import timedelta

import orjson
import pytest

from services.analytics.patterns import steer
from services.analytics.repository.patterns.retention import collections
from shared.errors import Permanent
from shared.mongo.stored import Subject
from tests.analytics.patterns.grouping_factories import (
    NINE,
    Instance,
    differences,
    fact,
)

pytestmark = pytest.mark.integration

TEXTS = (
    "upload fails",
    "upload stops",
    "upload hangs",
    "file is refused",
    "file too large",
    "invoice wrong",
)


class Stand:
    """One instance with three patterns: upload (3), file (2) and invoice (1)."""

    def __init__(self, database):
        self.database = database
        self.one = Instance(database)

    async def fill(self, texts=TEXTS, start=1):
        await self.database.analytics_escalations.insert_many(
            [fact(number, text) for number, text in enumerate(texts, start)]
        )
        await self.one.group()
        return self

    async def pattern_of(self, number):
        row = await self.database.analytics_pattern_members.find_one(
            {"_id": f"acme-e{number}"}
        )
        return row["pattern_id"]

    async def pattern(self, pattern_id):
        return await self.database.analytics_patterns.find_one(
            {"pattern_id": pattern_id}
        )

    def said(self, kind="pattern"):
        """Return what was published, the latest of each escalation or app."""
        found = {}
        for each in self.one.told.outputs:
            event = orjson.loads(each.value)
            if kind in event:
                found[event.get("escalation_id", "app")] = event
        return found


@pytest.fixture
async def stand(database):
    return await Stand(database).fill()


async def test_a_merge_moves_members_sizes_counters_and_tells_of_each(stand):
    upload, file = await stand.pattern_of(1), await stand.pattern_of(4)

    await stand.one.merges.merge("acme", upload, [file], actor="ana@acme.test")
    await stand.one.group()

    assert await stand.pattern_of(4) == await stand.pattern_of(5) == upload
    survivor, absorbed = await stand.pattern(upload), await stand.pattern(file)
    assert (survivor["size"], absorbed["size"]) == (5, 0)
    assert survivor["last_seen"] == NINE + timedelta(minutes=5)
    assert (absorbed["merged_into"], absorbed["moving"]) == (upload, False)
    assert survivor["history"][-1]["change"] == "merged"
    assert survivor["history"][-1]["by"] == "ana@acme.test"
    assert stand.said()["acme-e4"]["pattern"]["id"] == upload
    assert "ana@acme.test merged" in stand.said()["acme-e4"]["because"]
    assert await differences(stand.database) == []


async def test_what_comes_after_a_merge_joins_the_survivor(stand):
    upload, file = await stand.pattern_of(1), await stand.pattern_of(4)
    await stand.one.merges.merge("acme", upload, [file], actor="ana")

    await stand.fill(("file is refused", "upload breaks"), start=7)

    assert await stand.pattern_of(7) == await stand.pattern_of(8) == upload
    assert await differences(stand.database) == []


async def test_a_merge_of_the_merged_ends_where_the_last_one_points(stand):
    upload, file, invoice = [await stand.pattern_of(n) for n in (1, 4, 6)]

    await stand.one.merges.merge("acme", file, [upload], actor="ana")
    await stand.one.merges.merge("acme", invoice, [file], actor="ana")
    await stand.one.group()

    assert {await stand.pattern_of(n) for n in range(1, 7)} == {invoice}
    assert (await stand.pattern(upload))["merged_into"] == invoice
    assert (await stand.pattern(invoice))["size"] == 6
    assert await differences(stand.database) == []


async def test_a_merge_is_the_same_twice_and_refuses_what_makes_no_sense(stand):
    upload, file, invoice = [await stand.pattern_of(n) for n in (1, 4, 6)]
    await stand.one.merges.merge("acme", upload, [file], actor="ana")
    await stand.one.merges.merge("acme", upload, [file], actor="ana")

    assert len((await stand.pattern(upload))["history"]) == 1
    for into, absorbed, reason in (
        (file, invoice, "merged"),
        (invoice, file, "merged"),
        (upload, upload, "same_pattern"),
        (upload, "p-unknown", "unknown_pattern"),
    ):
        with pytest.raises(Permanent) as refused:
            await stand.one.merges.merge("acme", into, [absorbed], actor="ana")
        assert refused.value.reason == reason


async def test_a_merge_that_stopped_half_way_is_finished_by_the_next_round(
    stand,
):
    stand.one = Instance(stand.database, at_once=1)
    upload, file = await stand.pattern_of(1), await stand.pattern_of(4)
    await stand.one.merges.merge("acme", upload, [file], actor="ana")
    assert await stand.one.merges.move_some("acme")
    assert await differences(stand.database) == []
    assert (await stand.pattern(file))["size"] == 1

    successor = Instance(stand.database)
    await successor.group()

    assert (await stand.pattern(file))["size"] == 0
    assert await successor.queue.apps_waiting() == []
    assert await differences(stand.database) == []


async def test_two_movers_move_each_member_once(stand):
    stand.one = Instance(stand.database, at_once=2)
    upload, file = await stand.pattern_of(1), await stand.pattern_of(4)
    await stand.one.merges.merge("acme", file, [upload], actor="ana")
    other = Instance(stand.database, owner="b", at_once=2)

    async def move(one):
        while await one.merges.move_some("acme"):
            pass

    await asyncio.gather(move(stand.one), move(other))

    assert (await stand.pattern(file))["size"] == 5
    assert await differences(stand.database) == []


async def test_a_split_makes_a_pattern_that_stays_apart(stand):
    upload = await stand.pattern_of(1)

    made = await stand.one.splits.split(
        "acme", upload, ["acme-e2"], label="Stopping", actor="ana"
    )
    again = await stand.one.splits.split(
        "acme", upload, ["acme-e2"], label="Stopping", actor="ana"
    )
    await stand.one.group()

    new = made["pattern_id"]
    assert again["pattern_id"] == new == await stand.pattern_of(2)
    old, own = await stand.pattern(upload), await stand.pattern(new)
    assert (old["size"], own["size"]) == (2, 1)
    assert (old["not_with"], own["not_with"]) == ([new], [upload])
    assert (own["label"], own["labelled_by"]) == ("Stopping", "ana")
    assert stand.said()["acme-e2"]["pattern"] == {
        "id": new,
        "label": "Stopping",
        "size": 1,
    }
    assert [each["change"] for each in old["history"]] == ["split"]
    assert await differences(stand.database) == []


async def test_a_split_takes_the_first_and_another_one_stands_for_the_rest(stand):
    upload = await stand.pattern_of(1)

    await stand.one.splits.split("acme", upload, ["acme-e1"], label=None, actor="ana")

    old = await stand.pattern(upload)
    assert old["pattern_id"] == upload
    assert (old["representative"], old["representative_text"]) == (
        "acme-e2",
        "upload stops",
    )
    assert old["label"] == "upload stops"
    assert old["first_seen"] == NINE + timedelta(minutes=2)


async def test_what_comes_after_a_split_joins_the_nearer_one(stand):
    upload = await stand.pattern_of(1)
    made = await stand.one.splits.split(
        "acme", upload, ["acme-e2"], label=None, actor="ana"
    )

    await stand.fill(("upload stops", "upload fails"), start=7)

    assert await stand.pattern_of(7) == made["pattern_id"]
    assert await stand.pattern_of(8) == upload


async def test_an_escalation_that_comes_back_is_published_under_a_new_id(stand):
    upload = await stand.pattern_of(1)
    made = await stand.one.splits.split(
        "acme", upload, ["acme-e2"], label=None, actor="ana"
    )
    await stand.one.group()
    await stand.one.merges.merge("acme", upload, [made["pattern_id"]], actor="ana")
    await stand.one.group()

    events = [orjson.loads(each.value) for each in stand.one.told.outputs]
    mine = [each for each in events if each["escalation_id"] == "acme-e2"]
    assert [each["pattern"]["id"] for each in mine] == [
        upload,
        made["pattern_id"],
        upload,
    ]
    assert len({each["assignment_id"] for each in mine}) == 3
    assert (await stand.pattern(upload))["not_with"] == []


@pytest.mark.parametrize(
    ("chosen", "reason"),
    [
        (["acme-e1", "acme-e2", "acme-e3"], "nothing_left"),
        (["acme-e4"], "other_pattern"),
        (["nobody"], "unknown_escalation"),
    ],
)
async def test_a_split_that_makes_no_sense_changes_nothing(stand, chosen, reason):
    upload = await stand.pattern_of(1)

    with pytest.raises(Permanent) as refused:
        await stand.one.splits.split("acme", upload, chosen, label=None, actor="ana")

    assert refused.value.reason == reason
    assert (await stand.pattern(upload))["size"] == 3
    assert await differences(stand.database) == []


async def test_people_and_the_grouping_at_once_leave_every_count_right(stand):
    upload, file, invoice = [await stand.pattern_of(n) for n in (1, 4, 6)]
    texts = [f"{word} trouble {n}" for n in range(40) for word in ("upload", "file")]

    async def change():
        await stand.one.merges.merge("acme", upload, [file], actor="ana")
        await stand.one.splits.split(
            "acme", upload, ["acme-e2"], label=None, actor="ana"
        )
        await stand.one.merges.merge("acme", invoice, [upload], actor="ana")

    await asyncio.gather(stand.fill(texts, start=10), change(), return_exceptions=False)
    await stand.one.group()

    assert await differences(stand.database) == []
    members = await stand.database.analytics_pattern_members.count_documents({})
    assert members == len(TEXTS) + len(texts)


async def test_known_issues_are_published_once_and_again_after_a_rename(stand):
    upload = await stand.pattern_of(1)
    known = steer.set_known_issue(
        known=True, until=NINE, label=None, actor="ana", now=NINE
    )

    await stand.one.edits.edit("acme", [(upload, known)], actor="ana")
    await stand.one.edits.edit("acme", [(upload, known)], actor="ana")
    await stand.one.group()
    (first,) = stand.said("issues").values()
    await stand.one.edits.edit(
        "acme", [(upload, steer.rename("Uploads", actor="ana"))], actor="ana"
    )
    await stand.one.group()

    (issue,) = first["issues"]
    assert (issue["pattern_id"], issue["count"]) == (upload, 3)
    assert (issue["label"], issue["until"]) == ("upload fails", "2026-11-30T09:00:00Z")
    (issue,) = stand.said("issues")["app"]["issues"]
    assert issue["label"] == "Uploads"
    published = [each for each in stand.one.told.outputs if b"issues" in each.value]
    assert len(published) == 2


async def test_a_known_issue_that_is_merged_is_known_of_the_survivor(stand):
    upload, file = await stand.pattern_of(1), await stand.pattern_of(4)
    known = steer.set_known_issue(
        known=True, until=None, label="Files", actor="ana", now=NINE
    )
    await stand.one.edits.edit("acme", [(file, known)], actor="ana")

    await stand.one.merges.merge("acme", upload, [file], actor="ana")
    await stand.one.group()

    (issue,) = stand.said("issues")["app"]["issues"]
    assert (issue["pattern_id"], issue["label"]) == (upload, "Files")


async def test_an_erased_users_words_are_nowhere_and_others_stand_for_them(stand):
    upload = await stand.pattern_of(1)
    subject = Subject("acme", "u-1", ("acme:c-1",))
    invoice = await stand.pattern_of(6)

    for user in (subject, Subject("acme", "u-6", ("acme:c-6",))):
        changed = await stand.one.erasure.take_out(user)
        assert changed == {"analytics_patterns": 1}
        for each in collections(facts_days=400):
            if each.of_user is not None:
                await stand.database[each.name].update_many(
                    each.of_user.find(user), dict(each.of_user.blank)
                )

    member = await stand.database.analytics_pattern_members.find_one({"_id": "acme-e1"})
    assert (member["text"], member["user_id"], member["vector"]) == ("", None, b"")
    pattern = await stand.pattern(upload)
    assert pattern["representative_text"] == pattern["label"] == "upload stops"
    assert pattern["size"] == 3
    alone = await stand.pattern(invoice)
    assert (alone["label"], alone["state"]) == ("", b"")
    everything = str(await stand.database.analytics_patterns.find().to_list(None))
    assert "upload fails" not in everything
    assert "invoice" not in everything
    assert await differences(stand.database) == []
    await stand.fill(("upload fails", "invoice wrong"), start=7)
    assert await stand.pattern_of(7) == upload
    assert await stand.pattern_of(8) != invoice


async def test_a_label_in_an_erased_users_words_is_replaced(stand):
    upload = await stand.pattern_of(1)
    await stand.database.analytics_patterns.update_one(
        {"pattern_id": upload},
        {"$set": {"label": "Upload hangs", "profile": {"label_from": "acme-e3"}}},
    )
    known = steer.set_known_issue(
        known=True, until=None, label=None, actor="ana", now=NINE
    )
    await stand.one.edits.edit("acme", [(upload, known)], actor="ana")
    await stand.one.group()

    await stand.one.erasure.take_out(Subject("acme", "u-3", ("acme:c-3",)))
    await stand.one.group()

    pattern = await stand.pattern(upload)
    assert (pattern["label"], pattern["profile"]) == ("upload fails", {})
    assert pattern["representative"] == "acme-e1"
    assert stand.said("issues")["app"]["issues"][0]["label"] == "upload fails"


async def test_what_is_published_of_a_pattern_quotes_nobody_else(stand):
    told = {key: each["pattern"] for key, each in stand.said().items()}

    assert told["acme-e2"]["id"] == told["acme-e1"]["id"]
    assert told["acme-e1"]["label"] == "upload fails"
    assert told["acme-e2"]["label"] == "upload stops"


async def test_another_languages_members_are_not_taken_out_of_what_they_never_were_in(
    stand,
):
    await stand.database.analytics_escalations.insert_many(
        [fact(20, "datei kaputt", language="de"), fact(21, "datei weg", language="de")]
    )
    await stand.one.group()
    upload, german = await stand.pattern_of(1), await stand.pattern_of(20)
    await stand.one.merges.merge("acme", upload, [german], actor="ana")
    await stand.one.group()
    before = (await stand.pattern(upload))["state"]

    await stand.one.splits.split(
        "acme", upload, ["acme-e20", "acme-e21"], label="Dateien", actor="ana"
    )

    assert (await stand.pattern(upload))["state"] == before
    assert await differences(stand.database) == []
    await stand.fill(("upload breaks",), start=30)
    assert await stand.pattern_of(30) == upload
