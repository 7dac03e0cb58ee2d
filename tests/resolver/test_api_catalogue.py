"""The catalogue over HTTP, and the dry run that shows what it does."""

import io
import zipfile

import pytest

from services.resolver.catalogue.passages import MAX_PASSAGES
from tests.resolver.web import Web

ACTION = {
    "description": "Send a password reset link",
    "parameters": {
        "type": "object",
        "properties": {"email": {"type": "string", "format": "email"}},
        "required": ["email"],
    },
    "examples": ["I forgot my password"],
    "approvalRequired": False,
    "endpoint": None,
}
DOCUMENT = {
    "title": "Upload limits",
    "text": "# Upload limits\nFiles may be up to 10 MB.",
    "format": "markdown",
    "url": "https://docs.example.com/upload",
    "questions": ["How big may a file be?"],
}


@pytest.fixture
def web():
    return Web()


async def put(web, path, body, by="acme/manage"):
    return await web.ask("PUT", path, by=by, json=body)


async def test_an_action_is_stored_changed_read_and_removed(web):
    path = "/v1/actions/reset_password"
    new = await put(web, path, ACTION)
    same = await put(web, path, ACTION)
    changed = await put(web, path, {**ACTION, "approvalRequired": True})
    read = await web.ask("GET", path, by="acme/read")
    gone = await web.ask("DELETE", path, by="acme/manage")
    after = await web.ask("GET", path, by="acme/read")

    assert (new.status_code, same.status_code, changed.status_code) == (201, 200, 200)
    assert new.json() == {"name": "reset_password", **ACTION, "version": 1}
    assert [same.json()["version"], changed.json()["version"]] == [1, 2]
    assert read.json() == changed.json()
    assert (gone.status_code, after.status_code) == (204, 404)


async def test_a_document_is_stored_and_its_passages_are_not_shown(web):
    new = await put(web, "/v1/documents/guides/upload-limits", DOCUMENT)

    assert new.status_code == 201
    assert new.json() == {"id": "guides/upload-limits", **DOCUMENT, "version": 1}
    assert web.documents.kept["acme", "guides/upload-limits"]["passages"] == [
        {"text": "Files may be up to 10 MB.", "headings": []}
    ]


async def test_what_is_too_long_to_keep_whole_says_so_wherever_it_is_shown(web):
    text = "\n".join(f"# Part {at}\nIt is {at}." for at in range(MAX_PASSAGES + 3))
    path = "/v1/documents/book"
    new = await put(web, path, {"text": text})
    item = {"id": "book", "text": text}
    again = await web.ask(
        "POST", "/v1/documents/import", by="acme/manage", json={"items": [item]}
    )
    listed = await web.ask("GET", "/v1/documents", by="acme/read")
    read = await web.ask("GET", path, by="acme/read")
    short = await put(web, path, {"text": "Short now.", "format": "text"})

    shown = (new.json(), again.json()["imported"][0], listed.json()["items"][0])
    assert [each["passages_omitted"] for each in (*shown, read.json())] == [3] * 4
    assert "passages_omitted" not in short.json()
    assert len(web.documents.kept["acme", "book"]["passages"]) == 1


async def test_a_title_is_taken_from_the_text(web):
    new = await put(web, "/v1/documents/d", {"text": "# Prices\nFree."})

    assert new.json()["title"] == "Prices"


async def test_the_older_shape_of_parameters_is_kept_as_the_newer(web):
    options = {"email": {"type": "string", "description": "Yours", "required": True}}

    new = await put(web, "/v1/actions/a", {"options": options})

    assert new.json()["parameters"] == {
        "type": "object",
        "properties": {"email": {"type": "string", "description": "Yours"}},
        "required": ["email"],
    }


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/actions/a", {"name": "b"}),
        ("/v1/actions/a", {"endpoint": "javascript:alert(1)"}),
        ("/v1/actions/a", {"examples": [""]}),
        ("/v1/actions/a", {"parameters": {"x": "y" * 70_000}}),
        ("/v1/documents/d", {}),
        ("/v1/documents/d", {"text": " \n"}),
        ("/v1/documents/d", {"text": "x", "format": "pdf"}),
        ("/v1/documents/d", {"text": "x", "url": "ftp://x"}),
        ("/v1/actions/a%01b", {}),
    ],
)
async def test_a_bad_entry_is_refused_with_a_problem(web, path, body):
    answer = await put(web, path, body)

    assert answer.status_code in {413, 422}
    assert answer.headers["content-type"] == "application/problem+json"
    assert not web.actions.kept
    assert not web.documents.kept


