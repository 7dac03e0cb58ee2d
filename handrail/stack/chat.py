"""The chat beside the dashboard: a page with the widget, and tokens for who opens it.

The tokens are made with the demo app's key, which no page ever sees. An app of your own
has a handler of its own for that.
"""

import json
from pathlib import Path

import httpx
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response

from handrail.stack.pages import HEADERS

TOKENS = "/api/mwai/token"
"""Where the published snippet asks, unless it is told otherwise."""
PATHS = frozenset({"/chat", "/chat.css", "/assistant.js", TOKENS})

PAGE = """\
<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>Chat · Handrail</title>
    <link rel="stylesheet" href="/chat.css" />
    <script type="module" src="/assistant.js"></script>
  </head>
  <body>
    <main>
      <handrail-assistant inline heading="Acme support"></handrail-assistant>
    </main>
  </body>
</html>
"""
STYLE = """\
html, body { height: 100%; margin: 0; }
body { background: light-dark(#f6f7f6, #101413); color-scheme: light dark; }
main {
  box-sizing: border-box; height: 100%; max-width: 720px; margin: 0 auto; padding: 16px;
}
"""


class Chat:
    """Answers what the page with the widget asks for."""

    def __init__(
        self, client: httpx.AsyncClient, *, folder: Path, key_file: Path, resolver: str
    ) -> None:
        self._client = client
        self._script = folder / "assistant.js"
        self._key_file = key_file
        self._resolver = resolver

    async def answer(self, request: Request) -> Response:
        """Answer one of `PATHS`."""
        match request.url.path:
            case "/chat":
                return HTMLResponse(PAGE, headers=HEADERS)
            case "/chat.css":
                return Response(STYLE, media_type="text/css", headers=HEADERS)
            case "/assistant.js" if not self._script.exists():
                return Response("It is not built yet.", status_code=503)
            case "/assistant.js":
                headers = {**HEADERS, "Cache-Control": "no-cache"}
                return FileResponse(self._script, headers=headers)
            case _:
                return await self._token(request)

    async def _token(self, request: Request) -> Response:
        if request.method != "POST":
            return JSONResponse({"error": "Use POST"}, status_code=405)
        try:
            asked = json.loads(await request.body() or b"{}")
            # The page may say who its user is, and nothing else.
            wanted = {k: v for k, v in asked.items() if k == "endUserId"}
            key = self._key_file.read_text()
        except (ValueError, AttributeError):
            return JSONResponse({"error": "Send an object"}, status_code=400)
        except OSError:
            return JSONResponse({"error": "The demo app is not there"}, status_code=503)
        found = await self._client.post(
            f"{self._resolver}/v1/tokens",
            json=wanted,
            headers={"Authorization": f"Bearer {key}"},
        )
        return Response(
            found.content,
            status_code=found.status_code,
            media_type="application/json",
            headers={"Cache-Control": "no-store"},
        )
