"""Whether the database can be worked with."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import exists, func, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from engine.model.person import Person


def answers(session: Session) -> bool:
    """Tell whether the database answers and has our tables."""
    try:
        session.execute(select(exists(select(Person.id))))
    except SQLAlchemyError:
        return False
    return True


def version(session: Session) -> str:
    """Return the version of PostgreSQL: ``18.4``."""
    return str(session.scalar(text("SHOW server_version"))).partition(" ")[0]


def clock(session: Session) -> datetime:
    """Return the moment on the database's clock; SQLite has none of its own."""
    if session.get_bind().dialect.name == "sqlite":
        return datetime.now(UTC)
    moment = session.scalar(select(func.clock_timestamp()))
    assert isinstance(moment, datetime)
    return moment
