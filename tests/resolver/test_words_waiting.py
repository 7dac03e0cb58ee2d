"""Who only asks whether anybody is there, or how long; and who says something."""

import pytest

from services.resolver.domain.words.waiting.asking import asks_if_there

ASKING = """
u there? | r u there?? | are you guys there | anyone alive | you still here?
Hello, I'm still waiting for an answer | I've been waiting for 20 minutes
any updates on this? | any news on my ticket? | what's taking so long?
is anyone looking into this? | when will I get a response? | Is this chat still active?
seid ihr noch dran? | Wie lange dauert's noch? | ich warte seit 20 Minuten
Gibt es schon was Neues? | allô ? | Vous êtes encore là ? | t'es encore là ?
J'attends encore... | ¿están ahí todavía? | ¿me leen? | ¿cuánto más tengo que esperar?
siete ancora lì? | pronto? | vocês ainda estão aí? | alô? | är du där? | hallå?
er du der endnu? | oletko vielä siellä? | haloo? | jesteście tam jeszcze? | jste tam?
ott vagytok még? | e cineva acolo? | είσαι ακόμα εκεί; | هل ما زلت هناك؟ | ألو؟ | הלו?
हैलो? | आप अभी भी वहाँ हैं? | còn ai không? | may tao ba? | има ли някой? | ima li koga?
kas keegi on seal? | hi ha algú? | আপনি কি আছেন? | யாராவது இருக்கீங்களா?
❓ | ❓❓ | ⁉️ | ⏳ | 👀 | 🤷‍♀️ | ?! | ؟
"""
SAYING = """
The export still fails | Where are my invoices? | Is anyone able to upload files?
What's the status of my order 42? | How long does a refund take? | My status page is red
How long is the trial? | Can you hear sound in the video? | It fails at 37 % | 👍 | 😭 | 42
Wie lange ist die Testphase? | ¿Dónde están mis facturas? | Where is there a dark mode?
"""


def each_of(block: str) -> list[str]:
    return [
        each.strip() for each in block.replace("\n", "|").split("|") if each.strip()
    ]


@pytest.mark.parametrize("text", each_of(ASKING))
def test_a_sign_of_life_is_asked_for_in_many_ways(text):
    assert asks_if_there(text)


@pytest.mark.parametrize("text", each_of(SAYING))
def test_a_question_of_its_own_or_a_fact_is_none(text):
    assert not asks_if_there(text)
