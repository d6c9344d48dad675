"""A process definition by its id, by its key, or by its key in a unit: one view for all three.

Camunda keeps a definition apart for each tenant. Here a process is the same in every unit, so
that a unit's definition is the newest one, whichever unit is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from flask.typing import ResponseReturnValue

from engine.model.person import Unit
from engine.queries import rest
from engine.queries.rest import DefinitionRow, Wanted
from webapp.engine_rest.published import OPERATIONS
from webapp.engine_rest.refusals import not_found
from webapp.engine_rest.registry import does
from webapp.engine_rest.routing import identity
from webapp.request import reader

#: a view that is given the definition its address names
View = Callable[[DefinitionRow], ResponseReturnValue]


def does_of_definition(
    *operations: str,
    query: Iterable[str] = (),
    body: Iterable[str] = (),
    statuses: tuple[int, ...] | None = None,
) -> Callable[[View], View]:
    """Answer operations on one definition, however their addresses name it."""

    def keep(view: View) -> View:
        for each in operations:
            finds = _FINDS[OPERATIONS[each].parameters]
            does(each, query=query, body=body, statuses=statuses)(_finding(finds, view))
        return view

    return keep


def by_id(definition_id: str) -> DefinitionRow:
    """Return one version of a process.

    Raises:
        Refused: 404, there is none.
    """
    wanted_id = identity(definition_id, "process definition")
    with reader() as session:
        rows = rest.definitions(session, Wanted({"processDefinitionId": wanted_id}))
    if not rows:
        raise not_found(f"No matching process definition with id {definition_id}")
    return rows[0]


def by_key(key: str) -> DefinitionRow:
    """Return the newest version of a process.

    Raises:
        Refused: 404, there is none.
    """
    with reader() as session:
        rows = rest.definitions(session, Wanted({"key": key, "latestVersion": True}))
    if not rows:
        raise not_found(f"No matching process definition with key: {key} and no tenant-id")
    return rows[0]


def in_unit(key: str, unit: str) -> DefinitionRow:
    """Return the newest version of a process, as it holds in a unit.

    Raises:
        Refused: 404, there is no such process or unit.
    """
    must_be_unit(unit, f"process definition with key: {key}")
    return by_key(key)


def must_be_unit(unit: str, what: str) -> None:
    """Refuse a tenant that is no unit.

    Raises:
        Refused: 404.
    """
    with reader() as session:
        if session.get(Unit, unit) is None:
            raise not_found(f"No matching {what} and tenant-id: {unit}")


def _finding(finds: Callable[..., DefinitionRow], view: View) -> Callable[..., ResponseReturnValue]:
    def found(*address: str) -> ResponseReturnValue:
        return view(finds(*address))

    found.__doc__ = view.__doc__
    return found


_FINDS: dict[tuple[str, ...], Callable[..., DefinitionRow]] = {
    ("id",): by_id,
    ("key",): by_key,
    ("key", "tenant-id"): in_unit,
}
