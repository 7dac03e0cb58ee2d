"""Patterns, members and counters in memory, with the same answers as the store's."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

from services.analytics.domain.profiles.asking import (
    Sketch,
    Sort,
    cause_of,
    order_of,
)
from services.analytics.domain.profiles.counting.counters import PatternCounter
from services.analytics.domain.profiles.counting.pieces import Piece
from services.analytics.domain.profiles.growth import Flags
from services.analytics.domain.profiles.pattern import (
    Member,
    NearMiss,
    Pattern,
    Profile,
)
from tests.analytics.factories import NOON

DAY = timedelta(days=1)


def pattern(name, *, size=1, status="open", profile=None, **also):
    return Pattern(
        pattern_id=name,
        version=1,
        label=also.pop("label", f"About {name}"),
        labelled_by=also.pop("labelled_by", "handrail"),
        size=size,
        first_seen=also.pop("first_seen", NOON - 40 * DAY),
        last_seen=also.pop("last_seen", NOON),
        status=status,
        revision=also.pop("revision", 1),
        profile=profile,
        **also,
    )


def profile(cause="documentation", **also):
    return Profile(
        as_of=NOON,
        cause=cause,
        cause_code=also.pop("cause_code", "doc_miss_hard"),
        near_misses=[NearMiss("document", "limits", "Limits", 0.4, 3)],
        flags=also.pop("flags", Flags()),
        **also,
    )


def member(name, pattern_id="p-1", *, at=NOON, text="uploads fail", **also):
    return Member(
        escalation_id=name,
        number="ESC-1",
        at=at,
        text=text,
        language="en",
        because="It has the same words.",
        similarity=0.9,
        user_id=also.pop("user_id", "u-1"),
        **also,
    ), pattern_id


class FakePatterns:
    """Patterns of app `acme` and their members."""

    def __init__(self, *patterns, members=()):
        self.patterns = {each.pattern_id: each for each in patterns}
        self.all_members = list(members)
        self.asked = []

    def _of(self, app_id):
        self.asked.append(app_id)
        return list(self.patterns.values()) if app_id == "acme" else []

    async def page(self, app_id, wanted, *, sort, after, limit):
        found = [
            (_value(each, sort), each)
            for each in self._of(app_id)
            if each.merged_into is None and wanted.includes(cause_of(each), each.status)
        ]
        found.sort(key=lambda each: order_of(each[0], each[1].pattern_id))
        return [
            each
            for value, each in found
            if after is None or after.before(value, each.pattern_id)
        ][:limit]

    async def counts(self, app_id, wanted):
        found = {}
        for each in self._of(app_id):
            if each.merged_into is None and wanted.includes(
                cause_of(each), each.status
            ):
                cause = each.profile.cause if each.profile else "unclear"
                n, size = found.get(cause, (0, 0))
                found[cause] = (n + 1, size + each.size)
        return found

    async def some(self, app_id, pattern_ids):
        ids = set(pattern_ids)
        return [each for each in self._of(app_id) if each.pattern_id in ids]

    async def get(self, app_id, pattern_id):
        found = next(
            (each for each in self._of(app_id) if each.pattern_id == pattern_id), None
        )
        if found is not None and found.merged_into:
            return await self.get(app_id, found.merged_into)
        return found

    async def sketches(self, app_id, pattern_ids=None):
        return [
            Sketch(
                each.pattern_id,
                cause_of(each),
                each.status,
                each.profile.minutes_per_escalation if each.profile else None,
                each.merged_into,
                each.label,
            )
            for each in self._of(app_id)
            if pattern_ids is None or each.pattern_id in pattern_ids
        ]

    async def causes(self, app_id):
        return {
            each.pattern_id: each.profile.cause
            for each in self._of(app_id)
            if each.profile
        }

    async def members(self, app_id, pattern_id, *, after, limit, start=None, end=None):
        self._of(app_id)
        found = sorted(
            (
                each
                for each, its in self.all_members
                if its == pattern_id
                and (start is None or each.at >= start)
                and (end is None or each.at < end)
            ),
            key=lambda each: (-each.at.timestamp(), each.escalation_id),
        )
        if after is not None:
            place = (-after[0].timestamp(), after[1])
            found = [
                each
                for each in found
                if (-each.at.timestamp(), each.escalation_id) > place
            ]
        return found[:limit]

    async def texts(self, app_id, escalation_ids):
        self._of(app_id)
        return {
            each.escalation_id: each.text
            for each, _ in self.all_members
            if each.escalation_id in escalation_ids and each.text
        }


def _value(each, sort):
    if sort is Sort.SIZE:
        return each.size
    if each.profile is None:
        return None
    return each.profile.growth if sort is Sort.GROWTH else each.profile.cost_minutes


class FakePatternCounters:
    """Counters of app `acme`, made from when each escalation was opened."""

    def __init__(self, *opened):
        self.opened_at = opened
        """Triples of a pattern, a moment and a user."""
        self.read = 0

    def _counters(self, app_id, piece):
        counted = {}
        for pattern_id, at, _ in self.opened_at if app_id == "acme" else ():
            bucket = at.replace(hour=0, minute=0, second=0, microsecond=0)
            part = at.hour
            if piece.step == "month":
                bucket, part = bucket.replace(day=1), at.day
            if bucket == piece.at:
                counted.setdefault(pattern_id, Counter())[str(part)] += 1
        return [
            PatternCounter(each, sum(parts.values()), dict(parts))
            for each, parts in counted.items()
        ]

    async def largest(self, app_id, piece, *, limit):
        found = self._counters(app_id, piece)
        found.sort(key=lambda each: (-each.n, each.pattern_id))
        self.read += len(found[:limit])
        if piece.whole:
            return [replace(each, parts={}) for each in found[:limit]]
        return found[:limit]

    async def some(self, app_id, pieces, pattern_ids):
        ids = set(pattern_ids)
        return [
            (piece, each)
            for piece in pieces
            for each in self._counters(app_id, piece)
            if each.pattern_id in ids
        ]

    async def all(self, app_id, piece):
        return piece.counts(self._counters(app_id, piece))

    async def opened(self, app_id, start, end):
        return dict(
            Counter(
                each
                for each, at, _ in (self.opened_at if app_id == "acme" else ())
                if start <= at < end
            )
        )

    async def users(self, app_id, pattern_ids, start, end):
        pairs = {
            (each, user)
            for each, at, user in (self.opened_at if app_id == "acme" else ())
            if each in pattern_ids and start <= at < end
        }
        return dict(Counter(each for each, _ in pairs))


class FakeCauseCounters:
    """Lines by cause, from patterns and their counters in memory."""

    def __init__(self, patterns, counters):
        self.patterns = patterns
        self.counters = counters

    async def by_day(self, app_id, months):
        causes, found = await self.patterns.causes(app_id), {}
        for month in months:
            piece = Piece("month", month, tuple(range(1, 32)), whole=False)
            for each in await self.counters.largest(app_id, piece, limit=99):
                cause = causes.get(each.pattern_id, "unclear")
                days = found.setdefault((app_id, month, cause), Counter())
                days.update(each.parts)
        return found
