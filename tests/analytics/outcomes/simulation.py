"""Conversations with a known end, as varied as people are; labelled by their script."""

from dataclasses import dataclass, field
from datetime import timedelta

from tests.analytics.factories import NOON
from tests.analytics.outcomes.chat import DAY, SECOND, Chat
from tests.analytics.outcomes.people import People


@dataclass
class Played:
    """A played conversation, and whether it holds a dead end."""

    chat: Chat
    script: str
    dead: bool
    came: list[str] = field(default_factory=list)


class Play(People):
    """Plays scripts with the topics of one half."""

    def __init__(self, half, seed):
        super().__init__(half, seed)
        self.played = []
        self.n = 0

    # Chats.

    def chat(self, *, user=None, at=None):
        self.n += 1
        start = NOON + timedelta(minutes=self.chance.randrange(60 * 24 * 60))
        skew = self.chance.choice([0, 0, 0, 3, -2]) * SECOND
        return Chat(
            f"c-{self.n}",
            user=user or f"u-{self.n}",
            at=at or start,
            skew=skew,
        )

    def answered(self, chat, topic, text):
        event = chat.ask(text)
        found = self.tried(topic)
        return chat.answer(event, found[0], tried=found)

    def unknown(self, chat, topic, text):
        chat.admit(chat.ask(text), tried=self.tried(topic))

    def pause(self, chat):
        chat.wait(timedelta(seconds=self.chance.randrange(5, 400)))

    def keep(self, chat, script, *, dead, came=()):
        if self.chance.random() < 0.1:
            chat.close()
        self.played.append(Played(chat, script, dead, list(came)))

    # Scripts: each plays one or two conversations.

    def left_content(self):
        chat, topic = self.chat(), self.topic()
        self.answered(chat, topic, self.wordings(topic, 1)[0])
        self.keep(chat, "left_content", dead=False, came=["resolved"])

    def said_thanks(self):
        chat, topic = self.chat(), self.topic()
        self.answered(chat, topic, self.wordings(topic, 1)[0])
        self.pause(chat)
        chat.say(self.says("thanks", "nods"))
        self.keep(chat, "said_thanks", dead=False, came=["resolved"])

    def rated(self):
        chat, topic = self.chat(), self.topic()
        reply = self.answered(chat, topic, self.wordings(topic, 1)[0])
        if self.chance.random() < 0.3:
            chat.rate(reply, "unhelpful")  # a slip of the thumb
        chat.rate(reply, "helpful")
        self.keep(chat, "rated", dead=False, came=["resolved"])

    def greeted_only(self):
        chat = self.chat()
        chat.greet(chat.say(self.chance.choice(["hi", "Hello", "hey there"])))
        if self.chance.random() < 0.5:
            chat.say("bye")
        self.keep(chat, "greeted_only", dead=False)

    def rejected_and_escalated(self):
        chat, topic = self.chat(), self.topic()
        reply = self.answered(chat, topic, self.wordings(topic, 1)[0])
        event = chat.events[0].event_id
        chat.rate(reply)
        escalation = chat.hand_over(event, "answer_rejected", tried=self.tried(topic))
        self.people(chat, escalation)
        self.keep(chat, "rejected_and_escalated", dead=False)

    def people(self, chat, escalation):
        roll = self.chance.random()
        if roll < 0.6:
            chat.person(escalation)
            chat.done(escalation)
        elif roll < 0.7:
            chat.wait(DAY)
            chat.change(escalation, "open", "expired", actor="handrail")
        elif roll < 0.8:
            chat.withdraw()
            chat.change(escalation, "open", "withdrawn", actor="user")
        elif roll < 0.9:
            chat.receipt(chat.say("any news?"), escalation)

    def rejected_and_left(self):
        chat, topic = self.chat(), self.topic()
        reply = self.answered(chat, topic, self.wordings(topic, 1)[0])
        if self.chance.random() < 0.6:
            chat.admit(chat.rate(reply), "answer_rejected")
        else:
            chat.admit(chat.say(self.says("gripes")), "answer_rejected")
        self.keep(chat, "rejected_and_left", dead=True, came=["abandoned"])

    def rejected_then_answered(self):
        chat, topic = self.chat(), self.topic()
        first, second = self.wordings(topic, 2)
        chat.admit(chat.rate(self.answered(chat, topic, first)), "answer_rejected")
        self.answered(chat, topic, second)
        if self.chance.random() < 0.5:
            chat.say(self.says("thanks"))
        self.keep(chat, "rejected_then_answered", dead=False, came=["resolved"])

    def escalated_at_once(self):
        chat, topic = self.chat(), self.topic()
        event = chat.ask(self.wordings(topic, 1)[0])
        self.people(chat, chat.hand_over(event, tried=self.tried(topic)))
        self.keep(chat, "escalated_at_once", dead=False)

    def nothing_and_left(self):
        chat, topic = self.chat(), self.topic()
        self.unknown(chat, topic, self.wordings(topic, 1)[0])
        if self.chance.random() < 0.4:
            chat.say(self.says("polite"))
        self.keep(chat, "nothing_and_left", dead=True, came=["abandoned"])

    def nothing_then_answered(self):
        chat, topic = self.chat(), self.topic()
        first, second = self.wordings(topic, 2)
        self.unknown(chat, topic, first)
        self.pause(chat)
        self.answered(chat, topic, second)
        self.keep(chat, "nothing_then_answered", dead=False, came=["resolved"])

    def nothing_twice_then_escalated(self):
        chat, topic = self.chat(), self.topic()
        first, second, third = self.wordings(topic, 3)
        self.unknown(chat, topic, first)
        self.unknown(chat, topic, second)
        event = chat.ask(third)
        self.people(chat, chat.hand_over(event, "no_match", tried=self.tried(topic)))
        self.keep(chat, "nothing_twice_then_escalated", dead=False)

    def nothing_but_found_it(self):
        chat, topic = self.chat(), self.topic()
        self.unknown(chat, topic, self.wordings(topic, 1)[0])
        self.pause(chat)
        chat.say(self.says("solved", "dropped"))
        self.keep(chat, "nothing_but_found_it", dead=False, came=["withdrawn"])

    def nothing_then_something_else(self):
        chat, topic = self.chat(), self.topic()
        self.unknown(chat, topic, self.wordings(topic, 1)[0])
        self.pause(chat)
        other = self.topic(unlike=topic)
        self.answered(chat, other, self.wordings(other, 1)[0])
        self.keep(
            chat,
            "nothing_then_something_else",
            dead=True,
            came=["abandoned", "resolved"],
        )

    def rephrased_and_left(self):
        chat, topic = self.chat(), self.topic()
        for text in self.wordings(topic, self.chance.choice([3, 3, 4])):
            self.answered(chat, topic, text)
            self.pause(chat)
        self.keep(chat, "rephrased_and_left", dead=True, came=["rephrased"])

    def rephrased_and_content(self):
        chat, topic = self.chat(), self.topic()
        for text in self.wordings(topic, 3):
            reply = self.answered(chat, topic, text)
            self.pause(chat)
        if self.chance.random() < 0.5:
            chat.rate(reply, "helpful")
        else:
            chat.say(self.says("content"))
        self.keep(chat, "rephrased_and_content", dead=False, came=["resolved"])

    def rephrased_once(self):
        chat, topic = self.chat(), self.topic()
        for text in self.wordings(topic, 2):
            self.answered(chat, topic, text)
            self.pause(chat)
        self.keep(chat, "rephrased_once", dead=False, came=["resolved"])

    def rephrased_and_escalated(self):
        chat, topic = self.chat(), self.topic()
        first, second = self.wordings(topic, 2)
        self.answered(chat, topic, first)
        event = chat.ask(second)
        self.people(
            chat, chat.hand_over(event, "repeated_question", tried=self.tried(topic))
        )
        self.keep(chat, "rephrased_and_escalated", dead=False)

    def many_questions(self):
        chat, topic = self.chat(), self.topic()
        for _ in range(self.chance.choice([2, 3, 4])):
            self.answered(chat, topic, self.wordings(topic, 1)[0])
            self.pause(chat)
            topic = self.unasked(chat)
        self.keep(chat, "many_questions", dead=False)

    def unasked(self, chat):
        """Return a topic of no message of *chat*, often near the last one."""
        asked = {getattr(each, "name", "") for each in chat.events}
        while True:
            topic = self.topic(unlike=self.topic())
            if topic[1] not in asked:
                return topic

    def follow_ups(self):
        chat, topic = self.chat(), self.topic()
        self.answered(chat, topic, self.wordings(topic, 1)[0])
        for text in self.chance.sample(self.said["follow_ups"], 2):
            self.pause(chat)
            self.answered(chat, topic, text)
        self.keep(chat, "follow_ups", dead=False)

    def question_left(self):
        chat, topic = self.chat(), self.topic()
        chat.need(chat.ask(self.wordings(topic, 1)[0]))
        if self.chance.random() < 0.3:
            chat.need(chat.say("what do you mean?"))
        self.keep(chat, "question_left", dead=True, came=["abandoned"])

    def question_then_person(self):
        chat, topic = self.chat(), self.topic()
        chat.need(chat.ask(self.wordings(topic, 1)[0]))
        escalation = chat.hand_over(chat.press(), "asked_for_person")
        self.people(chat, escalation)
        self.keep(chat, "question_then_person", dead=False)

    def action_done(self):
        chat, topic = self.chat(), self.topic()
        asked = chat.ask(self.wordings(topic, 1)[0])
        event = asked
        if self.chance.random() < 0.6:
            chat.need(asked)
            event = chat.say("ana@example.com")
        chat.result(chat.call(event), asked)
        if self.chance.random() < 0.3:
            chat.say(self.says("nods"))
        self.keep(chat, "action_done", dead=False, came=["resolved"])

    def action_failed(self):
        chat, topic = self.chat(), self.topic()
        event = chat.ask(self.wordings(topic, 1)[0])
        chat.result(chat.call(event), event, "failed")
        self.people(chat, chat.hand_over(event, "action_failed"))
        self.keep(chat, "action_failed", dead=False)

    def action_failed_and_left(self):
        chat, topic = self.chat(), self.topic()
        event = chat.ask(self.wordings(topic, 1)[0])
        call = chat.call(event)
        if self.chance.random() < 0.5:
            chat.result(call, event, self.chance.choice(["failed", "denied"]))
            chat.admit(chat.events[-1].event_id, "action_failed")
        self.keep(chat, "action_failed_and_left", dead=True, came=["abandoned"])

    def button(self):
        chat = self.chat()
        self.people(chat, chat.hand_over(chat.press(), "asked_for_person"))
        self.keep(chat, "button", dead=False)

    def came_back(self):
        first, topic = self.chat(), self.topic()
        one, other = self.wordings(topic, 2)
        self.answered(first, topic, one)
        if self.chance.random() < 0.4:
            first.say(self.says("thanks"))
        later = timedelta(minutes=self.chance.randrange(60, 60 * 24 * 6))
        if self.chance.random() < 0.3:
            first.wait(later)
            second = first
        else:
            second = self.chat(user=first.user, at=first.at + later)
        event = second.ask(other)
        found = self.tried(topic)
        if self.chance.random() < 0.5:
            second.answer(event, found[0], tried=found)
        else:
            self.people(second, second.hand_over(event, tried=found))
        self.keep(first, "came_back", dead=True)
        if second is not first:
            self.keep(second, "was_back", dead=False)

    def came_back_late(self):
        first, topic = self.chat(), self.topic()
        one, other = self.wordings(topic, 2)
        self.answered(first, topic, one)
        later = timedelta(days=self.chance.randrange(8, 20))
        second = self.chat(user=first.user, at=first.at + later)
        self.answered(second, topic, other)
        self.keep(first, "came_back_late", dead=False, came=["resolved"])
        self.keep(second, "came_back_late", dead=False, came=["resolved"])

    def came_with_another(self):
        first, topic = self.chat(), self.topic()
        self.answered(first, topic, self.wordings(topic, 1)[0])
        other = self.topic(unlike=topic)
        later = timedelta(minutes=self.chance.randrange(60, 60 * 24 * 6))
        second = self.chat(user=first.user, at=first.at + later)
        self.answered(second, other, self.wordings(other, 1)[0])
        self.keep(first, "came_with_another", dead=False, came=["resolved"])
        self.keep(second, "came_with_another", dead=False, came=["resolved"])

    def came_back_to_people(self):
        first, topic = self.chat(), self.topic()
        one, other = self.wordings(topic, 2)
        escalation = first.hand_over(first.ask(one), tried=self.tried(topic))
        first.person(escalation)
        first.done(escalation)
        later = timedelta(minutes=self.chance.randrange(60, 60 * 24 * 5))
        second = self.chat(user=first.user, at=first.at + later)
        self.people(
            second, second.hand_over(second.ask(other), tried=self.tried(topic))
        )
        self.keep(first, "came_back_to_people", dead=False)
        self.keep(second, "came_back_to_people", dead=False)


WEIGHTS = {
    "left_content": 14, "said_thanks": 12, "rated": 5, "greeted_only": 3,
    "rejected_and_escalated": 5, "rejected_and_left": 4, "rejected_then_answered": 4,
    "escalated_at_once": 6, "nothing_and_left": 4, "nothing_then_answered": 4,
    "nothing_twice_then_escalated": 3, "nothing_but_found_it": 4,
    "nothing_then_something_else": 3, "rephrased_and_left": 4,
    "rephrased_and_content": 4, "rephrased_once": 4, "rephrased_and_escalated": 3,
    "many_questions": 5, "follow_ups": 4, "question_left": 3,
    "question_then_person": 2, "action_done": 6, "action_failed": 2,
    "action_failed_and_left": 2, "button": 3, "came_back": 6, "came_back_late": 3,
    "came_with_another": 5, "came_back_to_people": 3,
}  # fmt: skip


def simulate(half, *, seed, conversations=2_000):
    """Return at least that many labelled conversations."""
    play = Play(half, seed)
    names, weights = list(WEIGHTS), list(WEIGHTS.values())
    while len(play.played) < conversations:
        (name,) = play.chance.choices(names, weights)
        getattr(play, name)()
    return play.played
