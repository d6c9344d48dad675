"""Identifiers with check digits: people, companies, bank accounts, cards.

Every function accepts the text as typed (any digits, surrounding spaces). A passed check
proves the digits agree with each other, never that the person or the account exists.
"""

from __future__ import annotations

import re
from typing import Final

from engine.values.digits import normalise
from engine.values.invalid import InvalidValue

_LEGAL_ID_WEIGHTS: Final = (29, 27, 23, 19, 17, 29, 27, 23, 19, 17)
_PERSON: Final = 10  #: digits of a national code


def is_national_code(text: str) -> bool:
    """Tell whether ``text`` is a person's national code (کد ملی): ten digits that check.

    >>> is_national_code("۰۰۸۴۵۷۵۹۴۸"), is_national_code("0084575949")
    (True, False)
    """
    digits = _digits(text, 10)
    if digits is None or len(set(digits)) == 1:
        return False
    remainder = sum(digit * (10 - i) for i, digit in enumerate(digits[:9])) % 11
    return digits[9] == (remainder if remainder < 2 else 11 - remainder)


def _digits(text: str, count: int) -> list[int] | None:
    """Return the digits of a text that is exactly ``count`` of them, else None."""
    plain = normalise(text)
    if len(plain) != count or not (plain.isascii() and plain.isdigit()):
        return None
    return [int(digit) for digit in plain]


def national_code(text: str) -> str:
    """Return a national code as it is stored, ten Latin digits.

    Raises:
        InvalidValue: ``ID-001``.

    >>> national_code("۰۰۸۴۵۷۵۹۴۸")
    '0084575948'
    """
    if not is_national_code(text):
        raise InvalidValue("ID-001", "not a national code", value=text[:40])
    return normalise(text)


def national_code_from_import(text: str) -> str:
    """Return a national code whose leading zeros a spreadsheet may have eaten.

    Only for imports: a form never pads what a person typed.

    Raises:
        InvalidValue: ``ID-001``.

    >>> national_code_from_import("84575948")
    '0084575948'
    """
    plain = normalise(text)
    return national_code(plain.zfill(10) if len(plain) in (8, 9) else plain)


def is_legal_id(text: str) -> bool:
    """Tell whether ``text`` is a legal entity's national id (شناسه ملی): eleven digits.

    >>> is_legal_id("10380284790"), is_legal_id("10380284792")
    (True, False)
    """
    digits = _digits(text, 11)
    if digits is None or not any(digits[3:9]):
        return False
    added = digits[9] + 2
    weighted = zip(digits[:10], _LEGAL_ID_WEIGHTS, strict=True)
    remainder = sum((digit + added) * weight for digit, weight in weighted) % 11
    return digits[10] == remainder % 10


def legal_id(text: str) -> str:
    """Return a legal entity's id as it is stored, eleven Latin digits.

    Raises:
        InvalidValue: ``ID-002``.

    >>> legal_id(" ۱۰۳۸۰۲۸۴۷۹۰ ")
    '10380284790'
    """
    if not is_legal_id(text):
        raise InvalidValue("ID-002", "not a legal entity's id", value=text[:40])
    return normalise(text)


def party_id(text: str) -> str:
    """Return the id of a person or a company as it is stored: its length says which it is.

    Raises:
        InvalidValue: ``ID-001`` of ten digits, ``ID-002`` of any other number of them.

    >>> party_id("0084575948"), party_id("۱۰۳۸۰۲۸۴۷۹۰")
    ('0084575948', '10380284790')
    """
    return national_code(text) if len(normalise(text)) == _PERSON else legal_id(text)


_IBAN: Final = re.compile(r"(?:IR)?([0-9]{24})")


def iban(text: str) -> str:
    """Return an Iranian account number (شبا) as it is stored: ``IR`` and 24 digits.

    Spaces, and a missing or lower-case ``IR``, are put right.

    Raises:
        InvalidValue: ``PAY-003``, not 24 digits or the checksum is wrong.

    >>> iban("ir79 0610 0000 0070 0796 8580 44")
    'IR790610000000700796858044'
    """
    found = _IBAN.fullmatch(normalise(text).replace(" ", "").upper())
    # ISO 13616: the country (I=18, R=27) and check digits go last; the whole modulo 97 is 1.
    if found is None or int(f"{found[1][2:]}1827{found[1][:2]}") % 97 != 1:
        raise InvalidValue("PAY-003", "not an IBAN", value=text[:60])
    return f"IR{found[1]}"


def bank_code(account: str) -> str:
    """Return the three digits that name the bank of a stored IBAN; bank names are site data.

    >>> bank_code("IR790610000000700796858044")
    '061'
    """
    return account[4:7]


def is_bank_card(text: str) -> bool:
    """Tell whether ``text`` is a card number: sixteen digits that pass Luhn. Never store it.

    >>> is_bank_card("6037701689095443"), is_bank_card("6219861034529008")
    (True, False)
    """
    digits = _digits(text, 16)
    if digits is None or len(set(digits)) == 1:
        return False
    doubled = (2 * digit - 9 * (digit > 4) for digit in digits[0::2])
    return (sum(doubled) + sum(digits[1::2])) % 10 == 0


#: as it is dialled at home, or from abroad
_MOBILE: Final = re.compile(r"(?:0|\+98|0098)(9[0-9]{9})")


def mobile(text: str) -> str:
    """Return a mobile number in its international form.

    Raises:
        InvalidValue: ``ID-003``, not ``09`` and nine digits, nor the same behind +98 or 0098.

    >>> mobile("۰۹۱۲۳۴۵۶۷۸۹")
    '+989123456789'
    """
    plain = normalise(text)
    found = _MOBILE.fullmatch(plain)
    if found is None:
        raise InvalidValue("ID-003", "not a mobile number", value=text[:40])
    return f"+98{found[1]}"


_POSTAL_CODE: Final = re.compile(r"(?!([0-9])\1{3})[13-9]{4}[1346-9][013-9]{5}")


def is_postal_code(text: str) -> bool:
    """Tell whether ``text`` has the form of a ten-digit Iranian postal code.

    >>> is_postal_code("1619735744"), is_postal_code("1111735744")
    (True, False)
    """
    return _POSTAL_CODE.fullmatch(normalise(text)) is not None


def is_sayad_id(text: str) -> bool:
    """Tell whether ``text`` is a cheque's sixteen-digit id; no check digit is published.

    >>> is_sayad_id("1234567890123456")
    True
    """
    return _digits(text, 16) is not None


_ECONOMIC_CODE: Final = re.compile(r"[0-9]{12}|[0-9]{14}")


def is_economic_code(text: str) -> bool:
    """Tell whether ``text`` is a taxpayer's code (شناسه اقتصادی): 12 digits, or 14 since then.

    A legal entity's id serves as its economic code, too (`domain.md` §4.5).

    >>> is_economic_code("411111111111"), is_economic_code("10380284790")
    (True, True)
    """
    return _ECONOMIC_CODE.fullmatch(normalise(text)) is not None or is_legal_id(text)
