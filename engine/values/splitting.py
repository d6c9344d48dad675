"""Promises that were split to stay below a limit (`domain.md` §2.6)."""

from __future__ import annotations

from collections.abc import Iterable

from engine.values.rial import Rial


def split_sum(amount: Rial, others: Iterable[Rial], limit: Rial | None) -> Rial | None:
    """Return the sum of commitments that together cross a limit none of them crosses (R-DEL-04).

    Args:
        others: what the same unit promised the same payee, or asked for of the same group of
            things, within the days that count.

    >>> split_sum(Rial(600), [Rial(900), Rial(700)], Rial(2_000))
    Rial(amount=2200)
    >>> split_sum(Rial(700), [Rial(900)], Rial(2_000)) is None
    True
    """
    if limit is None or amount > limit:
        return None
    below = [each for each in others if each <= limit]
    total = Rial.total([amount, *below])
    return total if below and total > limit else None
