"""Gives the demo people work: lets them live through what the areas' stories tell.

Everything happens by the commands that pages use, at moments that have passed; jobs and
timers run as their time comes. What is there already is not told again.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from io import BytesIO
from typing import Any, Final
from uuid import UUID

from flask import Flask

from engine.catalogue.demo import Story
from engine.catalogue.handlers import REGISTRY
from engine.commands import (
    assigning,
    calendars,
    documents,
    instances,
    saved_filters,
    snoozing,
    talking,
    tasks,
)
from engine.documents import examine
from engine.errors import NothingWaits
from engine.jobs import run_due
from engine.model.instance import InstanceState, instance_table
from engine.model.person import ANYWHERE, Actor
from engine.model.sign_in import Method
from engine.queries.people import by_username
from engine.settings import Settings
from engine.storage.calendar import UnitChange, working_calendar
from engine.storage.database import Database, UnitOfWork
from engine.storage.document_store import DocumentStore
from engine.storage.reach import alone
from engine.values import local_date
from webapp.story_signing import Pens
from webapp.wiring import Site

_DAY: Final = timedelta(days=1)
_DOTS: Final = 12  #: moments for each dot of the progress that is shown


#: before the day of the demonstration: by then nothing of any story has happened
_BEFORE: Final = timedelta(days=365)


def begun(at: datetime) -> datetime:
    """Return a moment before all that the stories tell, for what has to be there by then."""
    return at - _BEFORE


def _give_up(failed: Exception) -> None:
    raise failed


def tell_stories(
    site: Site,
    at: datetime,
    say: Callable[[str], None] = lambda _: None,
    stopped: Callable[[Exception], None] = _give_up,
) -> int:
    """Let happen what the areas' stories tell, unless it has; return how many moments.

    Of several processes that start at once one does it. One that is cut short is not
    taken up again: what it had told by then stays.

    Args:
        say: told how far it is, in pieces of one line.
        stopped: told why a story cannot go on, such as a day on which its rules allow less; the
            others go on. Without it that ends all of them.
    """
    with alone(site.database):
        office = Office(site, at)
        stories = [each for tell in REGISTRY.stories.values() for each in tell(office)]
        if not stories:
            return 0
        say("Stories of the demonstration are told ")
        office.work_today()
        count = 0
        told = [_until_stopped(each, stopped) for each in stories]
        for count, _ in enumerate(_in_order(told, office.pass_to), 1):
            say("" if count % _DOTS else ".")
        office.pass_to(at)
        say(f" {len(stories)}\n")
        return count


def _until_stopped(story: Story, stopped: Callable[[Exception], None]) -> Story:
    try:
        yield from story
    except Exception as failed:  # noqa: BLE001 - whatever it is, people want the site
        stopped(failed)


def _in_order(stories: list[Story], pass_to: Callable[[datetime], None]) -> Iterator[datetime]:
    """Go on with whichever story is next, up to each moment that something happens."""
    queue = [
        (moment, number) for number, each in enumerate(stories) if (moment := next(each, None))
    ]
    heapq.heapify(queue)
    while queue:
        moment, number = heapq.heappop(queue)
        pass_to(moment)
        yield moment
        following = next(stories[number], None)
        if following is not None:
            heapq.heappush(queue, (following, number))


@dataclass
class Office:
    """The demo people at their desks, a clock, and the worker; an `engine.sdk.DemoOffice`."""

    site: Site
    now: datetime
    _people: dict[str, Actor] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.at = self.now

    @property
    def database(self) -> Database:
        return self.site.database

    @property
    def settings(self) -> Settings:
        return self.site.settings

    @property
    def store(self) -> DocumentStore:
        return self.site.documents

    def sign(self, told: bytes) -> bytes:
        return self.site.seal.key.sign(told)

    @cached_property
    def _application(self) -> Flask:
        return self.site.application(lambda: self.at)

    @cached_property
    def pens(self) -> Pens:
        return Pens(self.site, self.pages)

    def pages(self) -> AbstractContextManager[object]:
        return self._application.test_request_context()

    def pass_to(self, moment: datetime) -> None:
        """Let time pass: what is due meanwhile is done in its day."""
        while self.at + _DAY < moment:
            self._run(self.at + _DAY)
        self._run(moment)

    def _run(self, moment: datetime) -> None:
        self.at = moment
        run_due(self.database, lambda: moment)

    def work_today(self) -> None:
        """Have the city work on the day of the demonstration, or nothing would be due on it."""
        today = local_date(self.now)
        with self.database.reader() as session:
            is_working = working_calendar(session).is_working(today)
        if not is_working:
            day = UnitChange(ANYWHERE, {today: False}, "روز کاری برای نمایش سامانه")
            admin = self.actor("admin")
            calendars.change(self.unit_of_work(), day, actor=admin, at=self.now)

    def unit_of_work(self) -> UnitOfWork:
        return self.database.unit_of_work()

    def actor(self, username: str) -> Actor:
        """Return a demo person, with what that person may do now."""
        if username not in self._people:
            with self.database.reader() as session:
                found = by_username(session, username, self.now)
            assert found is not None, f"no demo account {username}"
            self._people[username] = found
        return self._people[username]

    def start(self, process_id: str, by: str, **values: Any) -> Case:
        self._people.pop(by, None)  # may represent more by now
        started = instances.start(
            self.unit_of_work(), process_id, values, actor=self.actor(by), at=self.at
        )
        self._run(self.at)
        return Case(self, started.instance_id)

    def keep_filter(self, name: str, query: str, by: str, desk: str | None = None) -> None:
        saved_filters.save(
            self.unit_of_work(), name, query, desk=desk, actor=self.actor(by), at=self.at
        )


@dataclass
class Case:
    """One case of the demonstration; an `engine.sdk.DemoCase`."""

    office: Office
    instance_id: UUID

    @property
    def variables(self) -> Mapping[str, Any]:
        with self.office.unit_of_work() as uow:
            return dict(uow.cases.one(self.instance_id).variables)

    def called(self) -> Case:
        found = (
            instance_table.select()
            .with_only_columns(instance_table.c.id)
            .where(
                instance_table.c.called_by == self.instance_id,
                instance_table.c.state == InstanceState.RUNNING.value,
            )
        )
        with self.office.database.reader() as session:
            return Case(self.office, session.scalars(found).one())

    def claim(self, step: str, by: str) -> None:
        self._claimed(step, by)

    def answer(self, step: str, by: str, outcome: str = "approve", **values: Any) -> None:
        office, actor = self.office, self.office.actor(by)
        task_id, answer = self._claimed(step, by), {"outcome": outcome, **values}
        tasks.complete(
            office.unit_of_work(),
            task_id,
            answer,
            actor=actor,
            at=office.at,
            confirmed_by=Method.PASSWORD,
            signed=office.pens.sign(task_id, answer, actor, office.at),
        )
        run_due(office.database, lambda: office.at)

    def delegate(self, step: str, by: str, to: str, note: str) -> None:
        task_id, actor = self._claimed(step, by), self.office.actor(by)
        uow = self.office.unit_of_work()
        assigning.delegate(uow, task_id, to, actor=actor, at=self.office.at, note=note)

    def snooze(self, step: str, by: str, until: datetime) -> None:
        actor, (task_id, _) = self.office.actor(by), self._open(step)
        uow = self.office.unit_of_work()
        snoozing.snooze(uow, task_id, until, actor=actor, at=self.office.at)

    def say(self, text: str, by: str) -> None:
        actor, uow = self.office.actor(by), self.office.unit_of_work()
        talking.say(uow, self.instance_id, text, actor=actor, at=self.office.at)

    def attach(self, step: str, by: str, name: str, content: bytes) -> None:
        documents.attach(
            self.office.unit_of_work(),
            self.instance_id,
            [self._kept(name, content)],
            actor=self.office.actor(by),
            at=self.office.at,
            limits=self.office.settings.documents,
            task_id=self._claimed(step, by),
        )

    def _kept(self, name: str, content: bytes) -> documents.Content:
        settings, store = self.office.settings.documents, self.office.store
        kind = examine(BytesIO(content), len(content), name, settings.kinds)
        with store.receive(settings.bytes) as incoming:
            incoming.write(content)
            incoming.seek(0)
            store.keep(incoming)
            return documents.Content(name, kind.name, incoming.size, incoming.sha256, scanned=False)

    def _claimed(self, step: str, by: str) -> UUID:
        task_id, holder = self._open(step, by)
        if holder != by:
            actor, uow = self.office.actor(by), self.office.unit_of_work()
            tasks.claim(uow, task_id, actor=actor, at=self.office.at)
        return task_id

    def _open(self, step: str, by: str = "") -> tuple[UUID, str | None]:
        """Return the open task of a step, and who holds it; of several the one of ``by``."""
        with self.office.unit_of_work() as uow:
            found = uow.cases.one(self.instance_id).tasks
        waiting = [each for each in found if each.element_id == step and not each.is_closed]
        if not waiting:
            raise NothingWaits(self.instance_id, step)
        task = next((each for each in waiting if each.holder == by), waiting[0])
        return task.id, task.holder
