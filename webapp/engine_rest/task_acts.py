"""Tasks reported and changed: errors and escalations, who has them, how urgent they are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from flask.typing import ResponseReturnValue

from engine.commands import assigning, reporting
from engine.commands import tasks as commands
from engine.queries.rest import TaskRow
from webapp.engine_rest import shapes
from webapp.engine_rest.body import json_object, must_be_empty, number_of, text_of
from webapp.engine_rest.published import models
from webapp.engine_rest.refusals import invalid
from webapp.engine_rest.registry import does
from webapp.engine_rest.tasks import open_task, task_to_change
from webapp.request import current_actor, now, unit_of_work

_ERROR: Final = frozenset({"errorCode", "errorMessage", "variables"})
_ESCALATION: Final = frozenset({"escalationCode", "variables"})
_LINK: Final = frozenset({"userId", "groupId", "type"})
_TASK: Final = frozenset(models()["TaskDto"])
_CHANGED: Final = frozenset({"assignee", "priority"})


@does("handleBpmnError", body=_ERROR)
def throw_error(task_id: str) -> ResponseReturnValue:
    """Report an error of a task one has; the diagram goes on from the event that catches it."""
    body = json_object(_ERROR)
    must_be_empty(body, "variables")
    code, said = text_of(body, "errorCode"), text_of(body, "errorMessage")
    if not code:
        raise invalid("errorCode is missing.")
    read = task_to_change(task_id).read
    reporting.report(
        unit_of_work(read), read.task.id, "error", code, said or "", actor=current_actor(), at=now()
    )
    return "", 204


@does("handleEscalation", body=_ESCALATION)
def escalate(task_id: str) -> ResponseReturnValue:
    """Report an escalation of a task one has; it stays open where the event does not interrupt."""
    body = json_object(_ESCALATION)
    must_be_empty(body, "variables")
    code = text_of(body, "escalationCode")
    if not code:
        raise invalid("escalationCode is missing.")
    read = task_to_change(task_id).read
    reporting.report(
        unit_of_work(read), read.task.id, "escalation", code, actor=current_actor(), at=now()
    )
    return "", 204


@does("updateTask", body=_TASK)
def update(task_id: str) -> ResponseReturnValue:
    """Say who has a task, or how urgent it is; what is not sent stays as it is."""
    body, row = json_object(_TASK), open_task(task_id)
    is_told = shapes.task(row)
    text_of(body, "assignee")
    number_of(body, "priority")
    changed = {key for key, value in body.items() if value != is_told[key]}
    if fixed := sorted(changed - _CHANGED):
        raise invalid(f"{', '.join(fixed)} cannot be changed: it follows from the case.")
    if changed == _CHANGED:
        raise invalid("assignee and priority are changed one after the other.")
    for each in changed:
        _CHANGES[each](row, body)
    return "", 204


@does("addIdentityLink", body=_LINK)
def link(task_id: str) -> ResponseReturnValue:
    """Give a task to somebody, as its assignee."""
    _give(open_task(task_id), _assignee_of(json_object(_LINK)))
    return "", 204


@does("deleteIdentityLink", body=_LINK)
def unlink(task_id: str) -> ResponseReturnValue:
    """Put a task back on its desk that somebody has."""
    row, user = open_task(task_id), _assignee_of(json_object(_LINK))
    if row.holder == user:  # Camunda leaves alone whom it does not find there
        _give(row, None)
    return "", 204


def _assignee_of(body: Mapping[str, Any]) -> str:
    kind, user, group = (text_of(body, each) for each in ("type", "userId", "groupId"))
    if (user is None) == (group is None):
        raise invalid("Identity Link requires userId or groupId, but not both.")
    if user is None or kind != "assignee":
        raise invalid("Whose work a task is follows from its desk: only an assignee is changed.")
    return user.strip().lower()


def _give(row: TaskRow, user: str | None) -> None:
    uow, actor = unit_of_work(), current_actor()
    if user is None:
        commands.unclaim(uow, row.id, actor=actor, at=now())
    else:
        assigning.assign(uow, row.id, user.strip().lower(), actor=actor, at=now())


def _prioritise(row: TaskRow, priority: int | None) -> None:
    if priority is None:
        raise invalid("priority has to be a whole number.")
    assigning.prioritise(unit_of_work(), row.id, priority, actor=current_actor(), at=now())


_CHANGES: Final[Mapping[str, Callable[[TaskRow, Mapping[str, Any]], None]]] = {
    "assignee": lambda row, body: _give(row, text_of(body, "assignee")),
    "priority": lambda row, body: _prioritise(row, number_of(body, "priority")),
}
