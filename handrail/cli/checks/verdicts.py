"""What the doctor makes of what was observed: pure, every line with what to do."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from shared.kafka.provision import Provisioned
from shared.topics import Topic
from shared.topics.topic import (
    DEAD_LETTER_PARTITIONS,
)

QUORUM = 3
"""Copies from which losing a broker loses nothing."""
MAX_SKEW = 2.0
"""Seconds between two clocks before times in a mail contradict each other."""
BROKEN_SKEW = 60.0

FIXED = {
    (4, 4): (4, 4, 30),
    (5, 0): (5, 0, 32),
    (6, 0): (6, 0, 27),
    (7, 0): (7, 0, 28),
    (8, 0): (8, 0, 17),
    (8, 2): (8, 2, 3),
}
"""First release of each MongoDB series without CVE-2025-14847: until then anybody who
reaches the port can read parts of the server's memory, before logging in."""


class Level(StrEnum):
    """How bad it is."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Verdict:
    """One line of the doctor's report."""

    level: Level
    what: str
    detail: str
    advice: str = ""


@dataclass(frozen=True, slots=True)
class FoundTopic:
    """A topic as the broker has it."""

    partitions: int
    copies: int
    in_sync: int
    """Fewest copies in sync of any partition."""
    min_in_sync: int | None = None
    """`min.insync.replicas`; None where the broker does not tell."""


def topics(
    expected: Sequence[Topic],
    found: Mapping[str, FoundTopic],
    *,
    partitions: int,
    copies: int,
) -> list[Verdict]:
    """Judge every topic; one line where all are well."""
    wanted = {t.name: t.partitions or partitions for t in expected}
    wanted |= {t.dead_letter: DEAD_LETTER_PARTITIONS for t in expected}
    missing = [name for name in wanted if name not in found]
    lines = [
        verdict
        for name, count in wanted.items()
        if name in found
        for verdict in _topic(name, found[name], partitions=count, copies=copies)
    ]
    if missing:
        shown = ", ".join(missing[:5]) + (" …" if missing[5:] else "")
        lines.append(
            Verdict(
                Level.FAIL,
                "topics",
                f"{len(missing)} of {len(wanted)} are missing: {shown}",
                "Run `handrail topics create`.",
            )
        )
    return lines or [
        Verdict(Level.OK, "topics", f"all {len(wanted)} as they should be")
    ]


def _topic(
    name: str, found: FoundTopic, *, partitions: int, copies: int
) -> list[Verdict]:
    lines = []
    if found.partitions != partitions:
        lines.append(
            Verdict(
                Level.WARN,
                name,
                f"{found.partitions} partitions, {partitions} configured",
                "Set HANDRAIL_KAFKA_PARTITIONS to what is there. Adding partitions "
                "moves keys: drain the services first (docs/operations.md).",
            )
        )
    if found.copies < copies:
        lines.append(
            Verdict(
                Level.FAIL,
                name,
                f"{found.copies} copies, {copies} configured",
                "Raise it with kafka-reassign-partitions.sh, or set "
                "HANDRAIL_KAFKA_REPLICATION to what you mean.",
            )
        )
    return lines + _durability(name, found)


def _durability(name: str, found: FoundTopic) -> list[Verdict]:
    lines = []
    if found.in_sync < found.copies:
        lines.append(
            Verdict(
                Level.WARN,
                name,
                f"only {found.in_sync} of {found.copies} copies are in sync",
                "A broker is down or slow: look at its log.",
            )
        )
    least = found.min_in_sync
    if found.copies >= QUORUM and least is not None and least < QUORUM - 1:
        lines.append(
            Verdict(
                Level.WARN,
                name,
                f"min.insync.replicas is {least}: an acknowledged record can be lost "
                "with one broker",
                "Set it to 2 on the topic.",
            )
        )
    return lines


def settings(compared: Iterable[Provisioned]) -> list[Verdict]:
    """Judge topics whose settings on the broker are not those of the catalogue."""
    return [
        Verdict(
            Level.WARN,
            each.name,
            each.detail,
            "Set it with kafka-configs.sh --alter, or leave it so on purpose: a lower "
            "max.message.bytes refuses packets, a shorter retention.ms loses replays.",
        )
        for each in compared
        if each.outcome == "differs"
    ]


