"""What an administrator does about the systems outside: connections and their secrets."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine.commands.retried import retried
from engine.errors import NotFound
from engine.model.connection import NAME, Connection, Secret, read_settings
from engine.storage import connections as rows
from engine.storage.database import UnitOfWork
from engine.storage.vault import Vault

LONGEST_SECRET = 8_192  #: characters


@retried
def put(
    uow: UnitOfWork, name: str, kind: str, settings: Mapping[str, Any], *, at: datetime
) -> frozenset[str]:
    """Set a connection up, or change it; return the names of the secrets it needs.

    Raises:
        ConnectionRefused: with everything that is wrong.
    """
    checked = read_settings(name, kind, settings)
    with uow:
        uow.session.merge(Connection(name=name, kind=kind, settings=dict(settings), changed_at=at))
        uow.commit()
    return checked.secrets


@retried
def remove(uow: UnitOfWork, name: str) -> None:
    """Take a connection away; steps that name it become incidents.

    Raises:
        NotFound: there is none.
    """
    _remove(uow, Connection, name)


@retried
def set_secret(uow: UnitOfWork, name: str, text: str, vault: Vault, *, at: datetime) -> None:
    """Keep a secret, sealed, in place of an older one.

    Raises:
        ValueError: the name or the text cannot be a secret's; the text is never told.
    """
    if not NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no name: small letters, digits and _, a letter first")
    if not text or len(text) > LONGEST_SECRET or not text.isprintable():
        raise ValueError(f"a secret is one line of at most {LONGEST_SECRET} characters")
    with uow:
        rows.keep_secret(uow.session, name, text, vault, at)
        uow.commit()


@retried
def remove_secret(uow: UnitOfWork, name: str) -> None:
    """Take a secret away.

    Raises:
        NotFound: there is none.
    """
    _remove(uow, Secret, name)


@retried
def reseal_secrets(uow: UnitOfWork, vault: Vault, *, at: datetime) -> int:
    """Seal every secret with the vault's newest key; return how many there are.

    Raises:
        SecretUnreadable: one cannot be opened; nothing was changed.
    """
    with uow:
        secrets = rows.all_secrets(uow.session)
        for each in secrets:
            each.sealed = vault.reseal(each.name, each.sealed)
            each.changed_at = at
        uow.commit()
        return len(secrets)


def _remove(uow: UnitOfWork, kind: type[Connection | Secret], name: str) -> None:
    with uow:
        row = uow.session.get(kind, name)
        if row is None:
            raise NotFound(f"there is no {kind.__tablename__} {name!r}")
        uow.session.delete(row)
        uow.commit()
