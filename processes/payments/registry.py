"""The configuration registry of the area: limits, and who signs (`domain.md` §4.4)."""

from __future__ import annotations

import tomllib
from datetime import timedelta
from functools import cache
from importlib.resources import files
from typing import Any, Final

from engine.values import Rial
from processes.payments.bank.messages import Channel
from processes.payments.rules.signing import Group


def groups() -> tuple[Group, ...]:
    """Return who has to sign, in the order of their codes."""
    return tuple(
        Group(each["code"], frozenset(each["roles"]), _limit(each.get("above")))
        for each in _settings()["groups"]
    )


def group(code: str) -> Group:
    """Return one group."""
    return next(each for each in groups() if each.code == code)


def channel(amount: Rial) -> Channel:
    """Return how an amount goes between banks (R-PAY-06)."""
    is_high = amount > Rial(int(_value("pay.satna.threshold")))
    return Channel.HIGH_VALUE if is_high else Channel.BATCH


def hold() -> timedelta:
    """Return how long nothing is paid to an account that was just approved (R-PAY-07)."""
    return timedelta(hours=int(_value("pay.iban.hold.hours")))


def days_to_confirm() -> int:
    """Return the working days that a payee has to confirm a cheque."""
    return int(_value("pay.cheque.confirm.days"))


def _limit(key: str | None) -> Rial | None:
    return None if key is None else Rial(int(_value(key)))


def _value(key: str) -> str:
    return str(_settings()[key]["value"])


@cache
def _settings() -> dict[str, Any]:
    text = files(__package__).joinpath("registry.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


#: The first wait between sending and asking the bank, and the longest; each doubles the last.
FIRST_ASK: Final = timedelta(minutes=1)
LAST_ASK: Final = timedelta(hours=4)
