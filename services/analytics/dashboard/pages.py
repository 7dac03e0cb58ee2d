"""The page and its files. It holds no data: the script asks the four APIs itself."""

from importlib import resources

from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, select_autoescape
from starlette.staticfiles import StaticFiles

from shared.events import Reason

REFRESH_SECONDS = 5

TILES = (
    ("requests", "Requests"),
    ("resolved", "Resolved"),
    ("open", "Open escalations"),
    ("oldest", "Oldest waiting"),
    ("delivered", "Delivered"),
    ("dead", "Dead letters"),
)
"""The headline numbers: id and label."""

HEADERS = {
    # Nothing from elsewhere, nothing inline: what a user wrote can never run.
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-cache",
}


def router() -> APIRouter:
    """Return the route of the page; whoever has no key sees only a question for one."""
    environment = Environment(
        loader=PackageLoader("services.analytics.dashboard"),
        autoescape=select_autoescape(),
    )
    page = environment.get_template("dashboard.html").render(
        refresh_seconds=REFRESH_SECONDS,
        tiles=TILES,
        reasons=[reason.value for reason in Reason],
    )
    routes = APIRouter()

    @routes.get("/", include_in_schema=False)
    async def dashboard() -> HTMLResponse:
        return HTMLResponse(page, headers=HEADERS)

    return routes


def static_files() -> StaticFiles:
    """Return the application that serves the page's files."""
    folder = resources.files("services.analytics.dashboard") / "static"
    return StaticFiles(directory=str(folder))