def copies(brokers: int) -> Verdict:
    """Judge how many brokers there are."""
    if brokers >= QUORUM:
        return Verdict(Level.OK, "Kafka", f"{brokers} brokers")
    detail = f"{brokers} broker{'s' if brokers > 1 else ''}"
    return Verdict(
        Level.WARN,
        "Kafka",
        f"{detail}: records are lost with a disk",
        "Good enough to try; production has three and replication 3.",
    )


def mongo(hello: Mapping[str, object], version: str) -> list[Verdict]:
    """Judge the database by its `hello` and its version."""
    name = hello.get("setName")
    if not name:
        first = Verdict(
            Level.FAIL,
            "MongoDB",
            "not a replica set, so it has no transactions",
            "Start mongod with --replSet and run rs.initiate() once.",
        )
    elif not hello.get("isWritablePrimary"):
        first = Verdict(
            Level.FAIL,
            "MongoDB",
            f"replica set {name} has no primary that answers",
            "A majority of its members must run: look at rs.status().",
        )
    else:
        hosts = hello.get("hosts")
        members = len(hosts) if isinstance(hosts, list) else 1
        first = _members(str(name), members)
    return [first, mongo_version(version)]


def _members(name: str, members: int) -> Verdict:
    if members >= QUORUM:
        return Verdict(Level.OK, "MongoDB", f"replica set {name}, {members} members")
    return Verdict(
        Level.WARN,
        "MongoDB",
        f"replica set {name} has {members} member{'s' if members > 1 else ''}: "
        "decisions are lost with a disk",
        "Good enough to try; production has three.",
    )


def mongo_version(version: str) -> Verdict:
    """Judge the database's version by the known hole of its series."""
    number = _number(version)
    fixed = FIXED.get((number[0], number[1]))
    if fixed is not None and number >= fixed:
        return Verdict(Level.OK, "MongoDB version", version)
    if fixed is None and number > max(FIXED.values()):
        return Verdict(Level.OK, "MongoDB version", version)
    least = ".".join(map(str, fixed or FIXED[8, 0]))
    return Verdict(
        Level.WARN,
        "MongoDB version",
        f"{version} leaks memory to whoever reaches its port (CVE-2025-14847)",
        f"Update to {least} or later; until then let nobody but the services reach it.",
    )


def _number(version: str) -> tuple[int, ...]:
    parts = [*version.split("-", maxsplit=1)[0].split("."), "0", "0", "0"]
    return tuple(int(part) if part.isdecimal() else 0 for part in parts[:3])


def service(name: str, status: int | None, detail: str) -> Verdict:
    """Judge what a service's /readyz said; *status* is None where nothing answered."""
    if status == 200:  # noqa: PLR2004 - HTTP says OK
        return Verdict(Level.OK, name, "ready")
    if status is None:
        return Verdict(
            Level.FAIL, name, f"does not answer: {detail}", "Start it; look at its log."
        )
    return Verdict(
        Level.FAIL,
        name,
        f"not ready ({status}): {detail}",
        "It says what it waits for; repair that first.",
    )


def smtp(address: str, error: str) -> Verdict:
    """Judge how the mail server answered EHLO."""
    if not error:
        return Verdict(Level.OK, "mail", f"{address} answers")
    return Verdict(
        Level.FAIL,
        "mail",
        f"{address}: {error}",
        "Check NOTIFIER_SMTP_HOST and NOTIFIER_SMTP_PORT, and that this machine may "
        "connect there. Mail waits and is tried again meanwhile.",
    )


def clock(what: str, skew: float) -> Verdict:
    """Judge how far another machine's clock is from this one's, in seconds."""
    if abs(skew) <= MAX_SKEW:
        return Verdict(Level.OK, "clock", f"within {MAX_SKEW:.0f} s of {what}")
    side = "behind" if skew < 0 else "ahead"
    return Verdict(
        Level.FAIL if abs(skew) > BROKEN_SKEW else Level.WARN,
        "clock",
        f"{what} is {abs(skew):.1f} s {side}",
        "Run a time service (chrony) on both machines.",
    )


def unreachable(what: str, error: str, advice: str) -> Verdict:
    """Say that a server could not be asked at all."""
    return Verdict(Level.FAIL, what, f"does not answer: {error}", advice)
