"""`handrail apps` and `keys` against a small escalator of our own."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest
from typer.testing import CliRunner

from handrail.cli import app

KEY = {
    "key_id": "k1",
    "label": "[red]web",
    "scopes": ["ingest"],
    "created_at": "2026-01-01T00:00:00Z",
}


class Escalator(BaseHTTPRequestHandler):
    asked: ClassVar[list] = []

    def _answer(self):
        size = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(size)) if size else None
        self.asked.append((self.command, self.path, body))
        status, answer = self._say(body)
        self.send_response(status)
        self.end_headers()
        if answer is not None:
            self.wfile.write(json.dumps(answer).encode())

    do_GET = do_POST = do_DELETE = _answer  # noqa: N815 - the library's names

    def _say(self, body):  # noqa: PLR0911 - one line an endpoint
        if self.headers["Authorization"] != "Bearer operator":
            return 401, {"title": "Unauthorized"}
        if "missing" in self.path:
            return 404, {"title": "Not found", "detail": "no such app"}
        if self.command == "DELETE":
            return 204, None
        if self.path.partition("?")[0].endswith("/keys"):
            made = {"key": "hr_k1.secret", **KEY}
            return (201, made) if body else (200, {"items": [KEY]})
        if self.command == "POST":
            return 201, body
        first = {"app_id": "acme", "name": "[b]Acme", "updated_at": "now"}
        if "cursor=next" in self.path:
            return 200, {"items": [{**first, "app_id": "bank"}], "next_cursor": None}
        return 200, {"items": [first], "next_cursor": "next"}

    def log_message(self, *_):
        pass


@pytest.fixture
def run(monkeypatch):
    Escalator.asked = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Escalator)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    monkeypatch.setenv("HANDRAIL_ADMIN_KEY", "operator")
    url = f"http://127.0.0.1:{server.server_port}"
    runner = CliRunner()
    yield lambda *words: runner.invoke(app, [*words, "--url", url])
    server.shutdown()
    server.server_close()
    thread.join()


def test_an_app_is_made_with_its_id_as_the_usual_name(run):
    done = run("apps", "create", "acme")

    assert done.exit_code == 0
    assert Escalator.asked == [("POST", "/v1/apps", {"app_id": "acme", "name": "acme"})]
    assert "handrail keys create acme" in done.stdout


def test_every_page_of_apps_is_listed_as_it_is(run):
    done = run("apps", "list")

    assert done.exit_code == 0
    assert "[b]Acme" in done.stdout
    assert "bank" in done.stdout


def test_an_app_is_deleted_only_when_that_is_meant(run):
    refused = run("apps", "delete", "acme")
    done = run("apps", "delete", "acme", "--yes")

    assert refused.exit_code == 1
    assert done.exit_code == 0
    assert Escalator.asked == [("DELETE", "/v1/apps/acme", None)]


def test_a_new_key_is_alone_on_stdout(run):
    done = run("keys", "create", "acme", "--scope", "ingest", "--label", "web")

    assert done.stdout == "hr_k1.secret\n"
    assert "not shown again" in done.stderr
    assert Escalator.asked[0][2] == {"scopes": ["ingest"], "label": "web"}


def test_a_key_may_do_everything_unless_scopes_are_named(run):
    run("keys", "create", "acme")

    assert Escalator.asked[0][2]["scopes"] == ["ingest", "read", "manage"]


def test_keys_are_listed_and_revoked(run):
    listed = run("keys", "list", "acme")
    revoked = run("keys", "revoke", "acme", "k/1")

    assert "[red]web" in listed.stdout
    assert revoked.exit_code == 0
    assert Escalator.asked[-1] == ("DELETE", "/v1/apps/acme/keys/k%2F1", None)


def test_a_refusal_is_one_line_and_an_advice(run, monkeypatch):
    missing = run("keys", "list", "missing")
    monkeypatch.setenv("HANDRAIL_ADMIN_KEY", "wrong")
    wrong = run("apps", "list")

    assert (missing.exit_code, wrong.exit_code) == (1, 1)
    assert "no such app" in missing.stderr
    assert "HANDRAIL_ADMIN_KEY" in wrong.stderr
    assert "Traceback" not in missing.output + wrong.output


def test_nothing_that_answers_is_said_without_a_trace(monkeypatch):
    monkeypatch.setenv("HANDRAIL_ADMIN_KEY", "operator")
    done = CliRunner().invoke(app, ["apps", "list", "--url", "http://127.0.0.1:9"])

    assert done.exit_code == 1
    assert "does not answer at http://127.0.0.1:9" in done.stderr
    assert "make run" in done.stderr
    assert done.exception is None or isinstance(done.exception, SystemExit)
