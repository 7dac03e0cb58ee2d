"""What the demo proves, and that it cannot be fooled."""

import json
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest

from handrail.demo import cast, proof
from handrail.demo.mailbox import Mailbox
from handrail.demo.show import (
    gathered,
    members,
    next_steps,
    promises,
    routing,
    texts,
)
from handrail.demo.tally import Mailed, Seen, milliseconds, tally
from handrail.demo.traffic import Gathered

AT = datetime(2026, 11, 22, 10, 0, 5, 123456, tzinfo=UTC)
STORY = cast.story()


def reply(kind, reply_id="r-1", escalation_id="x-1"):
    named = {"escalation_id": escalation_id} if kind == "handoff" else {}
    return {"reply_id": reply_id, "type": kind, **named}


def seen(*replies, told_at=1.5):
    return Seen(asked_at=1.0, told_at=told_at, replies=replies)


def mailed(escalation_id="x-1", at=2.0, recipient="team@acme.test"):
    return Mailed(escalation_id, recipient, at)


def test_an_answer_is_resolved_and_a_handoff_with_its_mail_delivered():
    got = tally(
        {"a": seen(reply("answer")), "b": seen(reply("handoff"))},
        [mailed()],
        {"x-1": "b"},
    )

    assert (got.sent, got.resolved, got.escalated, got.delivered) == (2, 1, 1, 1)
    assert (got.lost, got.duplicates) == (0, 0)
    assert got.ms["told_p50"] == 500
    assert got.ms["delivered_p50"] == 1000


def test_a_conversation_without_an_outcome_is_lost():
    got = tally({"a": seen(told_at=None)}, [], {})

    assert (got.lost, got.untold) == (1, ("a",))
    assert got.ms["told_p50"] is None


def test_an_escalation_without_a_mail_is_lost_even_if_its_user_was_not_told():
    told = tally({"a": seen(reply("handoff"))}, [], {})
    silent = tally({"a": seen(reply("answer"))}, [], {"x-1": "a"})

    assert told.unmailed == silent.unmailed == ("x-1",)
    assert told.lost == silent.lost == 1


def test_a_reply_that_is_delivered_twice_by_kafka_is_one():
    got = tally({"a": seen(reply("handoff"), reply("handoff"))}, [mailed()], {})

    assert got.duplicates == 0


@pytest.mark.parametrize(
    ("replies", "mails"),
    [
        ((reply("handoff"), reply("handoff", "r-2")), [mailed()]),
        ((reply("handoff"),), [mailed(), mailed()]),
        ((reply("handoff"),), [mailed(), mailed(at=3.0)]),
    ],
)
def test_a_second_handoff_or_mail_is_a_duplicate(replies, mails):
    assert tally({"a": seen(*replies)}, mails, {}).duplicates == 1


def test_one_mail_to_each_of_two_people_is_none():
    mails = [mailed(), mailed(recipient="lead@acme.test")]

    assert tally({"a": seen(reply("handoff"))}, mails, {}).duplicates == 0


def test_two_escalations_of_one_conversation_are_a_duplicate():
    got = tally({"a": seen(reply("handoff"))}, [mailed(), mailed("x-2")], {"x-2": "a"})

    assert got.duplicates == 1


def test_percentiles_are_measured_values():
    assert milliseconds([0.003, 0.001, 0.002], 50) == 2
    assert milliseconds([0.003, 0.001, 0.002], 99) == 3
    assert milliseconds([], 50) is None


@pytest.fixture
def whole():
    attempt = {"name": "file-types", "title": "File types", "score": 0.2213}
    return {
        "escalation_id": "x-1",
        "conversation": STORY.lines,
        "user": STORY.user,
        "app_state": STORY.app_state,
        "attempts": [attempt],
        "occurred_at": "2026-11-22T10:00:05.123456Z",
    }


def words(data):
    person = [data["user"][key] for key in ("id", "name", "email")]
    tried = ["File types 0.22"] if data["attempts"] else []
    return [
        *(line["text"] for line in data["conversation"]),
        *person,
        json.dumps(data["app_state"]),
        *tried,
        "22 Nov 2026, 10:00:05 UTC",
    ]


@pytest.fixture
def arrive(tmp_path):
    def arrive(text, markup, data):
        message = EmailMessage()
        message["Message-ID"] = "<1@x>"
        message.set_content("\n".join(text))
        message.add_alternative("<br>".join(markup), subtype="html")
        content = json.dumps(data).encode()
        message.add_attachment(
            content, "application", "json", filename="transcript.json"
        )
        (tmp_path / "000001.eml").write_bytes(message.as_bytes())
        facts = {
            "mail_from": "",
            "rcpt_to": ["a@b"],
            "accepted_at": "2026-11-22T10:00:06Z",
        }
        (tmp_path / "000001.json").write_text(json.dumps(facts))
        (letter,) = Mailbox(tmp_path).collect()
        return letter

    return arrive


