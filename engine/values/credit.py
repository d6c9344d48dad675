"""Credit of a budget line, from reservation to payment (`domain.md` §2.1, §2.5).

Who keeps the line hears it, books it and tells the books what of it was booked, by
`engine.values.bookkeeping.AccountingEvent`.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from engine.values.facts import Fact
from engine.values.rial import Rial


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose credit it is: a record of an area."""

    area: str
    id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class _OfLine(Fact):
    year: int  #: fiscal, that is Jalali
    line: str  #: the code of the budget line
    amount: Rial  #: above nothing
    #: whose commitment this record takes over, as far as that goes: a contract's, by its statement
    out_of: Holder | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditReserved(_OfLine):
    """Credit was set aside for one expense (تأمین اعتبار): reserved grows.

    Who keeps the line may refuse: ``BUD-001`` to ``BUD-004``.
    """

    of_budget: bool = False  #: a line of the unit's budget: who keeps it refuses a code he has not


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditSecured(_OfLine):
    """So much has to be reserved for a record now: what of it was not, or has lapsed, is reserved.

    Who keeps the line may refuse, as he may a reservation; ``BUD-004`` where nobody keeps it.
    """


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


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitmentSpared(Fact):
    """What a record committed is owed no more, as far as it still holds it.

    Others may have taken part of it over: who keeps the line knows what is left, and gives that
    back.
    """

    amount: Rial | None = None  #: at most; ``None``: all that is left, the contract has ended
