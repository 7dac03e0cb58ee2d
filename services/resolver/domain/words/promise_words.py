"""The words that promises of a person are made of."""

# ruff: noqa: E501 - lists of words; `_` is a space, `*` ends a beginning

BEFORE_CHARS = 40
"""What a promise is weakened by stands right before it."""
PEOPLE = """
team teams colleague* agent agents human specialist* representative* rep advisor* adviser* staff support engineer* developer* technician* expert* manager* supervisor* operator* department departments someone somebody teammate* team_member* person people helpdesk crew folks desk customer_service customer_care customer_success officer* they they_ll on_call billing_department consultant*
team kolleg* mitarbeiter* berater* support supportteam spezialist* fachabteilung abteilung techniker* technik kundenservice kundendienst jemand person experte* menschen mensch buchhaltung ansprechpartner* vorgesetzte* sachbearbeiter* die_melden
equipe* collegue* conseiller* agent agents service_client service_technique support technicien* specialiste* expert* quelqu_un humain responsable* personne_de_notre operateur* personne
equipo companer* agente* asesor* soporte especialista* tecnico* alguien humano* persona responsable* personal encargad* departamento operador*
equipe time colega* atendente* suporte especialista* tecnico* alguem humano pessoa pessoal responsavel departamento operador* financeiro consultor*
team collega colleghi operator* supporto specialist* tecnic* qualcuno umano persona responsabil* reparto addett* consulent* assistenza
team collega* medewerker* support specialist* technische_dienst technische_afdeling afdeling iemand mens persoon klantenservice expert* adviseur* klantendienst monteur*
"""
WE = "i we i_ve we_ve i_m we_re i_ll we_ll ich wir je j nous he hemos voy_a vamos_a yo nosotros le_paso te_paso eu nos vou vamos ho abbiamo io noi ik we wij ya let_me already done consider_it_done"
WILL = "will ll is_going_to are_going_to going_to gonna shall is_about_to wird werden va vont ira iront va_a van_a ira vai vao ira zal zullen gaat gaan en_route should"
YOU = (
    "you u ihnen dir dich sie vous te toi te le les usted voce te lhe ti la le je u jou"
)
RESPOND = """
contact contacting reach reach_out get_back follow_up be_in_touch get_in_touch be_reaching call calling call_back phone ring email message messaging write reply respond answer circle_back come_back let_you_know pick_up pick_it_up take_over take_a_look look_into touch_base be_contacting ping review assist_you_shortly be_calling be_emailing be_with_you join help_you_shortly handle reach_back
melden kontaktieren antworten anrufen zuruckrufen schreiben kummern beantworten zuruckmelden ubernehmen in_verbindung_setzen
contacter recontacter repondre appeler rappeler ecrire revenir_vers prendre_contact reprendre_contact vous_joindre
contactar contactarte contactarlo contactarle responder responderte llamar llamarte llamarlo escribir escribirte comunicarse atender ponerse_en_contacto
contatar responder ligar entrar_em_contato entrar_em_contacto falar te_ligar retornar escrever
contattare contattarti contattarla rispondere risponderti chiamare richiamare scrivere
contact_opnemen contacteren reageren antwoorden bellen terugbellen schrijven mailen beantwoorden
"""
SELF = "enviei encaminhei avisei criei abri passei transferi notifiquei acionei repassei registrei abrimos enviamos encaminhamos escalei"
RESPONDS = """
is_joining joins is_taking_over takes_over meldet_sich melden_sich sich_melden meldet_euch kontaktiert_sie kontaktiert_dich ruft_sie ruft_dich antwortet_ihnen antwortet_dir schreibt_dir schreibt_ihnen
contactera contacteront recontactera recontacteront repondra repondront rappellera rappelleront reviendra reviendront prendra_contact prendront_contact ecrira ecriront vous_appelle vous_rappelle vous_recontacte
se_pondra se_pondran respondera responderan contestara contestaran llamara llamaran contactara contactaran escribira escribiran te_escriben te_llaman te_responden te_contestan
entrara entrarao respondera responderao ligara ligarao contatara contatarao retornara retornarao te_respondem lhe_ligara te_liga
contattera contatteranno rispondera risponderanno chiamera chiameranno richiamera richiameranno scrivera scriveranno si_mettera si_metteranno si_faranno la_contatta ti_contatta
neemt_contact nemen_contact neemt_vandaag neemt_zo belt_je belt_u bellen_u bellen_je belt_morgen reageert reageren neemt_spoedig
"""
FORWARD = """
forward* escalat* pass passed passing sent send sending submit* rais* flag* shar* notif* alert* inform* transferr* transfer connect connected connecting hand_over handed handing loop* let told tell ask asked asking assign* rout* put_in put_you contacted contact ping* reported report have_someone have_a have_an get_someone get_a get_one get_my bring refer*
weitergeleitet weiterleite* weitergegeben leite geben gebe ubergeben ubergebe verbinde verbunden informiert benachrichtigt eskaliert eskaliere gesendet geschickt weiter gebeten
transmis transmise transmets transmet transmettre transfere transferer transfert envoye envoyee envoie prevenu informe contacte escalade escalader signale mets_en_relation mets_en_contact alerte demande
enviado enviada envie envio enviare transferido transfiero transferir paso pasado pasar avisado avise informado escalado escalar escale notificado derivado derivo trasladado remitido transferire reenviado conecto
enviei enviado enviada encaminhei encaminhado encaminhada encaminhar transferir transferi avisei informei passei passar escalei escalar notifiquei repassei conectar acionei
inoltrato inoltrata inoltro inviato inviata trasferisco passato passo avvisato informato segnalato trasferire metto_in_contatto girato scalato notificato
doorgestuurd doorgezet doorgegeven verbind gestuurd geinformeerd ingelicht stuur geef overgedragen geescaleerd gevraagd verwezen gemeld
"""
FORWARDING = """
transferring_you transferring_to connecting_you connecting_with passing_you passing_this passing_it handing_you handing_this putting_you_through escalating_this escalating_to forwarding_this forwarding_your let_me_connect let_me_transfer let_me_put let_me_pass let_me_get let_me_bring i_ll_connect i_ll_transfer i_ll_get please_hold_while_i_transfer while_i_transfer while_i_connect i_ll_escalate i_ll_have i_ll_put i_ll_pass looping_in
je_vous_transfere je_te_transfere je_vous_mets je_te_mets je_vous_passe je_vous_dirige
te_transfiero le_transfiero lo_transfiero la_transfiero te_paso le_paso lo_paso te_conecto le_conecto te_comunico le_comunico te_voy_a le_voy_a lo_voy_a
vou_te_transferir vou_transferir te_transfiro vou_passar vou_te_passar vou_conectar vou_encaminhar
ti_trasferisco la_trasferisco ti_passo la_passo ti_metto la_metto
ik_verbind verbind_u verbind_je ich_verbinde ich_gebe_das ich_leite
"""
TICKET = "ticket tickets case supportticket support_ticket meldung ticket_de_support dossier caso segnalazione chamado richiesta_di_assistenza melding solicitud_de_soporte incident zaak fall"
CREATED = "created create creating opened open opening logged log filed file raised raise submitted started made put_in erstellt angelegt eroffnet aufgemacht cree ouvert creer creado abierto abri cree criei abri aberto creato aperto aangemaakt geopend gemaakt registriert ingediend generado levantado registrado registrei"
REQUEST = """
your_request your_case your_issue your_ticket your_message your_question your_feedback your_inquiry your_enquiry your_problem your_account your_report your_complaint your_details the_matter the_issue this_issue the_case the_request ticket it this
ihre_anfrage deine_anfrage ihr_anliegen dein_anliegen ihr_fall dein_fall ihre_nachricht deine_nachricht ihre_meldung ihr_ticket dein_ticket
votre_demande ta_demande votre_dossier votre_message votre_question votre_probleme
tu_solicitud su_solicitud tu_caso su_caso tu_consulta su_consulta su_mensaje tu_mensaje tu_pregunta su_problema
sua_solicitacao a_sua_solicitacao seu_caso o_seu_caso sua_mensagem seu_pedido_de sua_duvida seu_chamado
la_tua_richiesta la_sua_richiesta il_tuo_caso il_suo_caso il_tuo_messaggio la_tua_domanda
je_aanvraag uw_aanvraag je_vraag uw_vraag uw_melding je_melding je_bericht uw_bericht uw_verzoek je_verzoek
"""
DONE = "has_been have_been was is is_being has_just is_on is_now were wurde ist wird a_ete est ha_sido fue esta fue foi esta sera e_stato e_stata e is werd wordt s_been"
WE_RESPOND = """
will_get_back will_be_in_touch will_follow_up will_contact_you will_reach_out will_reply_to_you will_call_you will_respond get_back_to_you_soon ll_get_back ll_be_in_touch ll_follow_up ll_reach_out ll_contact_you will_write_back will_come_back_to_you ll_come_back_to_you
melden_uns werden_uns_melden melden_uns_bei rufen_sie_zuruck werden_ihnen_antworten
reviendrons_vers vous_recontacterons vous_repondrons vous_contacterons vous_rappellerons te_recontacterons
pondremos_en_contacto nos_pondremos nos_comunicaremos
nemen_contact nemen_snel nemen_zo komen_bij_u_terug bellen_u_terug nemen_spoedig
"""
YOU_HEAR = """
you_ll_hear you_will_hear you_ll_receive_a you_will_receive_a_reply you_will_receive_a_response you_should_receive_a_reply you_should_receive_a_response you_should_hear expect_to_hear expect_a_call expect_an_email expect_a_reply expect_a_response you_will_be_contacted you_ll_be_contacted you_ll_get_a_call you_will_get_a_call
sie_horen du_horst sie_erhalten_eine_antwort
je_hoort u_hoort vous_aurez_des_nouvelles recibira_respuesta recibiras_respuesta vous_recevrez_une_reponse
"""
FULL = """
nos_pondremos_en_contacto entraremos_em_contato entraremos_em_contacto ti_ricontatteremo la_ricontatteremo ti_contatteremo la_contatteremo le_responderemos te_responderemos te_contactaremos le_contactaremos retornaremos_em_breve you_will_hear_from_us you_ll_hear_from_us you_ll_hear_back you_will_hear_back du_horst_bald_von horen_bald_von we_will_get_back we_ll_get_back they_ll_follow_up they_will_follow_up they_ll_be_in_touch they_will_be_in_touch they_will_get_in_touch they_ll_get_back they_will_get_back human_will_take_over human_will_reply will_be_contacted
"""
NOT = """
not never cannot can_t won_t don_t haven_t hasn_t isn_t wasn_t didn_t unable nobody no_one none without no
nicht kein keine keinen nie niemals niemand pas jamais aucun ne personne_ne no nunca nadie nao nunca ninguem non mai nessuno niet geen nooit niemand
"""
MAYBE = """
can could may might would want can_i shall_i should_i happy_to glad_to able_to need_to typically usually whenever when once unless before_i if don_t_hesitate feel_free please_contact please_call please_email let_me_know you_can you_could you_may you_need last_week last_month yesterday earlier a_day_ago how_to to_contact to_speak to_reach to_talk sent_to_the
kann kannst konnen konnte konnten wurde_gerne mochten mochte wollen soll sollen wenn falls sobald wird_nie gestern
peux peut pouvez pouvons pourrais pourrait voulez souhaitez lorsque quand une_fois hier
puedo puede puedes podemos podria podrias quiere quieres desea cuando ayer
posso pode podemos poderia quer deseja quando ontem
posso puo puoi possiamo potrebbe vuole vuoi desidera quando ieri
kan kunt kunnen zou wil wilt als wanneer zodra gisteren
"""
CONDITIONS = """
if_you_like if_you_want if_you_d_like if_this if_that if_the if_it if_none if_needed if_necessary if_you would_you_like do_you_want just_say_the_word once_you when_you when_a whenever_you let_me_know_if just_let_me_know before_i
wenn_sie_mochten wenn_du_mochtest wenn_du_willst falls wenn_sie wenn_du sobald_sie
si_vous si_tu si_besoin si_necessaire si_le si_la souhaitez_vous voulez_vous
si_quiere si_quieres si_lo si_el si_la si_necesita quiere_que quieres_que
se_quiser se_o se_a se_precisar quer_que se_voce
se_vuoi se_vuole se_il se_la se_preferisce se_preferisci se_il_problema vuole_che vuoi_che
als_je als_u als_het als_de wil_je wilt_u
"""
YOURS = "your ihrem deinem ihr dein ihre deine votre vos ton tu su seu sua tuo suo je uw their"
HINTS = "hear back touch reply expect entraremos retornaremos ricontatt* contatt* contact* pondremos comunicaremos melden reviendr* recontact* horst horen hoort"
