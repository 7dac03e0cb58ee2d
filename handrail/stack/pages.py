"""Serves the built dashboard: its files, and its one page at every other address."""

import stat
from pathlib import Path

from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

POLICY = (
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
    "object-src 'none'"
)
"""Nothing from elsewhere and nothing inline: what a user wrote can never run."""

HEADERS = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_YEAR = "public, max-age=31536000, immutable"


class Pages:
    """An ASGI application over the folder that Vite built."""

    def __init__(self, folder: Path) -> None:
        self._index = folder / "index.html"
        # Perhaps it is still being built.
        self._files = StaticFiles(directory=folder, check_dir=False)

    def are_built(self) -> bool:
        """Return whether there is a page to serve."""
        return self._index.exists()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with the file of this path, else with the page."""
        # Of the request, not of what it is mounted under.
        path = str(scope["path"]).lstrip("/")
        whole, found = self._files.lookup_path(path)
        response: Response
        if found is not None and stat.S_ISREG(found.st_mode) and path != "index.html":
            # Vite puts a digest of the content into these names.
            cached = _YEAR if path.startswith("assets") else "no-cache"
            response = FileResponse(whole, headers={**HEADERS, "Cache-Control": cached})
        else:
            response = FileResponse(
                self._index, headers={**HEADERS, "Cache-Control": "no-cache"}
            )
        await response(scope, receive, send)
