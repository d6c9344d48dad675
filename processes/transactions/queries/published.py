"""What the public may look at: lists of what was published, one process, everything."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, func, select, tuple_

from engine.sdk import Session
from engine.values import fold
from engine.values.exact_json import read
from processes.transactions.records import PublishedProcess, PublishedRelease, Stage

PAGE: Final = 50  #: processes of a page, and of a package of records
PACKAGE: Final = 200  #: releases of a package


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody looks for."""

    words: str = ""
    stage: Stage | None = None
    method: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class Found:
    """A page of what was found, newest first."""

    processes: tuple[PublishedProcess, ...]
    total: int
    has_more: bool


@dataclass(frozen=True, slots=True)
class State:
    """How much was published, and when the newest: whether a copy is still the newest."""

    releases: int
    last_at: datetime


def found(session: Session, asked: Asked) -> Found:
    """Return the processes that somebody looks for; every word has to be there."""
    wanted = list(_wanted(asked))
    rows = session.scalars(
        select(PublishedProcess)
        .where(*wanted)
        .order_by(PublishedProcess.last_at.desc(), PublishedProcess.ocid)
        .offset((asked.page - 1) * PAGE)
        .limit(PAGE + 1)
    ).all()
    total = session.scalar(select(func.count()).select_from(PublishedProcess).where(*wanted)) or 0
    return Found(tuple(rows[:PAGE]), total, len(rows) > PAGE)


def _wanted(asked: Asked) -> Iterator[ColumnElement[bool]]:
    for word in fold(asked.words).split():
        yield PublishedProcess.sought.contains(word, autoescape=True)
    if asked.stage is not None:
        yield PublishedProcess.stage == asked.stage
    if asked.method:
        yield PublishedProcess.method == asked.method


def state(session: Session) -> State | None:
    """Return how much was published in all; ``None``: nothing."""
    columns = func.sum(PublishedProcess.releases), func.max(PublishedProcess.last_at)
    count, last_at = session.execute(select(*columns)).one()
    return None if last_at is None else State(int(count), last_at)


def state_of(session: Session, ocid: str) -> State | None:
    """Return how much of one process was published; ``None``: nothing."""
    row = session.get(PublishedProcess, ocid)
    return None if row is None else State(row.releases, row.last_at)


def process(session: Session, ocid: str) -> PublishedProcess | None:
    """Return one process as lists show it."""
    return session.get(PublishedProcess, ocid)


def releases_of(session: Session, ocid: str) -> list[dict[str, Any]]:
    """Return what was published of a process, oldest first."""
    [found] = releases(session, [ocid])
    return found


def releases(session: Session, ocids: list[str]) -> list[list[dict[str, Any]]]:
    """Return what was published of processes, in their order, each oldest first."""
    rows = session.execute(
        select(PublishedRelease.ocid, PublishedRelease.content)
        .where(PublishedRelease.ocid.in_(ocids))
        .order_by(PublishedRelease.no)
    ).all()
    by_ocid: Mapping[str, list[dict[str, Any]]] = {each: [] for each in ocids}
    for ocid, content in rows:
        by_ocid[ocid].append(read(content))
    return list(by_ocid.values())


def page_of_ocids(session: Session, page: int) -> tuple[list[str], bool]:
    """Return the processes of a package of records by their ids, and whether more follow."""
    rows = session.scalars(
        select(PublishedProcess.ocid)
        .order_by(PublishedProcess.ocid)
        .offset((page - 1) * PAGE)
        .limit(PAGE + 1)
    ).all()
    return list(rows[:PAGE]), len(rows) > PAGE


def page_of_releases(session: Session, page: int) -> tuple[list[dict[str, Any]], bool]:
    """Return the releases of a package, oldest first, and whether more follow."""
    rows = session.scalars(
        select(PublishedRelease.content)
        .order_by(PublishedRelease.at, PublishedRelease.ocid, PublishedRelease.no)
        .offset((page - 1) * PACKAGE)
        .limit(PACKAGE + 1)
    ).all()
    return [read(each) for each in rows[:PACKAGE]], len(rows) > PACKAGE


def all_lines(read: Callable[[], AbstractContextManager[Session]]) -> Iterator[str]:
    """Give every release as one line of JSON, oldest first.

    So many are read at once and the session is let go before they are sent: who takes them slowly
    holds no connection.
    """
    place = PublishedRelease.at, PublishedRelease.ocid, PublishedRelease.no
    rows = select(PublishedRelease.content, *place).order_by(*place).limit(PACKAGE)
    following = rows
    while True:
        with read() as session:
            found = session.execute(following).all()
        yield from (f"{each.content}\n" for each in found)
        if len(found) < PACKAGE:
            return
        following = rows.where(tuple_(*place) > tuple_(*found[-1][1:]))
