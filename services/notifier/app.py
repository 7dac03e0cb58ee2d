"""The composition root of the notifier: the only place that knows all of its parts."""

import asyncio
import random
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta

from fastapi import FastAPI

from services.notifier import metrics
from services.notifier.api import deliveries as deliveries_api
from services.notifier.api import destinations as destinations_api
from services.notifier.channels.email.channel import EmailChannel
from services.notifier.channels.email.compose import Sender as MailSender
from services.notifier.channels.email.pool import Relay, SmtpPool
from services.notifier.channels.sign_in import SignInChannel
from services.notifier.channels.webhook import WebhookChannel
from services.notifier.deliver.announce import Announcer
from services.notifier.deliver.deliverer import Deliverer
from services.notifier.deliver.directory import Directory
from services.notifier.deliver.gates import Gates
from services.notifier.deliver.ports import Channel
from services.notifier.deliver.sample import Sampler
from services.notifier.deliver.sign_ins import SignInMailer
from services.notifier.deliver.traced import TracedVerb
from services.notifier.domain.circuit import Circuits
from services.notifier.handlers import NotificationWorker
from services.notifier.repository import retention
from services.notifier.repository.deliveries import MongoDeliveries
from services.notifier.repository.destinations import PURPOSE, MongoDestinations
from services.notifier.repository.inventory import Inventory
from services.notifier.repository.outbox import MongoOutbox
from services.notifier.repository.people import MongoPeople
from services.notifier.repository.sign_ins import MongoSignInMails
from services.notifier.sending.sender import Limits, Sender
from services.notifier.sending.upkeep import Upkeep
from services.notifier.settings import Settings, trusted
from shared.foundation import Foundation
from shared.kafka.following.tail import Follower
from shared.kafka.table import DestinationTable
from shared.kafka.working.background import every
from shared.mongo.seal import SIGN_IN_LINKS, Seal
from shared.topics import MEMBER_SIGN_IN_REQUESTED, NOTIFICATION_REQUESTED

FORGOTTEN_SECONDS = 30.0
MEASURE_SECONDS = 5.0
RELAY_SECONDS = 1.0
SIGN_IN_SECONDS = 0.5
"""How often links that are to be mailed are looked for; somebody waits for each."""


def build_app(settings: Settings) -> FastAPI:
    """Return the notifier: its consumer, its sender and its API."""
    foundation = Foundation(
        settings,
        name="notifier",
        stored=retention.collections(
            retention_days=settings.retention_days, dead_days=settings.dead_days
        ),
    )
    parts = _parts(foundation, settings)
    people = MongoPeople(foundation.database)
    sign_ins = _sign_ins(foundation, settings, parts.pool)
    foundation.privacy.hooks.widen = people.widen
    foundation.privacy.hooks.reached = people.reached
    foundation.privacy.hooks.take_out = people.take_out
    foundation.runtime(
        topics=[NOTIFICATION_REQUESTED],
        worker=NotificationWorker(parts.deliveries, parts.sender, foundation.clock),
    )
    return foundation.asgi(
        title="notifier",
        routers=[
            destinations_api.router(parts.book),
            deliveries_api.router(parts.inventory, parts.sender),
        ],
        on_start=[parts.start, sign_ins.start],
        on_stop=[sign_ins.stop, parts.stop],
    )


def _sign_ins(foundation: Foundation, settings: Settings, pool: SmtpPool) -> Follower:
    """Return what takes requests to mail members a link, and have them mailed."""
    seal = Seal([settings.session_secret, settings.admin_key], purpose=SIGN_IN_LINKS)
    sender = MailSender.parse(settings.mail_from, domain=settings.mail_domain)
    app_name, channel = _names(foundation), SignInChannel(pool, sender)
    mails = MongoSignInMails(foundation.database)
    mailer = SignInMailer(
        mails=mails,
        open_link=lambda sealed: seal.open(sealed.encode()),
        send=lambda mail, link: channel.send(
            mail, link, app_name=app_name(mail.app_id)
        ),
        clock=foundation.clock,
        count=lambda outcome: metrics.SIGN_IN_MAILS.labels(outcome).inc(),
    )
    foundation.repeat("sign-ins", SIGN_IN_SECONDS, mailer.work)
    return Follower(
        [MEMBER_SIGN_IN_REQUESTED],
        mailer.take,
        settings=settings.kafka,
        client_id="handrail-notifier-sign-ins",
    )


@dataclass(frozen=True, slots=True)
class Waiting:
    """Wakes what waits for a destination, and who sends it."""

    deliveries: MongoDeliveries
    sender: Sender

    async def wake_waiting(self, app_id: str, destination_id: str) -> int:
        return await self.deliveries.wake_waiting(app_id, destination_id)

    def wake(self) -> None:
        self.sender.wake()


