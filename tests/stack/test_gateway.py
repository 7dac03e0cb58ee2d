"""The gateway, between a real client and a real service."""

import asyncio
import contextlib
import time

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.responses import JSONResponse, PlainTextResponse, StreamingResponse
from starlette.routing import Route

from handrail.stack import gateway, processes


class Service:
    """Answers, and remembers what it was asked."""

    def __init__(self):
        self.closed = asyncio.Event()
        self.next = asyncio.Event()
        self.app = Starlette(
            routes=[
                Route("/v1/stream", self.stream),
                Route("/v1/slow", self.slow),
                Route("/{path:path}", self.echo, methods=["GET", "POST"]),
            ]
        )

    async def echo(self, request):
        body = b""
        async for chunk in request.stream():
            body += chunk
        facts = {
            "path": request.scope["raw_path"].decode(),
            "query": request.url.query,
            "headers": dict(request.headers),
            "size": len(body),
        }
        headers = {"Connection": "X-Private", "X-Private": "1", "X-Kept": "1"}
        if "sign-in" in facts["path"]:
            headers["Set-Cookie"] = "handrail_session=of-ana; Path=/"
        return JSONResponse(facts, headers=headers)

    async def slow(self, _request):
        await asyncio.sleep(60)
        return PlainTextResponse("too late")

    async def stream(self, _request):
        async def events():
            try:
                yield b"data: 1\n\n"
                await self.next.wait()
                yield b"data: 2\n\n"
                await asyncio.sleep(60)
            finally:
                self.closed.set()

        return StreamingResponse(events(), media_type="text/event-stream")


@contextlib.asynccontextmanager
async def serve(app, port):
    config = uvicorn.Config(
        app,
        host="127.0.0.1",
        port=port,
        log_level="critical",
        ws="none",
        timeout_graceful_shutdown=0,
    )
    server = uvicorn.Server(config)
    task = asyncio.create_task(server._serve())
    while not server.started:
        await asyncio.sleep(0.01)
    try:
        yield server
    finally:
        server.should_exit = True
        await task


@pytest.fixture
def upstream_port():
    return processes.free_port()


@pytest.fixture
async def client(upstream_port):
    url = f"http://127.0.0.1:{upstream_port}"
    app = gateway.build_gateway(dict.fromkeys(gateway.SERVICES, url))
    port = processes.free_port()
    async with (
        serve(app, port),
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=20) as client,
    ):
        yield client


@pytest.fixture
async def service(upstream_port):
    service = Service()
    async with serve(service.app, upstream_port):
        yield service


@pytest.mark.usefixtures("service")
@pytest.mark.parametrize(
    ("asked", "path", "prefix"),
    [
        pytest.param("/resolver/v1/try", "/v1/try", "/resolver", id="prefix"),
        pytest.param("/notifier", "/", "/notifier", id="bare"),
        pytest.param("/escalator/a%2Fb%20c", "/a%2Fb%20c", "/escalator", id="encoded"),
        pytest.param("/", "/", None, id="dashboard"),
        pytest.param("/static/app.js", "/static/app.js", None, id="static"),
    ],
)
async def test_a_path_goes_to_its_service_without_the_prefix(
    client, asked, path, prefix
):
    answer = (await client.get(f"{asked}?q=1%202")).json()

    assert (answer["path"], answer["query"]) == (path, "q=1%202")
    assert answer["headers"].get("x-forwarded-prefix") == prefix
    assert answer["headers"]["x-forwarded-for"] == "127.0.0.1"
    assert answer["headers"]["x-forwarded-host"] == client.base_url.netloc.decode()


@pytest.mark.usefixtures("service")
async def test_a_cookie_is_passed_on_and_belongs_to_one_person(client):
    given = await client.get("/escalator/sign-in")
    own = await client.get("/notifier/v1/x", headers={"Cookie": "handrail_session=bo"})
    client.cookies.clear()
    nobody = await client.get("/resolver/v1/x")

    assert given.headers["set-cookie"] == "handrail_session=of-ana; Path=/"
    assert "bo" in own.json()["headers"]["cookie"]
    assert "cookie" not in nobody.json()["headers"]


@pytest.mark.usefixtures("service")
async def test_an_answer_has_one_date(client):
    answer = await client.get("/resolver/v1/try")

    assert len(answer.headers.get_list("date")) == 1


@pytest.mark.usefixtures("service")
async def test_bodies_are_streamed_and_connection_headers_stay_behind(client):
    async def body():
        for _ in range(20):
            yield bytes(500_000)

    answer = await client.post("/resolver/v1/documents/import", content=body())

    assert answer.json()["size"] == 10_000_000
    assert answer.headers["x-kept"] == "1"
    assert "x-private" not in answer.headers


async def test_server_sent_events_pass_at_once_and_leaving_closes_the_source(
    client, service
):
    async with client.stream("GET", "/resolver/v1/stream") as answer:
        chunks = answer.aiter_raw()
        first = await asyncio.wait_for(anext(chunks), 2)
        service.next.set()
        second = await asyncio.wait_for(anext(chunks), 2)
    await asyncio.wait_for(service.closed.wait(), 2)

    assert (first, second) == (b"data: 1\n\n", b"data: 2\n\n")


async def test_a_service_that_is_away_makes_a_problem_document(client, monkeypatch):
    monkeypatch.setattr(gateway, "PATIENCE", 0.2)

    answer = await client.post("/escalator/v1/apps", json={"app_id": "acme"})

    assert answer.status_code == 503
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["retry-after"] == "1"
    assert answer.json()["status"] == 503


async def test_a_service_that_breaks_off_makes_a_bad_gateway(client, upstream_port):
    async def hang_up(_reader, writer):
        writer.close()

    async with await asyncio.start_server(hang_up, "127.0.0.1", upstream_port):
        answer = await client.post("/escalator/v1/apps", json={"app_id": "acme"})

    assert answer.status_code == 502
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_request_waits_for_a_service_that_is_restarted(client, upstream_port):
    begun = time.monotonic()
    asking = asyncio.create_task(client.post("/resolver/v1/events", content=b"{}"))
    await asyncio.sleep(0.5)
    async with serve(Service().app, upstream_port):
        answer = await asking

    assert answer.status_code == 200
    assert answer.json()["size"] == 2
    assert time.monotonic() - begun < gateway.PATIENCE
