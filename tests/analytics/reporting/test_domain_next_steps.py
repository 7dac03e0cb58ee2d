"""Three things to do next: which, in which order, and in which words."""

import pytest

from services.analytics.domain.gaps.next_steps import (
    Gap,
    Plan,
    choose_next_steps,
)
from services.analytics.domain.gaps.next_steps.wording import WHAT, spell_minutes

NOTHING = (
    "Nothing stands out: no open pattern with two or more escalations has a cause that "
    "could be removed."
)


def gap(name="p-1", count=10, **also):
    known = {
        "label": f"label of {name}",
        "cause": "documentation",
        "code": "doc_miss_hard",
        "minutes_each": 6.0,
    }
    return Gap(name, count=count, **(known | also))


def chosen(*gaps, days=7):
    return [each.pattern_id for each in choose_next_steps(gaps, days=days).steps]


def test_the_three_that_save_the_most_come_first():
    gaps = [gap(f"p-{n}", count=n) for n in (2, 9, 4, 7, 3)]

    assert chosen(*gaps) == ["p-9", "p-7", "p-4"]


def test_minutes_count_and_not_how_many():
    assert chosen(
        gap("p-many", count=10, minutes_each=2.0),
        gap("p-long", count=3, minutes_each=30),
    ) == ["p-long", "p-many"]


def test_what_grows_comes_before_what_fades():
    assert chosen(
        gap("p-fades", count=10, before=30), gap("p-grows", count=8, before=4)
    ) == ["p-grows", "p-fades"]


def test_no_more_than_a_doubling_is_bet_on():
    (step,) = choose_next_steps([gap(count=50, before=1)], days=7).steps

    assert step.saves_minutes == 50 * 2 * 6


@pytest.mark.parametrize("status", ["ignored", "verified", "fixed", "in_progress"])
def test_what_is_decided_or_in_hand_is_left_out(status):
    assert chosen(gap("p-1", status=status), gap("p-2")) == ["p-2"]


def test_what_came_back_is_in_and_says_so():
    (step,) = choose_next_steps([gap(status="regressed")], days=7).steps

    assert "after it was thought to be fixed" in step.sentence


def test_where_people_are_wanted_nothing_is_to_be_built():
    assert chosen(gap(cause="person", code="asked_human")) == []


def test_one_escalation_is_no_reason_yet():
    assert chosen(gap(count=1)) == []


def test_a_tie_is_broken_the_same_way_in_any_order():
    tied = [gap("p-c"), gap("p-a"), gap("p-b"), gap("p-d")]

    assert chosen(*tied) == chosen(*reversed(tied)) == ["p-a", "p-b", "p-c"]


def test_what_has_no_cause_comes_after_what_has_one():
    assert chosen(
        gap("p-unclear", count=14, cause="unclear", code="unclear"), gap("p-clear")
    ) == ["p-clear", "p-unclear"]


@pytest.mark.parametrize(
    ("count", "note"),
    [
        (
            0,
            NOTHING,
        ),
        (
            1,
            "Only one thing stands out; every other pattern is single, decided or in hand.",
        ),
        (
            2,
            "Only two things stand out; every other pattern is single, decided or in hand.",
        ),
        (3, ""),
        (4, ""),
    ],
)
def test_fewer_than_three_are_said_to_be_fewer(count, note):
    plan = choose_next_steps([gap(f"p-{n}") for n in range(count)], days=7)

    assert len(plan.steps) == min(3, count)
    assert plan.note == note


def test_nothing_makes_an_empty_plan():
    assert choose_next_steps([], days=7) == Plan(
        (),
        NOTHING,
    )


def test_a_step_says_what_why_and_what_it_saves():
    found = choose_next_steps(
        [
            gap(
                label="How do I change my PIN?",
                code="doc_miss_soft",
                nearest="Cards and PINs",
                count=42,
                users=30,
                before=21,
                first_step="Add a section “Change your PIN”.",
            )
        ],
        days=7,
    )

    (step,) = found.steps
    assert step.sentence == (
        "Extend the document “Cards and PINs” so that it answers “How do I change my "
        "PIN?”: 42 requests from 30 users came to people in the last week, up from 21 "
        "the week before, and ending that would save people about 7.5 hours a week."
    )
    assert step.first_step == "Add a section “Change your PIN”."
    assert not step.assumed


def test_minutes_that_nobody_measured_are_said_to_be_assumed():
    (step,) = choose_next_steps([gap(minutes_each=None)], days=30).steps

    assert step.assumed
    assert step.saves_minutes == 100
    assert step.sentence.endswith(
        "would save people about 1.5 hours a month, if each takes 10 minutes (none is "
        "measured yet)."
    )


