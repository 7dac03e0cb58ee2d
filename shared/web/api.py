"""What every HTTP application of ours has, whatever its routes."""

from fastapi import Depends, FastAPI
from fastapi.routing import APIRoute

from shared.web import problems
from shared.web.exact.door import only_known
from shared.web.openapi import document, page


def install(app: FastAPI) -> None:
    """Answer errors with problems, refuse what no route reads, describe it truly.

    Before the routers are included: they take the dependencies that are there then.
    """
    problems.install(app)
    # Generated clients name their functions by it.
    app.router.generate_unique_id_function = named_by_function
    app.router.dependencies.append(Depends(only_known))
    document.install(app)
    page.install(app)


def named_by_function(route: APIRoute) -> str:
    """Return the name of an operation: what its function is called."""
    return route.name.removeprefix("_")
