"""Blacks out what the detectors find, in texts and in whole JSON values."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from shared.redaction.detectors import (
    SECRETS,
    STANDARD,
    STRICT,
    Span,
    compiled,
    phone_spans,
)
from shared.redaction.passwords import password_spans

Profile = Literal["off", "standard", "strict"]
Found = Counter[str]
"""How often each kind was blacked out."""

OWN = "redacted"
"""Kind of what an app's own patterns find."""
MAX_DEPTH = 64
_MARK = re.compile(
    r"\[(?:password|secret|redacted|token|key|email|IBAN|card|phone|IP address"
    r"|number)\]"
)
"""What was blacked out before; a record may be worked twice."""
_SECRET_NAME = re.compile(
    r"pass(word|wd|phrase|code)|secret|token|api[-_]?key|authori[sz]ation|cookie"
    r"|credential|private[-_]?key|session[-_]?id|cvv|cvc|\bpin\b",
    re.IGNORECASE,
)
"""Fields whose value is blacked out whatever it looks like."""


@dataclass(frozen=True)
class Redactor:
    """Knows one app's profile and its own patterns (RE2)."""

    profile: Profile
    also: tuple[str, ...] = ()
    region: str | None = None
    """Where numbers without a country's code are of, ISO 3166."""
    found: Found = field(default_factory=Counter)

    @property
    def is_off(self) -> bool:
        """Return whether nothing is ever blacked out."""
        return self.profile == "off" and not self.also

    def text(self, text: str) -> str:
        """Return *text* with each find blacked out by its kind."""
        taken = sorted((*mark.span(), "") for mark in _MARK.finditer(text))
        for kind, (start, end) in self._spans(text):
            at = bisect_left(taken, (start, end))
            before, after = taken[max(0, at - 1) : at], taken[at : at + 1]
            free = all(each[1] <= start for each in before)
            if start < end and free and all(end <= each[0] for each in after):
                taken.insert(at, (start, end, kind))
        finds = [each for each in taken if each[2]]
        if not finds:
            return text
        parts: list[str] = []
        at = 0
        for start, end, kind in finds:
            parts += [text[at:start], f"[{kind}]"]
            at = end
            self.found[kind] += 1
        return "".join([*parts, text[at:]])

    def value(self, value: Any, *, depth: int = 0) -> Any:  # noqa: ANN401 - any JSON value
        """Return the JSON *value* with its strings, and its secret fields, blacked out.

        Keys stay: they are the app's own names.
        """
        if isinstance(value, str):
            return self.text(value)
        if depth >= MAX_DEPTH:
            return value
        if isinstance(value, dict):
            return {
                name: self._field(name, each, depth) for name, each in value.items()
            }
        if isinstance(value, list | tuple):
            return [self.value(each, depth=depth + 1) for each in value]
        return value

    def _field(self, name: str, value: Any, depth: int) -> Any:  # noqa: ANN401
        if (
            self.profile != "off"
            and value
            and isinstance(value, str)
            and _SECRET_NAME.search(name)
        ):
            self.found["secret"] += 1
            return "[secret]"
        return self.value(value, depth=depth + 1)

    def _spans(self, text: str) -> Iterator[tuple[str, Span]]:
        for pattern in self._own:
            for match in pattern.finditer(text):
                yield OWN, match.span()
        if self.profile == "off":
            return
        for detector in SECRETS:
            yield from ((detector.kind, each) for each in detector.spans(text))
        yield from (("password", each) for each in password_spans(text))
        for detector in STANDARD[len(SECRETS) :]:
            yield from ((detector.kind, each) for each in detector.spans(text))
        yield from (("phone", each) for each in phone_spans(text, self.region))
        if self.profile == "strict":
            for detector in STRICT:
                yield from ((detector.kind, each) for each in detector.spans(text))

    @cached_property
    def _own(self) -> Sequence[Any]:
        return [compiled(pattern) for pattern in self.also]
