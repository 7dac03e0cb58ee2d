"""Each block of the README and of docs/ is run, as it is written."""

import json
import os
import re
import selectors
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from handrail.stack.java import java_available
from handrail.stack.processes import free_port
from tests.docs import reading
from tests.docs.reading import NEVER_RETURNS, ROOT, RUN, SHOWN, Block, Shell

BLOCKS = [block for name in reading.documents() for block in reading.blocks(name)]
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
KCAT = shutil.which("kcat")
BROKER = "apache" if java_available() else "embedded"


@pytest.mark.parametrize("block", BLOCKS, ids=str)
def test_each_block_says_what_it_is(block: Block) -> None:
    assert block.language in (*RUN, *SHOWN)
    assert set(block.marks) <= {NEVER_RETURNS}


def test_what_never_returns_is_marked() -> None:
    endless = re.compile(r"\bcurl -N\b|\bmake run\b(?! BROKER)|\btail -f\b")

    unmarked = [str(b) for b in BLOCKS if b.returns and endless.search(b.text)]

    assert not unmarked


def test_the_readme_shows_how_a_fresh_machine_is_set_up_and_how_the_page_is_entered() -> (
    None
):
    readme = (ROOT / "README.md").read_text()
    commands = "".join(block.text for block in reading.blocks("README.md"))

    assert {"demo", "test", "run"} <= set(
        re.findall(r"^make (\w+)", commands, re.MULTILINE)
    )
    assert "The dashboard wants a key" in readme


# The blocks, run ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """Give a reader's terminal in a checkout of its own: `build/` is not ours."""
    folder = tmp_path_factory.mktemp("checkout")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    tools = reading.make_tools(tmp_path_factory.mktemp("reader") / "bin")
    environment = {
        "BROKER": BROKER,
        "HANDRAIL_PORT": str(free_port()),
        # `make test` within a test: one file shows that it begins and ends.
        "ARGS": "-q -p no:cacheprovider tests/stack/test_suite.py",
        "HANDRAIL_LOG_FORMAT": "json",
    }
    return Shell(folder, tools, environment)


@pytest.fixture(scope="module")
def running(shell: Shell) -> "subprocess.Popen[str]":
    """Keep the system running by the README's own block."""
    (block,) = (
        b for b in reading.blocks("README.md") if "make run" in b.text and not b.returns
    )
    process = shell.start(block.text)
    said = until(process, "Ctrl-C stops everything", seconds=150)
    process.said = said  # type: ignore[attr-defined]
    yield process
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGTERM)
        process.communicate(timeout=60)


def until(process: "subprocess.Popen[str]", wanted: str, seconds: float) -> str:
    """Return what *process* prints until *wanted* is among it, a pattern of lines."""
    said, deadline = "", time.monotonic() + seconds
    descriptor = process.stdout.fileno()
    with selectors.DefaultSelector() as waiting:
        waiting.register(descriptor, selectors.EVENT_READ)
        while not re.search(wanted, said, re.MULTILINE):
            assert time.monotonic() < deadline, said
            if waiting.select(timeout=1):
                more = os.read(descriptor, 65536).decode()
                assert more, said
                said += more
    return said


@pytest.mark.integration
@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    "block",
    [
        b
        for b in BLOCKS
        if b.language == "sh" and re.search(r"^make ", b.text) and b.returns
    ],
    ids=str,
)
def test_the_commands_of_make_do_what_the_document_says(
    block: Block, shell: Shell
) -> None:
    said = shell.run(block.text, seconds=580)

    assert "Nothing was lost, nothing came twice." in said
    assert re.search(r"^make test: passed", said, re.MULTILINE)
    assert json.loads((shell.folder / "build/demo.json").read_text())["lost"] == 0


RUNNING = [
    b
    for b in BLOCKS
    if b.language in RUN and not re.search(r"^make ", b.text, re.MULTILINE)
]


@pytest.mark.integration
@pytest.mark.timeout(300)
@pytest.mark.parametrize("block", RUNNING, ids=str)
def test_each_block_works_on_what_make_run_started(
    block: Block, shell: Shell, running: "subprocess.Popen[str]"
) -> None:
    if "kcat" in block.text and not (KCAT and BROKER == "apache"):
        pytest.skip("kcat and Apache Kafka are needed")
    run = json.loads((shell.folder / "build/run.json").read_text())
    shell.environment |= {"ORIGIN": run["origin"], "KAFKA": run["kafka"]}
    shell.environment |= {"KEY": run["app"]["key"]}

    said = RUNNERS[block.language](block, shell, run)

    assert said.strip()
    if "curl -N" in block.text:
        assert '"type":"handoff"' in said.replace(" ", "")
        assert [*(shell.folder / "build/mail").glob("*.eml")]


def run_shell(block: Block, shell: Shell, _run: dict) -> str:
    if block.returns:
        return shell.run(block.text)
    process = shell.start(block.text)
    try:
        said = until(process, r"^data:.*\n", seconds=30)
        assert process.poll() is None
    finally:
        # Not SIGINT: what a shell starts in the background ignores it, curl too.
        os.killpg(process.pid, signal.SIGTERM)
        process.communicate(timeout=20)
    return said


def run_http(block: Block, shell: Shell, _run: dict) -> str:
    first, body = block.text.split("\n\n", 1)
    method, path = first.split()
    json.loads(body)
    return shell.run(
        f'curl -X {method} "$ORIGIN{path}" -H "Authorization: Bearer $KEY" '
        f"-H 'Content-Type: application/json' -d @- <<'END'\n{body}\nEND\n"
    )


def run_mongosh(block: Block, shell: Shell, run: dict) -> str:
    mongosh = (
        shutil.which("mongosh") or ROOT / "build/mongosh/node_modules/.bin/mongosh"
    )
    if not Path(mongosh).exists():
        pytest.skip("no mongosh on this machine")
    script = shell.tools / "example.js"
    script.write_text(block.text)
    url = run["mongo_url"].replace("/?", "/handrail?")

    said = shell.run(f"{mongosh} --quiet '{url}' < {script}")

    assert "Error" not in said
    return said


RUNNERS = {"sh": run_shell, "http": run_http, "js": run_mongosh}


@pytest.mark.integration
@pytest.mark.timeout(300)
@pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine")
def test_the_address_that_make_run_prints_signs_in(
    running: "subprocess.Popen[str]", shell: Shell
) -> None:
    run = json.loads((shell.folder / "build/run.json").read_text())
    printed = re.search(r"dashboard +(\S+)", running.said)[1]

    assert printed == run["sign_in"]
    assert f"asks for the key: {run['app']['key']}" in running.said
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page()
        page.goto(run["origin"])
        page.wait_for_selector("#key", state="visible")
        page.goto(printed)
        # The dashboard, or the page that stands in for it where it cannot be built.
        page.locator("#board:visible, nav.rail:visible").first.wait_for()
        browser.close()


@pytest.mark.integration
@pytest.mark.timeout(300)
def test_a_group_that_is_stopped_after_a_restart_leaves_no_run_file(
    running: "subprocess.Popen[str]", shell: Shell
) -> None:
    path = shell.folder / "build/run.json"
    old = json.loads(path.read_text())["services"]["notifier"]["pid"]
    os.kill(old, signal.SIGKILL)
    deadline = time.monotonic() + 30
    while json.loads(path.read_text())["services"]["notifier"]["pid"] == old:
        assert time.monotonic() < deadline
        time.sleep(0.1)

    os.killpg(running.pid, signal.SIGTERM)
    running.communicate(timeout=60)

    assert not path.exists()
    assert not [*path.parent.glob("run.*")]
