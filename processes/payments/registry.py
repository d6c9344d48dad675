"""The configuration registry of the area: limits, and who signs (`domain.md` §4.4).

An order keeps the settings of the day it was made, however long it is signed and sent.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any, Final

from engine.values import Rial
from engine.values.registry import Registry
from processes.payments.bank.messages import Channel
from processes.payments.rules.signing import Group

registry: Final = Registry(__package__)


def groups(on: date) -> tuple[Group, ...]:
    """Return who has to sign, in the order of their codes."""
    return tuple(group(code, on) for code in _groups())


def group(code: str, on: date) -> Group:
    """Return one group."""
    found = _groups()[code]
    above = found.get("above")
    return Group(code, frozenset(found["roles"]), above and registry.amount(above, on))


def channel(amount: Rial, on: date) -> Channel:
    """Return how an amount goes between banks (R-PAY-06)."""
    is_high = amount > registry.amount("pay.satna.threshold", on)
    return Channel.HIGH_VALUE if is_high else Channel.BATCH


def most_of_a_batch(on: date) -> int:
    """Return how many orders one file carries at most (R-PAY-06)."""
    return int(registry.value("pay.batch.most", on))


def most_of_an_inquiry(on: date) -> int:
    """Return how many accounts the bank is asked about in one call."""
    return int(registry.value("pay.inquiry.most", on))


def hold(on: date) -> timedelta:
    """Return how long nothing is paid to an account that was just approved (R-PAY-07)."""
    return timedelta(hours=int(registry.value("pay.iban.hold.hours", on)))


def days_to_confirm(on: date) -> int:
    """Return the working days that a payee has to confirm a cheque."""
    return int(registry.value("pay.cheque.confirm.days", on))


@cache
def _groups() -> Mapping[str, Any]:
    text = files(__package__).joinpath("groups.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


#: The first wait between sending and asking the bank, and the longest; each doubles the last.
FIRST_ASK: Final = timedelta(minutes=1)
LAST_ASK: Final = timedelta(hours=4)
