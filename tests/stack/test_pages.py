"""The built dashboard at the root of the origin, and nothing that could run inline."""

import httpx
import pytest

from handrail.stack.gateway import SERVICES, build_gateway


@pytest.fixture
def client(tmp_path):
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<title>Handrail</title>")
    (tmp_path / "assets" / "main-1a2b.js").write_text("export {}")
    (tmp_path.parent / "secret.txt").write_text("not a page")
    # Nothing listens there: what reaches a service shows by its 503.
    nowhere = dict.fromkeys(SERVICES, "http://127.0.0.1:9")
    app = build_gateway(nowhere, tmp_path)
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app), base_url="http://origin.test"
    )


@pytest.mark.parametrize("path", ["/", "/index.html", "/escalations/ESC-7", "/trends"])
async def test_every_address_is_the_one_page(client, path):
    answer = await client.get(path)

    assert answer.text == "<title>Handrail</title>"
    assert answer.headers["cache-control"] == "no-cache"


async def test_a_file_with_a_digest_in_its_name_is_kept_by_the_browser(client):
    answer = await client.get("/assets/main-1a2b.js")

    assert answer.text == "export {}"
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-type"].startswith("text/javascript")


@pytest.mark.parametrize("path", ["/", "/assets/main-1a2b.js"])
async def test_nothing_inline_and_nothing_from_elsewhere_may_run(client, path):
    policy = (await client.get(path)).headers["content-security-policy"]

    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy


@pytest.mark.parametrize(
    "path", ["/../secret.txt", "/%2e%2e/secret.txt", "//etc/passwd"]
)
async def test_no_address_leads_out_of_the_folder(client, path):
    answer = await client.get(path)

    assert "not a page" not in answer.text
    assert "root:" not in answer.text


async def test_a_service_keeps_its_prefix(client, monkeypatch):
    monkeypatch.setattr("handrail.stack.gateway.PATIENCE", 0.0)

    answer = await client.get("/escalator/v1/escalations")

    assert answer.status_code == 503


async def test_until_the_pages_are_built_the_service_is_asked(tmp_path, monkeypatch):
    monkeypatch.setattr("handrail.stack.gateway.PATIENCE", 0.0)
    nowhere = dict.fromkeys(SERVICES, "http://127.0.0.1:9")
    app = build_gateway(nowhere, tmp_path / "dist")
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app), base_url="http://origin.test"
    ) as client:
        before = await client.get("/")
        (tmp_path / "dist").mkdir()
        (tmp_path / "dist" / "index.html").write_text("<title>Handrail</title>")
        after = await client.get("/")

    assert before.status_code == 503
    assert after.text == "<title>Handrail</title>"
