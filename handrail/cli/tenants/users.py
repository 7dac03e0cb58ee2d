"""`handrail users`: delete everything of a user, or show it."""

import sys
import time
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

import typer

from handrail.cli.configuration import service_url
from handrail.cli.failure import friendly
from handrail.cli.operator import Operator, Url
from handrail.cli.tables import say, table

app = typer.Typer(no_args_is_help=True, help="Users: whose data is kept.")
AppId = Annotated[str, typer.Argument(help="The app's id")]
UserId = Annotated[str, typer.Argument(help="The user's id, as the app names them")]
SERVICES = ("resolver", "escalator", "notifier", "analytics")
LOOK_SECONDS = 0.5


@app.command()
@friendly
def erase(
    app_id: AppId,
    user_id: UserId,
    *,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask")] = False,
    wait: Annotated[float, typer.Option(help="Seconds to wait for the services")] = 120,
    url: Url = "",
) -> None:
    """Delete everything that the services know of a user; say what each did.

    Open escalations are closed, and their team is told. Again is no mistake.
    """
    if not yes:
        typer.confirm(f"Delete everything of {user_id} in {app_id}?", abort=True)
    path = _path(user_id)
    with Operator(url) as operator:
        operator.ask("POST", f"{path}/erase?app_id={quote(app_id, safe='')}")
        receipt = _wait(operator, f"{path}/erasure?app_id={quote(app_id)}", wait)
    _show(receipt)
    if receipt["state"] != "done":
        waiting = ", ".join(set(SERVICES) - set(receipt["services"]))
        say(f"Not done yet: {waiting}. It goes on; ask again for the receipt.")
        raise typer.Exit(1)


@app.command()
@friendly
def export(
    app_id: AppId,
    user_id: UserId,
    out: Annotated[
        Path | None, typer.Option(help="A file to write; by default standard output")
    ] = None,
    url: Url = "",
) -> None:
    """Write everything that the services have stored of a user, one JSON a line."""
    lines = 0
    target = out.open("wb") if out else sys.stdout.buffer
    try:
        for service in SERVICES:
            with Operator(service_url(service, url)) as operator:
                query = f"?app_id={quote(app_id, safe='')}"
                for line in operator.lines(f"{_path(user_id)}/export{query}"):
                    target.write(line + b"\n")
                    lines += 1
            typer.echo(f"{service}: read, {lines} documents so far", err=True)
    finally:
        target.flush()
        if out:
            target.close()
            out.chmod(0o600)


def _path(user_id: str) -> str:
    return f"/v1/users/{quote(user_id, safe='')}"


def _wait(operator: Operator, path: str, seconds: float) -> Any:  # noqa: ANN401 - JSON
    end = time.monotonic() + seconds
    told: set[str] = set()
    while True:
        receipt = operator.ask("GET", path)
        for service in sorted(set(receipt["services"]) - told):
            told.add(service)
            typer.echo(f"{service}: done ({len(told)} of {len(SERVICES)})", err=True)
        if receipt["state"] == "done" or time.monotonic() > end:
            return receipt
        time.sleep(LOOK_SECONDS)


def _show(receipt: dict[str, Any]) -> None:
    rows = [
        (service, collection, count)
        for service, did in sorted(receipt["services"].items())
        for collection, count in sorted(did["counts"].items())
        if count
    ]
    say(f"Erasure {receipt['erasure_id']}, asked for {receipt['requested_at']}")
    table(("service", "collection", "documents"), rows, "Nothing was stored.")
    for copy in receipt["destinations"]:
        say(
            f"{copy['destination_id']} ({copy['channel']}) has received "
            f"{copy['deliveries']} notifications and must delete them too."
        )
    last = max(each["until"] for each in receipt["remains"])
    say(f"Records in Kafka cannot be rewritten; the last expire {last}.")