def test_a_whole_mail_has_every_part(arrive, whole):
    letter = arrive(words(whole), words(whole), whole)

    has = proof.mail_has(letter, STORY, AT)

    assert proof.missing(has) == []
    assert letter.escalation_id == "x-1"


@pytest.mark.parametrize("part", proof.PARTS)
def test_a_part_that_is_missing_anywhere_is_noticed(arrive, whole, part):
    gone = {
        "conversation": [],
        "user": {"id": "", "name": "", "email": ""},
        "app_state": {},
        "attempts": [],
        "occurred_at": "2026-11-22T10:00:06Z",
    }
    less = {**whole, part: gone[part]}
    without = words(less)
    if part == "occurred_at":
        without = [*without[:-1], "22 Nov 2026, 10:00:06 UTC"]

    for letter in (
        arrive(words(whole), words(whole), less),
        arrive(without, words(whole), whole),
        arrive(words(whole), without, whole),
    ):
        assert proof.missing(proof.mail_has(letter, STORY, AT)) == [part]


def test_what_a_person_cannot_see_of_html_does_not_count():
    assert proof.readable("<p>a&amp;b</p><style>u-7</style><!-- x --> c") == "a&b c"


def test_a_mailbox_reads_on_and_each_mail_once(arrive, whole, tmp_path):
    arrive(["x"], ["x"], whole)
    box = Mailbox(tmp_path)

    assert len(box.collect()) == len(box.collect()) == 1
    assert len(box.of("x-1")) == 1
    assert box.of("x-2") == []


def test_there_are_over_300_conversations_of_every_kind():
    golds = [row["gold"] for row in cast.rows("queries")]
    kinds = {gold.get("distance") or gold["kind"] for gold in golds}

    assert len(golds) == 320
    assert kinds == {"action", "document", "near", "far"}


def test_the_story_has_actions_in_both_published_shapes():
    shapes = [set(each) for each in STORY.available_actions]

    assert any("options" in shape for shape in shapes)
    assert any("inputSchema" in shape for shape in shapes)
    assert STORY.event(2, "c-1")["app_state"]["last_request"]["status"] == 500


def test_the_report_says_what_users_of_other_languages_read():
    told = {
        "handoff": {"de": {"inside": "Hallo {x}."}, "en": {"inside": "Hello."}},
        "saved": {},
    }

    assert texts(told) == "Texts: 2 in 2 languages; in German: Hallo {x}."


def test_the_report_says_what_users_were_promised_and_what_was_missed():
    told = [
        {"number": "ESC-1", "due_at": "2026-11-22T14:00:00Z", "state": "open"},
        {"number": "ESC-2", "due_at": "2026-11-22T15:00:00Z", "state": "rescheduled"},
    ]

    assert promises(told) == (
        "Promises: 2 users were told a time (ESC-1: by 2026-11-22T14:00:00Z), 1 missed"
    )
    assert promises([]) == "Promises: 0 users were told a time, 0 missed"


def test_the_report_says_what_settings_would_have_made_of_the_past():
    now = {"escalations": {"before": 9}, "differences": 1}

    said = routing(now, {"routes": {"gaps": {"before": 0, "after": 4}}})

    assert said == (
        "Routing: by the settings of now 8 of 9 escalations go where they went; "
        "a route for `no_match` would take 4"
    )
    assert "0 of 0" in routing({}, {})


def test_the_report_says_who_of_the_team_signed_in_and_where():
    session = {"member": {"email": "sam@acme.test"}, "role": "agent"}
    services = {"resolver": 200, "escalator": 200, "notifier": 503}

    said = members({"session": session, "services": services})

    assert said == (
        "Members: sam@acme.test signed in by a mailed link as agent; "
        "one cookie opens 2 of 3 services"
    )
    assert members({}).startswith("Members: nobody signed in")


def test_a_line_says_what_a_team_was_sent_of_several_requests_at_once() -> None:
    found = Gathered(5, 1, 5, 5, "[Calm] 5 requests: The purple elephant")

    assert gathered(found) == (
        "Digest: 5 requests at once were 1 mail(s) with 5 of their numbers, "
        "5 users told: [Calm] 5 requests: The purple elephant"
    )


def test_the_report_ends_with_what_to_do_next():
    plan = {
        "items": [
            {
                "sentence": "Write a document that answers “PIN”.",
                "first_step": "Say it.",
            },
            {"sentence": "Fix uploads.", "first_step": ""},
        ],
        "note": "Only two things stand out.",
    }

    lines = [str(line) for line in next_steps(plan).renderables]

    assert lines == [
        "1. Write a document that answers “PIN”.",
        "   Begin with: Say it.",
        "2. Fix uploads.",
        "Only two things stand out.",
    ]
    assert next_steps({}).renderables == []
