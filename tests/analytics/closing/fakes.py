"""Gaps, their questions and their replays in memory; crashes where a test wants them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from services.analytics.domain.gaps.closing import (
    GapStatus,
    Outcome,
    ReplayCase,
    Ruling,
    Score,
    Verdict,
    case_id_of,
)
from services.analytics.gaps.closing.ports import Change, Gap, Verification
from services.analytics.gaps.closing.regress import Regressions
from services.analytics.gaps.closing.verify import Verifier
from shared.events import CaseVerdict, GapVerificationRequested, GapVerified
from tests.support.fakes import NOON, FakeClock, FakePublisher

APP, GAP = "acme", "p-1"


class CrashError(Exception):
    """The process dies here."""


def case(text: str, number: int = 1, **more: Any) -> ReplayCase:
    facts: dict[str, Any] = {
        "case_id": case_id_of(APP, GAP, text),
        "escalation_id": f"esc-{number}",
        "conversation_id": f"c-{number}",
        "number": f"ESC-{1000 + number}",
        "user_id": f"u-{number}",
        "at": NOON - timedelta(hours=1),
        "text": text,
        "reason": "no_match",
    }
    return ReplayCase(**facts | more)


def cases(count: int) -> list[ReplayCase]:
    return [case(f"How big may file {n} be?", n) for n in range(count)]


@dataclass
class FakeGaps:
    gaps: dict[str, Gap] = field(default_factory=dict)
    history: list[Change] = field(default_factory=list)
    asked: dict[str, tuple[int, datetime]] = field(default_factory=dict)
    parts: dict[str, list[str]] = field(default_factory=dict)

    def put(self, status: str = "open", **more: Any) -> Gap:
        gap = Gap(APP, GAP, GapStatus(status), **more)
        self.gaps[GAP] = gap
        return gap

    async def get(self, app_id: str, gap_id: str) -> Gap | None:
        found = self.gaps.get(gap_id)
        return found if found is not None and found.app_id == app_id else None

    async def absorbed(self, app_id: str, gap_id: str) -> list[str]:
        return self.parts.get(gap_id, [])

    async def change(
        self, gap: Gap, change: Change, *, of: Iterable[GapStatus]
    ) -> bool:
        now = self.gaps[gap.gap_id]
        if now.status not in set(of):
            return False
        reopened_by = change.case_id if change.to is GapStatus.REGRESSED else ""
        self.gaps[gap.gap_id] = replace(
            now, status=change.to, reopened_by=reopened_by or now.reopened_by
        )
        self.history.append(change)
        return True

    async def note_replay(
        self, gap: Gap, verification: Verification, score: Score, ruling: Ruling
    ) -> bool:
        now = self.gaps[gap.gap_id]
        asked_at = verification.requested_at
        if now.replayed_at is not None and now.replayed_at > asked_at:
            return False
        self.gaps[gap.gap_id] = replace(
            now,
            replayed_at=asked_at,
            verified_at=now.verified_at if ruling.answered is None else asked_at,
            answered=now.answered if ruling.answered is None else ruling.answered,
            catalogue_version=now.catalogue_version
            if score.failed
            else verification.catalogue_version,
        )
        return True

    async def claim_replay(
        self, gap: Gap, version: int, *, now: datetime, again_before: datetime
    ) -> bool:
        known = self.asked.get(gap.gap_id)
        if known is not None and known[0] == version and known[1] >= again_before:
            return False
        self.asked[gap.gap_id] = (version, now)
        return True

    async def proven(self, app_id: str | None, *, limit: int) -> list[Gap]:
        proven = {GapStatus.VERIFIED, GapStatus.REGRESSED}
        return [each for each in self.gaps.values() if each.status in proven]


@dataclass
class FakeMembers:
    cases: list[ReplayCase] = field(default_factory=list)

    async def newest(self, app_id: str, gap_id: str, *, limit: int) -> list[ReplayCase]:
        found = sorted(self.cases, key=lambda each: each.at, reverse=True)
        return found[:limit]

    async def named(
        self, app_id: str, gap_id: str, escalation_ids: Sequence[str]
    ) -> list[ReplayCase]:
        return [each for each in self.cases if each.escalation_id in escalation_ids]

    async def since(
        self, app_id: str, gap_id: str, after: datetime, *, limit: int
    ) -> list[ReplayCase]:
        found = [each for each in self.cases if each.at > after]
        return sorted(found, key=lambda each: each.at)[:limit]


@dataclass
class FakeSuite:
    kept: dict[str, ReplayCase] = field(default_factory=dict)

    async def of(self, app_id: str, gap_id: str) -> list[ReplayCase]:
        def failed(one: ReplayCase) -> bool:
            return one.last is not None and one.last.outcome is Outcome.UNRESOLVED

        return sorted(self.kept.values(), key=lambda each: not failed(each))

    async def add(self, app_id: str, gap_id: str, cases: Sequence[ReplayCase]) -> None:
        for each in cases:
            self.kept.setdefault(each.case_id, each)

    async def judge(
        self, app_id: str, gap_id: str, verdicts: Sequence[Verdict], *, at: datetime
    ) -> None:
        for each in verdicts:
            if each.case_id in self.kept:
                found = self.kept[each.case_id]
                self.kept[each.case_id] = replace(found, last=each)


@dataclass
class FakeVerifications:
    rows: dict[str, Verification] = field(default_factory=dict)
    shown: dict[str, dict[int, tuple[Sequence[Verdict], int | None]]] = field(
        default_factory=dict
    )
    told: set[str] = field(default_factory=set)
    crash: set[str] = field(default_factory=set)
    """Names of calls that die."""

    def _reach(self, name: str) -> None:
        if name in self.crash:
            self.crash.discard(name)
            raise CrashError(name)

    async def add(self, verification: Verification) -> None:
        self.rows[verification.verification_id] = verification

    async def get(
        self, app_id: str, gap_id: str, verification_id: str
    ) -> Verification | None:
        return self.rows.get(verification_id)

    async def published(self, verification_id: str) -> None:
        self._reach("published")
        self.told.add(verification_id)

    async def unpublished(self, *, before: datetime) -> list[Verification]:
        return [
            each
            for each in self.rows.values()
            if each.verification_id not in self.told and each.requested_at < before
        ]

    async def take(
        self,
        verification_id: str,
        part: int,
        verdicts: Sequence[Verdict],
        *,
        catalogue_version: int | None,
    ) -> Verification | None:
        row = self.rows.get(verification_id)
        if row is None:
            return None
        shown = self.shown.setdefault(verification_id, {})
        shown.setdefault(part, (verdicts, catalogue_version))
        versions = [each[1] for each in shown.values() if each[1] is not None]
        row = replace(
            row,
            verdicts=tuple(one for n in sorted(shown) for one in shown[n][0]),
            parts_done=len(shown),
            catalogue_version=min(versions) if versions else None,
        )
        self.rows[verification_id] = row
        return row

    async def finish(self, verification: Verification) -> None:
        self._reach("finish")
        self.rows[verification.verification_id] = verification

    async def count_open(self, app_id: str, *, since: datetime) -> int:
        return sum(each.finished_at is None for each in self.rows.values())


@dataclass
class FakeCatalogues:
    versions: dict[str, tuple[int, datetime]] = field(default_factory=dict)

    def version_of(self, app_id: str) -> tuple[int, datetime] | None:
        return self.versions.get(app_id)


@dataclass
class World:
    """Closing gaps on fakes; `answered` is what the resolver would answer today."""

    gaps: FakeGaps = field(default_factory=FakeGaps)
    members: FakeMembers = field(default_factory=FakeMembers)
    suite: FakeSuite = field(default_factory=FakeSuite)
    verifications: FakeVerifications = field(default_factory=FakeVerifications)
    catalogues: FakeCatalogues = field(default_factory=FakeCatalogues)
    publisher: FakePublisher = field(default_factory=FakePublisher)
    clock: FakeClock = field(default_factory=FakeClock)
    answered: set[str] = field(default_factory=set)
    changed_at: datetime | None = NOON
    """When what answers was changed last."""
    broken: bool = False
    """Whether the resolver's search fails."""
    seen: int = 0

    def __post_init__(self) -> None:
        self.verifier = Verifier(
            self.gaps,
            self.members,
            self.suite,
            self.verifications,
            self.publisher,
            self.clock,
        )
        self.regressions = Regressions(
            self.gaps,
            self.members,
            self.suite,
            self.catalogues,
            self.verifier,
            self.clock,
        )

    @property
    def status(self) -> str:
        return self.gaps.gaps[GAP].status.value

    def requests(self) -> list[GapVerificationRequested]:
        """Return what the resolver has not read yet."""
        sent = self.publisher.on("gap.verification-requested")
        new, self.seen = sent[self.seen :], len(sent)
        return [GapVerificationRequested.model_validate_json(e.value) for e in new]

    def result_of(self, request: GapVerificationRequested) -> GapVerified:
        verdicts = [
            CaseVerdict(
                case_id=each.case_id,
                text=each.text,
                outcome=self._outcome(each.text),
                reason="document_answers" if each.text in self.answered else "no_match",
                changed_at=self.changed_at if each.text in self.answered else None,
            )
            for each in request.cases
        ]
        resolved = sum(each.outcome == "resolved" for each in verdicts)
        version = self.catalogues.version_of(APP)
        return GapVerified(
            verification_id=request.verification_id,
            gap_id=request.gap_id,
            app_id=request.app_id,
            resolved=resolved,
            unresolved=len(verdicts) - resolved,
            cases=verdicts,
            part=request.part,
            parts=request.parts,
            catalogue_version=version[0] if version else 0,
            verified_at=self.clock.now(),
        )

    def _outcome(self, text: str) -> Any:
        if self.broken:
            return "failed"
        return "resolved" if text in self.answered else "unresolved"

    async def resolve(self) -> None:
        """Replay what was asked for, as the resolver does."""
        for request in self.requests():
            await self.verifier.take(self.result_of(request))

    async def verify(self) -> Verification:
        asked = await self.verifier.ask(APP, GAP, by="bo@acme.test")
        await self.resolve()
        return self.verifications.rows[asked.verification_id]
