"""The words that a wish for a person is made of, by what they do in it."""

# ruff: noqa: E501, RUF001 - lists of words, a language to a line

PERSON = """
servicekraft betreuer betreuerin angestellten gestionnaire collaborateur collaboratrice operario teleoperadora colaboradora impiegato impiegata vertegenwoordiger servicemedewerker supportmedarbetare tjansteman memur personel personelle eleman elemanla работник работником работника menneskelig ihmiselle ihmiseen henkilolle clovekovi reprezentantem operaator insanlar humanoid
nhan ادم hooman human humans representative representatives rep agent agents agnt operator operators advisor adviser humanbeing
mensch menschen mitarbeiter mitarbeiterin mitarbeitern mitarbeitenden ansprechpartner ansprechpartnerin berater beraterin kundenberater kundenbetreuer sachbearbeiter agenten supportmitarbeiter servicemitarbeiter menschlichen
humain humaine humains conseiller conseillere conseille conseillers operateur operatrice teleconseiller interlocuteur etrehumain humano humana humanos agente agentes asesor asesora operador operadora representante ejecutivo ejecutiva teleoperador
atendente atendentes assistente colaborador consultor umano umana umani operatore operatrice operatori consulente addetto addetta agenti mens mensen medewerker medewerkster adviseur klantmedewerker
czlowiek czlowieka czlowiekiem czlowiekowi ludzie ludzmi konsultant konsultanta konsultantem konsultantka konsultantke konsultantow doradca doradcy doradce pracownik pracownika pracownikiem operatora operatorem przedstawiciel przedstawiciela przedstawicielem agentem agenta
manniska manniskor handlaggare medarbetare radgivare kundtjanstmedarbetare operator menneske mennesker medarbejder medarbeider kundebehandler radgiver saksbehandler ihminen ihmisen ihmista asiakaspalvelija asiakaspalvelijan
clovek clovekem cloveka clovekom operator operatorem operatora pracovnik pracovnikem
insan insana insanla insani temsilci temsilciye temsilciyi temsilciyle temsilcisi temsilcisine temsilcisiyle temsilcisini temsilcinize operatore operatoru operatorle danisman danismana danismanla yetkili yetkiliye yetkiliyle yetkilisiyle calisan calisana calisanla calisaninizla gorevli gorevliyle gorevliye uzman uzmana uzmanla
emberrel embert ugyintezo ugyintezovel ugyintezot munkatars munkatarssal munkatarsat omul reprezentant consultant
человек человека человеком человеку людьми оператор оператора оператором оператору операторы сотрудник сотрудника сотрудником сотруднику консультант консультанта консультантом специалист специалиста специалистом специалисту представитель представителя представителем агент агента агентом чиловек чиловеком чиловека
людина людину людиною людини операторе працівник працівника працівником менеджером ανθρωπο ανθρωπος εκπροσωπο υπαλληλο manusia petugas operator agen staf ejen insaan इंसान एजेंट प्रतिनिधि व्यक्ति आदमी נציג נציגה אדם בנאדם
شخص موظف موظفه موظفين انسان ممثل وكيل بشري مشرف مسؤول مسوول ادمي موظفي
"""
"""Enough for a wish with any word of wanting, or alone."""

SOMEONE = """
sum1 smone somone someonee sbdy irgendjemand irgendwem irgendjemanden quelquun qqn quelquune algn alguienn algm ktokolwiek kimkolwiek nagonting jonkin
nguoi mudurunuze mudurunuzle yoneticinize amirinizle gente folks menschenkind executive
person persons people someone somebody some1 sb anyone anybody manager managers supervisor specialist specialists colleague colleagues employee employees teammate boss engineer expert staff member
jemand jemanden jemandem jmd wen kollege kollegen kollegin vorgesetzten vorgesetzter chef manager experten spezialisten techniker personne quelqu quelqun qqun qqn responsable collegue superieur employe technicien specialiste
persona personas alguien jefe jefa encargado encargada gerente companero companera supervisor tecnico especialista empleado pessoa pessoas alguem gerente chefe supervisor especialista colega funcionario tecnico responsavel
persona persone qualcuno responsabile collega specialista capo tecnico persoon personen iemand collega baas leidinggevende specialist
osoba osoby osobe kims ktos kogos kierownik kierownika kierownikiem przelozony przelozonego przelozonym specjalista specjalisty specjaliste specjalista kolega person nagon chef kollega specialist nogen noen jonkun henkilo henkilon nekym nekdo niekym
kisi kisiyle kisiye biri birisi biriyle birisiyle birine yonetici yoneticinizle yoneticiyle mudur mudurunuzle valakivel valaki cineva persoana
кем нибудь кто менеджер менеджера менеджером менеджеру начальник начальника начальником начальством руководитель руководителя руководителем люди кимось хтось καποιον orang seseorang cs किसी מישהו احد حد احدا مدير المدير
"""
"""A person where it is said that one wants to speak with them."""

