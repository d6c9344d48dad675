"""Credit of a budget line, from reservation to payment (`domain.md` §2.1, §2.5)."""

from __future__ import annotations

from dataclasses import dataclass

from engine.values.facts import Fact
from engine.values.rial import Rial


@dataclass(frozen=True, slots=True, kw_only=True)
class _OfLine(Fact):
    year: int  #: fiscal, that is Jalali
    line: str  #: the code of the budget line
    amount: Rial  #: above nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditReserved(_OfLine):
    """Credit was set aside for one expense (تأمین اعتبار): reserved grows.

    Who keeps the line may refuse: ``BUD-001`` to ``BUD-004``.
    """

    of_budget: bool = False  #: a line of the unit's budget: who keeps it refuses a code he has not


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditCommitted(_OfLine):
    """What was reserved is owed by contract now (تعهد): reserved shrinks, committed grows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditReleased(_OfLine):
    """A promise ended without payment: reserved shrinks, or committed where it was."""

    committed: bool = False  #: it had been committed


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditPaid(_OfLine):
    """What was committed is paid: committed shrinks, paid grows (R-BUD-02)."""
