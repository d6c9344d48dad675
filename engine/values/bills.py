"""Bill and payment ids (شناسه قبض، شناسه پرداخت): what is paid, and how much of it.

A pair is printed on a bill and typed at a counter; its check digits are all that says it was
typed rightly (`domain.md` §4.6). Every function accepts the text as typed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import cycle
from typing import Final

from engine.values.digits import normalise
from engine.values.invalid import InvalidValue
from engine.values.rial import Rial

MUNICIPAL: Final = 6  #: the type of a bill of municipal charges (عوارض شهرداری)
THOUSAND: Final = 1_000  #: rials in one of what a payment id counts

_BILL_ID: Final = re.compile(r"[0-9]{6,13}")
_PAYMENT_ID: Final = re.compile(r"[0-9]{6,13}")


@dataclass(frozen=True, slots=True)
class Bill:
    """What a pair of ids says; a pair that checks proves nothing about a debt."""

    bill_id: str
    payment_id: str
    kind: int  #: of charge: 1 water … `MUNICIPAL` …
    amount: Rial
    year: int  #: its last digit
    period: int


def check_digit(digits: str) -> int:
    """Return the check digit of a number: weights 2 to 7 from the right, modulo 11.

    >>> check_digit("774831780014")
    2
    """
    weighted = zip(map(int, reversed(digits)), cycle(range(2, 8)))
    remainder = sum(digit * weight for digit, weight in weighted) % 11
    return 0 if remainder < 2 else 11 - remainder


def is_bill_id(text: str) -> bool:
    """Tell whether ``text`` is a bill id: 6 to 13 digits, the last of which checks the rest.

    >>> is_bill_id("۷۷۴۸۳۱۷۸۰۰۱۴۲"), is_bill_id("2234322344613")
    (True, False)
    """
    plain = normalise(text)
    return _BILL_ID.fullmatch(plain) is not None and check_digit(plain[:-1]) == int(plain[-1])


def bill(bill_id: str, payment_id: str) -> Bill:
    """Return what a bill id and its payment id say together.

    Raises:
        InvalidValue: ``PAY-012``, no bill id; ``PAY-013``, no payment id, or that of another bill.

    >>> bill("0001234510165", "485040780").amount
    Rial(amount=4850000)
    """
    if not is_bill_id(bill_id):
        raise InvalidValue("PAY-012", "not a bill id", value=bill_id[:40])
    whose, paid = normalise(bill_id), normalise(payment_id)
    if _PAYMENT_ID.fullmatch(paid) is None or _checks(whose, paid[:-2]) != paid[-2:]:
        raise InvalidValue("PAY-013", "not a payment id of this bill", value=payment_id[:40])
    thousands, year, period = paid[:-5], paid[-5], paid[-4:-2]
    return Bill(
        bill_id=whose,
        payment_id=paid,
        kind=int(whose[-2]),
        amount=Rial(int(thousands) * THOUSAND),
        year=int(year),
        period=int(period),
    )


def payment_id(bill_id: str, amount: Rial, *, year: int, period: int) -> str:
    """Return the payment id under which an amount of a bill is paid.

    Args:
        amount: whole thousands of rials.
        year: of which the last digit counts.
        period: of the year, 0 to 99.

    Raises:
        InvalidValue: ``PAY-012``, no bill id; ``PAY-014``, not 1 thousand to 99,999,999 of them.

    >>> payment_id("0001234510165", Rial(4_850_000), year=1404, period=7)
    '485040780'
    """
    if not is_bill_id(bill_id):
        raise InvalidValue("PAY-012", "not a bill id", value=bill_id[:40])
    thousands, rest = divmod(amount.amount, THOUSAND)
    if rest or not 0 < thousands < 10**8:
        raise InvalidValue("PAY-014", "no payment id holds this amount", value=str(amount.amount))
    said = f"{thousands}{year % 10}{period:02}"
    return said + _checks(normalise(bill_id), said)


def _checks(bill_id: str, said: str) -> str:
    """Return the two check digits: of the payment id, and of both ids together."""
    first = f"{said}{check_digit(said)}"
    return first[-1] + str(check_digit(bill_id + first))
