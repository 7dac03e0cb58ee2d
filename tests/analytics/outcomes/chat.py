"""A chat that is played: each step publishes what the services would publish."""

from datetime import timedelta

from services.analytics.repository.outcomes.histories import Rows, history_of
from shared import ids
from shared.events import (
    ActionCall,
    ActionResultReceived,
    Answer,
    Attempt,
    Author,
    ConversationClosed,
    ConversationResolved,
    ConversationUnresolved,
    ConversationWithdrawn,
    EscalationOpened,
    EscalationUpdated,
    FeedbackGiven,
    Handoff,
    HandoffRequested,
    Question,
    Receipt,
    TeammateReply,
)
from tests.analytics.factories import NOON, fact_of, said, shown

SECOND, MINUTE, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)
_COLLECTIONS = {
    "analytics_turns": "turns",
    "analytics_requests": "requests",
    "analytics_escalations": "escalations",
    "analytics_escalation_changes": "changes",
}


def attempts_of(names, at, *, outcome="below_threshold"):
    """Return documents that were tried, the best first."""
    return [
        Attempt(
            kind="document",
            name=name,
            title=name.replace("-", " "),
            score=0.9 - 0.1 * rank,
            threshold=0.6,
            outcome=outcome if rank == 0 else "no_match",
            detail=f"All that there is to know of {name.replace('-', ' ')} in our words.",
            started_at=at,
        )
        for rank, name in enumerate(names)
    ]


