"""What stops a run: each signal leaves through every `finally`."""

import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from handrail.stack.processes import ENDINGS, ROOT

RUN = """
import signal
from handrail.stack.processes import leave_on_signals
leave_on_signals()
try:
    print("runs", flush=True)
    signal.pause()
except KeyboardInterrupt:
    pass
finally:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.raise_signal(number)
    print("cleaned up", flush=True)
"""


def begin(*ignored):
    """Start a run as a shell starts it in the background: with signals ignored."""
    # Set both ways: the suite itself may run with nohup, or in the background.
    wishes = "".join(
        f"signal.signal({int(each)}, signal.SIG_{'IGN' if each in ignored else 'DFL'});"
        for each in ENDINGS
    )
    command = f"import os, signal, sys; {wishes} os.execv(sys.executable, sys.argv[1:])"
    process = subprocess.Popen(
        [sys.executable, "-c", command, sys.executable, "-c", RUN],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "runs\n"
    return process


@pytest.mark.parametrize("number", ENDINGS)
def test_a_signal_ends_a_run_in_order_and_once(number):
    process = begin()

    process.send_signal(number)
    said, _ = process.communicate(timeout=20)

    assert said == "cleaned up\n"
    assert process.returncode == 0


def test_ctrl_c_is_heard_in_the_background_too():
    process = begin(signal.SIGINT)

    process.send_signal(signal.SIGINT)
    said, _ = process.communicate(timeout=20)

    assert said == "cleaned up\n"


def test_what_was_started_with_nohup_survives_its_terminal():
    process = begin(signal.SIGHUP)

    ignored = ignored_by(process.pid)
    process.send_signal(signal.SIGTERM)
    said, _ = process.communicate(timeout=20)

    assert ignored & 1 << signal.SIGHUP - 1
    assert said == "cleaned up\n"


def ignored_by(pid):
    status = Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"SigIgn:\s*(\w+)", status)[1], 16)
