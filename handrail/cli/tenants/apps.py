"""`handrail apps`: make, list and delete apps."""

from typing import Annotated

import typer

from handrail.cli.failure import friendly
from handrail.cli.operator import Operator, Url, app_path
from handrail.cli.tables import say, table

app = typer.Typer(no_args_is_help=True, help="Apps: the products served.")
AppId = Annotated[str, typer.Argument(help="The app's id")]


@app.command()
@friendly
def create(
    app_id: AppId,
    name: Annotated[str, typer.Option(help="What people call it")] = "",
    url: Url = "",
) -> None:
    """Make an app; one that is there already is left as it is."""
    with Operator(url) as operator:
        made = operator.ask(
            "POST", "/v1/apps", body={"app_id": app_id, "name": name or app_id}
        )
    say(f"App {made['app_id']} ({made['name']}) is there.")
    say(f"Next: handrail keys create {app_id}")


@app.command("list")
@friendly
def show(url: Url = "") -> None:
    """List every app."""
    with Operator(url) as operator:
        rows = [
            (each["app_id"], each["name"], each.get("updated_at", ""))
            for each in operator.items("/v1/apps")
        ]
    table(("app", "name", "changed"), rows, "No apps yet: handrail apps create ID")


@app.command()
@friendly
def delete(
    app_id: AppId,
    *,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask")] = False,
    url: Url = "",
) -> None:
    """Delete an app: everything it sends is refused, and everything it left deleted."""
    if not yes:
        typer.confirm(f"Delete {app_id} and everything of it?", abort=True)
    with Operator(url) as operator:
        operator.ask("DELETE", app_path(app_id))
    say(f"App {app_id} is deleted; the services delete what it left within seconds.")
