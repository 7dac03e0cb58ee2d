"""What an endpoint's answer means, and when to call it again."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

import orjson

from shared.text import cut

MAX_ANSWER_BYTES = 64 * 1024
"""Of an answer that is read; what says how it went is its status."""
MAX_OUTPUT_CHARS = 8000
"""Of an output that is kept: it goes into a decision and a packet for people."""
WAITS = tuple(timedelta(seconds=each) for each in (0.25, 1, 3, 5, 10, 20, 30, 60))
"""Between tries, as long as the action's own time lasts; then the last one again."""
AGAIN = frozenset({408, 409, 425, 429})
"""Of all 4xx these say "not now". 409: the same key is being worked on."""
NOT_ALLOWED = "endpoint not allowed"
"""All that anybody hears of a refused address: no network is mapped with us."""


@dataclass(frozen=True, slots=True)
class Ended:
    """A call is over: it worked, or it will never work."""

    status: Literal["succeeded", "failed", "timed_out"]
    output: Any = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Again:
    """A call may work later, with the same key."""

    error: str
    wait: timedelta | None = None
    """What the far side asked for."""
    timed_out: bool = False


def read_answer(
    status: int, phrase: str, body: bytes, *, whole: bool, wait: timedelta | None = None
) -> Ended | Again:
    """Return what an HTTP answer means: 2xx worked, 4xx did not, 5xx may later."""
    words = f"{status} {phrase}".strip()
    match status // 100:
        case 2:
            return Ended("succeeded", output=_output(body) if whole else None)
        case 3:
            return Ended("failed", error=f"{words}; redirects are not followed")
        case 4 if status not in AGAIN:
            return Ended("failed", error=_said(body) or words)
        case _:
            return Again(words, wait)


def wait_after(tries: int, again: Again) -> timedelta:
    """Return the wait after *tries* tries; an endpoint may ask for a longer one."""
    own = WAITS[min(tries, len(WAITS)) - 1]
    return max(own, again.wait or own)


def given_up(again: Again, tries: int) -> Ended:
    """Return the end of a call whose time is up."""
    times = "once" if tries == 1 else f"{tries} times"
    return Ended(
        "timed_out" if again.timed_out else "failed",
        error=f"{again.error} (called {times})",
    )


def _output(body: bytes) -> Any:  # noqa: ANN401 - any JSON value
    """Return the answer as JSON, or as text where it is none."""
    if not body.strip():
        return None
    try:
        output = orjson.loads(body)
    except orjson.JSONDecodeError:
        output = body.decode("utf-8", "replace")
        return output if len(output) <= MAX_OUTPUT_CHARS else None
    return output if len(body) <= MAX_OUTPUT_CHARS else _short(output)


def _short(output: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Return of a long output what is said to the user."""
    if not isinstance(output, dict):
        return None
    kept = {key: output[key] for key in ("message", "text", "summary") if key in output}
    return kept if kept and len(orjson.dumps(kept)) <= MAX_OUTPUT_CHARS else None


def _said(body: bytes) -> str | None:
    """Return an error's own words: RFC 9457's, or those most endpoints use."""
    try:
        problem = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(problem, dict):
        return None
    for key in ("error", "detail", "message", "title"):
        if isinstance(problem.get(key), str):
            return cut(problem[key], MAX_OUTPUT_CHARS)
    return None
