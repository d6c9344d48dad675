"""Human tasks: listed, shown, claimed, put back, completed."""

from __future__ import annotations

from typing import Any, Final

from flask import g, jsonify
from flask.typing import ResponseReturnValue

from engine.commands import assigning
from engine.commands import tasks as commands
from engine.errors import TaskAlreadyClosed
from engine.queries import rest
from engine.queries import tasks as queries
from engine.queries.rest import TaskRow
from engine.queries.rest_filters import TASK_FILTERS, TASK_ORDER
from engine.queries.tasks import OpenStep, TaskPage
from forms.line_table import typed_line
from webapp.engine_rest import shapes
from webapp.engine_rest.answers import checked
from webapp.engine_rest.body import flag_of, json_object, text_of
from webapp.engine_rest.criteria import Listing
from webapp.engine_rest.refusals import Refused, invalid, not_found, remember_definition
from webapp.engine_rest.registry import does
from webapp.engine_rest.routing import identity
from webapp.engine_rest.signing import seen, signed
from webapp.engine_rest.variables import all_written, given_variables, written
from webapp.inbox.step_form import StepForm, step_form, step_to_answer
from webapp.request import current_actor, now, reader, unit_of_work

TASKS: Final = Listing(TASK_FILTERS, TASK_ORDER, frozenset({"includeAssignedTasks"}))
_USER: Final = frozenset({"userId"})
_COMPLETE: Final = frozenset({"variables", "withVariablesInReturn"})


@does("getTasks", "queryTasks", listing=TASKS)
def list_tasks() -> ResponseReturnValue:
    """List open tasks."""
    asked = TASKS.wanted()
    with reader() as session:
        rows = rest.tasks(session, current_actor(), asked)
    return jsonify([shapes.task(each) for each in rows])


@does("getTasksCount", "queryTasksCount", listing=TASKS)
def count_tasks() -> ResponseReturnValue:
    """Count open tasks."""
    asked = TASKS.wanted()
    with reader() as session:
        return jsonify(count=rest.count_tasks(session, current_actor(), asked))


@does("getTask")
def show_task(task_id: str) -> ResponseReturnValue:
    """Show an open task."""
    return jsonify(shapes.task(open_task(task_id)))


@does("getIdentityLinks")
def show_identity_links(task_id: str) -> ResponseReturnValue:
    """Tell whose work a task is."""
    return jsonify(shapes.identity_links(open_task(task_id)))


@does("getForm")
def show_form(task_id: str) -> ResponseReturnValue:
    """Tell which form a task has."""
    return jsonify(shapes.form_key(open_task(task_id).form_id))


@does("getDeployedForm")
def show_deployed_form(task_id: str) -> ResponseReturnValue:
    """Give the form of a task, in the JSON of form-js."""
    page = _page(task_id)
    json = page.definition.bundle.forms.get(page.form_id or "")
    if json is None:
        raise not_found(f"No matching form for task {task_id}")
    return jsonify(shapes.deployed_form(json, _step(page, lines=False).form))


@does("getTaskVariables")
def show_variables(task_id: str) -> ResponseReturnValue:
    """Give the variables of the case a task stands in."""
    page = _page(task_id)
    answer = jsonify(all_written(page.variables))
    answer.headers.extend(seen(page))
    return answer


@does("getFormVariables")
def show_form_variables(task_id: str) -> ResponseReturnValue:
    """Give what stands in each field of a task's form."""
    step = _step(_page(task_id, drafts=True))
    fields = {each.key: written(step.value(each)) for each in step.form.fields}
    if step.form.lines is not None and step.table is not None:
        fields[step.form.lines.key] = _lines(step, step.form.lines.key)
    return jsonify(fields)


@does("claim", body=_USER)
def claim(task_id: str) -> ResponseReturnValue:
    """Take a task, for oneself."""
    user = text_of(json_object(_USER), "userId")
    if user is None:
        raise invalid("userId is missing.")
    if user.strip().lower() != current_actor().username:
        raise Refused(403, f"The user '{current_actor().username}' cannot claim for '{user}'.")
    read = task_to_change(task_id).read
    commands.claim(unit_of_work(read), read.task.id, actor=current_actor(), at=now())
    return "", 204


@does("unclaim")
def unclaim(task_id: str) -> ResponseReturnValue:
    """Put a task back on its desk."""
    read = task_to_change(task_id).read
    commands.unclaim(unit_of_work(read), read.task.id, actor=current_actor(), at=now())
    return "", 204


