"""What the books of a unit take: events to be posted, and entries that name their accounts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from engine.values.facts import Fact
from engine.values.rial import Rial


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountingEvent(Fact):
    """Something with money in it happened; who keeps the books knows to which accounts it goes.

    ``kind`` names a posting template of the books, ``amounts`` its parts: *retention*, *vat*,
    *net*. A part that is nothing may be left out; one below nothing takes back.
    """

    kind: str  #: such as ``statement_certified``
    on: date  #: the day it counts for
    amounts: Mapping[str, Rial]
    description: str
    party: str | None = None  #: whose account is meant, where an account is kept by party
    contract: str | None = None  #: as people number it
    budget_line: str | None = None  #: its code, where credit of one is meant


@dataclass(frozen=True, slots=True)
class JournalLine:
    """One line of an entry: to one side of one account, above nothing."""

    account: str  #: the code in the chart of accounts
    debit: Rial = Rial.ZERO
    credit: Rial = Rial.ZERO
    party: str | None = None
    budget_line: str | None = None  #: where an account is kept by line


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalEntry(Fact):
    """An entry that names its accounts itself; refused unless both sides are equal (FIN-010)."""

    on: date
    description: str
    lines: tuple[JournalLine, ...]
    contract: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountingEventUndone(Fact):
    """An accounting event is taken back: what was posted for it last is reversed, never deleted."""

    kind: str
    on: date
    reason: str
