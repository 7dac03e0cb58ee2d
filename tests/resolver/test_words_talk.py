"""What people's words mean beside the question: talk, verdicts, repeats, topics."""

import pytest

from services.resolver.domain.words.follow_ups import is_follow_up
from services.resolver.domain.words.languages import SMALL_WORDS
from services.resolver.domain.words.similar import likeness
from services.resolver.domain.words.small_talk import small_talk
from services.resolver.domain.words.texts import TEXTS, choose_language, choose_text
from services.resolver.domain.words.topics import Topic, forbidden
from services.resolver.domain.words.verdicts import turns_down


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Hello there!", "greeting"),
        ("guten Tag zusammen", "greeting"),
        ("Bonjour", "greeting"),
        ("¡Buenos días!", "greeting"),
        ("你好", "greeting"),
        ("Thanks a lot for your help", "thanks"),
        ("Vielen Dank für die schnelle Hilfe", "thanks"),
        ("hi, thanks, that helped", "thanks"),
        ("obrigada!", "thanks"),
        ("спасибо большое", "thanks"),
        ("ありがとうございます", "thanks"),
        ("bye", "farewell"),
        ("tot ziens", "farewell"),
        ("ok cool", "nod"),
        ("👍", "nod"),
        ("hi, how do I export my data?", None),
        ("thanks but it still fails", None),
        ("good morning, my card is gone", None),
        ("helloooo", "greeting"),
        ("thnx", "thanks"),
        ("thank youuu 🙏", "thanks"),
        ("great, thx that did the trick", "thanks"),
        ("danke, das hat mir sehr geholfen", "thanks"),
        ("yes, thank you", "thanks"),
        ("thanks for your help", "thanks"),
        ("nvm, found it", "thanks"),
        ("sorry", "nod"),
        ("ok i'll try that", "nod"),
        ("Hi, I have a question", "opening"),
        ("help!!", "opening"),
        ("bonjour, j'ai une question", "opening"),
        ("can you help me with my invoice?", None),
        ("that's all?", None),
        ("👎", None),
        ("❓", "opening"),
        ("😭", "opening"),
        ("😭😭😭", "opening"),
        ("😡", None),
        ("🆘", None),
        ("🤷🏽‍♀️", "opening"),
        ("\U0001fae9", "opening"),
        ("...", "opening"),
        ("-", "opening"),
        (":(", "opening"),
        (":-)", "nod"),
        (":D", "nod"),
        ("<3", "nod"),
        ("❤️", "nod"),
        ("🙏🏻", "nod"),
        ("👍👍", "nod"),
        ("👋", "greeting"),
        ("83", None),
        ("x3", None),
        ("???", None),
        ("", None),
    ],
)
def test_small_talk_is_nothing_but_small_talk(text, kind):
    assert small_talk(text) == kind


@pytest.mark.parametrize(
    "text",
    [
        "That didn't help",
        "not what I asked",
        "it still doesn't work :(",
        "that is wrong",
        "same error",
        "not what I'm looking for",
        "I don't understand",
        "the problem persists",
        "sorry but that did not resolve my issue",
        "not really",
        "thanks for nothing",
        "no",
        "Das hat leider nicht geholfen",
        "ce n'est pas ce que j'ai demandé",
        "eso no me sirve",
        "isso não resolveu",
        "non mi ha aiutato",
        "dat is niet wat ik vroeg",
        "to nie pomogło",
        "bu işe yaramadı",
        "это не помогло",
        "没有用",
        "役に立ちませんでした",
        "도움이 안 돼요",
        "لم يساعدني",
    ],
)
def test_an_answer_is_turned_down_in_many_languages(text):
    assert turns_down(text)


@pytest.mark.parametrize(
    "text",
    [
        "How do I upload a file?",
        "the upload does not work on mobile",
        "why does my card not work abroad",
        "is that free?",
        "and if it still fails?",
        "What do I do if it doesn't work?",
        "Wie mache ich mein Profil nicht öffentlich?",
    ],
)
def test_a_further_question_turns_nothing_down(text):
    assert not turns_down(text)