SERVICE = """
support team helpdesk sales customer service care desk department kundenservice kundendienst kundensupport kundenbetreuung service hotline team service client clients clientele assistance equipe soporte atencion cliente equipo servicio
suporte atendimento equipe  servizio clienti assistenza supporto klantenservice klantendienst helpdesk obsluga obsluge obslugi klienta dzialem dzialu dzial wsparcie wsparciem biurem zespolu kundtjanst kundservice supporten
kundeservice asiakaspalvelu asiakaspalvelun hizmetleri hizmetlerine hizmetleriyle destek destege destekle поддержка поддержку поддержкой поддержки службой службу саппорт خدمه العملاء دعم الزبائن
"""

REAL = """
real live actual human physical living genuine proper flesh echt echte echten echter echtes richtigen richtiger richtige real realen menschlich menschliche menschlicher menschlichen lebendigen personlich personlichen personliche
vrai vraie veritable reel reelle humaine real verdadera verdadero humana humano carne hueso viva real verdade humano humana vera vero reale reali umana umano echt echte levend levende menselijk menselijke
prawdziwy prawdziwa prawdziwym zywy zywa zywym zywego prawdziwego ludzka riktig riktiga mansklig manskliga personlig levande rigtig rigtigt ekte gercek canli
живой живого живым живому живые реальный реального реальным реальному настоящий настоящего настоящим живою справжньою حقيقي حقيقيه بشريه البشري
"""

SPEAK = """
charlar platicar dialogar causer bavarder tchater tchat papear dialogare conversare colloquio mowic gadac pogadac rozmowy dyskutowac snack sprak pratstund переговорить болтать беседовать разговора разговор побеседовать puhua keskustelu hablarle converso
noi gap tro hablarle hablemos محادثه talk speak chat converse tlak takl speek spek tallk talking speaking chatting discuss parler discuter echanger communiquer converser parle parlr tchatter entretenir
hablar ablar chatear conversar comunicarme comunicar platicar hable falar conversar comunicar fala flar teclar parlare chattare comunicare discutere parlre rozmawiac porozmawiac pogadac gadac pisac rozmowa rozmowe rozmowy skontaktowac skontaktuj
prata tala chatta snacka pratta tale snakke chatte puhua jutella keskustella mluvit promluvit hovorit rozpravat vorbesc vorbi discut поговорить говорить пообщаться общаться разговаривать паговорить погаварить связаться поговорити говорити
μιλησω συνομιλησω bicara berbicara ngobrol bercakap לדבר לשוחח التحدث اتحدث التكلم اتكلم اكلم كلم التواصل اتواصل احكي حكي يكلمني الحديث تواصل
"""

SPEAK_LAST = """
schnacken plaudern quatschen kletsen overleggen goruseyim konusabileyim gorusecegim konusacagim
sprechen reden chatten schreiben telefonieren unterhalten quatschen kommunizieren praten spreken chatten babbelen spreek
gorusmek konusmak gorusebilir konusabilir gorusme konusma gorus konus gorusmem konusmam konusayim gorusmeliyim goruseyim konusmaya yazismak beszelni beszelnek beszelhetek baat बात बातचीत
"""
"""Verbs that stand behind the person, in languages that have it so."""

