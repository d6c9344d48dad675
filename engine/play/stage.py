"""Where runs are played: a private database for each, copied from a prepared one."""

from __future__ import annotations

import shutil
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import Final, Self, TypeAlias
from uuid import UUID

from engine import bpmn
from engine.catalogue.bundle import TESTS, Bundle
from engine.catalogue.handlers import REGISTRY
from engine.commands import deployments, models
from engine.model.base import Base, ids_in_order
from engine.settings import DatabaseSettings
from engine.storage import bundles
from engine.storage.cases import Read
from engine.storage.database import Connection, Database, UnitOfWork
from engine.storage.migrate import load_tables
from engine.storage.site import load_site, site_file
from engine.values import local_date

#: Puts what areas show themselves with into a new database: people, contracts, …
Examples: TypeAlias = Callable[[Database, datetime], None]

#: how many prepared databases are kept: of days, and of drafts
DAYS: Final = 3
DRAFTS: Final = 8
#: series of ids: of what the examples make, and of what a run makes
EXAMPLES: Final = 1
RUN: Final = 2


def registered_examples(database: Database, at: datetime) -> None:
    """Put the areas' own demo rows into a database, with nobody in it."""
    uow = database.unit_of_work()
    for load in REGISTRY.demo.values():
        with uow:
            load(uow.session, at)
            uow.commit()


@dataclass(frozen=True, slots=True)
class Prepared:
    """A database file to be copied, with a draft deployed in it."""

    path: Path
    bundle: Bundle
    definitions: tuple[UUID, ...] = ()


class Throwaway(Database):
    """A database of one run, which also tells what cases went through."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"sqlite:///{path}", DatabaseSettings(sqlite_synchronous="normal"))
        self.path = path
        self.passed: list[bpmn.Passed] = []

    def unit_of_work(self, read: Read | None = None, over: Connection | None = None) -> UnitOfWork:
        """Return a unit of work that listens to what its cases go through."""
        return _Listening(self, self.passed, read, over)


class _Listening(UnitOfWork):
    def __init__(
        self,
        database: Database,
        passed: list[bpmn.Passed],
        read: Read | None,
        over: Connection | None,
    ) -> None:
        super().__init__(database, read, over)
        self._all, self._here = passed, list[bpmn.Passed]()

    def passing(self, passed: Sequence[bpmn.Passed]) -> None:
        self._here += passed

    def commit(self) -> None:
        super().commit()
        self._all += self._here
        self._here = []

    def __enter__(self) -> Self:
        self._here = []  # of a block that did not commit nothing has happened
        return super().__enter__()


class Stage:
    """Prepares databases, and keeps the last of them: of each day one, of each draft one.

    Making one takes about a second, copying one a few milliseconds. What areas show
    themselves with depends on the day, so a run begins on its own.
    """

    def __init__(self, examples: Examples = registered_examples) -> None:
        self._examples = examples
        self._folder: TemporaryDirectory[str] | None = None
        self._numbers = count(1)
        self._days: OrderedDict[date, Path] = OrderedDict()
        self._drafts: OrderedDict[tuple[date, str], Prepared] = OrderedDict()
        self._preparing = Lock()

    @contextmanager
    def throwaway(self, bundle: Bundle, at: datetime) -> Iterator[Throwaway]:
        """Give a database in which an area is deployed; afterwards it is gone.

        Raises:
            ModelRefused, ConfigRefused: the area cannot be deployed.
        """
        path = self._copy(_without_tests(bundle), at)
        database = Throwaway(path)
        try:
            yield database
        finally:
            database.dispose()
            _remove(path)

    def close(self) -> None:
        """Remove everything prepared."""
        with self._preparing:
            while self._drafts:
                self._forget_oldest_draft()
            self._days.clear()
            if self._folder is not None:
                self._folder.cleanup()
                self._folder = None

    def _copy(self, bundle: Bundle, at: datetime) -> Path:
        with self._preparing:  # also while copying: what is kept may go for something newer
            prepared = self._prepared(bundle, at)
            path = self._new_path()
            shutil.copyfile(prepared.path, path)
            return path

    def _prepared(self, bundle: Bundle, at: datetime) -> Prepared:
        key = (local_date(at), bundle.id)
        if key not in self._drafts:
            self._drafts[key] = self._with_draft(bundle, at)
            if len(self._drafts) > DRAFTS:
                self._forget_oldest_draft()
        self._drafts.move_to_end(key)
        return self._drafts[key]

    def _with_draft(self, bundle: Bundle, at: datetime) -> Prepared:
        path = self._new_path()
        shutil.copyfile(self._of_day(at), path)
        database = Database(f"sqlite:///{path}")
        try:
            made = deployments.deploy(database.unit_of_work(), bundle, at=at)
        except BaseException:
            models.forget(bundle.id)
            raise
        finally:
            database.dispose()
        return Prepared(path, bundle, tuple(each.id for each in made))

    def _of_day(self, at: datetime) -> Path:
        day = local_date(at)
        if day not in self._days:
            self._days[day] = self._empty(at)
            if len(self._days) > DAYS:
                _remove(self._days.popitem(last=False)[1])
        self._days.move_to_end(day)
        return self._days[day]

    def _empty(self, at: datetime) -> Path:
        """Make a database as a new site has it, with the examples of the areas."""
        path = self._new_path()
        load_tables(())  # those of areas are loaded with them
        database = Database(f"sqlite:///{path}")
        try:
            Base.metadata.create_all(database.engine)
            uow = database.unit_of_work()
            with uow:
                load_site(uow.session, site_file())
                uow.commit()
            with ids_in_order(EXAMPLES):  # what is chosen of them in a run is there in the next
                self._examples(database, at)
        finally:
            database.dispose()
        return path

    def _forget_oldest_draft(self) -> None:
        (_, bundle_id), gone = self._drafts.popitem(last=False)
        _remove(gone.path)
        bundles.forget(gone.definitions)
        if all(each != bundle_id for _, each in self._drafts):
            models.forget(bundle_id)
            bundles.forget_bundle(bundle_id)

    def _new_path(self) -> Path:
        if self._folder is None:
            self._folder = TemporaryDirectory(prefix="divan-play-")
        return Path(self._folder.name) / f"{next(self._numbers)}.sqlite"


def _without_tests(bundle: Bundle) -> Bundle:
    """Return what is played: to write a test makes no other draft of it."""
    files = {name: each for name, each in bundle.files.items() if not name.startswith(TESTS)}
    return bundle if len(files) == len(bundle.files) else Bundle(files)


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)
