"""What a person was told, newest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import Integer, Uuid, bindparam, literal_column, select, text
from sqlalchemy.orm import InstrumentedAttribute, Session

from engine.model.instance import instance_table as instance
from engine.model.instance import task_table as task
from engine.model.notice import UNREAD, Notice, NoticeKind
from engine.model.person import Actor, Person
from engine.storage.bundles import Deployed, deployed
from engine.storage.statements import Prepared

MOST: Final = 100  #: shown at once
COUNTED: Final = 99  #: unread ones that are counted; who has more is told that there are more

_BY = Person.__table__.alias()
_TOLD = (
    select(
        Notice,
        _BY.c.name_fa,
        _BY.c.name_en,
        instance.c.title,
        instance.c.business_key,
        instance.c.definition_id,
        task.c.name,
        task.c.element_id,
    )
    .outerjoin(_BY, _BY.c.username == Notice.actor)
    .outerjoin(instance, instance.c.id == Notice.instance_id)
    .outerjoin(task, task.c.id == Notice.task_id)
)


@dataclass(frozen=True, slots=True)
class Told:
    """One thing the actor was told."""

    id: UUID
    kind: NoticeKind
    at: datetime
    read_at: datetime | None
    instance_id: UUID | None
    task_id: UUID | None
    comment_id: UUID | None
    by: str | None
    by_names: Mapping[str, str] | None
    facts: Mapping[str, Any]
    title: str | None  #: of the case, or of the draft
    business_key: str | None
    definition: Deployed | None
    step: str | None  #: name of the step in the model's language
    element_id: str | None


def unread_count(session: Session, actor: Actor) -> int:
    """Return how much the actor has not read; at most one more than `COUNTED`."""
    rows = _unread().rows(session.connection(), {"person": actor.person_id})
    return len(rows)


@cache
def _unread() -> Prepared:
    """Return the statement that every open page asks again and again."""
    mine = Notice.person_id == bindparam("person", type_=Uuid)
    most, none = literal_column(str(COUNTED + 1), Integer), literal_column("0", Integer)
    return Prepared(select(Notice.id).where(mine, text(UNREAD)).limit(most).offset(none))


def told(session: Session, actor: Actor, *, unread: bool = False) -> tuple[Told, ...]:
    """Return what the actor was told, the newest first."""
    asked = _TOLD.where(Notice.person_id == actor.person_id)
    asked = asked.order_by(Notice.id.desc()).limit(MOST)
    if unread:
        asked = asked.where(Notice.read_at.is_(None))
    return tuple(_told(session, each) for each in session.execute(asked))


def unread_of(session: Session, person_id: UUID, ids: Sequence[UUID]) -> tuple[Told, ...]:
    """Return those of some things a person was told that were not read yet, the newest first."""
    if not ids:
        return ()
    mine = (Notice.person_id == person_id, Notice.id.in_(ids), Notice.read_at.is_(None))
    asked = _TOLD.where(*mine).order_by(Notice.id.desc())
    return tuple(_told(session, each) for each in session.execute(asked))


@dataclass(frozen=True, slots=True)
class Asked:
    """A notice that is to go out, and to which address or number."""

    told: Told
    to: str
    language: str


def letter(session: Session, notice_id: UUID) -> Asked | None:
    """Return a notice to be mailed, unless it was read meanwhile or nobody gets mail of it."""
    return _asked(session, notice_id, Person.email)


def message(session: Session, notice_id: UUID) -> Asked | None:
    """Return a notice to be told by short message, unless it was read meanwhile or nobody is."""
    return _asked(session, notice_id, Person.mobile)


def _asked(
    session: Session, notice_id: UUID, to: InstrumentedAttribute[str | None]
) -> Asked | None:
    asked = _TOLD.add_columns(to, Person.locale).join(Person, Person.id == Notice.person_id)
    found = session.execute(
        asked.where(
            Notice.id == notice_id,
            Notice.read_at.is_(None),
            to.is_not(None),
            Person.disabled.is_(False),
        )
    ).first()
    if found is None:
        return None
    *row, address, language = found
    return Asked(_told(session, row), address, language)


class Places(NamedTuple):
    """Where somebody is told, beside the pages."""

    email: str | None
    mobile: str | None


def places_of(session: Session, actor: Actor) -> Places:
    """Return where the actor gets mail and short messages."""
    asked = select(Person.email, Person.mobile).where(Person.id == actor.person_id)
    return Places(*session.execute(asked).one())


def one(session: Session, actor: Actor, notice_id: UUID) -> Notice | None:
    """Return a notice of the actor's."""
    asked = select(Notice).where(Notice.id == notice_id, Notice.person_id == actor.person_id)
    return session.scalars(asked).one_or_none()


def _told(session: Session, found: Sequence[Any]) -> Told:
    row, name_fa, name_en, title, business_key, definition_id, step, element_id = found
    return Told(
        row.id,
        NoticeKind(row.kind),
        row.at,
        row.read_at,
        row.instance_id,
        row.task_id,
        row.comment_id,
        row.actor,
        {"fa": name_fa, "en": name_en} if name_fa and name_en else None,
        row.facts,
        title or row.facts.get("title"),
        business_key,
        deployed(session, definition_id) if definition_id else None,
        step,
        element_id,
    )