class Chat:
    """One conversation: what is said, and what the services make of it."""

    def __init__(
        self, name="c-1", *, user="u-7", at=NOON, app_id="acme", skew=timedelta()
    ):
        self.name, self.user, self.at, self.app_id = name, user, at, app_id
        self.skew = skew
        """How far the user's machine is ahead."""
        self.events = []
        self._n = 0

    def _common(self):
        return {"app_id": self.app_id, "conversation_id": self.name}

    def _id(self, kind):
        self._n += 1
        return f"{kind}-{self.name}-{self._n}"

    def wait(self, by):
        """Let time pass."""
        self.at += by
        return self

    def _put(self, event):
        self.events.append(event)
        return event

    def ask(self, text="How do I upload a file?", *, first=True):
        """Say something; return the event's id."""
        self.wait(5 * SECOND)
        event = said(
            self._id("e"),
            self.at + self.skew,
            text,
            user={"id": self.user} if self.user else None,
            **self._common(),
        )
        return self._put(event).event_id

    say = ask

    def _shown(self, reply, event_id, **also):
        self.wait(SECOND)
        reply_id = self._id("p")
        self._put(shown(reply, reply_id, self.at, event_id, **self._common(), **also))
        return reply_id

    def _request(self, event_id):
        asked = next(e for e in self.events if getattr(e, "event_id", "") == event_id)
        message = getattr(asked, "message", None)
        return {
            **self._common(),
            "request_id": ids.derive("request", self.app_id, event_id),
            "event_id": event_id,
            "occurred_at": asked.occurred_at,
            "text": message.text if message else (asked.text or ""),
            "user": {"id": self.user} if self.user else None,
        }

    def answer(self, event_id, document="uploads", *, tried=()):
        """Answer from a document; return the reply's id."""
        reply_id = self._shown(Answer, event_id)
        names = [document, *(each for each in tried if each != document)]
        self._put(
            ConversationResolved(
                **self._request(event_id),
                kind="document",
                name=document,
                title=document,
                reply_id=reply_id,
                attempts=attempts_of(names, self.at, outcome="succeeded"),
            )
        )
        return reply_id

    def need(self, event_id, *missing):
        """Ask for what an action needs."""
        return self._shown(Question, event_id, missing=list(missing or ["email"]))

    def admit(self, event_id, reason="no_match", *, tried=()):
        """Say that nothing was found, as an app that does not ask people yet."""
        near = list(tried)
        return self._shown(Question, event_id, missing=[], reason=reason, tried=near)

    def call(self, event_id):
        """Ask the platform to run an action; return the call's id."""
        call_id = self._id("k")
        self._shown(ActionCall, event_id, call_id=call_id, action="reset")
        return call_id

    def result(self, call_id, event_id, status="succeeded"):
        """Tell how a call ended; where it succeeded the request is answered."""
        self.wait(2 * SECOND)
        result = ActionResultReceived(
            **self._common(),
            event_id=self._id("e"),
            occurred_at=self.at + self.skew,
            call_id=call_id,
            status=status,
        )
        self._put(result)
        if status == "succeeded":
            reply_id = self._shown(Answer, result.event_id)
            self._put(
                ConversationResolved(
                    **self._request(event_id),
                    kind="action",
                    name="reset",
                    title="Reset",
                    reply_id=reply_id,
                )
            )

    def rate(self, reply_id, rating="unhelpful"):
        """Rate a reply; return the event's id."""
        self.wait(4 * SECOND)
        event = FeedbackGiven(
            **self._common(),
            event_id=self._id("e"),
            occurred_at=self.at + self.skew,
            reply_id=reply_id,
            rating=rating,
        )
        return self._put(event).event_id

    def press(self):
        """Press "talk to a person"; return the event's id."""
        self.wait(5 * SECOND)
        event = HandoffRequested(
            **self._common(),
            event_id=self._id("e"),
            occurred_at=self.at + self.skew,
            user={"id": self.user} if self.user else None,
        )
        return self._put(event).event_id

    def hand_over(self, event_id, reason="no_match", *, tried=()):
        """Hand a request to people; return the escalation's id."""
        attempts = attempts_of(tried, self.at)
        request = self._request(event_id)
        self._put(ConversationUnresolved(**request, reason=reason, attempts=attempts))
        self.wait(SECOND)
        escalation_id = self._id("s")
        self._put(
            EscalationOpened(
                **self._common(),
                escalation_id=escalation_id,
                number=f"ESC-{self._n}",
                request_id=request["request_id"],
                trigger_event_id=event_id,
                occurred_at=request["occurred_at"],
                opened_at=self.at,
                reason=reason,
                summary=request["text"],
                text=request["text"],
                conversation=[],
                attempts=attempts,
                user=request["user"],
            )
        )
        self._shown(
            Handoff,
            event_id,
            escalation_id=escalation_id,
            number=f"ESC-{self._n}",
            status="delivered",
            asked_at=request["occurred_at"],
        )
        self._revision = 0
        return escalation_id

    def change(self, escalation_id, before, after, *, actor="Sam", **also):
        """Change an escalation."""
        self._revision += 1
        self._put(
            EscalationUpdated(
                **self._common(),
                update_id=f"{escalation_id}/{self._revision}",
                escalation_id=escalation_id,
                revision=self._revision,
                change=also.pop("change", "status"),
                from_=before,
                to=after,
                actor=actor,
                at=self.at,
                occurred_at=self.at,
                reason="button",
                **also,
            )
        )

    def person(self, escalation_id, text="We looked into it, and it is fixed for you."):
        """Let a person answer."""
        self.wait(20 * MINUTE)
        self.change(escalation_id, "open", "answered")
        last = next(e for e in reversed(self.events) if getattr(e, "event_id", ""))
        self._shown(
            TeammateReply,
            last.event_id,
            escalation_id=escalation_id,
            author=Author(name="Sam"),
            text=text,
        )

    def done(self, escalation_id):
        """Let people be done with it."""
        self.wait(MINUTE)
        self.change(escalation_id, "answered", "resolved")

    def receipt(self, event_id, escalation_id, status="waiting"):
        """Tell how an escalation stands."""
        self._shown(
            Receipt, event_id, escalation_id=escalation_id, number="", status=status
        )

    def greet(self, event_id):
        """Invite a question."""
        self._shown(Question, event_id, missing=[])

    def withdraw(self):
        """Take back what waits."""
        self.wait(5 * SECOND)
        self._put(
            ConversationWithdrawn(
                **self._common(),
                event_id=self._id("e"),
                occurred_at=self.at + self.skew,
            )
        )

    def close(self):
        """End the chat."""
        self.wait(5 * SECOND)
        self._put(
            ConversationClosed(
                **self._common(),
                event_id=self._id("e"),
                occurred_at=self.at + self.skew,
            )
        )


def rows_of(events):
    """Return the stored rows of *events*, by app and conversation."""
    found = {}
    for event in events:
        fact = fact_of(event)
        name = _COLLECTIONS.get(fact.collection)
        if name is not None:
            lane = (fact.document["app_id"], fact.document["conversation_id"])
            getattr(found.setdefault(lane, Rows()), name).append(fact.document)
    return found


def history(chat):
    """Return the history of one chat, as the service reads it."""
    ((lane, rows),) = rows_of(chat.events).items()
    return history_of(*lane, rows)
