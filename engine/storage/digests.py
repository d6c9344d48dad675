"""What the morning letters of many people tell, gathered together: a few statements for all.

However many people wish for a letter and however much waits for them, a portion of them asks
the database as often: who they are, for whom they stand in, what lies at their desks, what
they put off, and what they have not read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, or_, select, text
from sqlalchemy.orm import Session

from engine.model.desks import is_among
from engine.model.instance import instance_table as instance
from engine.model.instance import task_table as task
from engine.model.notice import UNREAD, Notice, NoticeKind
from engine.model.person import ANYWHERE, Actor, Person, desk_of, role_of
from engine.model.snooze import Snooze
from engine.model.substitution import StandIn
from engine.storage.actors import of_people, standing_in
from engine.values import end_of_day

#: what a letter tells of work, in its order; each step stands in the first that fits
SECTIONS: Final = ("overdue", "today", "new")
LISTED: Final = 7  #: of a section, and of what was not read; of more it is told how much there is


_NEVER: Final = datetime.max.replace(tzinfo=UTC)


class Window(NamedTuple):
    """The moment a letter tells of, and since when something counts as new."""

    at: datetime
    on: date  #: the day of ``at`` in Tehran
    since: datetime


@dataclass(frozen=True, slots=True)
class Step:
    """An open step as a letter names it."""

    task_id: UUID
    due_at: datetime | None
    stands_in: StandIn | None = None  #: for whom it is done, where that is not the reader


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a letter."""

    count: int = 0
    steps: tuple[Step, ...] = ()  #: the first `LISTED`

    def with_(self, count: int, steps: Iterable[Step]) -> Section:
        """Return the section with more in it, what is due first standing first."""
        listed = sorted((*self.steps, *steps), key=_by_due)
        return Section(self.count + count, tuple(listed[:LISTED]))


class Unread(NamedTuple):
    """Something the reader was told and has not read."""

    notice_id: UUID
    kind: NoticeKind
    of_kind: int  #: unread ones of this kind


@dataclass(frozen=True, slots=True)
class Told:
    """All that one person's letter is about."""

    sections: tuple[Section, ...]
    unread: tuple[Unread, ...]


class _Lying(NamedTuple):
    """What lies alike: at one desk, in the same hands, of one process, in one section."""

    desk: str
    holder: str | None
    process_id: str
    section: int


def wishing(session: Session, after: UUID | None, limit: int, at: datetime) -> list[Actor]:
    """Return the next people, by id, who get mail and may wish for a letter each morning.

    Each comes with those he stands in for; whether he does wish is in the preferences.
    """
    asked = select(Person.id).where(
        Person.email.is_not(None),
        Person.disabled.is_(False),
        Person.preferences.contains('"digest"', autoescape=True),
    )
    if after is not None:
        asked = asked.where(Person.id > after)
    ids = list(session.scalars(asked.order_by(Person.id).limit(limit)))
    if not ids:
        return []
    others = standing_in(session, ids, at)
    people = (
        replace(each, stands_in=others.get(each.person_id, ()))
        for each in of_people(session, ids, at)
    )
    return sorted(people, key=lambda each: each.person_id)


def told(session: Session, people: Sequence[Actor], window: Window) -> dict[UUID, Told]:
    """Return what to tell each of some people; nobody of whom there is nothing to tell."""
    if not people:
        return {}
    lying, put_off = _lying(session, people, window), _put_off(session, people, window)
    unread = _unread(session, people, window)
    found = {}
    for each in people:
        away = put_off.get(each.person_id, {})
        sections = tuple(_sections(each, lying, away))
        letter = Told(sections, tuple(unread.get(each.person_id, ())))
        if letter.unread or any(section.count for section in sections):
            found[each.person_id] = letter
    return found


def _sections(
    person: Actor, lying: dict[_Lying, Section], put_off: dict[UUID, _Lying]
) -> Iterator[Section]:
    found = [Section() for _ in SECTIONS]
    for place, section in lying.items():
        is_mine, stands_in = _whose(person, place)
        if not is_mine:
            continue
        hidden = sum(1 for each in put_off.values() if each == place)
        steps = [
            replace(each, stands_in=stands_in)
            for each in section.steps
            if each.task_id not in put_off
        ]
        found[place.section] = found[place.section].with_(section.count - hidden, steps)
    return iter(found)


def _whose(person: Actor, place: _Lying) -> tuple[bool, StandIn | None]:
    """Tell whether what lies there is a person's to do, and for whom if not his own."""
    if place.holder == person.username:
        return True, None
    if place.holder is None and person.sits_at(place.desk):
        return True, None
    for each in person.stands_in:
        covered = each.processes is None or place.process_id in each.processes
        if covered and place.holder in (None, each.username) and is_among(place.desk, each.desks):
            return True, each
    return False, None