async def test_lists_come_in_pages_by_name(web):
    for name in ("b", "c", "a"):
        await put(web, f"/v1/actions/{name}", ACTION)
    first = (await web.ask("GET", "/v1/actions?limit=2", by="acme/read")).json()
    cursor = first["next_cursor"]
    rest = (await web.ask("GET", f"/v1/actions?cursor={cursor}", by="acme/read")).json()

    assert [each["name"] for each in first["items"]] == ["a", "b"]
    assert [each["name"] for each in rest["items"]] == ["c"]
    assert rest["next_cursor"] is None


@pytest.mark.parametrize("query", ["limit=201", "limit=0", "cursor=x"])
async def test_a_bad_page_is_refused(web, query):
    answer = await web.ask("GET", f"/v1/documents?{query}", by="acme/read")

    assert answer.status_code in {400, 422}


async def test_one_app_sees_nothing_of_another(web):
    await put(web, "/v1/actions/a", ACTION)

    listed = await web.ask("GET", "/v1/actions", by="other/read")
    read = await web.ask("GET", "/v1/actions/a", by="other/read")
    removed = await web.ask("DELETE", "/v1/actions/a", by="other/manage")

    assert listed.json()["items"] == []
    assert (read.status_code, removed.status_code) == (404, 404)


@pytest.mark.parametrize(
    ("by", "method", "path", "body"),
    [
        ("manage", "PUT", "/v1/actions/a", ACTION),
        ("manage", "PUT", "/v1/documents/d", DOCUMENT),
        (
            "manage",
            "POST",
            "/v1/documents/import",
            {"items": [{"id": "d", **DOCUMENT}]},
        ),
        ("manage", "POST", "/v1/history", {"text": "x", "gold": {"kind": "escalate"}}),
        ("read", "POST", "/v1/try", {"text": "x"}),
        ("ingest", "POST", "/v1/tokens", {}),
    ],
)
async def test_a_body_that_names_another_app_is_refused(web, by, method, path, body):
    others = {**body, "app_id": "other"}
    own = {**body, "app_id": "acme"}

    refused = await web.ask(method, path, by=f"acme/{by}", json=others)
    kept = [web.actions.kept, web.documents.kept, web.history.kept, web.tokens.grants]
    assert refused.status_code == 403
    assert not any(kept)

    assert (await web.ask(method, path, by=f"acme/{by}", json=own)).is_success


async def test_an_import_with_a_document_of_another_app_is_refused_whole(web):
    items = [{"id": "a", "text": "x"}, {"id": "b", "text": "x", "app_id": "other"}]

    answer = await web.ask(
        "POST", "/v1/documents/import", by="acme/manage", json={"items": items}
    )

    assert answer.status_code == 403
    assert not web.documents.kept


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", "/v1/actions/a"),
        ("DELETE", "/v1/documents/d"),
        ("POST", "/v1/documents/import"),
    ],
)
async def test_writing_needs_the_scope_manage(web, method, path):
    answer = await web.ask(method, path, by="acme/read", json=ACTION)

    assert answer.status_code == 403


async def test_files_and_archives_are_imported_together(web):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        packed.writestr("guide/b.html", "<h1>Bee</h1><p>Buzz.</p>")
        packed.writestr("guide/empty.txt", " ")
        packed.writestr("guide/handbook.pdf", "%PDF")
        packed.writestr("guide/.DS_Store", "litter")
    files = [
        ("files", ("a.md", b"# Ay\nText.")),
        ("files", ("docs.zip", buffer.getvalue())),
        ("files", ("photo.png", b"x")),
    ]

    first = await web.ask("POST", "/v1/documents/import", by="acme/manage", files=files)
    again = await web.ask("POST", "/v1/documents/import", by="acme/manage", files=files)

    assert first.json()["imported"] == [
        {"id": "a", "title": "Ay", "version": 1, "created": True},
        {"id": "guide/b", "title": "Bee", "version": 1, "created": True},
    ]
    assert first.json()["skipped"] == [
        {"name": "guide/empty.txt", "reason": "empty"},
        {"name": "guide/handbook.pdf", "reason": "unknown_format"},
        {"name": "photo.png", "reason": "unknown_format"},
    ]
    assert [each["created"] for each in again.json()["imported"]] == [False, False]
    assert [each["version"] for each in again.json()["imported"]] == [1, 1]


async def test_of_two_files_with_one_id_the_second_is_named_as_left_out(web):
    files = [
        ("files", ("guide/a.md", b"# Ay\nText.")),
        ("files", ("guide/a.html", b"<h1>Other</h1><p>Page.</p>")),
    ]

    answer = await web.ask(
        "POST", "/v1/documents/import", by="acme/manage", files=files
    )

    assert [each["title"] for each in answer.json()["imported"]] == ["Ay"]
    assert answer.json()["skipped"] == [{"name": "guide/a.html", "reason": "same_id"}]


