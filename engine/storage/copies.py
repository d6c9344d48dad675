"""Many cases for a demonstration: those there are, copied row by row into other units.

For whoever wants to see lists, counts and incidents as a large site has them. A copy has its
steps, jobs and history, but nothing of an area's own tables: it is there to be looked at.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, Select, Table, insert, select

from engine.model.base import new_id
from engine.model.event import event_table
from engine.model.incident import Incident, fingerprint_of
from engine.model.instance import InstanceState, instance_table, task_table
from engine.model.job import UNFINISHED, JobKind, JobState, job_table
from engine.model.person import Unit
from engine.model.subscription import subscription_table
from engine.storage.database import Database

_PORTION: Final = 500  #: cases written at once
_SPREAD: Final = timedelta(days=40)  #: how far back the copies begin before their models
_INCIDENT: Final = 15  #: one running case in so many is stopped
#: what stopped them: code and what was said
_CAUSES: Final = (
    ("GEN-500", "ConnectionError: the mail server does not answer after 30 s"),
    ("GEN-500", "ConnectionError: the mail server does not answer after 30 s"),
    ("GEN-504", "TimeoutError: no answer of the budget system within 20 s"),
    ("GEN-422", "ValueError: the receiver's address 'finance@' is none"),
)
_Row = dict[str, Any]


def multiply(database: Database, number: int, at: datetime, *, but: Collection[str] = ()) -> int:
    """Add so many copies of the cases that are there; return how many were made.

    Args:
        but: units that get none.
    """
    with database.reader() as session:
        units = list(session.scalars(select(Unit.code).order_by(Unit.code)))
        models = list(_models(session.connection()))
    if not models:
        return 0
    places = [each for each in units if each not in but] or units
    for first in range(0, number, _PORTION):
        rows: dict[Table, list[_Row]] = {}
        for each in range(first, min(first + _PORTION, number)):
            model, place = models[each % len(models)], places[each * 7 % len(places)]
            for table, row in _copied(model, each, place, at):
                rows.setdefault(table, []).append(row)
        with database.unit_of_work() as uow:
            connection = uow.session.connection()
            for table in _ORDER:
                if rows.get(table):
                    connection.execute(insert(table), rows[table])
            uow.commit()
    return number


_Model = dict[Table, list[_Row]]


def _models(connection: Connection) -> Iterator[_Model]:
    """Yield the cases that can be copied: those that call no others, and are not called."""
    for case in _rows(connection, select(instance_table)):
        if case["called_by"] is not None:
            continue
        found: _Model = {instance_table: [case]}
        for table in (task_table, event_table, job_table, subscription_table):
            own = select(table).where(table.c.instance_id == case["id"])
            found[table] = _rows(connection, own)
        yield found


def _rows(connection: Connection, statement: Select[Any]) -> list[_Row]:
    return [dict(each) for each in connection.execute(statement).mappings()]


def _copied(model: _Model, number: int, unit: str, at: datetime) -> Iterator[tuple[Table, _Row]]:
    """Yield the rows of one copy."""
    [case] = model[instance_table]
    copy = _Copy(new_id(), case, unit, _earlier(case, number, at), number)
    yield instance_table, copy.of(case, id=copy.id, business_key=_numbered(case, number))
    tasks = {each["id"]: new_id() for each in model[task_table]}
    for row in model[task_table]:
        yield task_table, copy.of(row, id=tasks[row["id"]], instance_id=copy.id)
    for row in model[event_table]:
        about = tasks.get(row["task_id"]) if row["task_id"] else None
        yield event_table, copy.of(row, instance_id=copy.id, task_id=about)
    for row in model[subscription_table]:
        yield subscription_table, copy.of(row, id=new_id(), instance_id=copy.id)
    yield from copy.jobs(model[job_table], case["state"] == InstanceState.RUNNING.value)


def _earlier(case: _Row, number: int, at: datetime) -> timedelta:
    """Return how much earlier than its model a copy began; what has ended ended lately."""
    share = _SPREAD * ((number * 7919) % 997) / 997
    return share if case["finished_at"] is None else case["finished_at"] - at + share


def _numbered(case: _Row, number: int) -> str | None:
    key = case["business_key"]
    return f"{key}-{number + 1}" if key else None


class _Copy:
    """One case to be written."""

    def __init__(
        self, identity: UUID, model: _Row, unit: str, earlier: timedelta, number: int
    ) -> None:
        self.id = identity
        self._seed = model["id"].hex  #: what its tokens are named after
        self._model_unit, self._unit = model["unit"], unit
        self._earlier, self._number = earlier, number

    def of(self, row: _Row, **changed: Any) -> _Row:
        """Return a row, as the copy has it: earlier, and in its own unit."""
        return {key: self._value(key, value) for key, value in row.items()} | changed

    def _value(self, key: str, value: Any) -> Any:
        if isinstance(value, datetime):
            return value - self._earlier
        if key == "unit":
            return self._unit
        if key in ("desk", "escalation_desk") and isinstance(value, str):
            return value.replace(f"@{self._model_unit}", f"@{self._unit}")
        return self._renamed(value)

    def _renamed(self, value: Any) -> Any:
        """Return a value with tokens of the copy: only these lead where its history leads."""
        if isinstance(value, str):
            return value.replace(self._seed, self.id.hex)
        if isinstance(value, bytes):
            return value.replace(self._seed.encode(), self.id.hex.encode())
        if isinstance(value, dict):
            return {self._renamed(key): self._renamed(each) for key, each in value.items()}
        return [self._renamed(each) for each in value] if isinstance(value, list) else value

    def jobs(self, models: list[_Row], is_running: bool) -> Iterator[tuple[Table, _Row]]:
        """Yield the jobs, which wait far ahead, and an incident of some of them."""
        stops = is_running and self._number % _INCIDENT == 0
        for row in models:
            identity = new_id()
            waits = row["state"] in {each.value for each in UNFINISHED}
            changed = {"id": identity, "instance_id": self.id, "idem_key": f"copy-{identity}"}
            if not waits:
                yield job_table, self.of(row, **changed)
                continue
            changed["run_at"] = row["run_at"] + timedelta(days=365)
            if stops and row["kind"] == JobKind.NOTICE.value:
                stops = False
                yield job_table, self.of(row, **changed, state=JobState.INCIDENT.value)
                yield Incident.__table__, self._incident(identity, row)  # type: ignore[misc]
            else:
                yield job_table, self.of(row, **changed)

    def _incident(self, job_id: UUID, job: _Row) -> _Row:
        code, cause = _CAUSES[self._number // _INCIDENT % len(_CAUSES)]
        return {
            "id": new_id(),
            "instance_id": self.id,
            "job_id": job_id,
            "element_id": job["element_id"],
            "code": code,
            "cause": cause,
            "fingerprint": fingerprint_of(code, job["element_id"], cause),
            "opened_at": job["created_at"] - self._earlier / 4,
            "resolved_at": None,
        }


_ORDER: Final[tuple[Any, ...]] = (
    instance_table,
    task_table,
    event_table,
    subscription_table,
    job_table,
    Incident.__table__,
)
