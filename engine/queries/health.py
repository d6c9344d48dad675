"""Whether the database can be worked with."""

from __future__ import annotations

from sqlalchemy import exists, select
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
