"""What the command decides, without servers."""

from types import SimpleNamespace

import pytest

from handrail.cli import configuration
from handrail.cli.checks import verdicts
from handrail.cli.checks.verdicts import FoundTopic, Level
from handrail.cli.dead_letters.letter import escaped, headers_to_send, letter_of
from handrail.cli.progress import Done, done_of
from shared.kafka.dead_letters import oversized
from shared.kafka.records import Outgoing
from shared.topics import CATALOGUE
from shared.topics.catalogue import (
    APP_SETTINGS,
    CONVERSATION_EVENTS,
)
from tests.support.fakes import NOON, RawRecord

DEAD = [("reason", b"not_json"), ("error", b"boom"), ("attempts", b"1")]


def raw(headers=(), **given):
    facts = {"partition": 0, "offset": 7, "key": b"a:c", "value": b"{", **given}
    return SimpleNamespace(headers=tuple(headers), **facts)


def well(topics=CATALOGUE, partitions=24, copies=3, least=2):
    found = {}
    for topic in topics:
        count = topic.partitions or partitions
        found[topic.name] = FoundTopic(count, copies, copies, least)
        found[topic.dead_letter] = FoundTopic(3, copies, copies, least)
    return found


def judge(found, **given):
    expected = {"partitions": 24, "copies": 3} | given
    return verdicts.topics(CATALOGUE, found, **expected)


def test_a_letter_gives_its_original_back_without_what_was_added():
    letter = letter_of(raw([("traceparent", b"00-1"), *DEAD]))

    assert letter.reason == "not_json"
    assert headers_to_send(letter) == [("traceparent", b"00-1"), ("redriven", b"1")]


def test_an_original_header_called_reason_survives():
    letter = letter_of(raw([("reason", b"mine"), ("x", b"1"), *DEAD]))

    assert letter.reason == "not_json"
    assert letter.headers == (("reason", b"mine"), ("x", b"1"))


def test_every_redrive_is_counted_in_one_header():
    letter = letter_of(raw([("redriven", b"2"), *DEAD]))

    assert headers_to_send(letter) == [("redriven", b"3")]


def test_a_cut_original_is_known_as_such():
    assert letter_of(raw(DEAD)).whole
    assert not letter_of(raw([*DEAD, ("original_bytes", b"99")])).whole
    assert not letter_of(raw([("reason", b"output_too_large")])).whole


def test_an_output_that_was_kept_whole_can_be_redriven():
    letter = oversized(
        Outgoing("conversation.replies", b"a:c", b"{}", [("ce_id", b"1")]),
        error="MessageSizeTooLargeError",
        consumer="resolver",
        at=NOON,
    )

    read = letter_of(RawRecord("t", 0, 0, letter.key, letter.value, letter.headers))

    assert read.whole
    assert read.reason == "output_too_large"
    assert read.headers == (("ce_id", b"1"),)


def test_a_value_cannot_write_on_the_terminal():
    assert escaped(b"\x1b[2J\xff\n<b>", 200) == r"\x1b[2J\xff\n<b>"
    assert len(escaped("ä".encode() * 500, 200)) == 200


def test_progress_moves_over_what_is_done_and_names_the_rest():
    done = Done(4)
    for offset in (6, 7, 9):
        done.add(offset)

    assert (done.position, done.metadata) == (4, "6-7,9")
    done.add(4)
    done.add(5)
    assert (done.position, done.metadata) == (8, "9")


def test_progress_is_read_back_from_a_commit():
    back = done_of(4, "6-7,9")

    assert [each in back for each in range(3, 11)] == [
        *(True, False, False, True, True, False, True, False)
    ]


@pytest.mark.parametrize("metadata", ["", "x", "1-", "5-y", "a commit of a stranger"])
def test_metadata_of_others_counts_as_none(metadata):
    assert done_of(3, metadata).position == 3


def test_progress_never_grows_beyond_what_kafka_keeps():
    done = Done(0, set(range(1, 20_000, 2)))

    assert len(done.metadata) <= 4000
    assert done_of(0, done.metadata).later < done.later


def test_topics_as_declared_are_one_good_line():
    assert [each.level for each in judge(well())] == [Level.OK]


