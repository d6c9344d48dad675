"""When an entry stands (`domain.md` §2.9)."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from engine.errors import Problem
from engine.values import Rial
from engine.values.bookkeeping import JournalLine


def entry_problems(lines: Sequence[JournalLine], accounts: Collection[str]) -> list[Problem]:
    """Return all that is wrong with the lines of an entry.

    ``FIN-010``: both sides are not equal, a line is on both sides or on none, or below
    nothing; ``ACC-002``: an account is not in the chart.

    >>> paid = [JournalLine("2101", debit=Rial(5)), JournalLine("1101", credit=Rial(4))]
    >>> [each.code for each in entry_problems(paid, {"1101", "2101"})]
    ['FIN-010']
    """
    problems = [
        Problem("ACC-002", f"lines/{position}/account", {"account": each.account})
        for position, each in enumerate(lines)
        if each.account not in accounts
    ]
    problems += [
        Problem("FIN-010", f"lines/{position}", _sides(each.debit, each.credit))
        for position, each in enumerate(lines)
        if not _has_one_side(each)
    ]
    debit = sum(each.debit.amount for each in lines)
    credit = sum(each.credit.amount for each in lines)
    if not lines or debit != credit:
        problems.append(Problem("FIN-010", None, {"debit": str(debit), "credit": str(credit)}))
    return problems


def _has_one_side(line: JournalLine) -> bool:
    above = line.debit >= Rial.ZERO and line.credit >= Rial.ZERO
    return above and (line.debit == Rial.ZERO) is not (line.credit == Rial.ZERO)


def _sides(debit: Rial, credit: Rial) -> dict[str, str]:
    return {"debit": str(debit.amount), "credit": str(credit.amount)}
