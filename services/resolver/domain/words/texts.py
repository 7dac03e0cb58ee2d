"""What the resolver says of its own, in the languages it can say it in."""

# ruff: noqa: E501 - a text to a line

from collections.abc import Mapping

from services.resolver.domain.words.languages import language_of

DEFAULT_LANGUAGE = "en"
CLEAR = 2
"""So many more small words of one language than of any other leave no doubt."""

TEXTS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "greeting": "Hello! What can I help you with?",
        "files": "Thank you, I have your file. What would you like to know or have done?",
        "no_match": "I couldn't find anything about this. Could you say it in other words? You can also ask for a person at any time.",
        "low_confidence": "I'm not sure I understood. Is it about {titles}? Please say a little more, or ask for a person.",
        "answer_rejected": "I'm sorry that this didn't help. What are you trying to do? You can also ask for a person at any time.",
        "action_failed": "I'm sorry, that didn't work. Please try again in a moment, or ask for a person.",
        "action_denied": "All right, I haven't done it. What would you like instead?",
        "done": "Done.",
        "needs": "To do this I need to know: {wanted}",
        "either": "Is it {said} or {known}?",
        "offer": "I can do this for you: {action}.",
        "go_ahead": "Shall I go ahead?",
        "announce": "One moment, I'm on it: {action}.",
    },
    "de": {
        "greeting": "Hallo! Wobei kann ich helfen?",
        "files": "Danke, die Datei ist da. Was möchten Sie wissen, oder was soll ich tun?",
        "no_match": "Dazu habe ich nichts gefunden. Können Sie es anders formulieren? Sie können auch jederzeit nach einem Menschen fragen.",
        "low_confidence": "Ich bin nicht sicher, ob ich richtig verstehe. Geht es um {titles}? Bitte schreiben Sie etwas mehr, oder fragen Sie nach einem Menschen.",
        "answer_rejected": "Schade, dass das nicht geholfen hat. Was möchten Sie tun? Sie können auch jederzeit nach einem Menschen fragen.",
        "action_failed": "Das hat leider nicht geklappt. Bitte versuchen Sie es gleich noch einmal, oder fragen Sie nach einem Menschen.",
        "action_denied": "In Ordnung, ich habe es nicht getan. Was möchten Sie stattdessen?",
        "done": "Erledigt.",
        "needs": "Dafür brauche ich noch: {wanted}",
        "either": "Ist es {said} oder {known}?",
        "offer": "Das kann ich für Sie tun: {action}.",
        "go_ahead": "Soll ich?",
        "announce": "Einen Moment, ich kümmere mich darum: {action}.",
    },
    "fr": {
        "greeting": "Bonjour ! Comment puis-je vous aider ?",
        "files": "Merci, j'ai bien reçu le fichier. Que souhaitez-vous savoir ou faire ?",
        "no_match": "Je n'ai rien trouvé à ce sujet. Pouvez-vous le dire autrement ? Vous pouvez aussi demander une personne à tout moment.",
        "low_confidence": "Je ne suis pas sûr de comprendre. S'agit-il de {titles} ? Précisez un peu, ou demandez une personne.",
        "answer_rejected": "Désolé que cela n'ait pas aidé. Que souhaitez-vous faire ? Vous pouvez aussi demander une personne à tout moment.",
        "action_failed": "Désolé, cela n'a pas fonctionné. Réessayez dans un instant, ou demandez une personne.",
        "action_denied": "Très bien, je ne l'ai pas fait. Que souhaitez-vous à la place ?",
        "done": "C'est fait.",
        "needs": "Pour cela, il me faut : {wanted}",
        "either": "Est-ce {said} ou {known} ?",
        "offer": "Je peux faire cela pour vous : {action}.",
        "go_ahead": "Est-ce que je le fais ?",
        "announce": "Un instant, je m'en occupe : {action}.",
    },
    "es": {
        "greeting": "¡Hola! ¿En qué puedo ayudarle?",
        "files": "Gracias, he recibido el archivo. ¿Qué quiere saber o qué necesita?",
        "no_match": "No encontré nada sobre esto. ¿Puede decirlo con otras palabras? También puede pedir una persona en cualquier momento.",
        "low_confidence": "No estoy seguro de haber entendido. ¿Se trata de {titles}? Dígame un poco más o pida una persona.",
        "answer_rejected": "Siento que no haya servido. ¿Qué quiere hacer? También puede pedir una persona en cualquier momento.",
        "action_failed": "Lo siento, no funcionó. Inténtelo de nuevo en un momento o pida una persona.",
        "action_denied": "De acuerdo, no lo he hecho. ¿Qué prefiere en su lugar?",
        "done": "Hecho.",
        "needs": "Para esto necesito saber: {wanted}",
        "either": "¿Es {said} o {known}?",
        "offer": "Puedo hacer esto por usted: {action}.",
        "go_ahead": "¿Lo hago?",
        "announce": "Un momento, me ocupo de ello: {action}.",
    },
    "pt": {
        "greeting": "Olá! Em que posso ajudar?",
        "files": "Obrigado, recebi o ficheiro. O que deseja saber ou fazer?",
        "no_match": "Não encontrei nada sobre isto. Pode dizer com outras palavras? Também pode pedir uma pessoa a qualquer momento.",
        "low_confidence": "Não tenho certeza de que entendi. É sobre {titles}? Diga um pouco mais ou peça uma pessoa.",
        "answer_rejected": "Lamento que não tenha ajudado. O que deseja fazer? Também pode pedir uma pessoa a qualquer momento.",
        "action_failed": "Lamento, não funcionou. Tente de novo daqui a pouco ou peça uma pessoa.",
        "action_denied": "Tudo bem, não fiz nada. O que prefere em vez disso?",
        "done": "Feito.",
        "needs": "Para isto preciso saber: {wanted}",
        "either": "É {said} ou {known}?",
        "offer": "Posso fazer isto por si: {action}.",
        "go_ahead": "Devo continuar?",
        "announce": "Um momento, estou tratando disso: {action}.",
    },
    "it": {
        "greeting": "Ciao! Come posso aiutarla?",
        "files": "Grazie, ho ricevuto il file. Che cosa vuole sapere o fare?",
        "no_match": "Non ho trovato nulla su questo. Può dirlo con altre parole? Può anche chiedere una persona in qualsiasi momento.",
        "low_confidence": "Non sono sicuro di aver capito. Si tratta di {titles}? Mi dica qualcosa in più, o chieda una persona.",
        "answer_rejected": "Mi dispiace che non sia servito. Che cosa vuole fare? Può anche chiedere una persona in qualsiasi momento.",
        "action_failed": "Mi dispiace, non ha funzionato. Riprovi tra poco, o chieda una persona.",
        "action_denied": "Va bene, non l'ho fatto. Che cosa preferisce invece?",
        "done": "Fatto.",
        "needs": "Per questo mi serve sapere: {wanted}",
        "either": "È {said} o {known}?",
        "offer": "Posso farlo per lei: {action}.",
        "go_ahead": "Procedo?",
        "announce": "Un momento, me ne occupo: {action}.",
    },
    "nl": {
        "greeting": "Hallo! Waarmee kan ik helpen?",
        "files": "Dank u, ik heb het bestand. Wat wilt u weten, of wat kan ik doen?",
        "no_match": "Hierover heb ik niets gevonden. Kunt u het anders zeggen? U kunt ook altijd om een mens vragen.",
        "low_confidence": "Ik weet niet zeker of ik u begrijp. Gaat het over {titles}? Vertel iets meer, of vraag om een mens.",
        "answer_rejected": "Jammer dat dit niet hielp. Wat wilt u doen? U kunt ook altijd om een mens vragen.",
        "action_failed": "Dat is helaas niet gelukt. Probeer het zo nog eens, of vraag om een mens.",
        "action_denied": "Goed, ik heb het niet gedaan. Wat wilt u in plaats daarvan?",
        "done": "Gedaan.",
        "needs": "Hiervoor moet ik nog weten: {wanted}",
        "either": "Is het {said} of {known}?",
        "offer": "Dit kan ik voor u doen: {action}.",
        "go_ahead": "Zal ik dat doen?",
        "announce": "Een ogenblik, ik ga ermee aan de slag: {action}.",
    },
}
"""Every text exists in every language; `thanks` has none: it needs no answer."""


