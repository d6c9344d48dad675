"""Banks by the codes in account and card numbers. A list of today, not a law: data [D].

An account names its bank in digits five to seven of the IBAN, a card in its first six. Banks
merge and new ones open: what is not in the list is a bank we do not know, never an error.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from engine.values.digits import normalise
from engine.values.ids import bank_code, is_bank_card


@dataclass(frozen=True, slots=True)
class Bank:
    """A bank and how it is recognised."""

    code: str  #: in an IBAN
    name_fa: str
    name_en: str
    cards: tuple[str, ...] = ()  #: first six digits of its cards


_LIST: Final = (
    Bank("010", "بانک مرکزی", "Central Bank", ("636795",)),
    Bank("011", "صنعت و معدن", "Sanat va Madan", ("627961",)),
    Bank("012", "ملت", "Mellat", ("610433", "991975")),
    Bank("013", "رفاه کارگران", "Refah", ("589463",)),
    Bank("014", "مسکن", "Maskan", ("628023",)),
    Bank("015", "سپه", "Sepah", ("589210",)),
    Bank("016", "کشاورزی", "Keshavarzi", ("603770",)),
    Bank("017", "ملی ایران", "Melli", ("603799",)),
    Bank("018", "تجارت", "Tejarat", ("627353", "585983")),
    Bank("019", "صادرات ایران", "Saderat", ("603769",)),
    Bank("020", "توسعه صادرات", "Export Development", ("627648", "207177")),
    Bank("021", "پست بانک", "Post Bank", ("627760",)),
    Bank("022", "توسعه تعاون", "Tose'e Ta'avon", ("502908",)),
    Bank("053", "کارآفرین", "Karafarin", ("627488", "502910")),
    Bank("054", "پارسیان", "Parsian", ("622106", "639194", "627884")),
    Bank("055", "اقتصاد نوین", "Eghtesad Novin", ("627412",)),
    Bank("056", "سامان", "Saman", ("621986",)),
    Bank("057", "پاسارگاد", "Pasargad", ("502229", "639347")),
    Bank("058", "سرمایه", "Sarmayeh", ("639607",)),
    Bank("059", "سینا", "Sina", ("639346",)),
    Bank("060", "قرض‌الحسنه مهر ایران", "Mehr Iran", ("606373",)),
    Bank("061", "شهر", "City Bank", ("502806", "504706")),
    Bank("062", "آینده", "Ayandeh", ("636214",)),
    Bank("064", "گردشگری", "Gardeshgari", ("505416",)),
    Bank("066", "دی", "Day", ("502938",)),
    Bank("069", "ایران زمین", "Iran Zamin", ("505785",)),
    Bank("070", "قرض‌الحسنه رسالت", "Resalat", ("504172",)),
)
BANKS: Final[Mapping[str, Bank]] = MappingProxyType({each.code: each for each in _LIST})
_BY_CARD: Final = {prefix: each for each in _LIST for prefix in each.cards}


def bank_of_account(account: str) -> Bank | None:
    """Return the bank of a stored IBAN, ``None`` where the list does not know it.

    >>> bank_of_account("IR790610000000700796858044").name_en
    'City Bank'
    """
    return BANKS.get(bank_code(account))


def bank_of_card(card: str) -> Bank | None:
    """Return the bank that issued a card, ``None`` for a wrong number or an unknown bank.

    >>> bank_of_card("6219861034529007").name_en
    'Saman'
    """
    return _BY_CARD.get(normalise(card)[:6]) if is_bank_card(card) else None
