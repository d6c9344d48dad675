"""Whatever people do with the tasks of a case, in any order: it stays whole and can go on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Barrier, Thread
from uuid import UUID

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from engine.catalogue.bundle import Bundle
from engine.commands import (
    assigning,
    deployments,
    instances,
    mending,
    people,
    recalling,
    returning,
    snoozing,
    tasks,
)
from engine.errors import EngineError
from engine.model.instance import HumanTask, InstanceState, TaskState
from engine.model.person import Actor
from engine.model.sign_in import Method
from engine.storage.actors import by_username
from engine.storage.database import Database, UnitOfWork
from engine.storage.migrate import migrate
from engine.storage.recalls import steps_done
from tests.storage.conftest import NOON
from tests.storage.test_returning import CONFIG, DIAGRAM

NAMES = ("clerk", "colleague", "third")
WHO, WHICH = st.sampled_from(NAMES), st.integers(0, 9)


def _office(database: Database) -> dict[str, Actor]:
    """Deploy the process and hire its people."""
    bundle = Bundle({"letter.bpmn": DIAGRAM.encode(), "process.toml": CONFIG.encode()})
    deployments.deploy(database.unit_of_work(), bundle, at=NOON)
    for name in NAMES:
        uow = database.unit_of_work()
        person = people.register(uow, name, name_fa=name, name_en=name, password_hash=None)
        people.grant(uow, person, "CLERK", "D07")
    with database.reader() as session:
        return {name: found for name in NAMES if (found := by_username(session, name, NOON))}


@cache
def _prepared() -> bytes:
    """Return a database in which the office is ready to begin."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "office.sqlite"
        database = Database(f"sqlite:///{file}")
        migrate(database, ())
        _office(database)
        with database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        database.dispose()
        return file.read_bytes()


