"""The frames of a wish for a person, over the classes of a clause's words.

The classes are those of `west.WEST`. A gap lets little words pass, seldom an
unknown one, never what is mine (O), what is others' (J), or a denial (N).
"""

import re

_FORWARD = re.compile(
    r"""
    # speak with a person; with somebody else from sales
      S[AYRMWZULDHQT]{0,4}[.J]?[AYRMZUJD]{0,3}[PQ]
    | TA{1,4}R*[UD]?[PQ]
    | S[AYM]{0,4}[UD]
    # an answer from a person
    | HA{1,2}R*P
    """,
    re.VERBOSE,
)
"""In languages whose verb stands before the person; also in a question how."""
_ANYWHERE = re.compile(
    r"""
    # who can I talk to
      I[AYWMH.]{0,5}S(?=[AYZHWM]*$)
    | (?<!Q)I[AYWM]{1,4}S|AI[AYWM]{0,4}S
    | FXA?R?[PQ]
    # be connected to an agent
    | k[AYZR]{0,5}[PQUD]
    | I[AY]{0,2}W[AYM]{0,3}L(?=[AYZHWM]*$)
    # transfer me to an agent
    | C[AYZ]{0,2}M[AYRWZUJ]{0,5}[PQUD]
    | M[AYWZ]{0,4}C[AYRZU]{0,5}[PQU]
    # reach an agent
    | L[AYM]{0,3}R*P
    | L[AYM]{0,3}U(?=[AYZM]*$)
    # not with a bot
    | N[.]?[AWSYMGCRHTL]{0,6}[.]?[AYSTW]{0,3}B[AYJZS]{0,2}[.]?[AYJ]*$
    | SA*NA*B[AY]*$
    """,
    re.VERBOSE,
)
"""Also in a question how."""
_STATED = re.compile(
    r"""
    # transfer to an agent
      CA{0,5}[PQ](?=[AYZD]*$)
    | C[AYU]{0,3}R?P?[PQU](?=[AYZUDW]*$)
    # escalate my case to a supervisor
    | C[AY]{0,2}[OM]?A?[iW]A{0,3}[PQU]
    | GA{0,2}R?PA{0,3}[TSi]$
    # a call with your team, from your sales
    | [WGS.][AYM]{0,3}[.]?A{0,3}[TL]{1,2}[AYZG]{1,4}[PQUD]+(?=[AYUD]*$)
    # support by people
    | UA{1,3}P
    # somebody to help me
    | (?<!O)Q[AYWI]{0,3}M[AY]{0,2}H[AYWZ]*$
    | M[AYW]{0,2}H[AYW.]{0,2}Q[AY]*$
    # need a human to look at my case
    | [PQ]W[AYM]{0,3}H(?=[AYMZ]*$)
    | (?<!O)(?:P|RQ)[AYWM]{0,3}H[AYM]{0,3}(?:[Oi]A?[.i]?)?[AY]*$
    | W[AYM]{0,3}(?<!O)Q[AYW]{0,2}H[AYM]{0,2}O?i
    | [Oi]A?[.i]?[AYW]{0,2}H[AYW]{0,2}[PQ][AY]*$
    # helped by a person
    | W[AYM]{0,4}H[AYM]{0,3}R?(?:P|Q[AYD]*$)
    | W[AYM]{0,4}P[AYM]{0,2}O?i?H
    # is an agent available to talk
    | ^[AYWED]*R?[PQ]{1,2}R?[AYDUE]{0,5}v[AYE]*[ST]?[AYWE]*$
    | ^(?=.*v)[AYWEv]*[.]?[AYEv]*R?P[AYEv]*$
    | ^[AYWED]*v[AYE]*[PQ][AYWE]*$
    | ^[AYWE]*Q[AYDUE.]{0,5}S[AYEW]*$
    | ^[AYWE]*Q[AYDU]{0,4}W[AYE]*S[AY]*$
    | ^[AYW]*Q[AYDU]{0,4}L[AY]*$
    | ^[AYW]*Q[AYDU]{0,4}W[AYM]{0,3}L
    # complain to a manager; assign an agent to my case
    | [WG][AYM]{0,4}c[AYM]{0,4}[PQU]
    | [PQU][AYM]{0,3}(?:i[AY]{0,2})?c[AY]?W
    | (?<!F)g[AYMi]{0,3}R?P{1,2}[AY]{0,3}[OM]?A?i
    | (?<!O)P{1,2}[AY]{0,3}O?A?i[AY]{0,2}g
    | O?iA{0,2}Q?P{1,2}g
    | GO?iA{1,3}P
    # who is your boss, I want to talk to him
    | W[AYM]{0,3}SA{0,3}h
    | hA{0,2}SW
    # get me your manager
    | G[AYMZW]{0,4}[RJU.]?A?[PQ](?=[AYRZUM]*$)
    # someone who can call me
    | (?<!O)[PQU][AYWMHRD.]{0,4}L[AYZW]{0,2}M
    | (?<!O)[PQ][AYWUZ]{0,4}[^O]?[AYUZ]{0,2}M[AYWZ]{0,3}L
    | (?<!O)[PQ][AYWUM]{0,4}K
    | M[AYWZ]{0,3}L[AYZW]{0,4}[PQ]
    | M[AYW]{0,2}(?<!O)[PQ][AYZWUJ]{0,5}L
    | L[AY]?M[AYZW]{0,2}[PQ]
    | W[AYM]{0,3}L[AYZ.]{0,3}[PQ](?=[AYUZ]*$)
    | E[AYZ.]{0,4}[LHS][AYM]{0,3}[PQ]
    | [WE][AYM]{0,3}Q[AY]{0,2}Z
    | W[AYM]{0,4}Z[AYM]{0,3}S|W[AYM]{0,4}S[AYM]{0,4}Z
    | W[AYM]{0,4}S[AY]{0,3}M[AYZ]*$
    | W[AYM]{0,3}K(?![AYZ]{0,3}[O.])
    | K[AYZ]{0,3}[PQ]
    # a technician can take over
    | ^[AY]*[PQ][AYUDM]{0,3}W[AYMZ]{0,2}H[AYM]*$
    # could you call me by phone
    | W[AYZ]{0,4}L[AYZ]{0,2}M[AYZWL.]{0,2}$
    | W[AYZ]{0,4}M[AYZ]{0,3}[LK][AYZWLE]*$
    | M[AYZL]{0,4}L[AYZ.]{0,2}W[AYMZWE]*$
    # is there someone I can call
    | ^[AYWM]*E[AYWM]{0,3}R*(?<!O)[PQ][AYZE]*$
    | E[AYWM.]{0,3}R*[PQ][AYWMZQ]{0,6}[SLHKC]
    | (?<!O)[PQ][AYM]{0,3}[SLH][AYW]{0,4}[PQ]?[AY]*EA*[WY]?$
    | ^[AYW]*R?[PQ]R?A*[EN][AE]*W?[AY]*$
    | ^[AYW]*[PQ]RA*E[AE]*[.]?[AY]*$
    # a real person
    | (?<![ON])R[AYR]{0,2}[PQ](?![.])
    | [PQ]A?R(?=[AYWMHLZS]|$)
    # I need a human
    | [WG][AYMRW]{0,4}P[AYRZUHMWE]*$
    | W[AYM]{0,3}[AYM]{0,2}Q[AYMR]*YA*$
    # I want someone to help me
    | W[AYMZW]{0,4}(?<!O)R?[PQ][AYWMUZ]{0,4}[.]?H(?=[AYMZHW]*$)
    | W[AYMZ]{0,3}H[AYMZW]{0,4}U?[PQ](?=[AYUZR]*[.]?[AY]*$)
    | W[AYMHZ]{0,5}[PQ]R?[AY]*$(?<=P)
    | H[AYM]{0,2}R?P
    | [PR][AY]?H(?=[AYWMZE]*$)
    | [PQ][AYU]{0,3}[.]?[AY]?H[AYMW]*$(?<=[HMAYW])(?<![.])
    # with a bot I don't speak
    | B[ARP]{0,2}[SW]{0,2}A?(?:NA?[SW]?|S[AY]*N[AWE]*)[AYWM]*$
    """,
    re.VERBOSE,
)
"""Only where it is not asked how."""
_BACKWARD = re.compile(
    r"""
      (?<!O)[PQU][AYMWRZJUDQF]{0,4}[.]?[AYZ]{0,2}S(?![^|]*X)
    | PF?L[AYW]*$
    | L[AY]*[PQ]A*E
    | [PQ]A?O?i[AYW]?H|QA?OH
    | M[AYWZ]{0,4}[PQU][AYUZRQP]{0,4}C
    | (?<![OJ])(?<!JA)[PQU][AYZMU]{0,3}C[AYWMG]*$
    | (?<!O)[PQ][AYM]{0,3}G[AYWM]*$
    | (?<!O)[PQ][AYM]{0,2}(?:R?P)?W[AYMW]*$
    """,
    re.VERBOSE,
)
"""In languages whose verb stands behind the person."""
_WHOLE = re.compile(
    r"""(?:
      [AYWMZ]*[RU]?P[AYRUHZM]*P?Y*
    | [AYWMZ]*R+[AY]?[PQ][AYU]*
    | [AYWM]*QR[AYU]*
    | [AYW]*Q[AYU.]{0,3}Y[AY]*
    | A?Q
    | [AYWM]*U+[AYZU]*
    | [AYWM]*[WG]M?[AYM]*[PQ]Y*
    | [.]?[AYWMZGED]*K(?:[AYMZGTUPQ]{1,9}[.]|[AYMZDGWELTUR]*)[AY]*
    | [PQ]M[AY]*
    | [AYWM]*R[SH]A*[PQ][AY]*
    | [AYW]*T[AY]*[PQ][AYU]*
    | [AYWZ]*L[AYZ]{0,3}M[AYZ]*
    | Y*M[AYZL]*L[AYW]*
    | [AYMW]*R[AY]?[HSUL][AYW]*
    | [AYM]*N[AY]*B[AYW]*
    | [AYWM]*Q[AY]*H[AYM]*
    | [AYWM]*[PR][AY]?[HU][AYW]*
    | P[TS][.]?
    | [AYWM]*CM[AY]*
    | E[AY]*[PQ]R?[AY]*
    | [AY]*QEA*[YW]*
    )$""",
    re.VERBOSE,
)
"""A clause that says nothing else."""
_DENIED = re.compile(r"N[AWYM]{0,3}[SWGCLPQ]|[SW]A?N")
"""Unless it is the bot that is not wanted."""
_OTHERWISE = re.compile(
    r"""
    # I was transferred; am I talking to a human; are you a real person
      (?<!F)XA?[AYMWR]{0,4}[SCLPQ]
    | [PQ][AYUR]{0,2}X
    # can my customers talk to an agent
    | O[.QPA]{1,2}S
    # a person or a bot
    | [PQ][AR]*VA*B|BA*V[AR]*[PQ]
    """,
    re.VERBOSE,
)
"""What happened, what others do, and what one is in doubt about."""
_HOW = re.compile(r"[AYM]{0,2}F|.*F[AY]?$")
_BEHIND = frozenset({"de", "nl", "tr", "hi", "pl", "ru", "uk"})
_LAST = frozenset({"tr", "hi"})


def is_wish(classes: str, language: str) -> bool:
    """Return whether a clause of these *classes* is a wish in *language*."""
    if _OTHERWISE.search(classes):
        return False
    if "B" not in classes and _DENIED.search(classes):
        return False
    if _ANYWHERE.search(classes) or _in_order(classes, language):
        return True
    if _HOW.match(classes):
        return False
    return bool(_WHOLE.match(classes) or _STATED.search(classes))


def _in_order(classes: str, language: str) -> bool:
    if language not in _LAST and _FORWARD.search(classes):
        return True
    return language in _BEHIND and bool(_BACKWARD.search(classes))
