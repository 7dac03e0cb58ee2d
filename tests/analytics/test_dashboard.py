"""The page in a real browser: what it shows, keeps and never runs."""

import asyncio
import contextlib
import shutil

import pytest
import pytest_asyncio
import uvicorn
from playwright.async_api import async_playwright

from handrail.stack.processes import free_port
from services.analytics.dashboard import pages
from tests.analytics.backend import EVIL, Backend

pytestmark = [pytest.mark.integration, pytest.mark.asyncio(loop_scope="module")]

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextlib.asynccontextmanager
async def serving(backend):
    port = free_port()
    config = uvicorn.Config(
        backend.app, host="127.0.0.1", port=port, log_level="warning", lifespan="off"
    )
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    await task


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser():
    if CHROMIUM is None:
        pytest.skip("no chromium on this machine, and nothing else needs one")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=ARGUMENTS
        )
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="module")
async def page(browser):
    context = await browser.new_context(viewport={"width": 1280, "height": 900})
    page = await context.new_page()
    page.problems = []
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    page.on(
        "console",
        lambda message: (
            page.problems.append(message.text)
            if "Content Security Policy" in message.text
            else None
        ),
    )
    yield page
    assert page.problems == []
    await context.close()


async def number(page, tile):
    return await page.inner_text(f"#tile-{tile} .number")


async def test_the_page_asks_for_a_key_and_keeps_it_in_the_tab(page):
    async with serving(backend := Backend()) as origin:
        await page.goto(origin)
        assert await page.is_visible("#ask")
        assert not await page.is_visible("#board")
        assert backend.asked == []

        await page.fill("#key", "hr_good")
        await page.press("#key", "Enter")
        await page.wait_for_selector("#tile-requests .number:has-text('1,284')")
        await page.reload()
        await page.wait_for_selector("#tile-requests .number:has-text('1,284')")

        await page.click("#leave")
        assert await page.is_visible("#ask")
        assert await page.evaluate("sessionStorage.length") == 0


async def test_what_waits_is_not_delivered(page):
    backend = Backend()
    backend.waiting = 5
    async with serving(backend) as origin:
        await page.goto(f"{origin}/#key=hr_good")
        await page.wait_for_selector("#tile-delivered .number:has-text('%')")

        assert await number(page, "delivered") == "96.7 %"
        assert await page.inner_text("#tile-delivered .note") == "5 waiting"


async def test_the_headline_says_where_things_stand(page):
    async with serving(Backend()) as origin:
        await page.goto(f"{origin}/#key=hr_good")
        await page.wait_for_selector("#tile-dead .number:has-text('2')")

        assert "key=" not in page.url
        assert await number(page, "requests") == "1,284"
        assert await number(page, "resolved") == "81.1 %"
        assert await number(page, "open") == "11"
        assert await number(page, "delivered") == "98.7 %"
        assert await number(page, "oldest") == "7 h"
        assert await page.locator("#chart g.column").count() == 25
        assert await page.locator("#legend li:visible").count() == 6
        assert await page.locator("#escalations li").count() == 12
        assert "queued as" in await page.inner_text("#deliveries li:first-child")


async def test_what_keeps_coming_back_is_shown_with_what_would_end_it(page):
    async with serving(backend := Backend()) as origin:
        await page.goto(f"{origin}/#key=hr_good")
        await page.wait_for_selector("#patterns .remedy >> nth=4")

        steps = await page.locator("#steps li").all_inner_texts()
        first, evil, stolen = await page.locator("#patterns li").all_inner_texts()
        assert "Change my PIN" in steps[0]
        assert "Begin with: Say where." in steps[0]
        assert "Only two things" in await page.inner_text("#steps-note")
        assert "21 requests · 18 users · ▲ 45 %" in first
        assert "which is near already" in first
        assert "Answer “How do I change it?” (asked 8 times)." in first
        assert "(document, 0.48)" in first
        assert "<script>" in evil
        assert "Regressed" in evil
        assert "Reproduce “<img" in evil
        assert "15 requests · ▼ 30 %" in evil
        assert "9 requests · 1 user" in stolen
        assert "Define the action block_card: Block the user's card." in stolen
        assert "Or give the action “Report a card” more examples" in stolen
        assert await page.locator("#patterns img, #steps img").count() == 0
        assert await page.title() == "Handrail"
        assert backend.asked.count("/analytics/v1/patterns/p-0") == 1


