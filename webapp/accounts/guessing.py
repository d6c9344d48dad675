"""Guessing is slowed down in the database: by name and by address, wherever a secret is asked."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from flask import request

from engine.commands import accounts
from engine.queries import people
from webapp.request import now, reader, unit_of_work

#: Failures that are waited out, within the time they are remembered.
REMEMBERED: Final = timedelta(minutes=15)
PER_NAME: Final = 10
PER_ADDRESS: Final = 50


def is_guessing(username: str) -> bool:
    """Tell whether too many wrong secrets came for this name, or from this address."""
    with reader() as database:
        by_name, by_address = people.failures_since(
            database, username, _address(), now() - REMEMBERED
        )
    return by_name >= PER_NAME or by_address >= PER_ADDRESS


def is_address_guessing() -> bool:
    """Tell whether too many wrong secrets came from this address, for whatever name."""
    with reader() as database:
        _, by_address = people.failures_since(database, "", _address(), now() - REMEMBERED)
    return by_address >= PER_ADDRESS


def asks_too_often(what: str, most: int | None = None) -> bool:
    """Tell whether this address asked too often for something dear; if not, count that it does.

    It is counted apart from wrong secrets: who asks keeps nobody from signing in.

    Args:
        most: how often is not too often, where it is another number than that of wrong secrets.
    """
    asking = f"{what} {_address()}"
    with reader() as database:
        _, by_address = people.failures_since(database, what, asking, now() - REMEMBERED)
    if by_address >= (PER_ADDRESS if most is None else most):
        return True
    accounts.record_failure(unit_of_work(), what, asking, at=now())
    return False


def failed(username: str) -> None:
    """Count a wrong secret."""
    accounts.record_failure(unit_of_work(), username, _address(), at=now())


def _address() -> str:
    return request.remote_addr or ""
