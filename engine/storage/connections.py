"""Connection and secret rows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.model.connection import Connection, Secret, Settings, read_settings
from engine.storage.vault import SecretUnreadable, Vault


class ConnectionMissing(NotFound):
    """No administrator has set up a connection of this name."""

    code = "GEN-CONNECTION"


def settings_of(session: Session, name: str) -> Settings:
    """Return what is set up under a name.

    Raises:
        ConnectionMissing: nothing is.
    """
    row = session.get(Connection, name)
    if row is None:
        raise ConnectionMissing(f"there is no connection {name!r}: divan connection add")
    return read_settings(row.name, row.kind, row.settings)


def all_connections(session: Session) -> list[Connection]:
    """Return every connection by name."""
    return list(session.scalars(select(Connection).order_by(Connection.name)))


def opened_secrets(session: Session, names: Iterable[str], vault: Vault) -> dict[str, str]:
    """Return secrets by name.

    Raises:
        SecretUnreadable: one is missing or was sealed with another key.
    """
    wanted = sorted(names)
    if not wanted:
        return {}
    rows = session.scalars(select(Secret).where(Secret.name.in_(wanted)))
    found = {each.name: vault.open(each.name, each.sealed) for each in rows}
    for name in wanted:
        if name not in found:
            raise SecretUnreadable(f"there is no secret {name!r}: divan secret set")
    return found


def keep_secret(session: Session, name: str, text: str, vault: Vault, at: datetime) -> None:
    """Seal a secret and keep it in place of an older one."""
    session.merge(Secret(name=name, sealed=vault.seal(text), changed_at=at))


def all_secrets(session: Session) -> list[Secret]:
    """Return every secret, sealed, by name."""
    return list(session.scalars(select(Secret).order_by(Secret.name)))
