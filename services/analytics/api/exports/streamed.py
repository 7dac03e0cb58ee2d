"""A file that is sent while it is made, and given up once nobody reads it."""

from collections.abc import AsyncGenerator, Mapping

from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send


class StreamedFile(StreamingResponse):
    """Sends chunks; whatever ends the sending closes their source."""

    def __init__(
        self,
        first: bytes,
        rest: AsyncGenerator[bytes, None],
        *,
        media_type: str,
        headers: Mapping[str, str],
    ) -> None:
        super().__init__(
            _joined(first, rest), media_type=media_type, headers=dict(headers)
        )
        self._rest = rest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the file. A client that goes away ends the query at once."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            # Starlette drops the source where it stands; the store would go on until
            # Python's collector finds it.
            await self._rest.aclose()


async def _joined(
    first: bytes, rest: AsyncGenerator[bytes, None]
) -> AsyncGenerator[bytes, None]:
    yield first
    async for chunk in rest:
        yield chunk
