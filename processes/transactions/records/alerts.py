"""Kept searches of notices: whoever keeps one is told once of each new notice that fits."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.sdk import Base, new_id
from engine.values import Rial
from processes.transactions.records.columns import code_column
from processes.transactions.records.requests import Category, Method
from processes.transactions.rules.searching import Search


class NoticeAlert(Base):
    """One search that one person keeps."""

    __tablename__ = "tnd_notice_alert"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    username: Mapped[str] = mapped_column(index=True)
    words: Mapped[str]
    unit: Mapped[str]  #: a unit's code; empty: any
    category: Mapped[Category | None] = mapped_column(code_column(Category))
    method: Mapped[Method | None] = mapped_column(code_column(Method))
    least: Mapped[Rial | None]  #: of the estimate before tax
    most: Mapped[Rial | None]
    by_mail: Mapped[bool]  #: beside the page, where an address was confirmed
    token: Mapped[str] = mapped_column(unique=True)  #: ends it without signing in
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    @property
    def search(self) -> Search:
        """What is looked for, as the rule reads it."""
        category = self.category.value if self.category else ""
        method = self.method.value if self.method else ""
        return Search(self.words, self.unit, category, method, self.least, self.most)


class NoticeTold(Base):
    """A person was told of a tender's notice: never twice, however many searches it fits."""

    __tablename__ = "tnd_notice_told"
    __table_args__ = (UniqueConstraint("tender_id", "username"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    tender_id: Mapped[UUID] = mapped_column(ForeignKey("tnd_tender.id"))
    username: Mapped[str]
    alert_id: Mapped[UUID] = mapped_column(ForeignKey("tnd_notice_alert.id"))
    told_at: Mapped[datetime]