@does("setAssignee", body=_USER)
def assign(task_id: str) -> ResponseReturnValue:
    """Give a task to somebody; to nobody puts it back on its desk."""
    user = text_of(json_object(_USER), "userId")
    read = task_to_change(task_id).read
    uow, actor = unit_of_work(read), current_actor()
    if user is None:
        commands.unclaim(uow, read.task.id, actor=actor, at=now())
    else:
        assigning.assign(uow, read.task.id, user.strip().lower(), actor=actor, at=now())
    return "", 204


@does("delegateTask", body=_USER)
def delegate(task_id: str) -> ResponseReturnValue:
    """Let somebody work on a task for its holder."""
    user = text_of(json_object(_USER), "userId")
    if user is None:
        raise invalid("userId is missing.")
    read = task_to_change(task_id).read
    assigning.delegate(
        unit_of_work(read), read.task.id, user.strip().lower(), actor=current_actor(), at=now()
    )
    return "", 204


@does("resolve")
def resolve(task_id: str) -> ResponseReturnValue:
    """Give a delegated task back to its owner."""
    json_object(frozenset())
    read = task_to_change(task_id).read
    assigning.hand_back(unit_of_work(read), read.task.id, actor=current_actor(), at=now())
    return "", 204


@does("complete", "submit", body=_COMPLETE, statuses=(200, 204))
def complete(task_id: str) -> ResponseReturnValue:
    """Answer a task, the variables checked like its form.

    A request that carries the password confirms an approval as well; a token does not. What has
    to be signed is signed with the key that the site holds for the caller, where the request
    carries what opens it and the hash of what the caller has seen (`webapp.engine_rest.signing`).
    """
    body = json_object(_COMPLETE)
    with_variables = flag_of(body, "withVariablesInReturn")
    asked = task_to_change(task_id, drafts=True, closed=True)
    with reader() as session:
        step = step_to_answer(session, asked)
    values = checked(step, given_variables(body.get("variables")))
    uow = unit_of_work(asked.read)
    signature = signed(asked, values)
    commands.complete(
        uow,
        asked.task.id,
        values,
        actor=current_actor(),
        at=now(),
        confirmed_by=None if signature else g.proved_by,
        signed=signature,
    )
    if not with_variables:
        return "", 204
    with reader() as session:
        case = rest.one_case(session, asked.read.instance.id, current_actor())
    return jsonify(all_written(case.variables))


def open_task(task_id: str) -> TaskRow:
    """Return an open task of a case the caller sees.

    Raises:
        Refused: 404, nothing can have such an id.
        TaskNotFound: there is none.
    """
    with reader() as session:
        return rest.one_task(session, identity(task_id, "task"), current_actor())


def _page(task_id: str, *, drafts: bool = False) -> TaskPage:
    """Return an open task with its case's variables."""
    with reader() as session:
        page = queries.page(session, identity(task_id, "task"), current_actor(), drafts=drafts)
    remember_definition(page.definition)
    if page.is_closed:
        raise not_found(f"No matching task with id {task_id}")
    return page


def task_to_change(task_id: str, *, drafts: bool = False, closed: bool = False) -> OpenStep:
    """Return an open task to be changed; a closed one only to say who closed it."""
    task, actor = identity(task_id, "task"), current_actor()
    with reader() as session:
        asked = queries.to_change(session, task, actor, drafts=drafts)
    remember_definition(asked.definition)
    if asked.task.is_closed:
        if closed:
            raise TaskAlreadyClosed(task, asked.task.state.value, asked.task.closed_by)
        raise not_found(f"No matching task with id {task_id}")
    return asked


def _step(page: TaskPage, *, lines: bool = True) -> StepForm:
    with reader() as session:
        return step_form(
            session,
            page.definition,
            page.form_id,
            current_actor(),
            lines_of=(page.instance_id, page.element_id) if lines else None,
            variables=page.variables,
            drafts=page.drafts,
        )


def _lines(step: StepForm, key: str) -> dict[str, Any]:
    """Return what stands in a line table, and beside it the lines as the step sees them."""
    table = step.table
    assert table is not None
    typed = {}
    if table.entry is not None:
        for row in table.rows:
            line = typed_line({}, step.drafts or {}, table, row, key)
            typed[row.key] = {"quantity": line.quantity, "reason": line.reason, "note": line.note}
    rows = [
        {"key": row.key, "group": row.group, "cells": {k: _cell(v) for k, v in row.cells.items()}}
        for row in table.rows
    ]
    return written(typed) | {"valueInfo": {"entry": table.entry, "rows": rows}}


def _cell(value: Any) -> Any:
    return written(value)["value"]
