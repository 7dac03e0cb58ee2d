"""What the words of a wish for a person do, by language: Slavic, Turkish, Arabic, Hindi."""

# ruff: noqa: E501, RUF001 - lists of words of many alphabets, a class to a line

EAST = {
    "pl": """
P czlowiek* konsultant* doradc* agent* agenta pracownik* przedstawiciel* operator* operatora ludzi_u_was asystent_ludzki zywa_osoba konsultatem konsultat czlowiekiem_prawdziwym ludzki_konsultant istota_ludzka zywa_istota czlowiekeim człowiekeim
Q osob* ktos kogos kims komus ktokolwiek kogokolwiek kierownik* przelozon* manager* menedzer* szef* specjalist* koleg* kolezank* ekspert* technik* dyrektor* ludzie ludzi ludzmi zespol_wasz supervisor* supervizor* jednym_z_waszych jeden_z_waszych ktorys_z_waszych programist* inzynier* dyrekcj* kierownictw* zarzad* wlasciwa_osoba
U obslug* infolini* biur*_obslugi wsparci* helpdesk* dzial* pomoc_techniczna support* bok serwis* centrum_obslugi pomoca_techniczna pomocy_technicznej pomoca_techniczn*
S rozmawiac porozmawia* pogada* gadac pogadac mowic czat* czatowac omowic dyskutowac przedyskutowac skonsultowac rozmawial_bym rozmawialbym zalatwic wyjasnic skontaktowac_sie skontaktowac skontaktuj* konsultacj* rozwiazac_to_z kontaktowac
C polacz* polaczyc przelacz* przelaczyc przekaz przekazcie przekazac przekaza* przekier* skieruj* skierowac laczyc polaczenie eskal* przerzuc* podlacz*
G daj dajcie dac zawolaj* wezwij* popros poprosic znajdz* przyslij* dawaj poprosze prosze_o dawac dostac otrzymac zapros zaproscie sprowadz dasz daj_mi
W chce chcemy chcial* chciala* chcialbym moge mozna moglby moglbym mogliby mozecie moze mozliwe mozliwosc potrzebuj* prosze wole wolalbym wolalabym zadam wymagam zycze domagam musze prosic prosil* pragne szukam niech potrzebny potrzebna czy_da_sie da_sie mam pozwol dajcie_mi szukam_kogos musi powinien bylaby zadam_od
L zadzwon* oddzwon* dzwoni* skontaktuj* skontaktowac skontaktuje kontakt dodzwonic dzwonic odezwie odezwac telefon_do zadzwonic pisac napisac kontaktu
K oddzwonien* oddzwoncie zadzwoncie_do_mnie zadzwon_do_mnie oddzwon_do_mnie zwrotny_telefon prosze_o_telefon prosze_zadzwonic prosze_oddzwonic zadzwoncie czekam_na_telefon czekam_na_wasz telefon_od_was czat_na_zywo pomoc_telefoniczna czekam_na_kontakt prosze_o_rozmowe kontakt_telefoniczny jest_tam_kto jest_kto ktos_tam_jest
M mnie mi ja nas nam mna
N nie bez zadnych zadnego dosc nigdy przestan odmawiam koniec nienawidze zamiast mam_dosc mam_dosc_tego
B bot* boty robot* maszyn* chatbot* komputer* automat* automatyczn* sztuczna_inteligencja sztuczna_inteligencja algorytm* ai
E jest sa istnieje pracuj* macie siedzi pracuje kto_tam
R praw*dziw* zyw* realn* ludzk* fizyczn* na_zywo z_krwi_i_kosci normaln* faktyczn*
H pomoc pomoze pomoc_mi pomocy zajac zajmie zajal spojrz* obejrz* sprawdz* wyjasni odpowie odpowiedzi_od przejmie przejac rozwiaze obsluzy wytlumaczy sprawdzil zobaczyc zobaczyl zobaczy obejrzal obsluzony obsluzona obsluzyl zajela rozwiazal odpowiedziec pomogl pomoglby przejrzal wyjasnil zbadal doradzil doradzila doradzi
Y prosze teraz zaraz szybko pilne pilnie natychmiast dzieki dziekuje dzien_dobry czesc hej dzis wreszcie w_koncu juz pls ok uprzejmie witam kurde cholera
A z ze do na w we o od u przez dla po sie to tym ten ta tego ta_sprawa was wam wami wasz* waszym wasza panstwo panstwa pan pani pana czy by jakis jakiegos jakas jakims jakies jacys tu tam tutaj osobiscie bezposrednio technicznym technicznego klienta ktory ktora ktorym mogl jeszcze a ktorej kto_moglby aby zeby co za sobie tylko po_prostu tej sprawie byc jutro jednym wlasciwa wlasciwym poludniu
I kim kogo kto
O moj* moim moja moje mojego nasz* swoj*
F jak dlaczego ktory_konsultant ktore kiedy gdzie ile czemu
X rozmawial* rozmawialem rozmawialam wczoraj byl bylem mowilem rozmawiam jestes_czlowiekiem jestes czy_jestes
J inn* drugi*
| ale i a_nie bo oraz lecz
Z telefon telefonu telefoniczn* telefonicznie przez_telefon
V czy_z lub albo
T rozmow* spotkanie telefonu_z czat czacie
D zespol sprzedazy ksiegowosci rozliczen faktur
i sprawa sprawy zgloszenie zgloszenia problem pytanie reklamacja prosbe prosba konto spraw*
k zostac_polaczon* byc_polaczon* skontaktowanie_mnie
v dostepn* wolny wolna
g przydzielcie przydziel przydzielic
c poskarzyc skarzyc
h nim nia nimi
""",
    "ru": """
P человек* человеч* людеи оператор* консультант* сотрудник* специалист* представител* агент* работник* живои_души чел челом апператор* апиратор* опиратор* чиловек* кансультант* живая_поддержка челавек* живое_существо
Q кто_нибудь кто_то кто_либо кого_нибудь кем_нибудь кому_нибудь ктонибудь ктото кем_то кого_то персон* менеджер* начальник* начальств* руковод* старш* директор* коллег* шеф* боссу босс* управляющ* люди людьми людям лицо эксперт* инженер* техник* бухгалтер* супервизор* администратор_ваш кто_нить ктонить кто_н кто_то_живои одним_из_ваших одного_из_ваших кто_нибудь_из_вас разработчик* программист* ответственн* главныи
U поддержк* саппорт* служб* техподдержк* колл_центр* контакт_центр* горяч*_лини* клиентск* сервис* человеческ*_помощ* человеческ*_поддержк*
S поговор* говорить общать* пообща* разговаривать разговор* переговор* побесед* беседов* бесед* обсуд* чатить* переписыв* связать* связаться погов* решу решить решать поболта* консультац* проконсульт* вести_диалог пообщатся перетереть дело_иметь иметь_дело говорю разговариваю объясн* паговор* погаварить пагаварить переписываться пообщ*
C соедин* перевед* переключ* перевод* перенаправ* направ* передаи* передать свяжите свяжи связать подключите подключи эскалир* переадрес* перекинь* скиньте передаите передашь
G позов* позва* даите даи дать пригласи* приглас* вызов* вызва* наиди* подаите верните наидите зовите зови подзов* дозовитесь привед* пришлите
W хочу хотел* хотим хотелось можно можете можешь могу могли мог может нужен нужна нужно нужны надо прошу требую требуется треб* желаю необходим* предпочит* возможно возможность лучше пусть хочется дозволь долж* ищу мне_бы хоч не_могли не_мог* нельзя_ли договориться должен обязан желательно охота хачу хочю
L позвон* перезвон* звонить связ* свяж* свяжет* созвон* контакт* набер* отзвон* дозвон* позвонить
K перезвоните перезвони позвоните_мне позвони_мне наберите_меня обратн*_звон* перезвонить_мне жду_звонка закаж*_звон* свяжитесь_со_мнои свяжитесь обратн*_звон* заказать_звонок закажу_звонок жду_вашего_звонка жду_ваш_звонок онлайн_чат живой_чат поддержк*_по_телефону телефонн*_поддержк* есть_кто кто_живои есть_тут_кто
M мне меня мнои нас нам я
N не нет без хватит надоел* достал* никогда отказываюсь прекратите ненавижу задолбал* устал* вместо сыт_по_горло
B бот* боты робот* машин* компьютер* автоответ* автомат* чатбот* ии неиросет* нейросет* железяк* искусствен* алгоритм* шаблон*
E есть работа*_ли имеется существует работают работает сидит люди_есть вообще_есть у_вас_есть
R жив* реальн* настоящ* нормальн* человеческ* вживую личн* из_плоти
H помо* займет* займёт* разбер* разобра* ответит* ответь* помощ* посмотр* глян* объяснит* решит возьм* проверит* рассмотр* вмеша* подключит* посмотрел* занял* заняться разобрал* ответил рассмотрел* проверил* помог* помогите проконсультир*
Y пожалуиста пж плиз сеичас срочно быстро спасибо здравствуите привет добрыи день сегодня немедленно скорее уже наконец плз блин пжл пожалуста будьте_добры прям давай даваите ну
A с со к ко на по в во о об от у из для за бы ли вы вас вам вами ваш* ваши тебя ты это этим этом этот эту этому этои то же кто_можем_ли какои какого какому нибудь либо кто_из техническ* напрямую прямо тут здесь там сюда как_то что чтобы которыи которым кем_можно кому_можно просто лично уж еще один одного одним том вообще вопрос* поводу сам завтра утром быть и больше чтоб того моё_обращение клиентск_ои
I кем кому кого
O мои моя моего моему моим моеи наш* свои* своего
F как почему какои_из какие где когда сколько зачем
X говорил* общался разговаривал* вчера был было звонил* я_разговариваю я_говорю ты_человек вы_человек вы_живои
J друг* ин*
| но а потому
V или
Z телефон* по_телефону
T разговор диалог чат встреч* звонок звонке созвон*
D отдел* продаж бухгалтери*
i вопрос обращени* заявк* дело проблем* жалоб* случа* тикет*
v свободен свободн* доступен доступн* на_связи
g назначьте назначить
c пожаловаться жаловаться
h ним неи ними
""",
    "uk": """
P люди люду людин* оператор* консультант* працівник* працівниц* спеціаліст* фахівц* фахівець представник* агент* співробітник* людеи людськ* опиратор* апператор* людина* жива_істота живая_істота
Q хтось когось кимось комусь хто_небудь кого_небудь ким_небудь хтонебудь особ* менеджер* керівник* керівницт* начальник* старш* директор* колег* шеф* бос людьми людям експерт* технік* бухгалтер* хто супервізор* хто_неб інженер* колез* одним_із_ваших одного_з_ваших одним_з_ваших розробник* програміст* відповідальн* начальству головнии
U підтримк* служб* саппорт* техпідтримк* кол_центр* контакт_центр* гаряч*_ліні* сервіс* клієнтськ* людськ*_допомог* людськ*_підтримк*
S поговор* говорити спілкувати* поспілку* розмовляти розмов* переговор* обговор* бесід* побесід* чатит* листува* звязати* вирішу вирішити вирішувати поспілкуватися поспілкуватись побалака* балакати консультац* проконсульт* мати_справу розмовляю розмовлят* поясн* паговор* побалакати листуватися пагаварит* поспілк* зідзвонит*
C зеднаи* зеднати перевед* перевест* перемкн* переключ* перенаправ* направ* передаи* передати звяжіть підключ* скерув* ескал* переадрес* сполуч*
G поклич* даите даи дати запрос* запрош* виклич* знаид* кличте кличь подаите позв* привед* надішліть
W хочу хотів* хотіла* хотілося можна можете можеш можу могли міг може потрібен потрібна потрібно потрібні треба прошу вимагаю бажаю необхідн* волію можливо можливість краще нехаи хаи хочеться маю шукаю хтіла не_могли не_міг* не_могл* домовитися має повинен повинна
L зателефон* передзвон* подзвон* дзвонити телефонувати звяж* звяжет* контакт* набер* додзвон* відзвон*
K передзвоніть передзвони зателефонуите_мені зателефонуйте подзвоніть_мені зворотн*_дзвін* зворотн*_дзвон* звяжіться_зі_мною звяжіться замов*_дзвін* чекаю_дзвінка наберіть_мене зворотн*_дзвін* зворотн*_дзвон* чекаю_вашого_дзвінка чекаю_на_дзвінок онлайн_чат підтримк*_по_телефону є_хто хто_живии є_тут_хто
M мені мене мною нас нам я
N не ні без досить набридл* ніколи відмовляюсь відмовляюся припиніть ненавиджу задовбал* втомив* замість годі набрид*
B бот* боти робот* машин* компютер* автовідпов* автомат* чатбот* ші штучн* алгоритм* неиромереж*
E е є працюють працює існує сидить маете
R жив* реальн* справжн* нормальн* людськ* наживо особист*
H допомо* допомож* заимет* розбер* відпові* подив* глян* пояснит* вирішит* візьм* перевірит* розглян* втрут* подивил* займ* зайнял* зайнятися розібрал* відповів відповіла розглянул* перевірил* допоможіть допоміг проконсульт*
Y ласка будь ласкаві будьте прошу зараз терміново швидко дякую вітаю привіт добрии день сьогодні негаино нарешті вже плз пліз блін ну давай
A з зі із до на по в у о про від для за б би чи ви вас вам вами ваш* тебе ти це цим цього цьому ця цю то ж якии якого якому якимось якось який небудь технічн* напряму прямо тут там сюди що щоб якои просто ще один одного одним тому взагалі приводу кому_можна кому_я завтра вранці і бути більше того моє
I ким кому кого
O мои моя моего мого моему моїм моим моєму моеи наш* своі* свои*
F як чому які де коли скільки навіщо котрии
X говорив* спілкувався розмовляв* вчора був було дзвонив* я_розмовляю я_говорю ти_людина ви_людина
J інш*
| але а бо та
V або чи_з
Z телефон* по_телефону телефоном
T розмова розмову діалог чат зустріч дзвінок
D відділ* продажів бухгалтері*
i питання звернення заявк* справ* проблем* скарг* випад* тікет*
v вільн* доступн* на_звязку
g призначте призначити
c поскаржитися поскаржитись скаржитися
h ним нею ними
""",
    "tr": """
P insan* temsilci* yetkili* danisman* operator* gorevli* uzman* musteri_temsilci* calisan* personel* asistaniniz eleman* sorumlu* insana insan_yardim* insan_destek* temsilci_hatti yardimci_olacak_insan insan_operator*
Q kisi* biri* birisi* biriyle birine birini kimse* kisiyle mudur* yonetici* amir* sef* patron* muhendis* teknisyen* arkadas* meslektas* ekip* ust_duzey adam* bey hanim birileri yonetim* muhendislerinizden ekibinizden gelistirici*
U musteri_hizmet* destek* hizmet* canli_destek teknik_destek cagri_merkez* birim* departman* cozum_merkez*
S konusmak konusa* konusu* konusacag* gorusmek gorus* gorusme* konus konusma* sohbet* yazismak iletisim* chat halletmek cozmek danismak anlatmak bilgi_almak konusabil* yazis* hallet* konusmam_lazim konusmam_gerek* konusmaliyim gorusturun gorustur* konusmama konusturun konustur* konuscam konusucam konusmaya
C bagla* baglan* aktar* yonlendir* devret* devred* ilet* transfer* gecir* gec
G ver verin verir verirmisin verir_mi cagir* bul bulun getir* gonder* verirseniz al alabilir alayim cagirin cagirir goster
W istiyorum istiyoz istiyoruz isterim isterdim istemek ister lazim gerek* ihtiyac* mumkun miyim misiniz misin mi mu olur rica talep tercih edebilir edermisin ediyorum istedim muyum mumku* ariyorum lutfen_biri istio izin_verin bekliyorum lazim_bana olmali istiyom isterdik versin yapmasini ihtiyacim
L arasin arar araya* ara arayin aramasi arayabil* donus* ulas* telefon* donsun donebil* gecsin gecebilir iletisime ulasirim ulasmak ulasabil* gecin
K beni_ara* beni_arayin bana_don* geri_ara* aranmak arayin_beni tekrar_arayin bana_ulas* geri_donus* beni_arasin* aramanizi_bekliyorum aramanizi_bekl* telefonunuzu_bekl* donusunuzu_bekl* telefon_destegi sesli_destek
M beni bana benimle bize bizi bizimle ben
N degil istemiyorum istemiyoruz yok yerine biktim usandim hayir olmasin yeter konusmam konusmayacagim istemem biktik reddediyorum bikti*
B bot* robot* makine* chatbot* bilgisayar* otomatik* yapay* sohbet_robotu* algoritma* hazir_cevap*
E var vardir bulunuyor calisiyor mevcut yok_mu
R gercek* canli* hakiki* fiziksel kanli_canli normal
H yardim* ilgilen* bak* coz* cevap* acikla* devral* destek_olsun bakmali bakmasi baksin cevaplasin ilgilensin ilgilenmesi yardimci cozsun cevap_versin incelesin anlatacak anlatsin aciklasin danismanlik
Y lutfen hemen simdi acil acilen tesekkur* merhaba selam bugun artik cabuk ltf sagol derhal ya be rica_ederim kardesim hocam nolur
A bir su bu o ile da de icin size sizde sizden sizin siz konuda konuyu hakkinda tarafinizdan muhasebeden faturalama teknik direkt dogrudan orada burada herhangi olarak daha bunu buna hat hatta yani ki acaba tarafindan olan gibi mesela ekibinizle edecek olacak anda kesinti
I kiminle kime kimi
O benim bizim takim* kendi* musterim*
F nasil neden nicin hangi nerede ne_zaman kac niye
X konustum gorustum dun konusuyordum gorusmustum aradim insan_misin konusuyor_muyum gercek_misin
J baska* diger*
| ama ve cunku fakat
V yoksa veya ya_da
Z telefonda telefonla
i talep* sorun* dosya* konu* basvuru* vaka* mesele*
D satis muhasebe* fatura_birimi
T randevu* gorusmesi
v musait uygun bosta
g atayin ata
c sikayet
h onunla onlarla
""",
    "ar": """
P انسان* بشر* بشري* موظف* موظفه* وكيل ممثل* مندوب* مستشار* مسوول* مشغل موضف* ادمي بني_ادم عميل_بشري ممثلي مختص* كاين_بشري مخلوق_بشري
Q شخص* احد* احدا حد واحد احدهم مدير* مديرك* رئيس* مشرف* زميل* زملا* فريق* خبير* فني مهندس* ناس اشخاص الناس رئيسك* حدا مهندسي* احد_مهندسيكم اداره* مطور* رييسكم رئيسكم مختص*
U خدمه_العملا* خدمه_الزباين خدمه_الزبائن دعم* دعم_الفني الدعم_الفني مركز_الاتصال قسم* خدمه الزباين العملاء دعم_تقني الدعم_التقني بالدعم_التقني
S تحدث* اتحدث* نتحدث تكلم* اتكلم* اكلم* كلم كلام حديث تواصل* اتواصل* احكي* حكي مناقش* ناقش* اناقش* دردش* مكالمه محاوره اخاطب مخاطبه احل اتفاهم التفاهم الكلام تخاطب اتعامل التعامل احاكي نتكلم اشرح* مقابله
C حول* تحويل* حولني حولوني تحولني تحولوني وصل* وصلني وصلوني توصيل* توصلني اوصل* تصعيد صعد* احال* احل_الي نقلي انقلني ربطي اربطني ارفع* ايصال* صلني
G اعط* اعطني اعطوني اعطيني هات* هاتلي نادي* ناد احضر* ارسل* جيب* جيبلي عطني عطوني اديني ابعت* نادوا ارسلوا ابعتلي نادو احضروا ابعثوا ابعتوا نادوا_لي
W اريد* ابغي* ابغا ابي اود* عايز* عاوز* بدي ممكن هل_يمكن يمكن* يمكنك يمكنكم يمكنني احتاج* محتاج* ارغب* ارجو* افضل* اطلب* اطالب* مطلوب هل_بامكان بامكان* استطيع تستطيع* اقدر تقدر* لازم حابب حابه فلي* اتمني دع* خل* خلي* ودي نفسي ضروري هلا ابحث_عن ادور_علي يجب ينبغي مضطر
L اتصل* يتصل* اتصال* تتصل* معاوده يكلم* يكلمني يتواصل* تواصلوا ليتواصل* راسل* يرن مكالمه هاتف* تواصل*_معي
K اتصلوا_بي اتصل_بي اتصلو_فيني كلموني كلمني معاوده_الاتصال اعاده_الاتصال تواصلوا_معي عاودوا_الاتصال رنوا* دقوا_علي اتصلوا_علي اتصلوا_فيا يتصل_بي يتصل_بي_احد انتظر_اتصالكم بانتظار_اتصالكم منتظر_اتصالكم دردشه_مباشره محادثه_مباشره دعم_هاتفي دعم_مباشر انتظر_مكالمتكم
M بي معي لي علي فيني فيا ني انا معاي
N لا ليس مش ما لن بدون كفي مللت زهقت تعبت ارفض كفايه مو بدل_من اكره بلا
B بوت* روبوت* اليه اله ماكينه* كمبيوتر* ذكاء_اصطناعي الذكاء مجيب* برنامج* مكينه ريبوت* شات_بوت الات اليه
E هناك يوجد عندكم في هنا فيه لديكم موجود* فاضي
R حقيقي* حقيقه فعلي* حي بشري* طبيعي* بجد
H يساعد* ساعد* مساعد* يحل* يتول* يرد* يشوف* ينظر* يراجع* يشرح* يتابع* يتولي* يجيب* يراه يخدم* يخدمني يفهم* يعالج* ينجد* تساعد* يتفقد يرشد* ينصح* يوجه*
Y فضلك سمحت سمحتم رجاء رجاءا لطفا الان فورا بسرعه حالا شكرا مرحبا السلام عليكم اليوم عاجل* الحين دلوقتي فضلكم بليز ضروري يا اخي
A مع من الي علي عن في هذا هذه ان اي هل ب ل و ف لو بشان بخصوص حول_هذا عبر بال طريق مباشره مباشر* حسابات* فواتير* فريقكم لدي لديكم بكم كم انت انتم الموضوع الامر عليه منكم هنا ه به فقط بعض كان يكون اللي تكون شركتكم طرفكم عندكم حول_العطل للحديث ثالث
I من_يمكن مين مع_من من_اكلم
O زميلي مديري عملائي* فريقي موظفي
F كيف لماذا اين متي اي_موظف كم_شخص ما_هي ليش ماذا ازاي وين
X تحدثت تكلمت امس كلمت كنت هل_اتحدث هل_انت هل_اكلم هل_يجب
J اخر* اخري غير* ثاني
| لكن ولكن بل لان
V ام او
Z هاتفيا هاتف* تليفون*
T محادثه حوار موعد مكالمه اجتماع دردشه للدردشه
i طلبي مشكلتي شكوي شكواي حالتي قضيتي استفساري موضوعي شكوتي تذكرتي
D مبيعات محاسبه
v متاح* متوفر*
g عينوا عين
c اشتكي الشكوي
h معه معها
""",
    "hi": """
P इंसान* मनुष्य मानव* एजेंट* प्रतिनिधि* कर्मचारी* सलाहकार* ऑपरेटर* अधिकारी* कार्यकर्ता insaan* insan* agent* operator* pratinidhi* adhikari* human* representative executive एक्जीक्यूटिव एग्जीक्यूटिव आदमी* aadmi* admi बंदा बंदे बंदें टेक्नीशियन* तकनीशियन* इंसानी इंसान_ऑपरेटर
Q किसी कोई व्यक्ति* मैनेजर* प्रबंधक* सुपरवाइजर* सुपरवाइज़र* बॉस* वरिष्ठ* सहकर्मी* विशेषज्ञ* टेक्नीशियन* लोग* kisi koi vyakti* manager* supervisor* boss senior* log banda bande person सीनियर* शख्स स्टाफ staff डायरेक्टर* director* मालिक* हेड मैनेजमेंट* प्रबंधन* इंजीनियर* डेवलपर*
U कस्टमर_केयर ग्राहक_सेवा सपोर्ट* कस्टमर_सपोर्ट हेल्पलाइन* कस्टमर_सर्विस customer_care customer_support support helpline customer_service ग्राहक_सहायता
S बात* बातचीत चैट* चर्चा baat* bat chat* सुलझा* समझा* वार्ता बोलना बोलनी discuss समाधान
C जोड़* जोड* कनेक्ट* ट्रांसफर* जोड jod* connect* transfer* मिलवा* मिला* फॉरवर्ड_करो भेज* forward_karo milwa* mila* पहुंचा* पहुँचा* स्विच*
G बुला* दो दे दीजिए दें bula* do dijiye भेजो bhejo दिलवा* मिल मिले
W चाहिए चाहता* चाहती* चाहते* चाहूंगा* चाहूंगी* चाहुंगा है_क्या सकता* सकते* सकती* सकूं* करनी करना कराओ कराइए करवा* करा* karao karwa* chahiye chahta* chahti* karni sakta* sakte* krna karna कृपया जरूरत ज़रूरत zarurat कहिए कहो बोलो क्या chaiye kya करूं करें दीजिए mangta करे करूँ तय होनी मिलना
L कॉल* फोन* फ़ोन* संपर्क* call* phone* fon* sampark* रिंग
K कॉल_बैक* कॉलबैक* मुझे_कॉल मुझे_फोन मुझे_फ़ोन मुझको_फोन वापस_कॉल mujhe_call* mujhe_phone* call_back* callback* मुझसे_संपर्क mujhse_sampark आपके_कॉल* आपकी_कॉल* लाइव_चैट लाइव_सपोर्ट फोन_सपोर्ट live_chat
M मुझे मुझसे मुझको मेरी_बात मैं हमें हमसे mujhe mujhse muje mujhko main me
N नहीं मत ना nahi nahin mat nai बंद थक* तंग परेशान bina बिना band
B बॉट* रोबोट* मशीन* चैटबॉट* कंप्यूटर* कम्प्यूटर* ऑटोमैटिक* ऑटोमेटेड* स्वचालित* bot* robot* machine* computer* automatic* एआई ai
E है हैं hai hain काम_करते मौजूद
R असली* सच* जीवित* जिंदा* ज़िंदा* वास्तविक* लाइव* asli* real* live* zinda
H मदद* सहायता* देख* संभाल* समझाए हल जवाब madad* help* dekh* sahayata समझ सलाह
Y कृपया प्लीज* अभी तुरंत जल्दी धन्यवाद नमस्ते आज please* plz pls abhi jaldi turant yaar भाई bhai अब ab हेलो जी ji
A से को का की के में पर ने तक वाले वाला वाली इस बारे यह ये वो अपने आप आपके आपकी आपका तुम लिए एक भी ही तो हो हूं हूँ रहा रही होगा लो ले के_साथ साथ फिर वहां यहां अकाउंट्स बिलिंग सीधे se ko ka ki ke mein par apne aap aapke aapki is ye ek bhi hi to hu hun ho koi_bhi जिसे जो कि और_कुछ dijiye kijiye करो करिए कीजिए karo kro krdo कर_दो kardo le lo पास आया गया आज दोपहर कर
I किससे किसे kisse kise
O मेरा मेरे मेरी हमारे हमारी mera mere meri
F कैसे क्यों कब कहां कहाँ कौन_सी किस_एजेंट किस कितने कितनी kaise kyu kyun kab kahan kitne
X की_थी हुई_थी कल_बात थी था kal क्या_मैं_किसी क्या_आप_इंसान क्या_तुम_इंसान
J दूसरे दूसरी और_को dusre
| लेकिन और पर_मुझे lekin aur
V या ya
i मामला समस्या केस अनुरोध सवाल टिकट
D सेल्स sales
T अपॉइंटमेंट मीटिंग
v उपलब्ध
g लगाओ लगाइए
c शिकायत
h उनसे उससे
""",
}
"""The classes are those of `WEST`."""
