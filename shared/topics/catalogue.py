"""The one list of topics. Creation, docs/events.md and AsyncAPI are made from it."""

from datetime import timedelta

from shared import events
from shared.topics.topic import PACKET_BYTES, Codec, Topic

DEFAULT_PARTITIONS = 24
"""Enough for 24 consumers of a service. Never raised live without a drain: the keys
would move and a conversation's order with them."""

CONVERSATION_EVENTS = Topic(
    name="conversation.events",
    description="The conversation as it happens; one topic because order matters",
    events=(
        events.MessageReceived,
        events.ActionResultReceived,
        events.FeedbackGiven,
        events.ContactProvided,
        events.HandoffRequested,
        events.ConversationWithdrawn,
        events.ConversationClosed,
    ),
    written_by=("chat platforms", "resolver"),
    read_by=("resolver", "escalator", "analytics"),
    ours=False,
)
CONVERSATION_REPLIES = Topic(
    name="conversation.replies",
    description="What to show the user",
    events=(
        events.Answer,
        events.ActionCall,
        events.Question,
        events.Handoff,
        events.Receipt,
        events.TeammateReply,
    ),
    written_by=("resolver", "escalator"),
    read_by=("chat platforms", "resolver", "escalator", "analytics"),
)
CONVERSATION_RESOLVED = Topic(
    name="conversation.resolved",
    description="A request answered",
    events=(events.ConversationResolved,),
    written_by=("resolver",),
    read_by=("escalator", "analytics"),
)
CONVERSATION_UNRESOLVED = Topic(
    name="conversation.unresolved",
    description="A request that nothing answered",
    events=(events.ConversationUnresolved,),
    written_by=("resolver",),
    read_by=("escalator", "analytics"),
    max_bytes=PACKET_BYTES,
    codec="none",
)
ESCALATION_OPENED = Topic(
    name="escalation.opened",
    description="The full packet: everything a person needs",
    events=(events.EscalationOpened,),
    written_by=("escalator",),
    read_by=("analytics", "resolver"),
    max_bytes=PACKET_BYTES,
    codec="none",
)
ESCALATION_UPDATED = Topic(
    name="escalation.updated",
    description="Each change of an escalation",
    events=(events.EscalationUpdated,),
    written_by=("escalator",),
    read_by=("analytics", "resolver"),
)
NOTIFICATION_REQUESTED = Topic(
    name="notification.requested",
    description="Send this to that destination",
    events=(events.NotificationRequested,),
    written_by=("escalator", "analytics"),
    read_by=("notifier", "analytics"),
    max_bytes=PACKET_BYTES,
    codec="none",
)
NOTIFICATION_DELIVERED = Topic(
    name="notification.delivered",
    description="Accepted by the far side, with the proof",
    events=(events.NotificationDelivered,),
    written_by=("notifier",),
    read_by=("escalator", "analytics"),
)
NOTIFICATION_FAILED = Topic(
    name="notification.failed",
    description="Given up, with the reason",
    events=(events.NotificationFailed,),
    written_by=("notifier",),
    read_by=("escalator", "analytics"),
)
NOTIFICATION_REPLY_RECEIVED = Topic(
    name="notification.reply-received",
    description="A teammate answered by e-mail or button",
    events=(events.NotificationReplyReceived,),
    written_by=("notifier",),
    read_by=("escalator",),
)
APP_SETTINGS = Topic(
    name="app.settings",
    description="What every service must know of an app; the latest record is true",
    events=(events.AppSettings,),
    written_by=("escalator",),
    read_by=("resolver", "escalator", "notifier", "analytics"),
    key="app_id",
    partitions=1,
    retention=None,
    cleanup="compact",
)
APP_DESTINATIONS = Topic(
    name="app.destinations",
    description="Which destinations an app has; the latest record is true",
    events=(events.AppDestinations,),
    written_by=("notifier",),
    read_by=("escalator", "notifier", "analytics"),
    key="app_id",
    partitions=1,
    retention=None,
    cleanup="compact",
)
APP_MEMBERS = Topic(
    name="app.members",
    description="Who works for an app, in which role; the latest record is true",
    events=(events.AppMembers,),
    written_by=("escalator",),
    read_by=("resolver", "escalator", "notifier", "analytics"),
    key="app_id",
    partitions=1,
    retention=None,
    cleanup="compact",
)
APP_KNOWN_ISSUES = Topic(
    name="app.known-issues",
    description="Which patterns people know of; the latest record is true",
    events=(events.AppKnownIssues,),
    written_by=("analytics",),
    read_by=("escalator",),
    key="app_id",
    partitions=1,
    retention=None,
    cleanup="compact",
)
APP_CATALOGUE = Topic(
    name="app.catalogue",
    description="Which version of its catalogue an app has; the latest record is true",
    events=(events.AppCatalogue,),
    written_by=("resolver",),
    read_by=("analytics",),
    key="app_id",
    partitions=1,
    retention=None,
    cleanup="compact",
)
MEMBER_SIGN_IN_REQUESTED = Topic(
    name="member.sign-in-requested",
    description="Send a member the link that signs them in, sealed",
    events=(events.SignInRequested,),
    written_by=("escalator",),
    read_by=("notifier",),
    key="app_id",
    partitions=1,
    retention=timedelta(hours=1),
)
PATTERN_ASSIGNED = Topic(
    name="pattern.assigned",
    description="Which pattern an escalation belongs to",
    events=(events.PatternAssigned,),
    written_by=("analytics",),
    read_by=("escalator",),
)
RESPONSE_ESTIMATES = Topic(
    name="response.estimates",
    description="How long people really take",
    events=(events.ResponseEstimate,),
    written_by=("analytics",),
    read_by=("escalator",),
    key="app_id",
    partitions=1,
    retention=None,
    cleanup="compact",
)
GAP_VERIFICATION_REQUESTED = Topic(
    name="gap.verification-requested",
    description="Replay a gap's original questions",
    events=(events.GapVerificationRequested,),
    written_by=("analytics",),
    read_by=("resolver",),
    key="app_id",
    partitions=3,
)
GAP_VERIFIED = Topic(
    name="gap.verified",
    description="What the replay of a gap's questions showed",
    events=(events.GapVerified,),
    written_by=("resolver",),
    read_by=("analytics",),
    key="app_id",
    partitions=3,
)
GAP_NOTE_REQUESTED = Topic(
    name="gap.note-requested",
    description="Tell one user of a gap what works now",
    events=(events.GapNoteRequested,),
    written_by=("analytics",),
    read_by=("escalator",),
)

