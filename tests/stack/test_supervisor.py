"""The supervisor, over processes that really die."""

import os
import sys
import time

import pytest

from handrail.stack import processes
from handrail.stack.processes import StartError
from handrail.stack.supervisor import (
    HOPELESS,
    LONGEST,
    Program,
    Supervisor,
    restart_delays,
)

WEB = """
import http.server, os, sys
class Ready(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers(); self.wfile.write(b"ok")
print("hello from", os.getpid(), os.environ["COLOUR"], flush=True)
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Ready).serve_forever()
"""


def web(name="web", program=WEB):
    port = processes.free_port()
    command = (sys.executable, "-c", program, str(port))
    return Program(name, command, {"COLOUR": "green"}, port)


def test_a_killed_process_comes_back_under_a_new_pid(tmp_path):
    told = []
    program = web()
    with Supervisor(
        [program], tmp_path, on_start=lambda *start: told.append(start)
    ) as supervisor:
        supervisor.wait_ready()
        old = supervisor.kill("web")
        wait_for(lambda: supervisor.pid("web") != old)
        supervisor.wait_ready()
        new = supervisor.pid("web")

    assert told == [("web", old), ("web", new)]
    assert (tmp_path / "web.log").read_text().count("green") == 2
    assert not is_alive(new)


def test_what_was_killed_often_before_is_not_given_up(tmp_path):
    with Supervisor([web()], tmp_path) as supervisor:
        supervisor.wait_ready()
        for _ in range(HOPELESS):
            old = supervisor.kill("web")
            wait_for(lambda old=old: supervisor.pid("web") != old)
        supervisor.wait_ready()
        last = supervisor.pid("web")

    assert last != old


def test_what_dies_before_it_is_ready_fails_with_the_end_of_its_log(tmp_path):
    broken = web("broken", "raise SystemExit('no database, no service')")
    with (
        Supervisor([web(), broken], tmp_path) as supervisor,
        pytest.raises(StartError, match=r"broken died 3 times(?s:.*)no database"),
    ):
        supervisor.wait_ready()


def test_a_process_that_ignores_sigterm_is_killed(tmp_path, monkeypatch):
    monkeypatch.setattr("handrail.stack.supervisor.GRACE", 0.5)
    stubborn = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + WEB
    with Supervisor([web("stubborn", stubborn)], tmp_path) as supervisor:
        supervisor.wait_ready()
        pid = supervisor.pid("stubborn")

    assert not is_alive(pid)


@pytest.mark.parametrize(
    ("delay", "ran", "expected"),
    [
        pytest.param(0.2, 1, (0.2, 0.4), id="first"),
        pytest.param(0.8, 1, (0.8, 1.6), id="again"),
        pytest.param(LONGEST, 1, (LONGEST, LONGEST), id="bounded"),
        pytest.param(LONGEST, 31, (0.2, 0.4), id="well-before"),
    ],
)
def test_restarts_wait_longer_until_a_process_was_well(delay, ran, expected):
    assert restart_delays(delay, ran=ran) == expected


def is_alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def wait_for(check, seconds=10):
    deadline = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < deadline
        time.sleep(0.02)
