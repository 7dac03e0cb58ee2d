"""The first lines of a remedy, whatever it is of."""

import pytest

from services.analytics.domain.gaps.next_steps.remedy_lines import first_lines


@pytest.mark.parametrize(
    ("remedy", "lines"),
    [
        pytest.param(None, [], id="none"),
        pytest.param({}, [], id="empty"),
        pytest.param(
            {
                "outline": "# Change your PIN\n\n- Where to find it\n- What it costs\n- x"
            },
            ["Change your PIN", "Where to find it", "What it costs"],
            id="an outline as text",
        ),
        pytest.param(
            {
                "outline": [{"heading": "Change your PIN"}, "What it costs"],
                "closest_passage": {"title": "Cards", "text": "…"},
            },
            ["Extend “Cards”.", "Change your PIN", "What it costs"],
            id="an outline as a list",
        ),
        pytest.param(
            {
                "available_action": {
                    "name": "block_card",
                    "description": "Block a card",
                    "parameters": {"properties": {"card": {}, "reason": {}}},
                }
            },
            ["Define the action block_card: Block a card", "It needs card, reason."],
            id="an action",
        ),
        pytest.param(
            {"available_action": {"name": "x", "parameters": [{"name": "card"}]}},
            ["Define the action x.", "It needs card."],
            id="an action of the other shape",
        ),
        pytest.param(
            {"shared_state": [], "report": "Uploads fail.\nSince 3.2."},
            ["Uploads fail.", "Since 3.2."],
            id="a bug",
        ),
        pytest.param({"later": 1, "outline": 7}, [], id="a later version's"),
    ],
)
def test_a_remedy_begins_with_what_to_do(remedy, lines):
    assert first_lines(remedy) == lines


def test_a_line_is_bounded():
    (line,) = first_lines({"outline": "word " * 100})

    assert len(line) <= 160