def find_language(locale: object, *texts: str) -> str | None:
    """Return the user's language as a BCP 47 tag, of those we speak or any other.

    Clear words tell it, else the browser, else any words: many a browser speaks
    English, and its user writes German. None where nothing tells.
    """
    telling = next((each for each in texts if language_of(each)), "")
    clear = language_of(telling, lead=CLEAR)
    tag = locale.replace("_", "-") if isinstance(locale, str) else ""
    if clear is not None:
        # "pt-BR" says more than the words do, where both mean the same.
        return tag if _primary(tag) == clear else clear
    return tag or language_of(*texts)


def choose_language(locale: object, *texts: str) -> str:
    """Return the language to answer in: the user's, where it is one that we speak."""
    language = _primary(find_language(locale, *texts) or DEFAULT_LANGUAGE)
    return language if language in TEXTS else DEFAULT_LANGUAGE


def _primary(tag: str) -> str:
    return tag.partition("-")[0].lower()


def choose_text(
    kind: str, language: str, own: Mapping[str, str], **variables: str
) -> str:
    """Return the text of *kind*: the app's own, else ours; empty where there is none.

    Put together by parts, so that neither text nor value is read as a format.
    """
    text = own.get(kind) or TEXTS[language].get(kind, "")
    for name, value in variables.items():
        before, sign, after = text.partition(f"{{{name}}}")
        text = before + value + after if sign else text
    return text