@dataclass(slots=True)
class Parts:
    """What the notifier is made of, and its background work."""

    settings: Settings
    deliveries: MongoDeliveries
    destinations: MongoDestinations
    inventory: Inventory
    announcer: Announcer
    sender: Sender
    upkeep: Upkeep
    sampler: Sampler
    known: DestinationTable
    directory: Directory
    pool: SmtpPool
    webhook: WebhookChannel
    tasks: list[asyncio.Task[None]] = field(default_factory=list)

    @property
    def book(self) -> destinations_api.Book:
        """Return what the API of destinations works with."""
        return destinations_api.Book(
            self.destinations,
            Waiting(self.deliveries, self.sender),
            self.sampler,
            self.directory,
            allow_private=self.settings.allow_private_urls,
        )

    async def start(self) -> None:
        """Create the indexes and begin to send."""
        await self.deliveries.prepare()
        await self.destinations.prepare()
        await self.known.start()
        lease = self.settings.lease_seconds / 4

        async def relay() -> None:
            await self.announcer.relay()

        async def wake_forgotten() -> None:
            await self.upkeep.wake_forgotten()

        async def reconcile() -> None:
            await self.directory.reconcile()

        self.tasks += [
            asyncio.create_task(work)
            for work in (
                self.sender.run(),
                self.announcer.run(),
                every(lease, self.sender.keep_leases, name="leases"),
                every(RELAY_SECONDS, relay, name="relay"),
                every(FORGOTTEN_SECONDS, wake_forgotten, name="forgotten"),
                every(FORGOTTEN_SECONDS, reconcile, name="directory"),
                every(MEASURE_SECONDS, self.upkeep.measure, name="measure"),
            )
        ]

    async def stop(self) -> None:
        """End what is being sent, publish its news, close what is open."""
        claiming, *others = self.tasks
        claiming.cancel()
        await self.sender.stop()
        with suppress(TimeoutError):
            async with asyncio.timeout(3):
                await self.announcer.flush()
        for task in others:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        await self.known.stop()
        await self.pool.close()
        await self.webhook.close()


def _parts(foundation: Foundation, settings: Settings) -> Parts:
    database, clock = foundation.database, foundation.clock
    lease = timedelta(seconds=settings.lease_seconds)
    owner = uuid.uuid4().hex
    deliveries = MongoDeliveries(database, owner=owner, lease=lease, clock=clock)
    seal = Seal([settings.secret_key, settings.admin_key], purpose=PURPOSE)
    destinations = MongoDestinations(database, seal, clock)
    outbox = MongoOutbox(database)
    announcer = Announcer(outbox, foundation.publisher, clock)
    inventory = Inventory(database, clock)
    pool = SmtpPool(relay_of(settings))
    webhook = WebhookChannel(clock, allow_private=settings.allow_private_urls)
    channels = _channels(settings, pool, webhook)
    app_name = _names(foundation)
    known = DestinationTable(settings.kafka, client_id="handrail-notifier-directory")
    deliverer = Deliverer(
        deliveries=deliveries,
        destinations=destinations,
        channels=channels,
        announcer=announcer,
        app_name=app_name,
        circuits=Circuits(pause=timedelta(seconds=settings.circuit_pause_seconds)),
        clock=clock,
        chance=random.random,
        gates=Gates(settings.per_destination),
        time_scale=settings.delivery_time_scale,
        waiting_limit=timedelta(days=settings.waiting_days),
    )
    tracer = foundation.tracer
    verb = deliverer if tracer is None else TracedVerb(deliverer, tracer)
    # As many are read and written beside those that are sent.
    limits = Limits(settings.concurrency, 2 * settings.per_destination)
    return Parts(
        settings=settings,
        deliveries=deliveries,
        destinations=destinations,
        inventory=inventory,
        announcer=announcer,
        sender=Sender(verb, deliveries, limits),
        upkeep=Upkeep(
            inventory,
            deliveries,
            destinations,
            outbox,
            clock,
            waiting_limit=timedelta(days=settings.waiting_days),
        ),
        sampler=Sampler(channels, app_name, clock),
        known=known,
        directory=Directory(destinations, known, foundation.publisher, clock),
        pool=pool,
        webhook=webhook,
    )


def _channels(
    settings: Settings, pool: SmtpPool, webhook: WebhookChannel
) -> dict[str, Channel]:
    sender = MailSender.parse(settings.mail_from, domain=settings.mail_domain)
    email = EmailChannel(pool, sender)
    return {email.name: email, webhook.name: webhook}


def _names(foundation: Foundation) -> Callable[[str], str]:
    def app_name(app_id: str) -> str:
        app = foundation.apps.get(app_id)
        return app.name if app else ""

    return app_name


def relay_of(settings: Settings) -> Relay:
    """Return where mail goes."""
    return Relay(
        host=settings.smtp_host,
        port=settings.smtp_port,
        username=settings.smtp_username,
        password=settings.smtp_password,
        starttls=settings.smtp_starttls,
        tls=settings.smtp_tls,
        connections=settings.smtp_connections,
        timeout=settings.smtp_timeout_seconds,
        local_name=settings.mail_domain,
        context=trusted(settings.smtp_ca_file),
    )
