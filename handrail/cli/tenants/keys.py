"""`handrail keys`: make, list and revoke the keys of an app."""

from enum import StrEnum
from typing import Annotated

import typer

from handrail.cli.failure import friendly
from handrail.cli.operator import Operator, Url, app_path
from handrail.cli.tables import say, table

app = typer.Typer(no_args_is_help=True, help="Keys: credentials of one app.")
AppId = Annotated[str, typer.Argument(help="The app's id")]


class Scope(StrEnum):
    """What a key may do."""

    INGEST = "ingest"
    READ = "read"
    MANAGE = "manage"


@app.command()
@friendly
def create(
    app_id: AppId,
    scope: Annotated[
        list[Scope] | None, typer.Option(help="May be given several times; else all")
    ] = None,
    label: Annotated[str, typer.Option(help="What it is for")] = "",
    url: Url = "",
) -> None:
    """Make a key; it is shown this once and stored nowhere."""
    wanted = {"scopes": [*(scope or Scope)], "label": label}
    with Operator(url) as operator:
        made = operator.ask("POST", app_path(app_id, "keys"), body=wanted)
    say(made["key"])
    typer.echo("Keep it now: it is not shown again.", err=True)


@app.command("list")
@friendly
def show(app_id: AppId, url: Url = "") -> None:
    """List the keys of an app by label."""
    with Operator(url) as operator:
        rows = [
            (
                each["key_id"],
                each["label"],
                " ".join(each["scopes"]),
                each["created_at"],
            )
            for each in operator.items(app_path(app_id, "keys"))
        ]
    empty = f"No keys yet: handrail keys create {app_id}"
    table(("key id", "label", "scopes", "made"), rows, empty)


@app.command()
@friendly
def revoke(
    app_id: AppId,
    key_id: Annotated[str, typer.Argument(help="As `handrail keys list` shows it")],
    url: Url = "",
) -> None:
    """Make a key worthless, everywhere within seconds."""
    with Operator(url) as operator:
        operator.ask("DELETE", app_path(app_id, "keys", key_id))
    say(f"Key {key_id} of {app_id} is revoked.")
