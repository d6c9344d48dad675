"""What an administrator does about the systems outside: connections and their secrets."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine.commands.admins import CONSOLE, must_be_admin
from engine.commands.retried import retried
from engine.errors import NotFound
from engine.model.admin_event import AdminEventKind
from engine.model.connection import NAME, Connection, Secret, read_settings
from engine.model.person import Actor
from engine.storage import connections as rows
from engine.storage import webhooks
from engine.storage.admin_events import tell
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
    with uow:
        _delete(uow, Connection, name)
        uow.commit()


@retried
def set_secret(
    uow: UnitOfWork,
    name: str,
    text: str,
    vault: Vault,
    *,
    at: datetime,
    actor: Actor = CONSOLE,
) -> None:
    """Keep a secret, sealed, in place of an older one; that it was done is told, never the text.

    Raises:
        NotAtThisDesk: the actor is no administrator.
        ValueError: the name or the text cannot be a secret's; the text is never told.
    """
    must_be_admin(actor)
    if not NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no name: small letters, digits and _, a letter first")
    if not text or len(text) > LONGEST_SECRET or not text.isprintable():
        raise ValueError(f"a secret is one line of at most {LONGEST_SECRET} characters")
    with uow:
        rows.keep_secret(uow.session, name, text, vault, at)
        kind = AdminEventKind.SECRET_KEPT
        tell(uow.session, kind, actor=actor.username, at=at, reason=name)
        uow.commit()


@retried
def remove_secret(uow: UnitOfWork, name: str, *, at: datetime, actor: Actor = CONSOLE) -> None:
    """Take a secret away.

    Raises:
        NotAtThisDesk: the actor is no administrator.
        NotFound: there is none.
    """
    must_be_admin(actor)
    with uow:
        _delete(uow, Secret, name)
        kind = AdminEventKind.SECRET_REMOVED
        tell(uow.session, kind, actor=actor.username, at=at, reason=name)
        uow.commit()


@retried
def reseal_secrets(uow: UnitOfWork, vault: Vault, *, at: datetime) -> int:
    """Seal every secret, of webhooks too, with the vault's newest key; return how many there are.

    Raises:
        SecretUnreadable: one cannot be opened; nothing was changed.
    """
    with uow:
        secrets = rows.all_secrets(uow.session)
        for each in secrets:
            each.sealed = vault.reseal(each.name, each.sealed)
            each.changed_at = at
        count = len(secrets) + webhooks.reseal(uow.session, vault)
        uow.commit()
        return count


def _delete(uow: UnitOfWork, kind: type[Connection | Secret], name: str) -> None:
    row = uow.session.get(kind, name)
    if row is None:
        raise NotFound(f"there is no {kind.__tablename__} {name!r}")
    uow.session.delete(row)
