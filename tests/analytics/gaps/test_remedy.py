"""What would end a pattern: an outline, a definition that apps take, a bug report."""

import json
from pathlib import Path

import pytest

from services.analytics.domain.gaps.cause import choose_cause
from services.analytics.domain.gaps.remedies.naming import name_action
from services.analytics.domain.gaps.remedies.parameters import find_parameters
from services.analytics.domain.gaps.remedy import remedy_of
from services.analytics.domain.gaps.shared_state import SharedState
from shared.events import AvailableAction
from tests.analytics.gaps.trace_cases import FAR, NEAR, action, case, document

REQUESTS = Path(__file__).parent / "action_requests.json"

CANCELLING = [
    "Please cancel my order 48213",
    "I want to cancel order #1093 please",
    "Can you cancel the order ORD-2291?",
    "cancel my order 7781, I bought the wrong one",
]
ASKING = [
    "How large may a file be?",
    "How large can a file be that I upload?",
    "What is the largest file size?",
    "Which file types can I upload?",
]


def wishes(texts, *attempts):
    return [
        case(text, "no_match", *attempts, at=at, user_id=f"u-{at % 3}")
        for at, text in enumerate(texts)
    ]


def remedied(cases, **also):
    return remedy_of(choose_cause(cases), cases, **also)


def test_a_definition_is_taken_by_the_products_own_model_in_both_shapes():
    remedy = remedied(wishes(CANCELLING, action(NEAR, "cancel_plan")))

    older = AvailableAction.model_validate(remedy["available_action"])
    newer = AvailableAction.model_validate(remedy["input_schema_form"])

    assert older.name == newer.name == "cancel_order"
    assert older.approvalRequired
    assert newer.approvalRequired
    assert older.options == {
        "order_id": {"type": "string", "description": "Which order", "required": True}
    }
    assert newer.inputSchema == {
        "type": "object",
        "properties": {"order_id": {"type": "string", "description": "Which order"}},
        "required": ["order_id"],
        "additionalProperties": False,
    }
    assert set(remedy["available_action"]) == {
        "name",
        "description",
        "options",
        "approvalRequired",
    }
    assert set(remedy["input_schema_form"]) == {
        "name",
        "description",
        "inputSchema",
        "approvalRequired",
    }


def test_a_definition_comes_with_its_demand_and_the_nearest_action():
    remedy = remedied(wishes(CANCELLING, action(NEAR, "cancel_plan", score=0.5)))

    assert remedy["demand"] == {
        "requests": 4,
        "users": 3,
        "first_seen": "2026-11-22T12:00:00+00:00",
        "last_seen": "2026-11-22T12:03:00+00:00",
    }
    (nearest,) = remedy["nearest"]
    assert (nearest["name"], nearest["score"], nearest["count"]) == (
        "cancel_plan",
        0.5,
        4,
    )
    assert set(remedy["examples"]) == set(CANCELLING)


def test_what_only_reads_needs_no_approval():
    texts = ["Show me my invoices", "Can you show my invoices?", "show invoices please"]

    remedy = remedied(wishes(texts, action("rejected_by_user")))

    assert remedy["available_action"]["name"] == "show_invoice"
    assert not remedy["available_action"]["approvalRequired"]


@pytest.mark.parametrize(
    "planted", json.loads(REQUESTS.read_text("utf8")), ids=lambda each: each["name"]
)
def test_an_action_is_rebuilt_from_its_requests(planted):
    name = name_action(planted["requests"])
    found = find_parameters(planted["requests"], name.verb)
    told = {each.name: each for each in found}

    assert name.identifier == planted["name"]
    assert {name: each.type for name, each in told.items()} == planted["parameters"]
    assert sorted(n for n, e in told.items() if e.required) == planted["required"]


def test_requests_without_a_known_verb_still_get_a_name():
    assert name_action(["frobnication of widgets"]).identifier == (
        "handle_frobnication_widget"
    )
    assert name_action([]).identifier == "handle_request"


def test_an_outline_groups_questions_and_names_the_closest_passage():
    near = document(NEAR, "uploads", score=0.5, detail="Files may be attached.")

    remedy = remedied(wishes(ASKING, near))

    first, *others = remedy["outline"]
    assert first["asked"] == 2
    assert set(first["questions"]) == set(ASKING[:2])
    assert {each["heading"] for each in others} == set(ASKING[2:])
    assert remedy["closest_passage"] == {
        "document": "uploads",
        "title": "Uploads",
        "text": "Files may be attached.",
        "score": 0.5,
        "threshold": 0.6,
        "count": 4,
        "rejected": False,
    }
    assert set(remedy["example_questions"]) == set(ASKING)
    assert remedy["draft_answers"] == []


def test_a_rejected_document_is_the_passage_to_extend():
    rejected = document("rejected_by_user", "limits", score=0.9, detail="no use")

    remedy = remedied(
        [case(ASKING[0], "answer_rejected", rejected, document(NEAR, "other"))]
    )

    assert remedy["closest_passage"]["document"] == "limits"
    assert remedy["closest_passage"]["rejected"]
    assert remedy["closest_passage"]["text"] == ""


def test_without_a_near_document_there_is_no_passage():
    remedy = remedied(wishes(ASKING, document(FAR, score=0.1)))

    assert remedy["closest_passage"] is None


def test_what_the_team_answered_is_the_draft():
    cases = [
        case(ASKING[0], at=1, answers=("100 MB.",)),
        case(ASKING[1], at=2, answers=("It was 100 MB, now 200 MB.", "100 MB.")),
    ]

    assert remedied(cases)["draft_answers"] == ["It was 100 MB, now 200 MB.", "100 MB."]


def test_a_report_names_what_a_developer_asks_for():
    failed = action("failed", "upload_file", detail="503 `busy`\nretry")
    state = {"last_request.status": "503", "app.version": "4.2.1", "route": "/files"}
    cases = [
        case("Upload fails", "action_failed", failed, at=at, app_state=state)
        for at in range(3)
    ]
    shared = [SharedState("last_request.status", "503", 1.0, 0.02, 3e-7)]

    remedy = remedied(cases, shared=shared)

    assert remedy["shared_state"] == [
        {
            "path": "last_request.status",
            "value": "503",
            "inside": 1.0,
            "outside": 0.02,
            "p_value": 3e-7,
        }
    ]
    status = "`last_request.status` = `503`"
    for line in (
        "# Upload fails",
        "- Escalations: 3, of 3 users",
        "- First seen: 2026-11-22 12:00 UTC",
        f"- {status}: 100% of them, 2% of others (p = 3e-07, corrected)",
        f"- {status}: 3 of 3",
        "- `app.version` = `4.2.1`: 3 of 3",
        "- `upload_file` failed, 3 times: 503 'busy' retry",
        "- “Upload fails”",
    ):
        assert line in remedy["report"].splitlines()


def test_where_people_are_wanted_nothing_is_offered():
    assert remedied([case("Get me a human", "asked_for_person")]) is None
    assert remedied([case("")]) is None
