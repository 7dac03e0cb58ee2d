"""`build/run.json` says what runs, and outlives nothing."""

import json
import os
import signal
import subprocess
import sys

import pytest

from handrail.cli import configuration
from handrail.stack import processes, run
from handrail.stack.processes import ROOT
from handrail.stack.run import RunFile, read_run

GONE = {"pid": 2**22 + 1, "pid_start": 1}
"""A process that cannot be: the number is above the kernel's largest."""

RESTARTING = """
import os, signal, sys, threading
from pathlib import Path
from handrail.stack import processes, run

restarting, leaving = threading.Event(), threading.Event()

def describe(stack, key):
    if stack == "restarted":
        restarting.set()
        leaving.wait()
        os.kill(os.getpid(), int(sys.argv[2]))
    return {"pid": os.getpid()}

class File(run.RunFile):
    def remove(self):
        leaving.set()
        super().remove()

run.describe = describe
processes.leave_on_signals()
file = File(Path(sys.argv[1]))
try:
    with file.published("system", "key"):
        file.stack = "restarted"
        threading.Thread(target=file.refresh, args=("notifier",)).start()
        restarting.wait()
        signal.raise_signal(signal.SIGTERM)
except KeyboardInterrupt:
    print("left")
"""
"""A run whose service was restarted a moment ago: the file is being written when the
first signal comes, and the second comes while the first one's way out waits for that."""


@pytest.mark.parametrize("second", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_the_run_file_goes_when_a_group_is_stopped_during_a_restart(tmp_path, second):
    path = tmp_path / "run.json"
    command = [sys.executable, "-c", RESTARTING, str(path), str(int(second))]

    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=30, check=False
    )

    assert done.stdout == "left\n", done.stderr
    assert not path.exists()


def written(path, **facts):
    path.write_text(json.dumps(facts))
    return path


@pytest.fixture
def path(tmp_path):
    return tmp_path / "run.json"


@pytest.fixture
def describing(monkeypatch):
    monkeypatch.setattr(
        run, "describe", lambda _stack, key: {"pid": os.getpid(), "key": key}
    )


@pytest.mark.usefixtures("describing")
def test_the_run_file_goes_whatever_ends_the_run(path):
    with pytest.raises(BrokenPipeError):
        with RunFile(path).published("system", "key"):
            was_there = path.exists()
            raise BrokenPipeError

    assert was_there
    assert not path.exists()


@pytest.mark.parametrize(
    "facts",
    [
        pytest.param(GONE, id="its-process-is-gone"),
        pytest.param(
            {"pid": os.getpid(), "pid_start": 1}, id="its-pid-was-given-again"
        ),
        pytest.param({"services": {"resolver": {"pid": GONE["pid"]}}}, id="all-gone"),
    ],
)
def test_a_run_file_that_was_left_behind_is_ignored_and_replaced(
    path, facts, monkeypatch, describing
):
    for name in configuration.PLACES:
        monkeypatch.setenv(name, "")
    written(path, **facts, origin="o", kafka="k", mongo_url="m", admin_key="left")

    configuration.adopt_run(path)
    adopted = os.environ["HANDRAIL_ADMIN_KEY"]
    RunFile(path).remove()

    assert adopted == ""
    assert read_run(path) is None
    assert not path.exists()


def test_a_run_file_that_is_half_of_one_is_no_run(path):
    path.write_text('{"origin": ')

    assert read_run(path) is None


def test_another_run_that_lives_keeps_its_file_until_a_new_one_is_ready(
    path, describing
):
    other = os.getppid()
    written(path, pid=other, pid_start=processes.start_ticks(other))
    file = RunFile(path)

    file.remove()
    kept = read_run(path)["pid"]
    with file.published("system", "key"):
        ours = read_run(path)["pid"]
        written(path, pid=other, pid_start=processes.start_ticks(other))
        file.refresh("resolver")
        newer = read_run(path)["pid"]

    assert (kept, ours, newer) == (other, os.getpid(), other)
    assert read_run(path)["pid"] == other
