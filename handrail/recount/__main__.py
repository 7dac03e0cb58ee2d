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
import secrets
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

from rich.console import Console

from handrail.recount.play import SERVICE, Deaths, Options, Run, judge
from handrail.recount.stored import DATABASE
from handrail.stack import processes
from handrail.stack.broker import start_broker
from handrail.stack.local import create_topics
from handrail.stack.mongod import Mongod
from handrail.stack.processes import (
    BUILD,
    LOOPBACK,
)
from handrail.stack.run import write_atomically
from handrail.stack.supervisor import Program, Supervisor
from handrail.stack.verdict import conclude

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
        create_topics(environment)
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


def _options() -> Options:
    parser = argparse.ArgumentParser(prog="handrail.recount", description=__doc__)
    parser.add_argument("--events", type=int, default=Options.events, help="records")
    parser.add_argument("--kills", type=int, default=Options.kills, help="SIGKILLs")
    parser.add_argument("--seed", type=int, default=Options.seed)
    given = parser.parse_args()
    return Options(given.events, given.kills, given.seed)


def main() -> int:
    """Run until done, or until Ctrl-C or SIGTERM; everything is stopped then."""
    told = _options()
    # The clients here meet a group whose member was just killed.
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    return conclude(lambda console: recount(told, console))


if __name__ == "__main__":
    sys.exit(main())