ALL_SERVICES = ("resolver", "escalator", "notifier", "analytics")
USER_ERASURE_REQUESTED = Topic(
    name="user.erasure-requested",
    description="Delete what is known of one user",
    events=(events.UserErasureRequested,),
    written_by=("escalator",),
    read_by=ALL_SERVICES,
    key="app_id",
    partitions=1,
    max_bytes=PACKET_BYTES,
)
USER_ERASED = Topic(
    name="user.erased",
    description="One service's receipt of an erasure",
    events=(events.UserErased,),
    written_by=ALL_SERVICES,
    read_by=("escalator",),
    key="app_id",
    partitions=1,
)
APP_PURGED = Topic(
    name="app.purged",
    description="One service's report of what it deleted of a deleted app",
    events=(events.AppPurged,),
    written_by=ALL_SERVICES,
    read_by=("escalator",),
    key="app_id",
    partitions=1,
)

CATALOGUE: tuple[Topic, ...] = (
    CONVERSATION_EVENTS,
    CONVERSATION_REPLIES,
    CONVERSATION_RESOLVED,
    CONVERSATION_UNRESOLVED,
    ESCALATION_OPENED,
    ESCALATION_UPDATED,
    NOTIFICATION_REQUESTED,
    NOTIFICATION_DELIVERED,
    NOTIFICATION_FAILED,
    NOTIFICATION_REPLY_RECEIVED,
    APP_SETTINGS,
    APP_DESTINATIONS,
    APP_MEMBERS,
    MEMBER_SIGN_IN_REQUESTED,
    APP_KNOWN_ISSUES,
    APP_CATALOGUE,
    PATTERN_ASSIGNED,
    RESPONSE_ESTIMATES,
    GAP_VERIFICATION_REQUESTED,
    GAP_VERIFIED,
    GAP_NOTE_REQUESTED,
    USER_ERASURE_REQUESTED,
    USER_ERASED,
    APP_PURGED,
)
"""Every topic there is, dead-letter topics aside."""

BY_NAME: dict[str, Topic] = {topic.name: topic for topic in CATALOGUE}


def codec_of(name: str) -> Codec:
    """Return how batches for topic *name* are compressed; dead letters are not."""
    topic = BY_NAME.get(name)
    return "none" if topic is None else topic.codec