CONNECT = """
vermitteln vermitteln durchzustellen stellen schick brancher basculer basculez rediriger orientez enlaza enlazame enlazar remita ponga pongame pongan ponganme chama chame chamar ponha colleghi girami inoltrami schakel koppel haal verbindt skieruj wezwij zawolaj przekazcie slussa hamta ilet iletin cagir cagirin вызови вызовите вызвать пригласи spojte prepojte spojit spoj prepojit yhdista conectati legatura
mis mise connect transfer put pass forward redirect hand route patch switch refer link conect tranfer transfere verbinde verbinden verbindung verbunden leite leiten durchstellen weiterleiten weiterleitung weitergeben hol holt
passez passer passe mettre mettez transferez transferer transmettre transmettez connectez connecter relation dirigez joindre
comuniqueme comunicame comunicar pasame paseme pasa pasar pasarme pasas ponme poner transfiereme transfieranme transferirme transferir conectame conecteme derivame deriveme contactar contactarme comunicarme
transfere transfira transferir passa passe passar passarem conecte conectar encaminhe encaminhar coloque contatar direcione
passi passami passa passarmi passare metta mettetemi mettermi collegami collegarmi collegare trasferitemi trasferisci trasferirmi trasferire contattare contatto doorverbinden verbind doorzetten zet
polacz polaczcie polaczyc polaczenie przelacz przelaczcie przekieruj przekierujcie koppla kopplad skicka koppling forbind sett koble spojit prepojit
bagla baglan baglar baglayin baglanmak baglanabilir aktar aktarin aktarir yonlendir yonlendirin baglayabilir hubungkan sambungkan соедините соедини соединить переключите переключи переключить свяжите связать переведите переведи подключите подключи
зєднайте зв яжіть תעבירו حولني حولوني تحويل تحويلي تحولني وصلني اوصلني وصلوني
"""
"""To bring two together; a `me` or the matter may stand between it and the person."""

WANT = """
haben hab avere ter tener hebben miec может могла мог мочь doresc as trebuie potrzebna chcemy wollen wollte wollten mochten tahdon tarvitsen chtela chtel potrebuji potrebujem kellene szeretnem хотіла хотів треба gerek gerekiyor lazim isterdim olur butuh perlu muon behover behovs
hatt hav avoir pueda puedan moze moga prosic potrzebny potrzebna reach ha want wanna need needs like prefer rather give gimme get let can could may might would wish demand require have find reach bring send request
will moechte mochte wil brauche brauch hatte gerne gern gib gebt geben kann konnen konnte darf durfte wunsche wurde will
veux voudrais jveux souhaite aimerais prefere peux puis pouvez peut donnez donne laissez besoin envie faut pourrais pourriez exige
quiero kiero quisiera necesito puedo podria pueden puede puedes gustaria prefiero dame deme denme dejame dejeme desearia deseo atienda exijo  quero qro queria preciso posso poderia pode podem gostaria prefiro desejo deixe exijo atendido
voglio volgio vorrei posso puo potrei potrebbe bisogno preferisco dammi datemi fatemi desidero possibile faccio serve wil wilt mag kan kunt kunnen graag liever geef heb nodig zou willen even
chce chcialbym chcialabym prosze poprosze potrzebuje moge mozna daj dajcie wole zadam  vill kan far skulle behover ge hellre onskar fa jeg onsker gerne haluan haluaisin chci chtel chcem vreau dori akarok szeretnek
istiyorum isterim istiyom verin ver lazim miyim misiniz olsun хочу хотел хотела хотелось хотим можно могу можете нужен нужна нужно дайте дай надо прошу желаю позовите позови пригласите хачу хочу можна потрібен потрібна покличте дайте θελω μπορω
ingin mau ingn चाहिए चाहता चाहती करनी רוצה אפשר اريد أبغى ابغى ابي عايز عاوز بدي ممكن ارغب احتاج افضل خلي هل يمكن يمكنني يمكنك اطلب عاوزه
"""

ME = """
بي me us myself m ourselves mich mir uns moi nous me m me nos mi me mim nos mi me ci mij me ons mnie mi nas mig oss meg beni bana bize ben мне меня нас мене мені saya
"""

MY = """
ma my our ours mein meine meinen meinem meiner unser unsere unserem unseren mes notre nos nuestra nuestro minha meu minhas meus nossa nosso mia mio miei nostro nostra mijn onze moj moja mojego mojej mojego naszego moim min mitt mina
мой моя моего моей моему моим нашего нашей
"""

