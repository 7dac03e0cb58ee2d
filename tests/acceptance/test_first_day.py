"""A team's first day, in the browser alone: from an empty app to an answered user."""

import contextlib
import shutil

import pytest
from playwright.async_api import Page, async_playwright, expect

pytestmark = [pytest.mark.integration, pytest.mark.timeout(300)]

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
STORY = "I'm getting error 500 when I try to upload files larger than 10MB"
EVIL = '<img src=x onerror="document.title=1">'
SECONDS = 20_000
"""Milliseconds that anything on a page may take on a machine that does much else."""


@contextlib.asynccontextmanager
async def browser():
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        yield running
        await running.close()


async def opened(running, problems: list[str], **options) -> Page:
    page = await (await running.new_context(**options)).new_page()
    page.set_default_timeout(SECONDS)
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on(
        "console",
        lambda said: (
            problems.append(said.text)
            if "Content Security Policy" in said.text
            else None
        ),
    )
    return page


@pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine")
async def test_a_team_sets_up_and_answers_its_first_user(tenant, pages, tmp_path):
    assert pages == ""
    expect.set_options(timeout=SECONDS)
    tenant.stack.offer_chat(tenant.key)
    documents = tmp_path / "documents"
    documents.mkdir()
    (documents / "refunds.md").write_text("# Refunds\n\nA refund takes five days.")
    problems: list[str] = []
    async with browser() as running:
        desk = await opened(running, problems, viewport={"width": 1440, "height": 900})
        user = await opened(running, problems, viewport={"width": 390, "height": 844})

        await sign_in(desk, tenant)
        await choose_destination(desk, tenant.address)
        await write_handoff(desk, f"With our people. {EVIL}")
        await set_hours(desk)
        await import_documents(desk, documents)
        await user.goto(f"{tenant.stack.origin}/chat")
        await say(user, STORY)
        await expect(user.get_by_text("With our people.")).to_be_visible()

        await desk.get_by_role("link", name="Inbox").click()
        await desk.get_by_role("link").filter(has_text=STORY).click()
        await desk.get_by_label("Reply", exact=True).fill(f"It works now. {EVIL}")
        await desk.get_by_role("button", name="Send", exact=True).click()
        await expect(user.get_by_text("It works now.")).to_be_visible()
        await desk.get_by_role("button", name="Resolve", exact=True).click()

        steps = user.locator(".line").get_by_role("listitem")
        await expect(steps.last).to_have_text("Resolved")
        await desk.get_by_role("link", name="Trends").click()
        requests = desk.locator(".tile").filter(has_text="Requests")
        await expect(requests.locator("strong")).to_have_text("1")
        for page in (desk, user):
            assert await page.locator("img[src=x]").count() == 0
            assert await page.title() != "1"
    assert problems == []
    assert tenant.mails()


async def sign_in(page: Page, tenant) -> None:
    await page.goto(f"{tenant.stack.origin}/")
    await page.get_by_label("App key").fill(tenant.key)
    await page.get_by_role("button", name="Sign in").click()
    for screen in ("Patterns", "Trends", "Catalogue", "Deliveries", "Settings"):
        await expect(page.get_by_role("link", name=screen)).to_be_visible()
    await expect(page.get_by_text("Nobody is waiting")).to_be_visible()


async def choose_destination(page: Page, address: str) -> None:
    await page.get_by_role("link", name="Settings").click()
    await page.get_by_role("link", name="Escalation").click()
    group = page.get_by_role("group", name="Choose destination")
    await group.get_by_role("button", name="E-mail").click()
    await group.get_by_label("E-mail addresses").fill(address)
    await group.get_by_role("button", name="Save destination").click()
    await group.get_by_role("button", name="Send a test").click()
    await expect(group.get_by_text("Accepted: 250")).to_be_visible()


async def write_handoff(page: Page, text: str) -> None:
    group = page.get_by_role("group", name="What users are told")
    await group.get_by_label("Hand-off").fill(text)
    preview = group.get_by_role("region", name="Preview")
    await expect(preview.get_by_text("With our people.")).to_be_visible()
    await group.get_by_role("button", name="Save texts").click()
    await expect(group.get_by_role("button", name="Save texts")).to_be_disabled()


async def set_hours(page: Page) -> None:
    group = page.get_by_role("group", name="Business hours")
    await group.get_by_label("Monday").fill("9-8")
    await group.get_by_role("button", name="Save hours").click()
    await expect(group.get_by_role("alert")).to_contain_text("ends before it begins")
    await group.get_by_label("Monday").fill("0-24")
    await group.get_by_role("button", name="Save hours").click()
    await expect(page.get_by_text("The hours are saved")).to_be_visible()


async def import_documents(page: Page, folder) -> None:
    await page.get_by_role("link", name="Catalogue").click()
    await page.locator("#import-folder").set_input_files(folder)
    await expect(page.get_by_text("1 imported")).to_be_visible()
    await expect(page.get_by_role("link", name="Refunds")).to_be_visible()


async def say(page: Page, text: str) -> None:
    await page.get_by_label("Message").fill(text)
    await page.get_by_role("button", name="Send").click()
