"""Errors over HTTP, whichever service answers."""

import httpx
from fastapi import FastAPI

from shared.web import problems


async def test_a_slash_too_many_is_a_problem_and_no_way_to_our_own_address():
    app = FastAPI()
    problems.install(app)

    @app.get("/v1/settings")
    async def _settings() -> dict[str, str]:
        return {}

    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://10.0.0.7:8080"
    ) as client:
        answer = await client.get("/v1/settings/")

    assert answer.status_code == 404
    assert "location" not in answer.headers
    assert answer.json()["title"] == "Not found"