async def test_documents_are_imported_as_json(web):
    answer = await web.ask(
        "POST",
        "/v1/documents/import",
        by="acme/manage",
        json={"items": [{"id": "upload-limits", **DOCUMENT}]},
    )

    assert answer.status_code == 200
    assert answer.json()["imported"][0]["id"] == "upload-limits"
    assert web.documents.kept["acme", "upload-limits"]["questions"] == [
        "How big may a file be?"
    ]


@pytest.mark.parametrize(
    ("headers", "content", "status"),
    [
        ({"content-type": "application/json"}, b'{"items":[{}]}', 422),
        ({"content-type": "application/json"}, b"{", 422),
        ({"content-type": "text/plain"}, b"x", 415),
        ({"content-type": "application/zip"}, b"x", 422),
    ],
)
async def test_a_bad_import_is_refused(web, headers, content, status):
    answer = await web.ask(
        "POST",
        "/v1/documents/import",
        by="acme/manage",
        headers=headers,
        content=content,
    )

    assert answer.status_code == status


async def attempt(web, text, **more):
    answer = await web.ask(
        "POST", "/v1/try", by="acme/read", json={"text": text, **more}
    )
    assert answer.status_code == 200
    return answer.json()


async def test_a_dry_run_shows_the_outcome_and_why_and_publishes_nothing(web):
    await put(web, "/v1/actions/reset_password", ACTION)
    await put(web, "/v1/documents/upload-limits", DOCUMENT)
    user = {"id": "u", "email": "a@b.test"}

    action = await attempt(web, "I forgot my password", user=user)
    question = await attempt(web, "I forgot my password")
    document = await attempt(web, "How big may a file be?")
    nothing = await attempt(web, "My invoice is wrong")
    person = await attempt(web, "Let me talk to a human")

    assert (action["outcome"], action["reason"]) == ("asked", "action_called")
    assert action["reply"]["arguments"] == {"email": "a@b.test"}
    assert (question["outcome"], question["reply"]["missing"]) == ("asked", ["email"])
    assert (document["outcome"], document["reason"]) == ("resolved", "document_answers")
    assert document["reply"]["citations"][0]["document_id"] == "upload-limits"
    assert (nothing["outcome"], nothing["reason"]) == ("unresolved", "no_match")
    assert nothing["why"].startswith("No action and no document is about this.")
    assert {each["name"] for each in action["attempts"]} == {
        "reset_password",
        "upload-limits",
    }
    assert person["reason"] == "asked_for_person"
    assert web.publisher.published == []


async def test_a_dry_run_explains_what_it_weighed(web):
    await put(web, "/v1/actions/reset_password", ACTION)
    await put(web, "/v1/documents/upload-limits", DOCUMENT)

    found = await attempt(web, "How big may a file be?")
    best = found["candidates"][0]

    assert (best["kind"], best["name"]) == ("document", "upload-limits")
    assert best["probability"] >= best["threshold"]
    assert best["lexical"] > 0.9
    assert best["dense"] == 0
    assert sum(each["probability"] for each in found["candidates"]) <= 1.0001
    assert (found["encoder"], found["waiting_for"]) == (None, 0)
    assert found["ms"]["total"] >= found["ms"]["search"] > 0
    assert "Upload limits" in found["why"]
    assert "is enough" in found["why"]


async def test_a_dry_run_knows_what_was_written_just_now(web):
    await attempt(web, "I forgot my password")
    await put(web, "/v1/actions/reset_password", ACTION)

    found = await attempt(web, "I forgot my password")

    assert found["candidates"][0]["name"] == "reset_password"


async def test_a_dry_run_weighs_the_conversations_own_actions(web):
    own = [{"name": "export_data", "description": "Export all data"}]

    found = await attempt(web, "export all data", available_actions=own)

    assert found["reason"] == "action_called"
    assert found["reply"]["action"] == "export_data"


async def test_a_dry_run_reads_a_day_as_its_session_writes_it(web):
    day = {"type": "string", "format": "date"}
    schema = {"properties": {"day": day}, "required": ["day"]}
    body = ACTION | {"description": "Book a visit", "parameters": schema}
    await put(web, "/v1/actions/book_visit", body | {"examples": ["book a visit"]})

    found = [
        await attempt(web, "book a visit on 03/04/2026", session={"locale": locale})
        for locale in ("en-GB", "en-US")
    ]

    days = [each["reply"]["arguments"]["day"] for each in found]
    assert days == ["2026-04-03", "2026-03-04"]