class Acting(RuleBasedStateMachine):
    """People act on one case; what is refused changes nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        file = Path(self.folder.name) / "case.sqlite"
        file.write_bytes(_prepared())
        self.database = Database(f"sqlite:///{file}")
        with self.database.reader() as session:
            people = {each: by_username(session, each, NOON) for each in NAMES}
        self.actors = {name: each for name, each in people.items() if each}
        self.at = NOON

    def teardown(self) -> None:
        self.database.dispose()
        self.folder.cleanup()

    @initialize()
    def begin(self) -> None:
        uow = self.database.unit_of_work()
        started = instances.start(uow, "letter", {}, actor=self.actors["clerk"], at=self.at)
        self.case = started.instance_id

    @rule(who=WHO, which=WHICH)
    def claim(self, who: str, which: int) -> None:
        self._try(
            lambda task, actor: tasks.claim(self._uow, task, actor=actor, at=self.at), who, which
        )

    @rule(who=WHO, which=WHICH)
    def unclaim(self, who: str, which: int) -> None:
        self._try(
            lambda task, actor: tasks.unclaim(self._uow, task, actor=actor, at=self.at), who, which
        )

    @rule(who=WHO, which=WHICH, to=WHO)
    def assign(self, who: str, which: int, to: str) -> None:
        self._try(
            lambda task, actor: assigning.assign(self._uow, task, to, actor=actor, at=self.at),
            who,
            which,
        )

    @rule(who=WHO, which=WHICH, to=WHO)
    def delegate(self, who: str, which: int, to: str) -> None:
        self._try(
            lambda task, actor: assigning.delegate(self._uow, task, to, actor=actor, at=self.at),
            who,
            which,
        )

    @rule(who=WHO, which=WHICH)
    def hand_back(self, who: str, which: int) -> None:
        self._try(
            lambda task, actor: assigning.hand_back(self._uow, task, actor=actor, at=self.at),
            who,
            which,
        )

    @rule(who=WHO, which=WHICH)
    def snooze(self, who: str, which: int) -> None:
        until = self.at + timedelta(hours=3)
        self._try(
            lambda task, actor: snoozing.snooze(self._uow, task, until, actor=actor, at=self.at),
            who,
            which,
        )

    @rule(which=WHICH)
    def take_and_complete(self, which: int) -> None:
        task = self._pick(which)
        if task is None:
            return
        who = task.holder or "clerk"
        with suppress(EngineError):
            tasks.claim(self._uow, task.id, actor=self.actors[who], at=self.at)
        self.complete(who, which)

    @rule(who=WHO, which=WHICH)
    def complete(self, who: str, which: int) -> None:
        self._try(
            lambda task, actor: tasks.complete(
                self._uow, task, {}, actor=actor, at=self.at, confirmed_by=Method.PASSWORD
            ),
            who,
            which,
        )

    @rule(who=WHO, which=WHICH)
    def recall(self, who: str, which: int) -> None:
        done = self._done()
        if done:
            task = done[which % len(done)]
            with suppress(EngineError):
                recalling.recall(self._uow, task, actor=self.actors[who], at=self.at)

    @rule(who=WHO, which=WHICH, to=WHICH)
    def send_back(self, who: str, which: int, to: int) -> None:
        done = self._done()
        if done:
            earlier = done[to % len(done)]
            self._try(
                lambda task, actor: returning.send_back(
                    self._uow, task, earlier, "ناقص", actor=actor, at=self.at
                ),
                who,
                which,
            )

    @invariant()
    def who_holds_a_task_is_one_person_and_said_so(self) -> None:
        for task in self._open():
            assert (task.state is TaskState.CLAIMED) == (task.holder is not None)
            assert task.owner is None or task.holder is not None
            assert (task.closed_at, task.closed_by, task.outcome) == (None, None, None)

    @invariant()
    def no_visit_of_a_step_is_open_twice(self) -> None:
        tokens = Counter(each.token for each in self._open())
        assert all(count == 1 for count in tokens.values())

    @invariant()
    def what_the_case_waits_for_and_its_rows_agree(self) -> None:
        with self.database.reader() as session:
            assert not mending.difference(session, self.case)

    @invariant()
    def a_running_case_has_somebody_to_move_it(self) -> None:
        with self._uow as uow:
            running = uow.cases.one(self.case).state is InstanceState.RUNNING
        assert running == bool(self._open())

    @property
    def _uow(self) -> UnitOfWork:
        self.at += timedelta(seconds=1)
        return self.database.unit_of_work()

    def _open(self) -> list[HumanTask]:
        with self.database.unit_of_work() as uow:
            return [each for each in uow.cases.one(self.case).tasks if not each.is_closed]

    def _done(self) -> list[UUID]:
        with self.database.reader() as session:
            return [each.task_id for each in steps_done(session, self.case)]

    def _pick(self, which: int) -> HumanTask | None:
        found = sorted(self._open(), key=lambda each: each.element_id)
        return found[which % len(found)] if found else None

    def _try(self, act: Callable[[UUID, Actor], object], who: str, which: int) -> None:
        task = self._pick(which)
        if task is not None:
            with suppress(EngineError):
                act(task.id, self.actors[who])


TestActing = Acting.TestCase
TestActing.settings = settings(max_examples=12, stateful_step_count=25, deadline=None)


@pytest.fixture
def letter(database: Database) -> tuple[Database, dict[str, Actor], UUID]:
    """A case whose first step the clerk has taken."""
    actors = _office(database)
    started = instances.start(database.unit_of_work(), "letter", {}, actor=actors["clerk"], at=NOON)
    tasks.claim(database.unit_of_work(), started.opened[0], actor=actors["clerk"], at=NOON)
    return database, actors, started.opened[0]


def _at_once(*acts: Callable[[], object]) -> list[str]:
    """Begin all acts at the same moment, each on a connection of its own; tell what was refused."""
    barrier = Barrier(len(acts))
    refused: list[str] = []

    def run(act: Callable[[], object]) -> None:
        barrier.wait()
        try:
            act()
        except EngineError as error:
            refused.append(type(error).__name__)

    threads = [Thread(target=run, args=(each,)) for each in acts]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return refused


def _is_whole(database: Database, task_id: UUID) -> HumanTask:
    with database.unit_of_work() as uow:
        case, task = uow.cases.of_task(task_id)
    with database.reader() as session:
        assert not mending.difference(session, case.id)
    return task


@pytest.mark.both_databases
def test_of_two_who_give_a_task_away_at_once_both_are_told_and_one_person_has_it(letter):
    database, actors, task_id = letter

    refused = _at_once(
        *(
            lambda to=to: assigning.assign(
                database.unit_of_work(), task_id, to, actor=actors["clerk"], at=NOON
            )
            for to in ("colleague", "third")
        )
    )

    assert _is_whole(database, task_id).holder in ("colleague", "third")
    assert refused in ([], ["NotYoursToAssign"])


@pytest.mark.both_databases
def test_completing_and_giving_away_at_once_does_one_of_both(letter):
    database, actors, task_id = letter

    refused = _at_once(
        lambda: tasks.complete(
            database.unit_of_work(), task_id, {}, actor=actors["clerk"], at=NOON
        ),
        lambda: assigning.assign(
            database.unit_of_work(), task_id, "third", actor=actors["clerk"], at=NOON
        ),
    )

    task = _is_whole(database, task_id)
    assert len(refused) == 1
    assert (task.state, task.holder) in (
        (TaskState.COMPLETED, "clerk"),
        (TaskState.CLAIMED, "third"),
    )


@pytest.mark.both_databases
def test_recalling_and_taking_the_next_step_at_once_does_one_of_both(letter):
    database, actors, task_id = letter
    uow = database.unit_of_work()
    done = tasks.complete(uow, task_id, {}, actor=actors["clerk"], at=NOON)
    following = done.opened[0]

    refused = _at_once(
        lambda: recalling.recall(database.unit_of_work(), task_id, actor=actors["clerk"], at=NOON),
        lambda: tasks.claim(database.unit_of_work(), following, actor=actors["colleague"], at=NOON),
    )

    task = _is_whole(database, task_id)
    assert len(refused) == 1
    assert (task.state is TaskState.CLAIMED) == (
        _is_whole(database, following).state is TaskState.WITHDRAWN
    )


@pytest.mark.both_databases
def test_of_two_recalls_at_once_one_is_done(letter):
    database, actors, task_id = letter
    tasks.complete(database.unit_of_work(), task_id, {}, actor=actors["clerk"], at=NOON)

    refused = _at_once(
        *(
            lambda: recalling.recall(
                database.unit_of_work(), task_id, actor=actors["clerk"], at=NOON
            )
            for _ in range(2)
        )
    )

    assert len(refused) == 1
    assert _is_whole(database, task_id).state is TaskState.CLAIMED
