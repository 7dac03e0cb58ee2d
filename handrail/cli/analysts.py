"""`handrail analysts`: users of MongoDB who may read the trend store alone."""

import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer
from pymongo import MongoClient
from pymongo.database import Database
from pymongo.errors import ConnectionFailure, OperationFailure, PyMongoError

from handrail.cli.failure import Failure, errors, friendly
from handrail.cli.tables import say
from services.analytics.repository.documents.catalogue import READABLE
from shared.settings import ServiceSettings

app = typer.Typer(no_args_is_help=True, help="Analysts: who may query the trend store.")
Name = Annotated[str, typer.Argument(help="The user's name in MongoDB")]

ROLE = "handrailAnalyst"
PATIENCE_MS = 5_000
PASSWORD_BYTES = 24
_UNAUTHORIZED, _AUTHENTICATION_FAILED = 13, 18
OPEN_SERVER = (
    "This mongod asks nobody for a password: anyone who reaches it may read and write "
    "everything, whatever user they name."
)
CLOSE_IT = (
    "Make an administrator (role root, database admin), start mongod with "
    "`security.authorization: enabled` (members of a replica set: `security.keyFile`), "
    "and give the services a user of their own in HANDRAIL_MONGO_URL. Until then "
    "let nobody but the services reach it."
)


@app.command()
@friendly
def create(
    name: Name,
    *,
    password_stdin: Annotated[
        bool, typer.Option(help="Read the password from standard input")
    ] = False,
) -> None:
    """Make a user who may read the trend store; again: a new password, same rights.

    Without --password-stdin the password is made here and shown this once.
    """
    given = sys.stdin.readline().rstrip("\r\n") if password_stdin else ""
    if password_stdin and not given:
        raise Failure("Standard input holds no password.", "Its first line is taken.")
    password = given or secrets.token_urlsafe(PASSWORD_BYTES)
    with _database() as database:
        is_new = _may_take(database, name)
        _put_role(database)
        verb = "createUser" if is_new else "updateUser"
        roles = [{"role": ROLE, "db": database.name}]
        database.command({verb: name, "pwd": password, "roles": roles})
        is_open = _is_open(database)
    if not given:
        say(password)
        typer.echo("Keep it now: it is not shown again.", err=True)
    typer.echo(f"{name} may read: {', '.join(READABLE)}.", err=True)
    typer.echo(
        f"The user is of database {database.name}: authSource={database.name}", err=True
    )
    if is_open:
        errors.print(f"{OPEN_SERVER}\n{CLOSE_IT}", style="yellow", soft_wrap=True)


@app.command()
@friendly
def remove(name: Name) -> None:
    """Delete a user that `create` made."""
    with _database() as database:
        if _may_take(database, name):
            raise Failure(f"There is no user {name} in {database.name}.")
        database.command("dropUser", name)
    say(f"{name} may read nothing any more.")


def _put_role(database: Database[dict[str, Any]]) -> None:
    """Make the role, or give it what this version has to read."""
    privileges = [
        {"resource": {"db": database.name, "collection": each}, "actions": ["find"]}
        for each in READABLE
    ]
    known = database.command("rolesInfo", {"role": ROLE, "db": database.name})["roles"]
    verb = "updateRole" if known else "createRole"
    database.command({verb: ROLE, "privileges": privileges, "roles": []})


def _may_take(database: Database[dict[str, Any]], name: str) -> bool:
    """Return whether there is no such user yet; raise Failure where it is no analyst.

    A user of the services would lose its rights, and they their database.
    """
    found = database.command("usersInfo", {"user": name, "db": database.name})["users"]
    for user in found:
        if {role["role"] for role in user["roles"]} - {ROLE}:
            raise Failure(
                f"{name} is there already and may do other things.",
                "Choose another name: nothing of that user was changed.",
            )
    return not found


def _is_open(database: Database[dict[str, Any]]) -> bool:
    """Return whether the server lets everybody do everything."""
    try:
        started = database.client.admin.command("getCmdLineOpts")["parsed"]
    except OperationFailure:
        return False  # it asked who we are
    security = started.get("security", {})
    return security.get("authorization") != "enabled" and "keyFile" not in security


@contextmanager
def _database() -> Iterator[Database[dict[str, Any]]]:
    """Connect as the services do; what is refused is told in plain words."""
    settings = ServiceSettings()
    client: MongoClient[dict[str, Any]] = MongoClient(
        settings.mongo_url, serverSelectionTimeoutMS=PATIENCE_MS, appname="handrail"
    )
    try:
        yield client[settings.mongo_database]
    except ConnectionFailure as error:
        raise Failure(
            f"MongoDB cannot be reached: {error}",
            "Check HANDRAIL_MONGO_URL and that mongod runs.",
        ) from error
    except OperationFailure as error:
        raise _refused(error, settings.mongo_database) from error
    except PyMongoError as error:
        raise Failure(f"MongoDB: {error}", "Check HANDRAIL_MONGO_URL.") from error
    finally:
        client.close()


def _refused(error: OperationFailure, database: str) -> Failure:
    if error.code in {_UNAUTHORIZED, _AUTHENTICATION_FAILED}:
        return Failure(
            "The user of HANDRAIL_MONGO_URL may not make users here, or its password "
            "is wrong.",
            f"Run it once as one who may (role userAdmin on {database}): "
            "HANDRAIL_MONGO_URL='mongodb://admin:…@host/?authSource=admin' "
            "handrail analysts create NAME",
        )
    return Failure(f"MongoDB refused: {error}")
