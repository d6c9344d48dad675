"""Keeping a search of notices, and ending it: on the own page, or by the link of a letter."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import Final, TypeVar
from uuid import UUID

from sqlalchemy import select

from engine.errors import NotFound, Problem
from engine.sdk import Actor, Entered, UnitOfWork, retried
from engine.values import Rial, normalise
from processes.transactions.queries.notices import METHODS, units
from processes.transactions.records import Category, Method, NoticeAlert

#: searches that one person keeps
MOST: Final = 20
_LONGEST: Final = 200
_Code = TypeVar("_Code", bound=Enum)


@retried
def keep(uow: UnitOfWork, typed: Mapping[str, str], *, actor: Actor, at: datetime) -> None:
    """Keep a search for the actor; the same kept again is kept once.

    Raises:
        RulesBroken: ``GEN-CHOICE``, ``MON-001``, ``MON-002`` beside the fields; ``ALR-001`` the
            actor keeps too many; ``ALR-002`` the least is above the most.
    """
    entered = Entered()
    with uow:
        unit = typed.get("unit", "")
        if unit and unit not in units(uow.session):
            entered.problems.append(Problem("GEN-CHOICE", "unit"))
        method = _chosen(entered, "method", Method, typed)
        if method is not None and method not in METHODS:
            entered.problems.append(Problem("GEN-CHOICE", "method"))
        made = NoticeAlert(
            username=actor.username,
            words=normalise(typed.get("q", ""))[:_LONGEST],
            unit=unit,
            category=_chosen(entered, "category", Category, typed),
            method=method,
            least=_amount(entered, "least", typed),
            most=_amount(entered, "most", typed),
            by_mail=typed.get("by_mail") == "1",
            token=secrets.token_urlsafe(24),
            made_at=at,
        )
        if made.least is not None and made.most is not None and made.least > made.most:
            entered.problems.append(Problem("ALR-002", "most"))
        mine = NoticeAlert.username == actor.username, NoticeAlert.ended_at.is_(None)
        kept = uow.session.scalars(select(NoticeAlert).where(*mine)).all()
        if len(kept) >= MOST:
            entered.problems.append(Problem("ALR-001", None, {"most": str(MOST)}))
        entered.must_be_right()
        same = next((each for each in kept if each.search == made.search), None)
        if same is None:
            uow.session.add(made)
        else:
            same.by_mail = made.by_mail
        uow.commit()


@retried
def end(uow: UnitOfWork, alert_id: UUID, *, actor: Actor, at: datetime) -> None:
    """End a search of the actor's own.

    Raises:
        NotFound: there is none, or it is another's.
    """
    with uow:
        found = uow.session.get(NoticeAlert, alert_id, with_for_update=True)
        if found is None or found.username != actor.username:
            raise NotFound(f"no kept search {alert_id}")
        found.ended_at = found.ended_at or at
        uow.commit()


@retried
def unsubscribe(uow: UnitOfWork, token: str, *, at: datetime) -> None:
    """End the search of a letter's link; whoever reads the letter may, and again it is the same.

    Raises:
        NotFound: it is none of ours.
    """
    with uow:
        of_token = select(NoticeAlert).where(NoticeAlert.token == token).with_for_update()
        found = uow.session.scalars(of_token).one_or_none()
        if found is None:
            raise NotFound("no such link")
        found.ended_at = found.ended_at or at
        uow.commit()


def _chosen(
    entered: Entered, field: str, kind: type[_Code], typed: Mapping[str, str]
) -> _Code | None:
    given = typed.get(field, "")
    if not given:
        return None
    if given not in kind.__members__:
        entered.problems.append(Problem("GEN-CHOICE", field))
        return None
    return kind[given]


def _amount(entered: Entered, field: str, typed: Mapping[str, str]) -> Rial | None:
    given = typed.get(field, "")
    return entered.money(field, given) if given.strip() else None
