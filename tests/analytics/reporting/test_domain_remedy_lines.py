"""The first lines of a remedy, whatever it is of."""

import pytest

from services.analytics.domain.gaps.next_steps.remedy_lines import (
    first_lines,
    first_step,
    nearest_passage,
)

PASSAGE = {
    "document": "cards",
    "title": "Cards",
    "text": "…",
    "score": 0.43,
    "threshold": 0.45,
    "rejected": False,
}
OUTLINE = [
    {"heading": "How do I change my PIN?", "questions": ["…"], "asked": 8},
    {"heading": "What does it cost?", "questions": ["…"], "asked": 1},
    {"heading": "Where?", "questions": ["…"], "asked": 1},
    {"heading": "When?", "questions": ["…"], "asked": 1},
]
REPORT = """# Uploads fail

- Escalations: 9, of 7 users
- First seen: 2026-11-22 10:00 UTC

## What its users share, and others do not

- `app.version` = `3.2`: 90% of them, 3% of others (p = 1e-05, corrected)

## Error codes

- `last_request.status` = `500`: 8 of 9

## In the users' words

- “Uploads fail with error 500”
"""


@pytest.mark.parametrize(
    ("remedy", "lines"),
    [
        pytest.param(None, [], id="none"),
        pytest.param({}, [], id="empty"),
        pytest.param(
            {"outline": OUTLINE, "closest_passage": None},
            [
                "Answer “How do I change my PIN?” (asked 8 times).",
                "Answer “What does it cost?”.",
                "Answer “Where?”.",
            ],
            id="an outline",
        ),
        pytest.param(
            {"outline": OUTLINE[:1], "closest_passage": PASSAGE},
            [
                "Extend “Cards”, which is near already.",
                "Answer “How do I change my PIN?” (asked 8 times).",
            ],
            id="an outline near to a passage",
        ),
        pytest.param(
            {"outline": [], "closest_passage": PASSAGE | {"rejected": True}},
            ["Rewrite “Cards”: it was shown, and did not help."],
            id="a passage that did not help",
        ),
        pytest.param(
            {"outline": [], "closest_passage": PASSAGE | {"score": 0.2}},
            [],
            id="a passage that is far",
        ),
        pytest.param(
            {
                "available_action": {
                    "name": "block_card",
                    "description": "Block the user's card. Needs: card.",
                    "options": {"card": {"type": "string"}},
                },
                "nearest": [{"name": "report_card", "title": "Report a card"}],
            },
            [
                "Define the action block_card: Block the user's card. Needs: card.",
                (
                    "Or give the action “Report a card” more examples, if it is the one "
                    "that they mean."
                ),
            ],
            id="an action",
        ),
        pytest.param(
            {
                "shared_state": [
                    {
                        "path": "app.version",
                        "value": "3.2",
                        "inside": 0.9,
                        "outside": 0.03,
                        "p_value": 1e-5,
                    }
                ],
                "report": REPORT,
            },
            [
                (
                    "Look at app.version = 3.2: 90% of its users have it, 3% of the "
                    "others."
                ),
                "Error codes: `last_request.status` = `500`: 8 of 9.",
                "Reproduce “Uploads fail with error 500”.",
            ],
            id="a bug",
        ),
        pytest.param(
            {"later": 1, "outline": "text", "nearest": 7}, [], id="a later one"
        ),
    ],
)
def test_a_remedy_begins_with_what_to_do(remedy, lines):
    assert first_lines(remedy) == lines


def test_a_line_is_one_and_bounded():
    (line,) = first_lines({"outline": [{"heading": "word\n" * 100}]})

    assert len(line) <= 160
    assert "\n" not in line


@pytest.mark.parametrize(
    ("remedy", "step", "nearest"),
    [
        (None, "", None),
        (
            {"outline": OUTLINE, "closest_passage": PASSAGE},
            "Answer “How do I change my PIN?” (asked 8 times).",
            "Cards",
        ),
        (
            {"outline": [], "closest_passage": PASSAGE | {"score": 0.3}},
            "",
            "",
        ),
        (
            {"outline": [], "closest_passage": PASSAGE | {"rejected": True}},
            "Rewrite “Cards”: it was shown, and did not help.",
            "Cards",
        ),
        ({"outline": [], "closest_passage": None}, "", ""),
        (
            {"report": REPORT},
            "Error codes: `last_request.status` = `500`: 8 of 9.",
            None,
        ),
    ],
)
def test_a_step_begins_with_a_question_and_names_a_passage_that_is_near(
    remedy, step, nearest
):
    assert first_step(remedy) == step
    assert nearest_passage(remedy) == nearest