@pytest.mark.parametrize(
    "text",
    ["my card doesn't work", "Die Karte funktioniert nicht", "card still not ok"],
)
def test_what_does_not_work_is_the_answer_only_if_it_was_asked_about(text):
    assert turns_down(text, asked="how do i activate my card karte")
    assert not turns_down(text, asked="where do i change my address")


@pytest.mark.parametrize(
    "text",
    [
        "and for invoices?",
        "what about the other one?",
        "how?",
        "can I delete it?",
        "does it cost extra?",
        "ok, and for invoices?",
        "thanks! and how do I get them as csv",
        "danke, und für Rechnungen?",
        "und für Rechnungen?",
        "et pour les factures ?",
        "¿y para facturas?",
    ],
)
def test_a_follow_up_is_known_by_its_words(text):
    assert is_follow_up(text)


@pytest.mark.parametrize(
    "text",
    [
        "How do I export my invoices?",
        "I forgot my password",
        "my card was stolen yesterday",
        "ok my card was stolen yesterday",
        "great, how do I export my invoices?",
        "Is it possible to export all invoices of a year at once?",
    ],
)
def test_a_question_of_its_own_is_no_follow_up(text):
    assert not is_follow_up(text)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("How do I delete my account", "how can i DELETE my acount??", True),
        ("How do I delete my account", "I asked: delete my account, how?", True),
        ("如何删除账户", "怎么删除账户", True),
        ("How do I enable login", "How do I disable login", False),
        ("refund order 17", "refund order 18", False),
        ("How do I export invoices to csv?", "How do I export invoices to pdf?", False),
        ("Can I upload zip files?", "can i upload pdf files", False),
        ("How do I export invoices?", "pls how do i export invoices", True),
        ("What is the fee for a transfer", "What is the limit for a transfer", False),
        ("When is my card renewed", "Why is my card renewed", False),
        ("", "how", False),
    ],
)
def test_the_same_question_is_known_in_other_words(one, other, same):
    assert (likeness(one, other) >= 0.8) is same


def test_a_forbidden_topic_is_found_as_whole_words():
    legal = Topic.of("legal", ["lawsuit*", "sue you", "rechtliche Schritte", "起诉"])

    def found(text):
        return forbidden(text, [legal]) is not None

    assert found("I am filing LAWSUITS tomorrow")
    assert found("we will sue you!")
    assert found("Wir prüfen rechtliche  Schritte.")
    assert found("我要起诉你们")
    assert not found("please pursue your goals")
    assert not found("the suede is blue")


def test_a_topic_of_nothing_forbids_nothing():
    assert Topic.of("empty", ["!!", " "]) is None


def test_every_text_is_there_in_every_language():
    kinds = {language: set(texts) for language, texts in TEXTS.items()}

    assert len(kinds) >= 7
    assert all(each == kinds["en"] for each in kinds.values())
    assert set(kinds) == set(SMALL_WORDS)


@pytest.mark.parametrize(
    ("locale", "text", "language"),
    [
        ("pt-BR", "error 500", "pt"),
        ("fr-FR", "hello", "fr"),
        ("en-GB", "Wie kann ich das exportieren?", "de"),
        ("de-DE", "how do I export this", "en"),
        ("de_AT", "", "de"),
        ("ja", "how much is it", "en"),
        (None, "Wie kann ich das exportieren?", "de"),
        (None, "Comment exporter mes factures ?", "fr"),
        (None, "Hallo", "de"),
        (None, "¡Hola!", "es"),
        (None, "Olá, bom dia", "pt"),
        (None, "J'ai besoin d'aide", "fr"),
        (None, "hm", "en"),
        (None, "bob@example.com", "en"),
        (None, "https://docs.example.com/es/un/la", "en"),
        (7, "", "en"),
    ],
)
def test_texts_follow_clear_words_else_the_browser(locale, text, language):
    assert choose_language(locale, text) == language


def test_a_value_in_a_text_is_never_read_as_a_text():
    own = {"low_confidence": "About {titles}? {other}"}

    text = choose_text("low_confidence", "en", own, titles="{titles} {0.__class__}")

    assert text == "About {titles} {0.__class__}? {other}"
