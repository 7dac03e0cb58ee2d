"""The escalator's operator API over HTTP, its refusals told in plain words."""

import os
from collections.abc import Iterator
from typing import Annotated, Any, Self
from urllib.parse import quote

import httpx
import typer

from handrail.cli.configuration import escalator_url
from handrail.cli.failure import Failure

Url = Annotated[
    str,
    typer.Option(
        help="The escalator's address; by default $HANDRAIL_PUBLIC_URL/escalator"
    ),
]
TIMEOUT = 15.0
PAGE = 200


class Operator:
    """Asks with the operator's key, for the length of a `with` block."""

    def __init__(self, url: str = "") -> None:
        key = os.environ.get("HANDRAIL_ADMIN_KEY", "")
        if not key:
            raise Failure(
                "The operator's key is not known.",
                "Set HANDRAIL_ADMIN_KEY to the value the services were started with.",
            )
        self._url = escalator_url(url)
        self._client = httpx.Client(
            base_url=self._url,
            headers={"Authorization": f"Bearer {key}"},
            timeout=TIMEOUT,
            # A proxy of the environment must not see the operator's key.
            trust_env=False,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self._client.close()

    def ask(self, method: str, path: str, *, body: object = None) -> Any:  # noqa: ANN401
        """Return the answer's JSON, None where there is none; raise Failure."""
        try:
            answer = self._client.request(method, path, json=body)
        except httpx.TransportError as error:
            raise Failure(
                f"The escalator does not answer at {self._url} ({error}).",
                "Start it (`make run`), or give its address with --url.",
            ) from error
        except httpx.InvalidURL as error:
            raise Failure(
                f"{self._url!r} is no address: {error}.", "Check --url."
            ) from error
        if not answer.is_success:
            raise _refused(answer)
        return answer.json() if answer.content else None

    def lines(self, path: str) -> Iterator[bytes]:
        """Yield every line of an answer as it comes; raise Failure."""
        try:
            with self._client.stream("GET", path, timeout=None) as answer:
                if not answer.is_success:
                    answer.read()
                    raise _refused(answer)
                for line in answer.iter_lines():
                    if line:
                        yield line.encode()
        except httpx.TransportError as error:
            raise Failure(
                f"{self._url} does not answer to its end ({error}).",
                "What was written so far is not all; run it again.",
            ) from error

    def items(self, path: str) -> Iterator[dict[str, Any]]:
        """Yield every item of a list, page after page."""
        cursor = ""
        while True:
            query = f"?limit={PAGE}" + (f"&cursor={quote(cursor)}" if cursor else "")
            page = self.ask("GET", path + query)
            yield from page["items"]
            cursor = page.get("next_cursor") or ""
            if not cursor:
                return


def app_path(app_id: str, *more: str) -> str:
    """Return the path of an app, whatever characters its id has."""
    return "/".join(("/v1/apps", *(quote(part, safe="") for part in (app_id, *more))))


def _refused(answer: httpx.Response) -> Failure:
    if answer.status_code == httpx.codes.UNAUTHORIZED:
        return Failure(
            "The operator's key was refused.",
            "HANDRAIL_ADMIN_KEY must be what the services were started with.",
        )
    try:
        problem = answer.json()
        detail = problem.get("detail") or problem.get("title") or ""
    except (ValueError, AttributeError):
        detail = answer.text[:200]
    advice = "`handrail apps list` shows the apps there are."
    found = answer.status_code == httpx.codes.NOT_FOUND
    return Failure(
        f"The escalator refused ({answer.status_code}): {detail}",
        advice if found else "",
    )
