"""The searches of notices that people keep, and which of them a notice fits."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from engine.sdk import Session
from processes.transactions.records import NoticeAlert, NoticeTold, Tender
from processes.transactions.rules.searching import Noticed, fits


def own_alerts(session: Session, username: str) -> Sequence[NoticeAlert]:
    """Return what a person keeps and did not end, the newest first."""
    mine = NoticeAlert.username == username, NoticeAlert.ended_at.is_(None)
    return session.scalars(
        select(NoticeAlert).where(*mine).order_by(NoticeAlert.made_at.desc(), NoticeAlert.id)
    ).all()


def already_told(session: Session, tender: Tender) -> set[str]:
    """Return who was told of a tender's notice, by user name."""
    return set(
        session.scalars(select(NoticeTold.username).where(NoticeTold.tender_id == tender.id))
    )


def fitting(session: Session, tender: Tender) -> list[NoticeAlert]:
    """Return the searches that a notice fits, those by mail first: one of a person counts."""
    notice = Noticed(
        (tender.number, tender.title, tender.description or ""),
        tender.unit,
        tender.request.category.value,
        tender.method.value,
        tender.estimate,
    )
    kept = select(NoticeAlert).where(NoticeAlert.ended_at.is_(None))
    in_order = kept.order_by(NoticeAlert.by_mail.desc(), NoticeAlert.made_at)
    return [each for each in session.scalars(in_order) if fits(each.search, notice)]
