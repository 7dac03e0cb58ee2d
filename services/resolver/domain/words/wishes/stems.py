"""Beginnings of the words that a wish for a person is made of, and what is none."""

# ruff: noqa: E501 - lists of words

STEMS = {
    "p": "insan temsilci yetkili calisan danisman uzman gorevli mitarbeiter ansprechpartner kundenberater sachbearbeit conseill representan asesor atendent asystent konsultant konsultant doradc pracownik przedstawiciel handlagg medarbet radgiv kundebehandl asiakaspalvelij ugyintez munkatars консультант сотрудник оператор специалист представител medewerk adviseur mensch interlocut teleoperador",
    "q": "mudur yonetic kierowni przelozon vorgesetz responsab superviso менеджер начальник руководител gerente funcionari encargad impiegat dipendent anybod somebod leidinggev collegh kolleg supervis employe",
    "u": "kundenservic kundendienst kundensupport kundenbetreu klantenservic klantendienst kundtj kundservic kundeservic hizmet destek поддержк саппорт soport suport supporto assistenz wsparci dzial clientel helpline hotline",
    "s": "parler parlar falar convers discut comunic chatt chatear dialog поговор погово общать разговарив пообщ rozmawia porozmawia pogada skontakt prata snakk puhu mluvit promluv",
    "t": "gorus konus yazis sprech telefonier besprech unterhalt beszel",
    "c": "connect transf redirig redirec rediri transmet mettez verbind verbund weiterleit durchstell durchgest doorverb doorsch polacz przelacz przekier przekaz bagla aktar yonlendir соедин переключ свяж перевед перевод подключ направ collegar collega passate passami derivar deriv derive comuniqu comunica comunique encaminh direcion kopp vidarekopp trasfer dirott",
    "l": "appelez rappel appele recontact contact contatt kontaktier llamen llamar llamenme llameme llamame ligue ligar telefon richiam chiamate chiamat anruf zuruckruf terugbel opbel zadzwon oddzwon перезвон позвон созвон uppring arasin arayin kontaktni devolver",
    "w": "wunsch mocht konnt wurd souhait voudr aimer pourr pouvez necesit quisier podr podri gustar deseo desear precis gostar poder gostav preferi vorre potre desider chcial potrzeb wolal skulle istiyor хоте хотел нужн необход позов позва пригла volevo pourrai допуст",
    "h": "atend atiend helfen hilft weiterhelf ayud ajud aiut assist yardim помо pomoc pomoz hjalp",
}
"""By class: what a language makes of a word by its endings."""
NEUTRAL = """
conversacion conversaciones conversacao conversa conversas conversazione conversazioni unterhaltung unterhaltungen konversation rozmowy
pratade pratat rozmawialem rozmawialam rozmawiam rozmawial gorustum konustum konusuyorum gorusuyorum разговаривал разговаривала разговариваю conversei conversado gesprochen besprochen общался transferred called talked spoke connected contacted personal personnel peoples contacts transfers connector connection connections connecting calling supporting supports supported agenda servicio services llamada llamadas helpful contacto contactos telefonnummer kontakten kontakte assistant precise precision aide aides aider comunicado transfert transferencia transferencias
"""
"""Words that begin or sound like those above and are something else."""
