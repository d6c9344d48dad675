"""Incoming hooks: systems outside that tell cases something in a shape of their own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base, new_id


class Hook(Base):
    """One sender outside, and the message its posts become."""

    __tablename__ = "hook"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(unique=True)
    message: Mapped[str]  #: the message that cases wait for, or begin with
    correlation: Mapped[str]  #: FEEL over ``body``: the key; empty: there is none
    values: Mapped[Mapping[str, Any]]  #: variable -> FEEL over ``body``
    sealed: Mapped[str]  #: the secret that signs
    created_by: Mapped[str]  #: user name
    created_at: Mapped[datetime]
    heard_at: Mapped[datetime | None]  #: when something signed came last
