"""`/docs`: the API to read and to try, with nothing from elsewhere."""

from importlib import resources

from fastapi import FastAPI
from fastapi.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles

FILES = "/docs/files"
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data:; connect-src 'self'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
# Addresses are relative: behind one origin a service stands under its name.
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{title}</title>
<link rel="icon" href="docs/files/favicon.png">
<link rel="stylesheet" href="docs/files/swagger-ui.css">
</head>
<body>
<div id="docs"></div>
<script src="docs/files/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</body>
</html>
"""
_START = """SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#docs",
  deepLinking: true,
  validatorUrl: null,
});
"""


def install(app: FastAPI) -> None:
    """Serve the page and its files, which a wheel brings."""
    page = HTMLResponse(_PAGE.format(title=app.title), headers=_HEADERS)
    start = Response(_START, media_type="text/javascript", headers=_HEADERS)

    @app.get("/docs", include_in_schema=False)
    async def docs() -> Response:
        return page

    @app.get("/docs/start.js", include_in_schema=False)
    async def docs_start() -> Response:
        return start

    files = resources.files("fastapi_offline") / "static"
    app.mount(FILES, StaticFiles(directory=str(files)), name="docs")
