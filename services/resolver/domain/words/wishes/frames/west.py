"""What the words of a wish for a person do, by language: Germanic and Romance."""

# ruff: noqa: E501 - lists of words, a class to a line

WEST = {
    "en": """
P human humans agent agents representative representatives rep reps operator operators advisor advisors adviser advisers consultant csr human_being human_beings customer_rep call_centre_agent account_manager support_agent account_managers case_worker caseworker support_rep support_person support_staff customer_service_agent phone_agent human_help living_person living_human living_being living_soul
Q person persons people someone somebody some1 sum1 anyone anybody any1 manager managers supervisor supervisors boss superior superiors colleague colleagues coworker specialist specialists expert employee employees teammate staff member members technician tech_guy engineer executive guy dude lady man woman folks staffer staffers teamlead higher_up sm1 manger sumone somone someome pple ppl sby director vp head owner_of_the_company one_of_your one_of_ur management engineers developer developers leadership accountant_of_yours anybody_from lead
U support helpdesk help_desk care hotline helpline customer_service customer_support customer_care call_center call_centre cust_service cust_support customer_serv custmer_service cutomer_service customer_services tech_support technical_support
S talk speak chat discuss converse consult speaking talking chatting have_a_word have_a_chat have_a_conversation get_in_touch get_hold_of get_a_hold_of get_through interact correspond tlk deal_with go_through_this_with go_over_this_with talked_to_by sort_this_out_with resolve_this_with handle_this_with deal dealing discussing speak_to engage connect_with speek in_contact
C transfer connect put pass forward hand route patch switch redirect escalate link direct move bump transferred connected forwarded escalated routed handed passed be_put put_through raise bring take_this switch_me hop
G get give find bring fetch send gimme grab assign_me summon page
W want wanna need would like can could may might will let lemme rather prefer must demand require insist wish gotta possible possibility hoping love able should looking_for asking_for request requesting allowed chance trying can_t cannot couldn_t why_can_t prefer_to love_to seeking desire expect like_to hope mind
L call ring phone contact reach telephone reach_out get_back_to get_in_touch_with write email touch_base message drop_me_a_line phone_call
K callback call_me_back ring_me_back phone_me_back ring_me_up call_me_up call_us_back call_back ring_back phone_back call_me ring_me phone_me call_us give_me_a_call give_me_a_ring give_me_a_bell give_us_a_call live_chat live_support live_help phone_support telephone_support waiting_for_your_call await_your_call expecting_your_call call_from_you phone_call_from live_person live_assistance human_support human_assistance appreciate_a_phone_call like_a_phone_call want_a_phone_call get_a_phone_call a_phone_call_please
M me us myself
N not dont no never stop without enough cannot_stand hate refuse sick_of tired_of fed_up_with instead_of rather_than done_with quit nothing_but isn_t isnt other_than don_t do_not doesn_t won_t dont didn_t wouldn_t im_done had_enough
B bot bots robot robots machine machines chatbot chatbots ai automated automation computer computers algorithm script scripts canned virtual_assistant
E is are there exist exists anybody_home have has got
R real live actual genuine proper breathing flesh_and_blood physical alive humanly non_automated
H help assist take take_over handle look look_into look_at sort fix review check attend explain resolve solve answer reply respond step_in work_on take_care have_a_look walk guide give_me_a_hand hand answering seen handled assisted helped attended reviewed resolved assistance through_this walk_me advise advised needed
Y please pls plz now asap thanks thank immediately urgently urgent today hi hello hey ok okay just again finally already right away soon quickly sir madam ffs omg lol thx ty kindly cheers mate yes yo still
A a an the to with your you ya ur u of from in on at by for about regarding concerning over this it that these any some i we be is_it if so then directly instead up through as well or even only one please_let tomorrow morning afternoon evening tonight have billing accounting finance technical your_end here there more somewhere someplace do does ever at_all am right quick
I who whom
Z number line phone_line telephone_number on_the_phone by_phone over_the_phone via_phone in_person
O my our his her their its
F how why which what when where whether
X was were had been talked spoke yesterday earlier did told said has_been have_been am_i are_you you_are you_re was_i act_like think_like sound_like do_i_have_to do_i_need_to must_i could_you_be can_you_be will_i_be that_you_are if_you_are were_you
J another other else different second new
| but and because then so_that while since
V or
D team department service services desk sales accounts
T conversation call_with conversations appointment meeting
. manage managed manages managing advise advised personal consulting operate supports reports agency prison usa
i case request issue problem ticket inquiry enquiry matter conversation question complaint concern chat account situation
k be_put_in_touch put_in_touch be_put_through be_connected be_transferred get_connected be_redirected get_transferred be_handed be_passed connected_with connected_to
v available
g assign allocate appoint
c complain complaining
h him her them
""",
    "de": """
P mensch menschen mensche mitarbeiter* sachbearbeit* berater beraterin kundenberater* kundenbetreu* ansprechpartner* ansprechperson* agent agenten agentin operator support_mitarbeiter servicekraft fachmann fachkraft betreuer betreuerin menschliche_hilfe menschlicher_support technischer_mitarbeiter servicekrafte kundenbetreuer menschlichen_support mitarbeiter_gesprochen menschliches_wesen einem_von_ihnen einem_von_euch
Q person personen jemand jemanden jemandem jmd jmdn irgendwer irgendjemand* irgendwen irgendwem wer_anderes kollege kollegen kollegin kolleginnen chef chefin vorgesetzte* vorgesetzter manager managerin leiter leiterin abteilungsleiter* teamleiter* geschaftsfuhr* experte experten expertin spezialist* techniker* angestellte* verantwortliche* zustandige* leute teamleitung wer_da direktor direktorin inhaber abteilungsleitung boss chefs oberen einem_eurer einem_ihrer einer_eurer einer_ihrer einen_ihrer einen_eurer entwickler* ingenieur* management geschaftsleitung fuhrung fuhrungskraft
U kundenservice* kundendienst* kundensupport* kundenbetreuung support serviceteam hotline kundenhotline helpdesk
S sprechen reden chatten telefonieren unterhalten besprechen quatschen klaren bereden schnacken plaudern austauschen kommunizieren diskutieren rede spreche sprech red abklaren durchgehen regeln verhandeln zu_tun_haben in_kontakt_treten kontakt_zu_treten zu_schreiben sprechen_konnen
C verbinden verbinde verbindet verbind verbunden weiterleiten leiten leite leitet weitergeleitet durchstellen stellen stelle stellt stell durchgestellt weiterverbinden weitergeben geben_weiter ubergeben ubergib ubergeben_sie eskalier* vermitteln vermittel weitervermitteln schalten ubergabe durchzustellen weiterzuleiten zu_verbinden weiter_geben eskaliert leiten_sie umschalten wechseln schalte
G gib gebt geben holt hol holen gebe bringt bring schick schickt schicken ruf_den her_mit besorg verlange her her_da hier_her besorge bekommen haben kriegen
W mochte will wurde wurd kann konnt* konnte konnen darf durfte muss brauche brauch brauchen benotige hatte habe_bitte wunsche wunsch* wollen wollte mag lieber ware moglich moglichkeit bitte_um verlang* fordere bestehe suche lasst lassen lass soll sollte kannst bevorzuge vorziehen erbitte will_das braucht gebraucht konntet konnt konnten_sie durft mochten hatten benotigen wunschen fande steht veranlassen such
L anrufen ruf rufen rufe ruft melden meldet meldest kontaktier* kontaktaufnahme zuruckruf* zuruckrufen anruf anruft erreichen erreich* kontakt in_verbindung antelefonier* telefon* zuruckmelden schreibt mail schreiben rangeht rangehen abnimmt kontakt_aufnehmen kontakt_zu
K ruckruf* ruckrufbitte anruf_bitte ruft_mich ruf_mich rufen_sie_mich melden_sie_sich_bei_mir meldet_euch_bei_mir meldet_euch_telefonisch ruckrufwunsch ruckruftermin live_chat livechat live_support telefonsupport telefonischer_kontakt auf_ihren_anruf auf_euren_anruf auf_ihren_ruckruf telefonischen_kontakt personlicher_kontakt verbinde_mich verbinden_sie_mich verbindet_mich is_da_wer ist_da_wer ist_wer_da jemand_da
M mich mir uns
N nicht kein keine keinen keinem nie ohne niemals weigere satt statt anstatt genug aufhoren nix genervt keine_lust genug_von habe_genug
B bot bots robot* roboter* maschine* computer* chatbot* ki automat* automatisch* automatisierte* software algorithmus standardantwort* textbaustein*
E ist sind gibt gibts existiert habt haben sitzt arbeitet arbeiten hat da_ist anwesend
R echt* richtig* real* lebend* menschlich* wirklich* leibhaftig* personlich* aus_fleisch_und_blut
H helfen hilft hilfe helft weiterhelfen weiterhilft ansehen anschaut anschauen kummert kummern ubernehmen ubernimmt beantworten antworten antwortet unterstutzen erklaren erklart anzusehen draufschauen bearbeiten bearbeitet annehmen annimmt losen beantwortet geholfen bedient betreut beraten beraet draufschaut anzuschauen pruft prufen reinschaut zeit_nimmt erledigt lost ansieht beraten_werden
Y bitte danke jetzt sofort schnell endlich gleich dringend heute hallo hi hey guten tag mal gerne gern schnellstmoglich ok moin verdammt nochmal bittschon asap pls umgehend bald mfg ja
A mit einem einen einer eine ein ein_em nem nen ner n dem der den die das zu zum zur an aus im in am bei von vom ihrem ihren eurem eurer euch ihnen ihrer deinem deinen deiner dir ihr sie du ich wir es sich hier da auch noch direkt um daruber dazu darum hierzu dies dieses diese weiter durch auf fur uber irgendeine irgendeinem irgendeinen per person_lich so einfach nur doch denn etwas bzgl wegen ran sprechende werden wird man eh halt daran es_sich dass ob mal_wieder heraus raus morgen fruh sein irgendwie vielleicht also kurz zeit nachmittag vormittag gerade momentan bei_mir kollegen_bitten
I wen wem wer
O mein* unser* sein seine* ihre
F wie warum wieso weshalb welche* was wann wo woher
X hat_mit habe_mit gesprochen wurde_gestern gestern hatte_gestern geschrieben telefoniert bist_du sind_sie spreche_ich rede_ich muss_ich bin_ich chatte_ich
J ander* weiter*_person anderswo
| aber und sondern weil denn_ich damit
V oder
Z telefonisch telefon am_telefon ubers_telefon per_telefon
T gesprach unterhaltung beratung rucksprache termin gesprachstermin telefontermin telefongesprach videocall chat
D abteilung service team vertrieb verkauf fachabteilung kundenabteilung buchhaltung rechnungsabteilung technik support_team
i anliegen fall fallnummer problem anfrage frage ticket sache vorgang beschwerde angelegenheit thema konto
k verbunden_werden weitergeleitet_werden durchgestellt_werden
v verfugbar erreichbar
g zuweisen zuteilen zuordnen
c beschweren beschwere reklamieren
h ihm ihr den_sprechen
""",
    "nl": """
P mens mensen medewerker* medewerkster* adviseur* klantadviseur* klantmedewerk* agent agenten operator vertegenwoordiger* consulent* servicemedewerk* supportmedewerk* contactpersoon_van_jullie telefonist* menselijke_hulp menselijke_ondersteuning menselijk_contact menselijke_medewerker menselijk_wezen
Q persoon personen iemand collega* manager* baas leidinggevende* chef supervisor* specialist* expert* technicus monteur verantwoordelijke* teamleider* directeur* personeel werknemer directeur iemand_anders directie eigenaar teamlead menselijk_persoon een_van_jullie een_van_uw ontwikkelaar* ingenieur* management bevoegde_persoon
U klantenservice* klantendienst* klantenondersteuning support helpdesk supportteam technische_dienst technische_ondersteuning
S praten spreken chatten overleggen bespreken bellen_met communiceren kletsen babbelen discussieren praat spreek overleg afhandelen regelen oplossen_met afstemmen doornemen sprken prate te_spreken aan_de_lijn
C doorverbinden doorverbind* verbind verbinden verbindt verbonden doorgeven doorgeef doorsturen stuur_door doorschakelen schakel schakelt escaleer* escaleren koppel koppelen overdragen draag_over zet_me zet_mij leg_dit leg_dat
G geef geeft haal haalt breng stuur roep krijgen krijg stuurt geven
W wil wilde willen kan kun kunt kunnen kunnen_jullie mag zou zouden graag_wil moet heb_nodig nodig wens eis liever verkies mogelijk mogelijkheid verzoek zoek laat laten wou wilt behoefte wensen zoek_naar liefst verlang hoop nodig_heb zouden_jullie weiger_niet laat_even
L bellen bel belt terugbellen terugbelt contact contacteren contacteert bereiken opbellen telefoneren opneemt opnemen bereik mail mailen schrijven aan_de_lijn
K terugbel* bel_me bel_mij bellen_jullie_me bel_mij_terug teruggebeld gebeld_worden telefoontje_van wacht_op_jullie wacht_op_uw livechat live_chat telefonische_ondersteuning terugbellen_aub graag_teruggebeld jullie_telefoontje uw_telefoontje iemand_daar
M me mij ons m
N niet geen nooit zonder nee stop genoeg weiger klaar_met zat beu in_plaats_van
B bot bots robot* machine* chatbot* computer* ai geautomatiseerde automatische automaat standaardantwoorden algoritme
E is zijn er bestaat werken werkt hebben zit zitten
R echt* levend* menselijk* werkelijk* persoonlijk* van_vlees_en_bloed live fysiek
H helpen helpt hulp overnemen overneemt kijken kijkt bekijken beantwoorden antwoorden oppakken behandelen uitleggen bijstaan ondersteunen naar_kijken geholpen gekeken behandelt behandeld antwoordt beantwoordt verder_helpen te_woord_staan bekijkt controleren checken geadviseerd uitlegt uitleggen_hoe advies
Y aub alsjeblieft alstublieft svp graag nu snel meteen direct direkt dringend eindelijk bedankt dank hallo hoi ff even vandaag dank_u a_u_b snel_mogelijk
A een n de het met aan van uw jullie je u ik wij we hier daar er om te over voor bij naar door op in tot dit deze die dat ook nog eens erbij toe hierover hiervoor per worden gewoon rechtstreeks zo alleen maar wel via even_met terug neem neemt vanmiddag vanochtend vandaag morgen voor_aan
I wie
O mijn onze ons_bedrijf
F hoe waarom welke wat wanneer waar
X had gesproken gisteren was gepraat praat_ik ben_je bent_u ben_jij ben_ik moet_ik chat_ik
J ander* nieuwe
| maar en want omdat dus
T gesprek overleg_met telefoongesprek afspraak belafspraak chat
V of
Z telefonisch telefoon aan_de_telefoon
D afdeling service team verkoopteam verkoop sales verkoopafdeling administratie boekhouding facturatie
i zaak dossier verzoek vraag probleem klacht kwestie ticket aanvraag geval gesprek
k doorverbonden_worden doorgeschakeld_worden doorverbonden gekoppeld_worden
v beschikbaar bereikbaar
g wijs toewijzen wijs_toe
c klagen beklagen
h hem haar met_hem die_wil_ik
""",
    "sv": """
P manniska manniskan manniskor handlaggare medarbetare agent agenten operator* radgivare kundtjanstmedarbetare kundtjanstmedarbetaren supportmedarbetare representant* mansklig_hjalp mansklig_kontakt mansklig_support manskligt_stod mansklig_varelse mannska manska levande_varelse
Q person personen personer nagon nan nagot_folk chef* ansvarig* arbetsledare kollega* specialist* expert* tekniker* anstalld personal folk nagon_annan teamledare overordnad direktor* kollegor nan_annan vd agare nagon_av_er arbetsgivare en_av_era en_av_er nagon_av_era utvecklar* ingenjor* ledning* rad_av_en
U kundtjanst* kundservice* support* kundsupport helpdesk kundcenter
S prata tala snacka chatta diskutera samtala kommunicera pratstund reda_ut livechatt livechatta ga_igenom dryfta losa_det_har_med ta_det_har_med tar_hellre_det_har_med
C koppla kopplar kopplas kopplad vidarekoppl* slussa flytta_mig skicka_mig eskalera eskaleras overfor* hanvisa skicka_vidare overlamna lyft byt satt satta
G ge hamta fa far kalla_pa skaffa skicka ta_hit ta_in hamtar
W vill ville skulle kan kunna far_jag behover onskar kraver krav begar maste snalla_kan mojligt mojlighet foredrar tack_vill letar be far ber soker lat lata lat_mig ska skall onskas behovs
L ringa ring ringer kontakta kontaktar na kontakt hora_av_sig hor_av_sig aterkomma aterkommer telefonera skriva nar na_ut_till pa_traden mejla
K uppring* bli_uppringd ring_mig ring_upp_mig hor_av_er aterupp* ringa_upp_mig vantar_pa_ert vantar_pa_er livechatt live_chatt telefonsupport aterkoppling_per_telefon
M mig oss mej
N inte ej aldrig ingen inga utan vagrar trott slippa nej sluta less_pa istallet_for fatt_nog nog_av
B bot bott boten botten bottar robot* maskin* chatbot* chattbot* dator* ai automat* algoritm*
E finns ar jobbar arbetar har sitter existerar
R riktig* verklig* levande mansklig* personlig* fysisk* akta av_kott_och_blod
H hjalpa hjalper hjalp hjalpa_till titta tittar_pa titta_pa ta_over tar_over svara svarar hantera hanterar kolla kolla_pa losa forklara hjalpt hanteras granska granskar kika forklarar radd rad radgivning
Y tack nu snart genast omedelbart snarast bradskande hej hallo idag asap snalla ju asap bara vanligen fort
A en ett den det de med till av er era ert ni du dig jag vi han hon att om pa i hos fran per upp vidare har dar som detta denna teknisk over sig alltsa for via att_fa direkt din dina ditt ut in nagra nagot ha fa_en langre dig_till forbindelse eftermiddag ratt kontakt_med
I vem
O min mitt mina var vart vara
F hur varfor vilken vilka vilket vad nar var_ser
X pratade talade hade igar var_i_kontakt snackade pratar_jag talar_jag ar_du maste_jag snackar_jag
J annan andra annat nytt ny
| men och utan_att for_att_jag
V eller
Z per_telefon telefon pa_telefon i_telefon
D avdelning* team saljteam saljteamet saljavdelning* ekonomi ekonomiavdelningen forsaljning
T samtal konversation* telefonsamtal mote tid chatt chatten
i arende arendet problem fraga fallet fall klagomal sak begaran konto arenden
k bli_kopplad kopplas bli_vidarekopplad satt_mig_i_forbindelse satt_mig_i_kontakt
v tillganglig ledig
g tilldela
c klaga
h honom henne
""",
    "fr": """
P humain humaine humains conseiller* conseillere* conseille agent agente agents operateur* operatrice* teleconseiller* interlocuteur* interlocutrice* representant* etre_humain charge_de_clientele charge_clientele assistance_humaine consseiller consillier conseillier charge_de_compte support_humain aide_humaine contact_humain umain umains etre_vivant
Q personne personnes quelqu_un quelqun quelquun qqun qqn qq1 qqu_un responsable* superieur* superviseur* manager* chef* patron* collegue* collaborateur* specialiste* expert* technicien* employe* directeur* directrice* membre gens monde individu personnel gerant* gestionnaire* un_de_vos une_de_vos l_un_de_vos developpeur* ingenieur* direction dirigeant* management l_un_de_vous un_de_vous quelqu_un_de_vous
U service_client service_clients service_clientele sav support assistance hotline standard service_apres_vente helpdesk service_technique
S parler parle parlr discuter echanger communiquer dialoguer converser tchater chatter tchatter entretenir m_entretenir parlais causer bavarder traiter_avec avoir_affaire regler_ca_avec regler_cela_avec voir_ca_avec papoter voir_avec consulter echange parl parle_a lui_parler leur_parler
C transfer* transmett* transmet passer passez passe mettre mettez mets basculer basculez rediriger redirige* orienter orientez connecter connectez connecte relier escalade* transferez dirigez diriger mis renvoyez raccorde* remontez remonter faites_remonter veuillez_me_mettre
G donne* donner trouve* envoyez filez file appelez_moi_le appelle_moi_le amenez je_demande_un venir amener faites_venir ramene ramenez
W veux veut voudrais voudrait vouloir souhaite* souhaiterais aimerais aimerai peux peut peuvent puis pouvez pourriez pourrait pourrais pouvoir puis_je faut besoin dois desire* demande exige prefere* prefererais preferer possible possibilite moyen merci_de faites faire fais cherche pourrai jveux jvoudrais j_veux tiens puisse puissent serait pourra_t laisse laissez envisageable dois_je pourraient souhaiterait voudrions doit
L appeler appel* rappel* contacter contact* joindre joignez telephon* recontact* rappelle ecrire coup_de_fil passer_un_coup
K appelez_moi appelle_moi rappelez_moi rappelle_moi rappelez_nous etre_rappele etre_rappelee etre_recontacte etre_recontactee etre_contacte etre_contactee rappel_telephonique demande_de_rappel me_faire_rappeler etre_appele attends_un_appel attends_votre_appel attente_de_votre_appel chat_en_direct un_rappel appel_de_votre_part support_telephonique assistance_telephonique contactez_moi contacte_moi rappeler_moi contactez_nous_par attends_un_appel_de
M me moi m nous
N pas jamais ne ni sans plus_de refuse marre assez stop ras_le_bol aucun ras_le_bol_de au_lieu_d fini en_ai_assez j_en_ai_assez
B bot bots robot robots machine* chatbot* ordinateur* ia automate* automatique* automatises algorithme* automate
E il_y_a y_a y_a_t existe ya avez_vous est_ce_qu_il_y_a travaille travaillent t_il
R reel reelle reels vrai vraie vrais veritable* vivant* physique en_chair_et_en_os de_vive_voix
H aider aide aidez occuper occupe repondre reponde repond prendre_la_main prenne prendre_en_charge prendre_le_relais regarder regarde traiter expliquer intervenir assister s_occuper renseigner depanner regardait examine examiner verifier verifie secourir m_aider prenne_le_relais resoudre explique conseille_par conseiller_par oriente guide requise necessaire
Y svp stp merci s_il_vous_plait s_il_te_plait maintenant vite urgent urgence immediatement enfin bonjour salut aujourd_hui sil_vous_plait tout_de_suite rapidement bordel putain vraiment bonsoir d_urgence
A a au aux avec un une de du des d le la les l votre vos ton ta tes vous tu te je j on il y en ici chez par pour que qu qui_puisse est c ce ca cela entre relation vers dans sur ligne direct directement technique plutot s se si t et_que etre eu avoir lors ou cette ce_sujet propos s_y svp_je contact_avec clientele est_ce autre_part demain matin entendu humainement j_entends derriere ecran moyen_de lequel laquelle l_un panne competente apres_midi rapport en_direct
I qui
O mon ma mes notre nos son sa ses
F comment pourquoi quel quelle quels quelles quand combien ou_voir ou_est ou_sont
X ai_parle avais hier j_ai_deja parlais_hier discute ai_discute a_parle es_tu etes_vous tu_es vous_etes suis_je parle_je ai_je est_ce_que_je_parle je_parle_a_un je_parle_avec_un
J autre autres nouveau nouvel
| mais et car parce sinon
V ou
Z telephone tel au_tel par_telephone au_telephone de_vive_voix
D equipe service commerciale commercial ventes facturation comptabilite equipe_commerciale
T conversation discussion rendez_vous rdv entretien chat
i dossier demande probleme cas question reclamation ticket affaire compte situation
k mis_en_relation mise_en_relation mis_en_contact mise_en_contact etre_transfere etre_redirige etre_conseille etre_aide_par
v disponible disponibles joignable
g affectez affecter attribuez assignez
c plaindre reclamer
h leur a_lui
""",
    "es": """
P humano humana humanos ser_humano agente agentes asesor* operador* operadora* teleoperador* representante* ejecutiv* de_carne_y_hueso seres_humanos consultor* ayuda_humana atencion_humana acesor asesora_humana atencion_de_una_persona atencion_personalizada agente_real ejecutivo_de_cuenta soporte_humano trato_humano contacto_humano
Q persona personas alguien algien alguno jefe jefa jefes gerente* encargad* responsable* supervisor* companero* companera* especialista* experto* tecnico* empleado* empleada* director* superior* gente miembro colega* trabajador* dependiente senor senorita personal_de uno_de_sus una_de_sus uno_de_tus uno_de_ustedes ingenier* desarrollador* gerencia direccion direccion_general administracion persona_a_cargo
U servicio_al_cliente servicio_de_atencion atencion_al_cliente servicio_cliente soporte atencion servicio_tecnico call_center mesa_de_ayuda sac callcenter linea_de_ayuda
S hablar ablar hablarlo conversar chatear charlar platicar comunicarme dialogar tratar tratarlo discutir consultar hable hablo resolverlo_con resolver_esto_con verlo entrevistarme platicarlo verlo_con comunicar platicarle charla
C transfiere* transferir* transfier* pasa pasame pasarme paseme pase pasen pasenme pasar comunica* comuniqu* conecta* conectar* conecte* deriva* derivar* deriven derive* redirig* redirij* ponme ponga* poname poner ponerme pongan* enlaza* enlace_con escala* escalar* dirija* remita* direccion* contactame_con contacteme_con escale escalen eleve suba suban subalo cambiame cambieme cambia comuniquenme
G dame denme deme den traeme traiga* manda* mande* llama_a llame_a llamame_a busca* consigue* consigan* venga vengan llamen_a que_venga trae das puedes_dar
W quiero queremos quisiera* quisieramos puedo puede pueden podria* podrian podriamos podemos gustaria necesito necesitamos nesecito nececito deseo desearia exijo solicito pido requiero prefiero preferiria posible posibilidad forma_de hace_falta tengo_que debo quiera querria busco sería seria desea urge ocupo pueda puedan busco_a dejame dejeme permitame permiteme seria_posible tiene_que tienen_que quisieran kiero qiero
L llamar llame llamen llama contactar contacte* contacten contactaran contacto llamada llamarme contactarme telefonear comuniquen localizar ponerme_en_contacto se_ponga_en_contacto pongan_en_contacto ponerse_en_contacto escribir escriba llamara llamase marque marcar
K llamenme llamame llameme llamarme_por_telefono devuelvan_la_llamada devuelva_la_llamada devolver_la_llamada regresen_la_llamada contactenme contacteme contactame me_llamen me_contacten me_llame rellamada marquenme espero_su_llamada esperando_su_llamada espero_llamada chat_en_vivo soporte_telefonico atencion_telefonica me_marquen me_devuelvan devuelvanme esperando_llamada llamada_de_su llamenme_por
M me mi conmigo nos
N no nunca sin tampoco basta deja dejen harto harta canse cansado cansada odio nada_de niego en_vez_de hart*
B bot bots robot* maquina* chatbot* computadora* ordenador ia automatic* automatizad* contestador* algoritmo*
E hay existe existen tienen trabaja trabajan habra ay conectado
R real reales verdad verdadera* verdadero* viva vivo en_vivo fisica de_verdad autentic*
H ayudar* ayude* ayuda* ayudarme atienda* atender* atienden responda* responder conteste* contestar encargarse encargue* revise* revisar solucione* solucionar vea ver explique* explicar asista* resolver resuelva* echar_una_mano apoye viera atendido atendida revisara mire mirar verifique verificar haga_cargo tome asesorara asesore explicarselo oriente
Y por_favor porfavor porfa xfa gracias ahora ya mismo urgente inmediatamente hola buenas buenos dias tardes hoy pronto pls ahorita urgentemente xfavor plis joder carajo
A un una uno unos con de del el la los las lo al a en su sus tu tus usted ustedes vosotros les le se te que q quien_me para por aqui ahi alla esto eso este esta sobre via tecnica directamente algun alguna yo ser es vuestro vuestra es_que si pa asunto linea vez mejor otra_vez solo posible_que estar estan manana conforme disponible_en tarde momento indicada tercera
I quien quienes
O mi_equipo mis mi_empresa nuestro nuestra nuestros mi_cuenta mi_jefe mi_companero mi_gerente mi_empleado
F como porque por_que cual cuales cuando donde cuanto cuanta cuantas cuantos que_es
X hable_con hablado ayer estaba habia hablamos hablaba estoy_hablando eres es_usted tengo_que_hablar estoy_hablando_con
J otro otra otros otras nuevo nueva
| pero y sino porque_no pues
V o u
Z telefono por_telefono telefonicamente
D equipo departamento atencion ventas facturacion contabilidad comercial cobranzas
T conversacion llamada_con cita llamada chat
. personal personales personaliz* direccion_de
i caso solicitud problema consulta queja reclamo reclamacion peticion expediente ticket asunto cuenta
k ser_transferido ser_comunicado ser_derivado ser_atendido_por
v disponible disponibles
g asignen asigne asignenme asigname
c quejarme quejar reclamar
h ella ellos con_el con_ella
""",
    "pt": """
P humano humana humanos ser_humano atendente* agente agentes operador* operadora* representante* assessor* consultor* de_carne_e_osso assistente_humano atendimento_humano ajuda_humana suporte_humano seres_humanos telefonista atendete atendimento_de_uma_pessoa atendente_real suporte_de_uma_pessoa contato_humano contacto_humano gerente_de_conta
Q pessoa pessoas alguem algum_de_voces gerente* supervisor* chefe* responsavel responsaveis encarregad* colega* especialista* tecnico* funcionario* funcionaria* diretor* superior* gente membro colaborador* patrao profissional moco moca um_dos_seus uma_das_suas um_de_voces um_dos_teus um_dos_vossos engenheir* desenvolvedor* gerencia direcao diretoria quem_manda pesoa pesoas quem_e_responsavel alguem_da alguem_do
U atendimento sac suporte assistencia apoio_ao_cliente servico_ao_cliente central_de_atendimento call_center ouvidoria apoio servico_de_apoio atendimento_ao_cliente
S falar fala falo conversar teclar bater_papo discutir dialogar comunicar tratar tratar_disso resolver_isso_com resolver_isto_com falasse papo contactar_com falarmos converso papear
C transfer* transfira* passa passar passe passem conecta* conectar conecte* encaminh* redirecion* direcion* liga_me_com ligar_me_a liguem_me_a escala* me_poe me_coloca coloca colocar coloque ponha poe remet* escale escalem leve levem muda mude mudar suba
G chama* chame* chamar da de_me deem traz manda mande me_da quero_um arranja arranje chame_um chama_um traga
W quero queremos queria gostaria* posso pode podem podes poderia* poderiam podia preciso precisamos presiso necessito desejo exijo solicito peco peca requeiro prefiro preferia preferiria possivel possibilidade seria quer tem_como da_pra jeito_de posso_ser procuro possa possam procuro_por deixa deixe tem_que precisa pretendo kero qero
L ligar ligue* liguem liga telefon* contat* contact* entrar_em_contato entrar_em_contacto entre_em_contato entrem_em_contato entre_em_contacto entrem_em_contacto retornar ligacao chamada ligasse telefonasse escreva
K liguem_para_mim ligue_para_mim liga_pra_mim me_liga me_ligue me_liguem me_ligar retornem_a_ligacao retorno_de_ligacao me_retornem me_retorne retornem_a_chamada ser_contactado ser_contatado liguem_me ligue_me retorne_a_ligacao retornar_a_ligacao me_telefonem aguardo_a_vossa_chamada aguardo_sua_ligacao aguardo_ligacao aguardo_a_ligacao espero_sua_ligacao chat_ao_vivo me_contatem me_contate contatem_me suporte_por_telefone atendimento_telefonico espero_a_vossa aguardo_contato aguardo_contacto aguardo_a_chamada
M me mim nos comigo conosco
N nao n nunca sem nada_de chega cansei cansado cansada farto farta odeio nem pare recuso em_vez_de
B bot bots robo robos maquina* chatbot* computador* ia automatic* automatizad* inteligencia_artificial gravacao_automatica algoritmo*
E ha tem existe existem trabalha trabalham
R real reais verdade verdadeir* viva vivo ao_vivo fisica de_verdade
H ajudar* ajude* ajuda* ajudem atenda* atender atendido atendida responda* responder assumir assuma cuidar cuide resolver resolva verificar verifique explicar explique olhar olhe ver veja socorrer analisar visto olhado atenda analise analisado cheque verificado ajudasse socorra tratado orientado orientada aconselhado oriente
Y por_favor porfavor pfv pf obrigado obrigada agora ja urgente imediatamente ola oi bom_dia boa_tarde hoje logo pls urgentemente faz_favor se_faz_favor caramba porra gentileza por_gentileza
A um uma uns com de do da dos das o os a as no na ao em para pra pro por seu sua seus suas teu tua voce voces vcs vc eu que q quem_me aqui ai la isso isto sobre via tecnico_de diretamente algum alguma ser e se lhe te este esta esse essa so direto c vossa vosso fatura_com estar algum_numero numero assunto amanha gostava que_um tens vossos teus deles um_dos_seus momento tarde terceira vez
I quem
O meu minha meus minhas nosso nossa
F como porque por_que qual quais quando onde quanto quanta quantas quantos o_que
X falei ontem estava havia conversei tinha falou estou_falando voce_e vc_e estou_a_falar e_voce preciso_falar_com_alguem_para
J outro outra outros outras novo nova
| mas e_quero pois e_ninguem
V ou
Z telefone por_telefone
D equipe equipa setor departamento vendas financeiro faturacao faturamento comercial
T conversa reuniao chamada ligacao chat
. pessoal pessoais
i caso pedido problema questao reclamacao solicitacao chamado ticket assunto conta duvida
k ser_transferido ser_encaminhado ser_atendido_por ser_direcionado ser_atendida_por
v disponivel disponiveis
g atribuam coloquem designem
c reclamar queixar queixar_me
h ele ela eles
""",
    "it": """
P umano umana umani essere_umano operatore operatori operatrice operator agente agenti consulente* addett* rappresentante* incaricat* in_carne_e_ossa in_carne_ed_ossa assistenza_umana esseri_umani impiegat* opertore assistenza_di_una_persona supporto_umano contatto_umano operatore_reale
Q persona persone qualcuno qualcun qlcn qualcheduno responsabile responsabili capo manager direttore* direttrice* superiore* supervisore* collega* colleghi specialista* esperto* tecnico tecnici dipendente_vostro gente referente titolare_vostro membro titolare_del_negozio uno_dei_vostri uno_dei_tuoi una_delle_vostre uno_di_voi uno_dei_suoi ingegner* sviluppator* direzione dirigenza dirigent* amministrazione_vostra persona_competente
U servizio_clienti assistenza_clienti servizio_assistenza assistenza supporto call_center centralino help_desk customer_care
S parlare parlarne parlar parli discutere discuterne conversare chattare dialogare comunicare confrontarmi sentire trattare interloquire risolvere_con avere_a_che_fare parlo sentirci parlarci
C trasferi* passa passami passatemi passare passi mi_passi mi_passa mettimi mettere metta metti mettetemi collega_mi collegami collegarmi colleghi connett* inoltr* indirizz* reindirizz* dirott* scalare smistare trasferit* gir* mi_colleghi mi_colleghiate faccia_presente segnali cambia
G dammi datemi dia chiamami_il chiamatemi_il trovatemi trovami mandatemi mandami portami fatemi_avere voglio_un chiama_il entrare fate_entrare dai mi_dai date
W voglio vogliamo vorrei vorremmo posso puo possono potrei potrebbe potreste potete puoi potremmo bisogno necessito desidero desidererei esigo pretendo chiedo richiedo preferisco preferirei possibile possibilita fatemi fammi fate devo sarebbe gradirei cerco mi_fa mi_fate possa possano mi_serve serve deve dovete lasciami lasciatemi come_faccio volevo vojo vogl
L chiamare chiam* richiam* contatt* ricontatt* telefonare telefon* contatto raggiungere risponde risponda mettersi_in_contatto scrivere scrivermi chiamasse telefonata
K chiamatemi chiamami richiamatemi richiamami essere_richiamato essere_richiamata essere_ricontattato essere_ricontattata essere_contattato essere_contattata contattatemi contattami richiamata telefonatemi mi_chiami mi_chiamate mi_richiami mi_richiamate mi_contatti aspetto_una_vostra aspetto_la_vostra attendo_una_vostra attendo_la_vostra in_attesa_di_una_chiamata chat_dal_vivo supporto_telefonico assistenza_telefonica una_chiamata_da parte_vostra
M mi me ci noi
N non mai senza basta niente rifiuto stufo stufa stanco no odio nessun invece_di abbastanza ne_ho_abbastanza
B bot robot* macchina macchine chatbot* computer ia automatic* automatizzat* intelligenza_artificiale risponditore algoritmo
E c_e ce esiste esistono avete ci_sono lavora lavorano
R reale reali vera vero vere veri viva vivo fisica
H aiutare aiuti aiutarmi aiuta aiuto occuparsene occuparsi occupi rispondere risponda assistere guardare guardi risolvere risolva spiegare spieghi gestire seguire segua prendere_in_carico intervenire controllare controlli dare_una_mano seguito assistito assistita vedere veda aiutato aiutata servito verificare visto esamini consigliato consigliata spiegarlo spieghi_al
Y per_favore perfavore per_piacere grazie ora subito adesso urgente urgentemente immediatamente ciao salve buongiorno oggi pls presto perfavor cortesemente cazzo finalmente gentilmente
A un uno una il lo la i gli le l con col di del dello della dei d dell a al allo alla all da dal in nel per su sul tuo tua vostro vostra vostri suo voi lei tu io che chi_mi qui li questo questa questa_cosa ne ufficio tecnica direttamente qualche alcuni cosa essere e_possibile si se vi ti umanamente sia numero cui direttamente_con posto domani vostre tuoi delle dagli subito_con pomeriggio momento
I chi
O mio mia miei mie nostro nostra
F come perche quale quali quando dove quanto quanta quante quanti cos cosa_e
X ho_parlato ieri ero avevo parlato sto_parlando sei_un sei_una devo_parlare sto_parlando_con
J altro altra altri altre nuovo nuova
| ma e_voglio anziche perche_voglio e_nessuno
V o oppure
Z telefono tel telefonicamente
D reparto vendite fatturazione contabilita commerciale amministrazione team
T conversazione colloquio appuntamento chiamata incontro chat
. personale personali
i caso richiesta problema questione pratica reclamo domanda ticket conto situazione
k essere_trasferito essere_messo_in_contatto messo_in_contatto essere_collegato essere_assistito_da essere_seguito_da
v disponibile disponibili
g assegnate assegni assegnatemi
c lamentarmi reclamare protestare
h
""",
}
"""A language, and its words by class; `*` stands for endings, `_` for a space.

P people who help, Q people, U a service, S speaking, C connecting, G getting, W
wanting, L calling, K calling back, M me, N a denial, B a bot, E being there, R real,
H helping, Y please, A little words, I who, Z a line, O mine, F how, X what was, J
others, | a new clause.
"""