async def test_who_is_signed_in_sees_the_page_until_they_leave(page):
    async with serving(backend := Backend()) as origin:
        cookie = {"name": "handrail_session", "value": "good", "url": origin}
        await page.context.add_cookies([cookie])
        await page.goto(f"{origin}/#signed-in")
        await page.wait_for_selector("#tile-requests .number:has-text('1,284')")
        await page.goto(origin)
        await page.wait_for_selector("#tile-requests .number:has-text('1,284')")

        await page.click("#leave")
        await page.wait_for_selector("#ask:visible")

        assert backend.signed_out
        await page.reload()
        assert await page.is_visible("#ask")


async def test_a_session_that_is_over_is_said_so(page):
    async with serving(Backend()) as origin:
        await page.goto(f"{origin}/#signed-in")

        await page.wait_for_selector("#ask:visible")
        assert "session is over" in await page.inner_text("#notice")


async def test_a_wrong_key_is_asked_for_again(page):
    async with serving(Backend()) as origin:
        await page.goto(f"{origin}/#key=hr_wrong")

        await page.wait_for_selector("#ask:visible")
        assert "not known" in await page.inner_text("#notice")


async def test_an_escalation_opens_with_everything_and_runs_nothing(page):
    async with serving(Backend()) as origin:
        await page.goto(f"{origin}/#key=hr_good")
        await page.wait_for_selector("#escalations li")
        third = page.locator("#escalations li:nth-child(3) a")
        assert f" · Promised: {EVIL}" in await third.inner_text()
        await third.click()
        await page.wait_for_selector("#drawer .transcript")

        text = await page.inner_text("#drawer")
        for expected in (
            "ESC-1040",
            EVIL,
            f" · Promised: {EVIL}",
            "ana@example.com",
            '"status": 500',
            "Upload limits",
            "0.54 of 0.60 needed",
            "plan: pro",
            "250 2.0.0 Ok",
            "Same as ESC-1017?",
        ):
            assert expected in text
        assert await page.locator("img[src=x], #drawer script").count() == 0
        assert await page.title() == "Handrail"

        await page.keyboard.press("Escape")
        # The address follows the dialog's closing, in a task of its own.
        await page.wait_for_url(lambda url: "escalations" not in url)
        assert not await page.is_visible("#drawer")


async def test_a_link_from_a_mail_opens_its_escalation(page):
    async with serving(Backend()) as origin:
        await page.goto(f"{origin}/#/escalations/id-3")
        await page.fill("#key", "hr_good")
        await page.press("#key", "Enter")

        await page.wait_for_selector("#drawer-title:has-text('ESC-1039')")


async def test_the_numbers_follow_by_themselves(page):
    async with serving(backend := Backend()) as origin:
        await page.goto(f"{origin}/#key=hr_good")
        await page.wait_for_selector("#escalations li")
        asked = backend.asked.count("/analytics/v1/summary")

        await page.wait_for_timeout(1000 * pages.REFRESH_SECONDS + 1500)

        assert backend.asked.count("/analytics/v1/summary") == asked + 1


async def test_a_service_that_is_away_is_named_and_the_rest_stays(page):
    async with serving(backend := Backend()) as origin:
        backend.down = {"notifier"}
        await page.goto(f"{origin}/#key=hr_good")
        await page.wait_for_selector("#notice:visible")

        assert "notifier is not running" in await page.inner_text("#notice")
        assert await number(page, "requests") == "1,284"


async def test_without_the_gateway_the_page_says_so(page):
    async with serving(Backend(prefix="")) as origin:
        await page.goto(f"{origin}/#key=hr_good")
        await page.wait_for_selector("#notice:visible")

        assert "gateway" in await page.inner_text("#notice")
        assert await number(page, "requests") == "1,284"


@pytest.mark.parametrize("width", [1280, 400])
async def test_nothing_is_wider_than_the_screen(browser, width):
    async with serving(Backend()) as origin:
        page = await browser.new_page(viewport={"width": width, "height": 900})
        await page.goto(f"{origin}/#key=hr_good")
        await page.wait_for_selector("#escalations li")
        await page.click("#escalations li:nth-child(2) a")
        await page.wait_for_selector("#drawer .transcript")

        for selector in (
            "document.documentElement",
            "document.getElementById('drawer')",
        ):
            assert await page.evaluate(f"{selector}.scrollWidth") <= width
        await page.close()


async def test_the_page_allows_nothing_inline_and_nothing_from_elsewhere():
    policy = pages.HEADERS["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    page = (await pages.router().routes[0].endpoint()).body.decode()
    assert "http" not in page
    assert " style=" not in page
    assert "<script>" not in page
