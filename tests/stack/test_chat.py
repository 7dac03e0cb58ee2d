"""The page with the widget: it runs nothing inline, and never sees the app's key."""

import httpx
import pytest
from starlette.requests import Request

from handrail.stack.chat import Chat
from handrail.stack.gateway import SERVICES, build_gateway

KEY = "hr_0011.secret"


@pytest.fixture
def widget(tmp_path):
    (tmp_path / "assistant.js").write_text("export {}")
    (tmp_path / "chat.key").write_text(KEY)
    return tmp_path, tmp_path / "chat.key"


@pytest.fixture
def origin(widget):
    app = build_gateway(dict.fromkeys(SERVICES, "http://127.0.0.1:9"), widget=widget)
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app), base_url="http://origin.test"
    )


class Resolver:
    """Makes tokens, and remembers who asked for which."""

    def __init__(self):
        self.asked = []

    def answer(self, request):
        self.asked.append((request.headers["Authorization"], request.content))
        return httpx.Response(200, json={"token": "t-1", "expiresAt": "2026-12-01"})


async def test_the_page_has_the_widget_and_nothing_inline(origin):
    answer = await origin.get("/chat")

    assert "<handrail-assistant" in answer.text
    assert "<script>" not in answer.text
    assert "style=" not in answer.text
    assert "unsafe" not in answer.headers["content-security-policy"]


async def test_the_script_is_served_as_it_was_built(origin):
    answer = await origin.get("/assistant.js")

    assert answer.text == "export {}"
    assert "no-cache" in answer.headers["cache-control"]


@pytest.mark.parametrize(
    ("sent", "passed_on"),
    [
        (b"", b"{}"),
        (b'{"endUserId":"u-7"}', b'{"endUserId":"u-7"}'),
        (b'{"context":{"admin":true}}', b"{}"),
    ],
)
async def test_a_token_is_made_with_a_key_that_the_page_does_not_see(
    widget, sent, passed_on
):
    resolver = Resolver()
    folder, key_file = widget
    async with httpx.AsyncClient(
        transport=httpx.MockTransport(resolver.answer)
    ) as client:
        chat = Chat(client, folder=folder, key_file=key_file, resolver="http://r")

        async def app(scope, receive, send):
            await (await chat.answer(Request(scope, receive)))(scope, receive, send)

        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app=app), base_url="http://origin.test"
        ) as page:
            answer = await page.post("/api/mwai/token", content=sent)

    assert answer.json()["token"] == "t-1"
    assert KEY not in answer.text
    assert resolver.asked == [(f"Bearer {KEY}", passed_on)]


@pytest.mark.parametrize(("sent", "status"), [(b"{", 400), (b"[]", 400)])
async def test_what_is_no_object_is_refused(origin, sent, status):
    answer = await origin.post("/api/mwai/token", content=sent)

    assert answer.status_code == status


async def test_before_the_demo_app_is_there_no_token_is_made(origin, widget):
    widget[1].unlink()

    answer = await origin.post("/api/mwai/token", content=b"{}")

    assert answer.status_code == 503
