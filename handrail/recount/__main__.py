"""`python -m handrail.recount`: kill analytics, replay the log, recount its store.

Starts a broker, a database and analytics; publishes what the other services would,
kills analytics under it, at random moments and at fail points, then gives it the whole
log again. After both, every counter and every pattern is compared with what plain code,
shared with no service, makes of the log. Ends with exit code 0 and build/recount.json,
or with 1 and the differences.
"""

import argparse
import asyncio
import logging
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

from rich.console import Console

from handrail.recount.play import SERVICE, Deaths, Options, Run, judge
from handrail.recount.stored import DATABASE
from handrail.stack import processes
from handrail.stack.broker import start_broker
from handrail.stack.mongod import Mongod
from handrail.stack.processes import (
    BUILD,
    LOOPBACK,
    ROOT,
    StartError,
    leave_on_signals,
)
from handrail.stack.run import write_atomically
from handrail.stack.supervisor import Program, Supervisor

RESULT = "recount.json"
PARTITIONS = "6"
RESTART_SECONDS = 0.2

MakeRun = Callable[[Options], Run]


def recount(options: Options, console: Console, folder: Path = BUILD) -> list[str]:
    """Do it as *options* say, results into *folder*; return what is wrong."""
    path = folder / RESULT
    path.unlink(missing_ok=True)
    begun = time.monotonic()

    def say(what: str) -> None:
        console.print(f"{time.monotonic() - begun:6.1f} s  {what}", highlight=False)

    with _servers(folder / "logs" / "recount", say) as run:
        result = asyncio.run(run(options).perform())
    wrong = judge(result, options)
    seconds = round(time.monotonic() - begun, 1)
    write_atomically(path, {**result, "seconds": seconds, "pass": not wrong})
    return wrong


@contextmanager
def _servers(log_dir: Path, say: Callable[[str], None]) -> Iterator[MakeRun]:
    """Run the servers and the service for the length of the block."""
    with ExitStack() as undo:
        broker = start_broker("apache")
        undo.callback(broker.stop)
        mongod = Mongod()
        undo.callback(mongod.stop)
        say("broker and database are up")
        port = processes.free_port()
        environment = {
            "HANDRAIL_KAFKA_BOOTSTRAP_SERVERS": broker.bootstrap_servers,
            "HANDRAIL_KAFKA_PARTITIONS": PARTITIONS,
            "HANDRAIL_KAFKA_REPLICATION": str(broker.nodes),
            "HANDRAIL_MONGO_URL": mongod.url,
            "HANDRAIL_MONGO_DATABASE": DATABASE,
            "HANDRAIL_ADMIN_KEY": secrets.token_urlsafe(24),
            # Its successor takes its partitions over at once.
            "HANDRAIL_INSTANCE_ID": "recount",
            "ANALYTICS_HTTP_HOST": LOOPBACK,
            "ANALYTICS_HTTP_PORT": str(port),
            "PYTHONUNBUFFERED": "1",
        }
        _create_topics(environment)
        command = (sys.executable, "-m", f"services.{SERVICE}")
        deaths = Deaths()
        supervisor = Supervisor(
            [Program(SERVICE, command, environment, port)],
            log_dir=log_dir,
            on_start=deaths.note,
            longest_delay=RESTART_SECONDS,
        )
        undo.enter_context(supervisor)
        supervisor.wait_ready()
        say("analytics is ready")
        yield partial(
            Run, broker.bootstrap_servers, mongod.url, supervisor, deaths, say=say
        )


def _create_topics(environment: Mapping[str, str]) -> None:
    command = [sys.executable, "-m", "shared.topics", "create"]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        check=False,
    )
    if done.returncode != 0:
        said = (done.stdout + done.stderr).decode(errors="replace")
        raise StartError(f"the topics could not be created:\n{said[-2000:]}")


def _options() -> Options:
    parser = argparse.ArgumentParser(prog="handrail.recount", description=__doc__)
    parser.add_argument("--events", type=int, default=Options.events, help="records")
    parser.add_argument("--kills", type=int, default=Options.kills, help="SIGKILLs")
    parser.add_argument("--seed", type=int, default=Options.seed)
    given = parser.parse_args()
    return Options(given.events, given.kills, given.seed)


def main() -> int:
    """Run until done, or until Ctrl-C or SIGTERM; everything is stopped then."""
    options = _options()
    leave_on_signals()
    # The clients here meet a group whose member was just killed.
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    console = Console()
    try:
        wrong = recount(options, console)
    except KeyboardInterrupt:
        console.print("Stopped; nothing is left running.")
        return 130
    except StartError as error:
        wrong = [str(error)]
    for each in wrong:
        console.print(each, style="red", markup=False, highlight=False, soft_wrap=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