def test_a_missing_topic_says_how_to_create_it():
    found = well()
    del found[CONVERSATION_EVENTS.dead_letter]

    (line,) = judge(found)

    assert line.level is Level.FAIL
    assert "conversation.events.dead-letter" in line.detail
    assert "handrail topics create" in line.advice


def test_other_partitions_are_a_warning_and_fewer_copies_a_failure():
    found = well()
    found[CONVERSATION_EVENTS.name] = FoundTopic(12, 3, 3, 2)
    found[APP_SETTINGS.name] = FoundTopic(1, 1, 1, None)

    levels = {each.what: each.level for each in judge(found)}

    assert levels == {"conversation.events": Level.WARN, "app.settings": Level.FAIL}


def test_copies_out_of_sync_and_a_quorum_of_one_are_warned_of():
    found = well()
    found[CONVERSATION_EVENTS.name] = FoundTopic(24, 3, 2, 1)

    details = [each.detail for each in judge(found)]

    assert len(details) == 2
    assert "only 2 of 3" in details[0]
    assert "min.insync.replicas is 1" in details[1]


@pytest.mark.parametrize(
    ("version", "level"),
    [
        *(("6.0.27", Level.OK), ("6.0.5", Level.WARN), ("7.0.28", Level.OK)),
        *(("7.0.27", Level.WARN), ("8.0.17-rc0", Level.OK), ("8.2.2", Level.WARN)),
        *(("8.3.0", Level.OK), ("4.2.24", Level.WARN), ("9", Level.OK)),
    ],
)
def test_a_database_with_the_known_hole_is_warned_of(version, level):
    assert verdicts.mongo_version(version).level is level


@pytest.mark.parametrize(
    ("hello", "level"),
    [
        ({"isWritablePrimary": True}, Level.FAIL),
        ({"setName": "rs", "isWritablePrimary": False}, Level.FAIL),
        ({"setName": "rs", "isWritablePrimary": True, "hosts": ["a"]}, Level.WARN),
        ({"setName": "rs", "isWritablePrimary": True, "hosts": [*"abc"]}, Level.OK),
    ],
)
def test_the_database_must_be_a_replica_set_with_a_primary(hello, level):
    assert verdicts.mongo(hello, "8.3.0")[0].level is level


@pytest.mark.parametrize(
    ("skew", "level"),
    [(0.5, Level.OK), (-1.9, Level.OK), (5, Level.WARN), (-90, Level.FAIL)],
)
def test_clocks_that_differ_are_told(skew, level):
    assert verdicts.clock("the database", skew).level is level


def test_services_and_mail_that_do_not_answer_fail_with_advice():
    lines = [
        verdicts.service("resolver", None, "refused"),
        verdicts.service("resolver", 503, "kafka: no leader"),
        verdicts.smtp("mail:25", "refused"),
    ]

    assert {each.level for each in lines} == {Level.FAIL}
    assert all(each.advice for each in lines)
    assert verdicts.service("resolver", 200, "").level is Level.OK
    assert verdicts.smtp("mail:25", "").level is Level.OK


@pytest.fixture
def bare(monkeypatch):
    for name in configuration.PLACES:
        # Set first, so that what the code writes is taken back afterwards.
        monkeypatch.setenv(name, "")
    return monkeypatch


RUN = """{"origin": "http://o", "kafka": "k:1", "mongo_url": "m", "admin_key": "s",
          "environment": {"HANDRAIL_PUBLIC_URL": "http://o2"}}"""


def test_a_running_make_run_is_taken_over(bare, tmp_path):
    (tmp_path / "run.json").write_text(RUN)

    configuration.adopt_run(tmp_path / "run.json")

    assert configuration.os.environ["HANDRAIL_ADMIN_KEY"] == "s"
    assert configuration.escalator_url("") == "http://o2/escalator"


def test_settings_of_two_systems_are_never_mixed(bare, tmp_path):
    (tmp_path / "run.json").write_text(RUN)
    bare.setenv("HANDRAIL_KAFKA_BOOTSTRAP_SERVERS", "production:9092")

    configuration.adopt_run(tmp_path / "run.json")

    assert not configuration.os.environ["HANDRAIL_ADMIN_KEY"]
    assert configuration.escalator_url("http://e/") == "http://e"
