"""Local far sides that accept everything at once: `python -m benchmarks.sinks smtp`.

They discard what they accept, so that only the sender is measured. The first message
is kept, because the bare loops send copies of it.
"""

import argparse
import asyncio
from pathlib import Path

import uvicorn
from aiosmtpd.smtp import SMTP, Envelope, Session
from starlette.types import Receive, Scope, Send

FIRST_MAIL = "first.eml"
FIRST_POST = "first.body"
LARGEST_MAIL = 32 * 1024 * 1024


class Kept:
    """Keeps the first message it is given, in *folder*."""

    def __init__(self, folder: Path, name: str) -> None:
        self._place = folder / name
        folder.mkdir(parents=True, exist_ok=True)
        self._place.unlink(missing_ok=True)
        self._empty = True

    def note(self, content: bytes) -> None:
        if self._empty:
            self._empty = False
            self._place.write_bytes(content)


class MailSink:
    """aiosmtpd's handler: accepts each message."""

    def __init__(self, kept: Kept) -> None:
        self._kept = kept

    async def handle_DATA(self, _: SMTP, __: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        self._kept.note(envelope.original_content or b"")
        return "250 OK"


async def serve_mail(folder: Path, port: int) -> None:
    """Accept mail on *port* of the loopback, until ended."""
    handler = MailSink(Kept(folder, FIRST_MAIL))
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(handler, data_size_limit=LARGEST_MAIL, enable_SMTPUTF8=True),
        "127.0.0.1",
        port,
    )
    await server.serve_forever()


async def serve_posts(folder: Path, port: int) -> None:
    """Answer 204 to each POST on *port* of the loopback, until ended."""
    kept = Kept(folder, FIRST_POST)

    async def accept(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        body, more = b"", True
        while more:
            part = await receive()
            body += part.get("body", b"")
            more = part.get("more_body", False)
        kept.note(body)
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    config = uvicorn.Config(
        accept, host="127.0.0.1", port=port, log_level="warning", access_log=False
    )
    await uvicorn.Server(config).serve()


def main() -> None:
    """Run one sink."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sinks")
    parser.add_argument("kind", choices=["smtp", "http"])
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--dir", type=Path, required=True)
    given = parser.parse_args()
    serve = serve_mail if given.kind == "smtp" else serve_posts
    asyncio.run(serve(given.dir, given.port))


if __name__ == "__main__":
    main()
