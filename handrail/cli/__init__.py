"""`handrail`: what an operator runs against a system that stands.

Made with typer: well kept, and its options are the functions' own types, so mypy
checks the command line too.
"""

import typer

from handrail.cli import analysts, topics
from handrail.cli.checks.doctor import examine
from handrail.cli.configuration import adopt_run
from handrail.cli.dead_letters import show
from handrail.cli.dead_letters.redrive import redrive
from handrail.cli.tenants import apps, keys, users

app = typer.Typer(
    name="handrail",
    no_args_is_help=True,
    add_completion=False,
    # A trace helps nobody who operates; what can go wrong is told by `friendly`.
    pretty_exceptions_show_locals=False,
    help="Operate Handrail. Configured by environment variables (.env.example); while "
    "`make run` runs and none is set, its own are taken.",
)
app.add_typer(apps.app, name="apps")
app.add_typer(keys.app, name="keys")
app.add_typer(topics.app, name="topics")
app.add_typer(users.app, name="users")
app.add_typer(analysts.app, name="analysts")
app.add_typer(show.app, name="dead-letters")
app.command("doctor")(examine)
app.command("redrive")(redrive)


@app.callback()
def _before() -> None:
    adopt_run()