def _lying(session: Session, people: Sequence[Actor], window: Window) -> dict[_Lying, Section]:
    """Return the open steps that are theirs and worth telling, by where they lie."""
    section = _section(window)
    alike = (task.c.desk, task.c.holder, instance.c.process_id, section)
    ranked = (
        select(
            *alike[:3],
            section.label("section"),
            task.c.id,
            task.c.due_at,
            func.count().over(partition_by=alike).label("lying"),
            func.row_number()
            .over(partition_by=alike, order_by=(task.c.due_at.is_(None), task.c.due_at, task.c.id))
            .label("place"),
        )
        .join(instance, instance.c.id == task.c.instance_id)
        .where(task.c.closed_at.is_(None), section.is_not(None), _of_some(people))
        .subquery()
    )
    found: dict[_Lying, Section] = {}
    for row in session.execute(select(ranked).where(ranked.c.place <= LISTED)):
        place = _Lying(row.desk, row.holder, row.process_id, row.section)
        steps = found[place].steps if place in found else ()
        found[place] = Section(row.lying, (*steps, Step(row.id, row.due_at)))
    return found


def _section(window: Window) -> ColumnElement[Any]:
    """Return in which section an open step stands; nothing: in none."""
    return case(
        (task.c.due_at <= window.at, 0),
        (task.c.due_at <= end_of_day(window.on), 1),
        (task.c.created_at > window.since, 2),
    )


def _of_some(people: Sequence[Actor]) -> ColumnElement[bool]:
    """Return the condition that a step is in the hands, or at a desk, of some of them."""
    names = {each.username for each in people}
    desks: set[str] = set()
    for each in people:
        names |= {other.username for other in each.stands_in}
        desks = desks.union(each.desks, *(other.desks for other in each.stands_in))
    everywhere = {role_of(each) for each in desks if each.endswith(f"@{ANYWHERE}")}
    named = desks | {desk_of(role_of(each), ANYWHERE) for each in desks}
    at_desks: list[ColumnElement[bool]] = [task.c.desk.in_(sorted(named))]
    at_desks += [task.c.desk.startswith(f"{each}@", autoescape=True) for each in sorted(everywhere)]
    return or_(task.c.holder.in_(sorted(names)), and_(task.c.holder.is_(None), or_(*at_desks)))


def _put_off(
    session: Session, people: Sequence[Actor], window: Window
) -> dict[UUID, dict[UUID, _Lying]]:
    """Return which steps each of them wants to see only later, and where those lie."""
    section = _section(window)
    rows = session.execute(
        select(
            Snooze.person_id,
            task.c.id,
            task.c.desk,
            task.c.holder,
            instance.c.process_id,
            section.label("section"),
        )
        .join(task, task.c.id == Snooze.task_id)
        .join(instance, instance.c.id == task.c.instance_id)
        .where(
            Snooze.person_id.in_([each.person_id for each in people]),
            Snooze.until > window.at,
            task.c.closed_at.is_(None),
            section.is_not(None),
        )
    )
    found: dict[UUID, dict[UUID, _Lying]] = {}
    for person_id, task_id, *place in rows:
        found.setdefault(person_id, {})[task_id] = _Lying(*place)
    return found


def _unread(session: Session, people: Sequence[Actor], window: Window) -> dict[UUID, list[Unread]]:
    """Return what each has not read: mentions, and of the rest what is new; the newest first."""
    alike = (Notice.person_id, Notice.kind)
    is_mention = Notice.kind == NoticeKind.MENTIONED.value
    ranked = (
        select(
            Notice.person_id,
            Notice.id,
            Notice.kind,
            func.count().over(partition_by=alike).label("of_kind"),
            func.row_number().over(partition_by=alike, order_by=Notice.id.desc()).label("place"),
        )
        .where(
            Notice.person_id.in_([each.person_id for each in people]),
            text(UNREAD),
            or_(is_mention, Notice.at > window.since),
        )
        .subquery()
    )
    rows = session.execute(
        select(ranked).where(ranked.c.place <= LISTED).order_by(ranked.c.id.desc())
    )
    found: dict[UUID, list[Unread]] = {}
    for row in rows:
        unread = Unread(row.id, NoticeKind(row.kind), row.of_kind)
        found.setdefault(row.person_id, []).append(unread)
    return found


def _by_due(step: Step) -> tuple[datetime, UUID]:
    return step.due_at or _NEVER, step.task_id
