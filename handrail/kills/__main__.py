"""`python -m handrail.kills`: kill a process at each named point, count what is lost.

Starts a broker, a database and the four services; while escalations are opened, put to
rest, merged, answered and closed, one process dies at one point after another. Ends
with exit code 0 and build/kills.json, or with 1 and what was broken.
"""

import argparse
import asyncio
import sys
import time
from pathlib import Path
from typing import Any

from rich.console import Console

from handrail.kills.play import Play, Wish, judge
from handrail.stack.broker import choose_kind
from handrail.stack.local import LocalStack
from handrail.stack.processes import BUILD
from handrail.stack.run import create_app, started, write_atomically
from handrail.stack.verdict import conclude
from shared.failpoints import FailPoint

RESULT = "kills.json"
APP = "kills"
ENVIRONMENT = {
    # Nothing is matched: what is tried begins where the resolver gave up.
    "RESOLVER_ENCODER": "none",
    "ESCALATOR_AUDIT_SECONDS": "2",
}


def kills(wish: Wish, console: Console, folder: Path = BUILD) -> list[str]:
    """Play *wish*, results into *folder*; return what was broken, if anything."""
    path = folder / RESULT
    path.unlink(missing_ok=True)
    stack = LocalStack(
        choose_kind("auto"),
        mail_dir=folder / "kills" / "mail",
        log_dir=folder / "kills" / "logs",
        environment=ENVIRONMENT,
    )
    results: list[dict[str, Any]] = []
    begun = time.monotonic()
    try:
        with started(stack, console):
            key = create_app(stack, app_id=APP, name="Kills")
            play = Play(stack, wish, APP, key, console.print)
            asyncio.run(play.perform(results))
    finally:
        wrong = [each for one in results for each in judge(one, wish.times)]
        missing = [
            each.value
            for each in wish.points
            if each.value not in {one["point"] for one in results}
        ]
        wrong += [f"{each}: not tried" for each in missing]
        write_atomically(
            path,
            {
                "times": wish.times,
                "points": results,
                "not_tried": missing,
                "seconds": round(time.monotonic() - begun, 1),
                "pass": not wrong,
            },
        )
    return wrong


def _wish() -> Wish:
    parser = argparse.ArgumentParser(prog="handrail.kills", description=__doc__)
    parser.add_argument("--times", type=int, default=20, help="kills at each point")
    parser.add_argument("points", nargs="*", help="names of points; none: all")
    given = parser.parse_args()
    points = tuple(FailPoint(each) for each in given.points)
    return Wish(given.times, points or tuple(FailPoint))


def main() -> int:
    """Run until done, or until Ctrl-C or SIGTERM; everything is stopped then."""
    told = _wish()
    return conclude(lambda console: kills(told, console))


if __name__ == "__main__":
    sys.exit(main())
