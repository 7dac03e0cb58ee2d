"""`/sign-in`: the page that a mailed link leads to."""

from importlib import resources

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
_FILES = {"page.js": "text/javascript", "page.css": "text/css"}


def router() -> APIRouter:
    """Return the routes of the page and its files; it holds nobody's data."""
    routes = APIRouter(include_in_schema=False)
    folder = resources.files("services.escalator.api.people") / "sign_in"
    page = (folder / "page.html").read_text()

    @routes.get("/sign-in")
    async def sign_in() -> HTMLResponse:
        return HTMLResponse(page, headers=HEADERS)

    for name, kind in _FILES.items():
        _serve(routes, name, (folder / name).read_text(), kind)
    return routes


def _serve(routes: APIRouter, name: str, text: str, kind: str) -> None:
    async def show() -> Response:
        return Response(text, media_type=kind, headers=HEADERS)

    routes.add_api_route(f"/sign-in/{name}", show, methods=["GET"])
