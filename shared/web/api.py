"""What every HTTP application of ours has, whatever its routes."""

from fastapi import Depends, FastAPI

from shared.web import problems
from shared.web.exact.door import only_known


def install(app: FastAPI) -> None:
    """Answer errors with problems, and refuse what no route reads.

    Before the routers are included: they take the dependencies that are there then.
    """
    problems.install(app)
    app.router.dependencies.append(Depends(only_known))