FILLER = """
etre werden sein sig zich dich bitteschoen kanssani
chuyen voi vien that tu van muon mot toi tylko only nur seulement solo apenas alleen bara sadece только просто ans telefoniczny touch worden gerade uberhaupt hier معه معها deze dit einmal eben denn vielleicht maybe perhaps moet kurz
durch bli av пусть بني mu  i we ich wir je j yo eu io ik ja jag jeg я мы wij of ser per telefonisch possibly
a an the to with your ur 2 ai czy members some any one of directly just only over on through into u at here somewhere so really simply even also this it that for from w  be being who whom which by in
mit einem einen einer eine ein nem nen ner n dem der den die das zu zum zur an eurem ihrem eurer ihrer deinem deiner dein ihr ihren euch sie hier auch mal doch von weiter ran lieber aus bei direkt du aus um noch etwas
a au aux un une des le la l avec d de qu on ici en contact entre vers votre du pour que il ce direct et con una uno algun alguna el los las al en de tu su sus que por para aqui ahi del les
com uma um algum alguma o os as ao do da no na pra para p c seu sua que por aqui ai quem eu de con un uno una l il lo la i gli le al alla del della di da tuo vostro vostra vostri il c qui cui essere a come in
een de het met aan van uw jullie hier die naar u je er om te lijn door aan z ze do na od jakis jakims jakiejs sie si w tu waszym tutaj waszego o dla ni en ett med till er ert hos har dar om att pa i vidare upp en et med til den bir ile misin mi
se kanssa s cu o egy с со на к ко из в у вас ваш вашим вашего тут здесь бы ли мной от по от вашей з із зі до με εναν dengan ke sama से עם مع الى من ان او في هنا ل علي على لو اي عن
"""

CALL = """
kontakt zuruckgerufen angerufen telefonat chiamarmi richiamarmi rappel soita zavolat zavolejte
gebeld telefono telefone telephone call ring phone contact callback reach telephone anrufen anruft ruckruf zuruckrufen zuruckruft ruf rufen melden anruf appeler appelle rappeler rappelle rappelez contacter recontacter
llame llamar llamen llame llamarme contacte ligar ligue liguem ligarem contate richiamare richiami richiamarmi chiamare chiami richiamato contatti bellen bel belt terugbellen terug zadzwoni zadzwonil zadzwonic telefon oddzwoni oddzwonic
ringa ring uppringd ringer arasin arayin ara arar arayabilir позвонит перезвонит перезвоните перезвони позвоните позвонить перезвонить позвонил يتصل اتصلوا الاتصال اتصل
"""

NOT = """
not dont don no never without nor neither nicht kein keine keinen pas ne nunca jamas nao non niet geen nie inte ikke ej istemiyorum degil не нет nechci لا ليس
"""

BOT = """
bot bots robot robots machine chatbot automated automation computer robotern maschine roboter robots reponses automatiques maquina robo macchina botem bota botow robotem botten boten robotla botla bottan ботом бот бота роботом робот робота روبوت بوت
"""

PLEASE = """
graag gern gerne vanligen bitteschon sofortig كفايه فضلكم please plz pls now asap thanks thank immediately right urgently urgent finally today ok okay hi hello hey hallo again instead enough stop already ya
bitte sofort danke jetzt schnell endlich gleich aber svp stp merci maintenant bonjour plait vous tout suite assez marre favor porfavor gracias ahora inmediatamente urgente hola obrigado agora urgente ola chega
favore grazie subito adesso ora ciao basta aub alstublieft alsjeblieft nu bedankt teraz natychmiast dziekuje tack nu tak takk lutfen hemen simdi merhaba пожалуйста сейчас срочно быстро спасибо плиз будь ласка فضلك سمحت الان رجاء
"""

HELP = """
help helps assistance assist answer respond handle attend take hilfe helfen hilft aide aider ayuda ayude ayudar atender ajuda ajudar aiuto aiutare hulp helpen pomoc pomocy pomoze pomogl hjalp hjalpa yardim yardimci destegi помощь помочь помощи مساعده
"""

THERE = """
هناك var there gibt existe hay tem c e esiste avete jest finns есть يوجد
"""

ISSUE = """
issue issues request case problem question ticket conversation chat message matter complaint anliegen frage anfrage demande dossier consulta caso solicitud pedido richiesta vraag
"""

OTHER = """
else other another different new andere anderen anderer autre otra otro outra outro altra altro andere innej innemu annan andra baska другому другого другой اخر اخري
"""

OR = "or oder ou eller или ام"
BUT = "but and und then mais sino sondern maar mas ale men а но degil ama pero"
ESCALATE = "escalate eskalieren escalar escalez eskaluj"
ALREADY = """
sprach was were am sprach rozmawialem rozmawialam estoy sto estou ayer ieri ontem yesterday igar wczoraj gisteren gestern вчера امس dun
"""
