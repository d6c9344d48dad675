"""Which part of an event goes to which side of which account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.values import Rial
from engine.values.bookkeeping import JournalLine


@dataclass(frozen=True, slots=True)
class Leg:
    """One part of an event, and the side of the account it goes to."""

    part: str
    account: str
    to_debit: bool


@dataclass(frozen=True, slots=True)
class Template:
    """How one kind of event is posted."""

    kind: str
    names: Mapping[str, str]  #: by language
    legs: tuple[Leg, ...]

    @property
    def parts(self) -> frozenset[str]:
        """The parts it has accounts for."""
        return frozenset(each.part for each in self.legs)


def unknown_parts(template: Template, amounts: Mapping[str, Rial]) -> list[str]:
    """Return the parts with money in them for which the template has no account."""
    return sorted(
        part
        for part, amount in amounts.items()
        if amount != Rial.ZERO and part not in template.parts
    )


def lines_of(
    template: Template,
    amounts: Mapping[str, Rial],
    *,
    party: str | None = None,
    budget_line: str | None = None,
) -> tuple[JournalLine, ...]:
    """Return the lines an event makes; a part below nothing goes to the other side.

    A correction downwards takes back on the same account, so that its balance is what
    remains of all events. Parts of nothing make no line.

    >>> template = Template("paid", {}, (Leg("amount", "2101", True), Leg("amount", "1101", False)))
    >>> [(each.account, each.debit, each.credit)
    ...  for each in lines_of(template, {"amount": Rial(-5)})]
    [('2101', Rial(amount=0), Rial(amount=5)), ('1101', Rial(amount=5), Rial(amount=0))]
    """
    lines = []
    for leg in template.legs:
        amount = amounts.get(leg.part, Rial.ZERO)
        if amount == Rial.ZERO:
            continue
        to_debit = leg.to_debit is (amount > Rial.ZERO)
        lines.append(
            JournalLine(
                leg.account,
                debit=abs(amount) if to_debit else Rial.ZERO,
                credit=Rial.ZERO if to_debit else abs(amount),
                party=party,
                budget_line=budget_line,
            )
        )
    return tuple(lines)


def reversed_lines(lines: tuple[JournalLine, ...]) -> tuple[JournalLine, ...]:
    """Return the lines that undo an entry: the same accounts, the other sides."""
    return tuple(
        JournalLine(each.account, each.credit, each.debit, each.party, each.budget_line)
        for each in lines
    )
