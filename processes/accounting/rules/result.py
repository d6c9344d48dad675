"""The result of a year: income and expenses are closed into what has accumulated."""

from __future__ import annotations

from collections.abc import Mapping

from engine.values import Rial
from engine.values.bookkeeping import JournalLine


def result_lines(balances: Mapping[str, Rial], result: str) -> tuple[JournalLine, ...]:
    """Return the lines that bring accounts to nothing, and what is left to the result.

    Args:
        balances: of the accounts, debit above nothing.
        result: the account that takes the difference.

    >>> [(each.account, each.debit.amount, each.credit.amount)
    ...  for each in result_lines({"4101": Rial(-90), "5101": Rial(60)}, "3102")]
    [('4101', 90, 0), ('5101', 0, 60), ('3102', 0, 30)]
    """
    lines = [_line(account, -balance) for account, balance in sorted(balances.items())]
    lines.append(_line(result, Rial.total(balances.values())))
    return tuple(each for each in lines if each.debit != each.credit)


def _line(account: str, amount: Rial) -> JournalLine:
    """Return a line of an amount: debit above nothing, credit below."""
    return JournalLine(account, max(amount, Rial.ZERO), max(-amount, Rial.ZERO))
