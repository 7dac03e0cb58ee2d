"""Observe the parts of a running system, for the doctor to judge."""

import asyncio
import contextlib
import smtplib
import time
from typing import Any

import httpx
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError
from pymongo import AsyncMongoClient
from pymongo.errors import PyMongoError

from handrail.cli.checks import verdicts
from handrail.cli.checks.verdicts import FoundTopic, Verdict
from handrail.stack.gateway import SERVICES
from shared.kafka.connection import connection
from shared.kafka.provision import Provisioned, compare, new_topics
from shared.settings import KafkaSettings, ServiceSettings
from shared.topics import CATALOGUE

PATIENCE = 5.0
MIN_IN_SYNC = "min.insync.replicas"


async def kafka(settings: KafkaSettings) -> list[Verdict]:
    """Look at the brokers and the topics."""
    admin = AIOKafkaAdminClient(
        request_timeout_ms=int(PATIENCE * 1000), **connection(settings)
    )
    try:
        await admin.start()
        brokers = len((await admin.describe_cluster())["brokers"])
        found = await _topics(admin)
        differing = await _differing(admin, settings, found)
    except (KafkaError, OSError) as error:
        advice = "Check HANDRAIL_KAFKA_BOOTSTRAP_SERVERS and that the broker runs."
        where = f"{settings.bootstrap_servers}: {error}"
        return [verdicts.unreachable("Kafka", where, advice)]
    finally:
        await admin.close()
    expected = {"partitions": settings.partitions, "copies": settings.replication}
    judged = verdicts.topics(CATALOGUE, found, **expected)
    return [verdicts.copies(brokers), *judged, *verdicts.settings(differing)]


async def _differing(
    admin: AIOKafkaAdminClient, settings: KafkaSettings, found: dict[str, FoundTopic]
) -> list[Provisioned]:
    """Compare the settings alone: partitions and copies are judged apart."""
    here = [
        NewTopic(
            new.name,
            found[new.name].partitions,
            found[new.name].copies,
            topic_configs=new.topic_configs,
        )
        for topic in CATALOGUE
        for new in new_topics(topic, settings)
        if new.name in found
    ]
    return await compare(admin, here)


async def _topics(admin: AIOKafkaAdminClient) -> dict[str, FoundTopic]:
    names = [n for t in CATALOGUE for n in (t.name, t.dead_letter)]
    present = set(await admin.list_topics())
    described = await admin.describe_topics([n for n in names if n in present])
    least = await _min_in_sync(admin, [each["topic"] for each in described])
    return {
        each["topic"]: FoundTopic(
            partitions=len(each["partitions"]),
            copies=min(len(p["replicas"]) for p in each["partitions"]),
            in_sync=min(len(p["isr"]) for p in each["partitions"]),
            min_in_sync=least.get(each["topic"]),
        )
        for each in described
        if each["partitions"]
    }


async def _min_in_sync(admin: AIOKafkaAdminClient, names: list[str]) -> dict[str, int]:
    wanted = [
        ConfigResource(ConfigResourceType.TOPIC, name, configs={MIN_IN_SYNC: None})
        for name in names
    ]
    found: dict[str, int] = {}
    # The embedded broker does not tell; one of one needs no quorum either.
    with contextlib.suppress(KafkaError, OSError, ValueError):
        for answer in await admin.describe_configs(wanted):
            for _code, _message, _kind, name, entries in answer.resources:
                values = {entry[0]: entry[1] for entry in entries}
                if values.get(MIN_IN_SYNC):
                    found[name] = int(values[MIN_IN_SYNC])
    return found


async def mongo(url: str) -> list[Verdict]:
    """Look at the database, and at its clock."""
    client: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(
        url, serverSelectionTimeoutMS=int(PATIENCE * 1000), tz_aware=True
    )
    try:
        asked = time.time()
        hello = await client.admin.command("hello")
        took = time.time() - asked
        version = (await client.admin.command("buildInfo"))["version"]
    except PyMongoError as error:
        advice = "Check HANDRAIL_MONGO_URL, and that a primary is elected."
        return [verdicts.unreachable("MongoDB", str(error)[:300], advice)]
    finally:
        await client.close()
    skew = hello["localTime"].timestamp() - (asked + took / 2)
    clock = verdicts.clock("the database", skew)
    return [*verdicts.mongo(hello, str(version)), clock]


async def services(origin: str) -> list[Verdict]:
    """Ask every service behind *origin* whether it is ready."""
    async with httpx.AsyncClient(timeout=PATIENCE, trust_env=False) as client:
        urls = {name: f"{origin.rstrip('/')}/{name}" for name in SERVICES}
        return await asyncio.gather(*(_ready(client, *each) for each in urls.items()))


async def _ready(client: httpx.AsyncClient, name: str, url: str) -> Verdict:
    try:
        answer = await client.get(f"{url}/readyz")
    except httpx.HTTPError as error:
        return verdicts.service(name, None, f"{url}: {error or type(error).__name__}")
    try:
        checks = answer.json()["checks"]
        detail = "; ".join(f"{k}: {v}" for k, v in checks.items() if v != "ok")
    except (ValueError, KeyError, TypeError):
        detail = answer.text[:200]
    return verdicts.service(name, answer.status_code, detail)


async def mail(host: str, port: int) -> Verdict:
    """Say EHLO to the mail server."""
    return verdicts.smtp(f"{host}:{port}", await asyncio.to_thread(_ehlo, host, port))


def _ehlo(host: str, port: int) -> str:
    try:
        with smtplib.SMTP(host, port, timeout=PATIENCE) as server:
            server.ehlo_or_helo_if_needed()
    except (OSError, smtplib.SMTPException) as error:
        return str(error) or type(error).__name__
    return ""


async def everything(settings: ServiceSettings, host: str, port: int) -> list[Verdict]:
    """Look at all parts side by side."""
    found = await asyncio.gather(
        kafka(settings.kafka),
        mongo(settings.mongo_url),
        services(settings.public_url),
        mail(host, port),
    )
    return [*found[0], *found[1], *found[2], found[3]]