def test_a_pattern_without_minutes_takes_the_apps_usual_ones():
    steps = choose_next_steps(
        [gap("p-1", minutes_each=None), gap("p-2", minutes_each=20.0)], days=7
    ).steps

    assert [(each.saves_minutes, each.assumed) for each in steps] == [
        (200, False),
        (200, False),
    ]


def test_a_bug_names_what_its_users_share():
    (step,) = choose_next_steps(
        [
            gap(
                cause="bug",
                code="problem_reported",
                shared=("app.version = 3.2", "os = ios", "plan = pro"),
            )
        ],
        days=7,
    ).steps

    assert "Fix what is behind “label of p-1”" in step.sentence
    assert "all with app.version = 3.2 and os = ios, and ending" in step.sentence


@pytest.mark.parametrize("code", [*WHAT, "a_later_version_s"])
@pytest.mark.parametrize("cause", ["documentation", "action", "bug", "unclear"])
@pytest.mark.parametrize("nearest", ["", "Cards"])
def test_every_cause_makes_one_whole_sentence(code, cause, nearest):
    (step,) = choose_next_steps(
        [gap(code=code, cause=cause, nearest=nearest)], days=7
    ).steps

    assert "{" not in step.sentence
    assert "“”" not in step.sentence
    assert step.sentence.count(". ") == 0
    assert step.sentence.endswith(".")


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (0.2, "1 minute"),
        (7, "7 minutes"),
        (42, "40 minutes"),
        (89, "90 minutes"),
        (90, "1.5 hours"),
        (240, "4 hours"),
        (1_500, "3 working days"),
    ],
)
def test_time_is_told_as_people_tell_it(minutes, words):
    assert spell_minutes(minutes) == words


@pytest.mark.parametrize(
    ("count", "before", "days", "words"),
    [
        (12, 10, 7, "up from 10 the week before"),
        (11, 10, 7, ""),
        (8, 10, 7, "down from 10 the week before"),
        (9, 10, 7, ""),
        (8, 2, 30, "up from 2 in the 30 days before"),
        (8, 0, 7, ""),
    ],
)
def test_what_moved_is_told_with_what_it_was(count, before, days, words):
    (step,) = choose_next_steps([gap(count=count, before=before)], days=days).steps

    assert words in step.sentence
    assert ("from" in step.sentence) is bool(words)


def test_what_has_no_cause_says_what_it_reads_like():
    evidence = {"cases": 21, "doc_miss_hard": 7, "doc_miss_soft": 4} | {
        "problem_reported": 7,
        "no_action": 2,
        "asked_human": 1,
        "by_words": 20,
    }
    unclear = gap(
        "p-1",
        21,
        label="A strange payment",
        cause="unclear",
        code="unclear",
        evidence=evidence,
    )

    (step,) = choose_next_steps([unclear], days=7).steps

    assert step.sentence == (
        "Decide what the requests like “A strange payment” need, most likely a "
        "document: 21 requests came to people in the last week, of which 11 read "
        "like questions that no document answers and 7 read like something that is "
        "broken, and ending that would save people about 2 hours a week."
    )


@pytest.mark.parametrize(
    "evidence",
    [{}, {"cases": 4}, {"cases": 9, "doc_miss_hard": 4, "problem_reported": 4}],
)
def test_where_nothing_leads_nothing_is_likely(evidence):
    (step,) = choose_next_steps(
        [gap(cause="unclear", code="unclear", evidence=evidence)], days=7
    ).steps

    assert "likely" not in step.sentence


def test_what_nothing_is_near_to_comes_after_what_is_near_and_says_so():
    far = {"cases": 4, "problem_reported": 4, "by_words": 4}
    near = far | {"near_documents": 1}
    gaps = [gap("p-far", 12, evidence=far), gap("p-near", 8, evidence=near)]

    first, second = choose_next_steps(gaps, days=7).steps

    assert [first.pattern_id, second.pattern_id] == ["p-near", "p-far"]
    assert "nothing in the catalogue" in second.sentence
    assert "nothing in the catalogue" not in first.sentence


def test_of_many_only_those_that_were_looked_at_are_spoken_of():
    evidence = {"cases": 100, "doc_miss_hard": 52, "problem_reported": 48}
    many = gap(count=180, cause="unclear", code="unclear", evidence=evidence)

    (step,) = choose_next_steps([many], days=7).steps

    assert "and of 100 looked at 52 read like questions" in step.sentence
