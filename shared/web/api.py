"""What every HTTP application of ours has, whatever its routes."""

from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute

from shared.web import problems
from shared.web.auth import check_credential
from shared.web.exact.door import only_known
from shared.web.openapi import document, page


def install(app: FastAPI) -> None:
    """Answer errors with problems, refuse what no route reads, describe it truly.

    Before the routers are included: they take the dependencies that are there then.
    """
    problems.install(app)
    app.add_exception_handler(RequestValidationError, on_invalid)
    # Generated clients name their functions by it.
    app.router.generate_unique_id_function = named_by_function
    app.router.dependencies.append(Depends(only_known))
    document.install(app)
    page.install(app)


async def on_invalid(request: Request, error: Exception) -> JSONResponse:
    """Answer what no model takes; a body that is no JSON is read before all checks."""
    assert isinstance(error, RequestValidationError)
    route = request.scope.get("route")
    if isinstance(route, APIRoute):
        try:
            await check_credential(request, route.dependant)
        except problems.Problem as refused:
            return problems.answer(refused)
    return problems.answer(problems.invalid(error.errors()))


def named_by_function(route: APIRoute) -> str:
    """Return the name of an operation: what its function is called."""
    return route.name.removeprefix("_")
