"""Asking for a person is heard in every language we list, and nothing else is."""

from time import process_time

import pytest

from services.resolver.domain.words.wishes.asking import asks_for_person

WISHES = {
    "english": "I want to talk to a human",
    "english, polite": "can I speak with a real person please?",
    "english, connect": "Please connect me to an agent.",
    "english, short": "human please!",
    "english, one word": "Agent",
    "english, shouted": "GET ME A HUMAN",
    "german": "Ich möchte mit einem Menschen sprechen",
    "french": "je voudrais parler à un conseiller",
    "french, someone": "Je veux parler à quelqu'un",
    "spanish": "Quiero hablar con una persona",
    "portuguese": "Quero falar com um atendente",
    "italian": "Voglio parlare con un operatore",
    "dutch": "Ik wil met een medewerker spreken",
    "swedish": "Jag vill prata med en människa",
    "danish": "Jeg vil snakke med et menneske",
    "finnish": "Haluan puhua ihmisen kanssa",
    "polish": "Chcę rozmawiać z człowiekiem",
    "czech": "Chci mluvit s člověkem",
    "romanian": "vreau să vorbesc cu un operator",
    "hungarian": "Emberrel szeretnék beszélni",
    "turkish": "Bir insanla görüşmek istiyorum",
    "greek": "Θέλω να μιλήσω με έναν άνθρωπο",
    "russian": "Хочу поговорить с оператором",
    "ukrainian": "Хочу поговорити з людиною",
    "hebrew": "אני רוצה לדבר עם נציג",
    "arabic": "أريد التحدث مع شخص",
    "hindi": "मुझे इंसान से बात करनी है",
    "indonesian": "Saya ingin bicara dengan orang",
    "vietnamese": "tôi muốn nói chuyện với nhân viên",
    "thai": "ฉันต้องการคุยกับเจ้าหน้าที่",
    "chinese": "我要人工客服",
    "japanese": "オペレーターにつないでください",
    "korean": "상담원 연결해 주세요",
}
OTHERS = {
    "a denied wish": "I don't want to talk to a human",
    "a complaint of an agent": "The agent was rude to me yesterday",
    "the past": "I talked to an agent yesterday and nothing changed",
    "a payment to a person": "How do I transfer money to a person in Spain?",
    "another person": "Can someone else use my card?",
    "a rate": "Can I get a representative exchange rate",
    "a doubt": "am i speaking with a real person",
    "a word inside another": "What does humanitarian aid cost?",
    "the story": "I'm getting error 500 when I try to upload files larger than 10MB",
    "nothing": "",
}


@pytest.mark.parametrize("text", WISHES.values(), ids=WISHES.keys())
def test_a_wish_for_a_person_is_heard(text):
    assert asks_for_person(text)


@pytest.mark.parametrize("text", OTHERS.values(), ids=OTHERS.keys())
def test_other_words_are_no_wish(text):
    assert not asks_for_person(text)


def test_a_wish_at_the_end_of_a_long_text_is_heard():
    assert asks_for_person("It does not work. " * 500 + "Let me talk to a human.")


@pytest.mark.parametrize("letter", ["a", "人", "х", "ا", "\n", "!", ". ", "\n "])
def test_pasted_data_holds_nothing_up(letter):
    began = process_time()

    for at in range(3):
        asks_for_person(f"{letter * 200_000} {at}")

    assert process_time() - began < 2  # it took half an hour


@pytest.mark.parametrize("wish", ["I want to talk to a human", "我要人工客服"])
def test_a_wish_at_either_end_of_pasted_data_is_heard(wish):
    pasted = "0f9e " * 20_000

    assert asks_for_person(f"{wish}. {pasted}")
    assert asks_for_person(f"{pasted}. {wish}")


@pytest.mark.parametrize("text", ["a" * 34, "a" * 200, f"sk-live-{'a' * 20}"])
def test_a_run_of_one_letter_is_no_wish(text):
    assert not asks_for_person(text)


@pytest.mark.parametrize(
    "text",
    [
        *("はい", "いいえ", "やめて", "やめてください", "中止してください"),
        *("네", "취소해 주세요", "取消", "हाँ", "لا", "нет", "hayır", "nie", "batal"),
        *("yes", "stop it please", "ja", "annuler", "basta", "cancelar", "nej tack"),
    ],
)
def test_a_yes_or_a_no_is_no_wish(text):
    assert not asks_for_person(text)


@pytest.mark.parametrize(
    "text",
    [
        *("can I export?", "export please", "Where is export?", "I need export"),
        *("letter?", "where is directory", "can I manage?", "where is manage"),
    ],
)
def test_an_everyday_word_is_no_typo_of_a_person(text):
    assert not asks_for_person(text)
