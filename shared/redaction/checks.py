"""What proves that digits are what they look like."""

CARD_DIGITS = range(13, 20)
_CARD_STARTS = ("2", "3", "4", "5", "6")
"""Of the networks that issue cards (ISO/IEC 7812)."""
_DIGIT_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)
_IBAN_CHARS = range(15, 35)
_REST = 97


def is_card(text: str) -> bool:
    """Return whether *text* is a card's number: length, network and Luhn's digit."""
    digits = [int(sign) for sign in text if sign.isdecimal()]
    if len(digits) not in CARD_DIGITS or str(digits[0]) not in _CARD_STARTS:
        return False
    if len(set(digits)) == 1:
        return False
    backwards = digits[::-1]
    total = sum(backwards[::2]) + sum(_DIGIT_DOUBLED[each] for each in backwards[1::2])
    return total % 10 == 0


def iban_length(text: str) -> int:
    """Return how many characters of *text* are an IBAN (ISO 13616); 0 for none.

    A pattern takes the words behind it too where they are of letters and digits.
    """
    ends = [at for at in range(1, len(text) + 1) if at == len(text) or text[at] in " -"]
    for end in reversed(ends):
        compact = "".join(sign for sign in text[:end] if sign.isalnum()).upper()
        if len(compact) in _IBAN_CHARS and _is_iban(compact):
            return end
    return 0


def _is_iban(compact: str) -> bool:
    if not compact.isascii():
        return False
    turned = compact[4:] + compact[:4]
    return int("".join(str(int(sign, 36)) for sign in turned)) % _REST == 1
