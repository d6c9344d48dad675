"""Proof that a run can fail: without each safeguard, a small one has to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from tests.reliability.chaos.city import Plan
from tests.reliability.chaos.run import BANK, Order, Report, run

_CALM: Final = Order(Plan(bank_faults=BANK), cases=60, every=1.0, kills=0, pauses=0, patience=25)
#: a bank at which half the calls hang: a paused worker has one in its hands
_HANGING: Final = '{"none": 50, "timeout after": 50}'

#: the harm that shows what is missing
SMALL: Final[dict[str, Order]] = {
    "no_fence": replace(
        _CALM, plan=Plan(bank_faults=_HANGING), pauses=3, weights={"pause a worker": 1}
    ),
    "no_version": _CALM,
    "no_key": _CALM,
    "no_sweep": replace(_CALM, kills=8, weights={"kill a worker": 1}),
}


def prove(seed: int, backend: str, tell: Callable[[str], None]) -> Iterator[Report]:
    """Run without each safeguard in turn."""
    for safeguard, order in SMALL.items():
        tell(f"{safeguard}:")
        plan = replace(order.plan, seed=seed, backend=backend, without=safeguard)
        yield run(replace(order, plan=plan), tell)
