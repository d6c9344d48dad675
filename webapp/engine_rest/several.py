"""Acts over many cases at once: the cases that are named, or found by a query, in a batch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from flask.typing import ResponseReturnValue

from engine import bpmn
from engine.commands.admins import must_be_admin
from engine.commands.repairs import acts
from engine.errors import Problem, RulesBroken
from engine.model.batch import Wish
from engine.queries import rest, rest_history, rest_places
from engine.queries.rest import Wanted
from engine.queries.rest_filters import CASE_FILTERS, CASE_ORDER
from engine.storage.bundles import deployed
from webapp.engine_rest.batches import begin
from webapp.engine_rest.body import flag_of, json_object, must_be_empty, number_of, text_of
from webapp.engine_rest.body import texts_of as texts_in
from webapp.engine_rest.criteria import Listing
from webapp.engine_rest.modifying import instructions_of, move, reason, repair
from webapp.engine_rest.refusals import invalid
from webapp.engine_rest.registry import does
from webapp.engine_rest.routing import identity
from webapp.engine_rest.standing import running_case
from webapp.engine_rest.variables import values_of
from webapp.request import current_actor, reader

_CASES: Final = Listing(CASE_FILTERS, CASE_ORDER)
_PAST: Final = Listing(rest_history.CASES.filters, rest_history.CASES.order)
_WHICH: Final = frozenset({"processInstanceIds", "processInstanceQuery"})
_SKIPPED: Final = ("skipCustomListeners", "skipIoMappings")
_DELETE: Final = _WHICH | {
    "deleteReason",
    "skipCustomListeners",
    "skipSubprocesses",
    "historicProcessInstanceQuery",
}
_RETRIES: Final = frozenset(
    {"processInstances", "processInstanceQuery", "historicProcessInstanceQuery", "retries"}
)
_SUSPENSION: Final = _WHICH | {
    "suspended",
    "historicProcessInstanceQuery",
    "processDefinitionId",
    "processDefinitionKey",
}
_VARIABLES: Final = _WHICH | {"variables", "historicProcessInstanceQuery"}
_MESSAGE: Final = _WHICH | {"messageName", "variables", "historicProcessInstanceQuery"}
_MODIFY: Final = _WHICH | {"processDefinitionId", "instructions", "annotation", *_SKIPPED}
_RESTART: Final = frozenset(
    {
        "processInstanceIds",
        "instructions",
        "initialVariables",
        "withoutBusinessKey",
        *_SKIPPED,
    }
)
_MODIFY_ONE: Final = frozenset({"instructions", "annotation", *_SKIPPED})


@does("deleteProcessInstancesAsyncOperation", "deleteAsyncHistoricQueryBased", body=_DELETE)
def delete_several() -> ResponseReturnValue:
    """End many cases."""
    body = json_object(_DELETE)
    return begin(Wish("cancel", text_of(body, "deleteReason") or reason(), {}), chosen(body))


@does("setVariablesAsyncOperation", body=_VARIABLES)
def set_variables() -> ResponseReturnValue:
    """Set variables of many cases."""
    body = json_object(_VARIABLES)
    values = values_of(body.get("variables"))
    if not values:
        raise invalid("variables is empty: say what to set.")
    return begin(Wish("set_variables", reason(), {"values": bpmn.plain(values)}), chosen(body))


@does("correlateMessageAsyncOperation", body=_MESSAGE)
def correlate_several() -> ResponseReturnValue:
    """Send a message to many cases."""
    body = json_object(_MESSAGE)
    name = text_of(body, "messageName")
    if not name:
        raise invalid("messageName is missing.")
    facts = {"message": name, "values": bpmn.plain(values_of(body.get("variables")))}
    return begin(Wish("correlate", reason(), facts), chosen(body))


@does("setRetriesByProcess", "setRetriesByProcessHistoricQueryBased", body=_RETRIES)
def set_retries() -> ResponseReturnValue:
    """Let the jobs of many cases that gave up be tried again, with all their attempts."""
    body = json_object(_RETRIES)
    if (number_of(body, "retries") or 0) < 1:
        raise invalid("retries has to be at least 1: a job that gave up gets all its attempts.")
    ids = chosen({**body, "processInstanceIds": body.get("processInstances")})
    must_be_admin(current_actor())
    with reader() as session:
        jobs = rest_places.jobs_given_up(session, ids)
    return begin(Wish("retry", reason(), {}), jobs)


@does("updateSuspensionStateAsyncOperation", body=_SUSPENSION)
def suspend_several() -> ResponseReturnValue:
    """Hold many cases, or let them go on."""
    body = json_object(_SUSPENSION)
    kind = "suspend" if flag_of(body, "suspended") else "resume"
    return begin(Wish(kind, reason(), {}), chosen(body))


@does("updateSuspensionState", body=_SUSPENSION)
def suspend_now() -> ResponseReturnValue:
    """Hold cases of a definition, or those that are named, or let them go on."""
    body = json_object(_SUSPENSION)
    suspends = flag_of(body, "suspended")
    must_be_admin(current_actor())
    for each in chosen(_of_definition(body)):
        case, _ = running_case(str(each))
        if case.row.is_suspended != suspends:
            repair(each, acts.Suspend() if suspends else acts.Resume())
    return "", 204


@does("executeModification", body=_MODIFY)
def modify_several() -> ResponseReturnValue:
    """Move the tokens of several cases; the first that cannot be modified ends it."""
    body = json_object(_MODIFY)
    told = _moves(body)
    must_be_admin(current_actor())
    for each in chosen(body):
        move(each, told, text_of(body, "annotation"))
    return "", 204


@does("executeModificationAsync", body=_MODIFY)
def modify_later() -> ResponseReturnValue:
    """Move the tokens of many cases, in a batch."""
    body = json_object(_MODIFY)
    return begin(_modification(body), chosen(body))


@does("modifyProcessInstanceAsyncOperation", body=_MODIFY_ONE)
def modify_one_later(instance_id: str) -> ResponseReturnValue:
    """Move the tokens of a case, in a batch."""
    body = json_object(_MODIFY_ONE)
    case, _ = running_case(instance_id)
    return begin(_modification(body), [case.row.id])


@does("restartProcessInstance", body=_RESTART)
def restart(definition_id: str) -> ResponseReturnValue:
    """Begin ended cases again, each as a new one with its values, at elements that are named."""
    ids, elements = _to_restart(definition_id)
    for each in ids:
        repair(each, acts.Restart(elements))
    return "", 204


@does("restartProcessInstanceAsyncOperation", body=_RESTART)
def restart_later(definition_id: str) -> ResponseReturnValue:
    """Begin many ended cases again, in a batch."""
    ids, elements = _to_restart(definition_id)
    return begin(Wish("restart", reason(), {"elements": list(elements)}), ids)


def _to_restart(definition_id: str) -> tuple[list[UUID], tuple[str, ...]]:
    """Return the ended cases of a definition that a body names, and where they begin again."""
    body = json_object(_RESTART)
    must_be_empty(body, *_SKIPPED, "initialVariables", "withoutBusinessKey")
    must_be_admin(current_actor())
    told = instructions_of(body)
    elements = tuple(each.element_id for each in told if isinstance(each, bpmn.StartBefore))
    if len(elements) != len(told):
        raise invalid("A case is begun again by startBeforeActivity instructions only.")
    ids = [identity(each, "process instance") for each in texts_in(body, "processInstanceIds")]
    asked = {
        "processInstanceIds": ids,
        "processDefinitionId": identity(definition_id, "process definition"),
        "finished": True,
    }
    with reader() as session:
        source = rest_history.CASES
        rows = rest_history.rows(session, current_actor(), source, Wanted(asked))
    if not rows or len(rows) != len(set(ids)):
        raise invalid("Name ended cases of this definition in processInstanceIds.")
    return [each.id for each in rows], elements


def chosen(body: Mapping[str, Any], *, of: UUID | None = None) -> list[UUID]:
    """Return the cases a body names, or asks for: each that the caller sees.

    Args:
        of: only those of this definition.

    Raises:
        Refused: 400, none are named, or the query is not understood.
        RulesBroken: ``GEN-NOTHING-CHOSEN``, none of them runs.
    """
    named, query = texts_in(body, "processInstanceIds"), body.get("processInstanceQuery")
    past = body.get("historicProcessInstanceQuery")
    if not named and query is None and past is None:
        raise invalid("processInstanceIds is empty: name the cases, or ask by a query.")
    asked: list[Wanted] = []
    if named:
        ids = [identity(each, "process instance") for each in named]
        asked.append(Wanted({"processInstanceIds": ids}))
    if query is not None:
        if not isinstance(query, dict):
            raise invalid("processInstanceQuery has to be an object.")
        asked.append(_CASES.read(query))
    only = {} if of is None else {"processDefinitionId": of}
    with reader() as session:
        found = {
            each
            for wanted in asked
            for each in session.scalars(
                rest.case_ids(current_actor(), Wanted({**wanted.filters, **only}))
            )
        }
        if past is not None:
            wanted = Wanted({**_PAST.read(past).filters, **only, "unfinished": True})
            rows = rest_history.rows(session, current_actor(), rest_history.CASES, wanted)
            found |= {each.id for each in rows}
    if not found:
        raise RulesBroken([Problem("GEN-NOTHING-CHOSEN")])
    return sorted(found)


def _of_definition(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a body that asks for the cases of a definition by a query."""
    names = ("processDefinitionId", "processDefinitionKey")
    query = {each: body[each] for each in names if body.get(each)}
    return {**body, "processInstanceQuery": query} if query else body


def _modification(body: Mapping[str, Any]) -> Wish:
    said = acts.written(acts.MoveTokens(tuple(_moves(body))))["instructions"]
    definition_id, process_id = text_of(body, "processDefinitionId"), None
    if definition_id is not None:
        with reader() as session:
            found = identity(definition_id, "process definition")
            process_id = deployed(session, found).process_id
    why = text_of(body, "annotation") or reason()
    return Wish("modify", why, {"instructions": said}, process_id=process_id)


def _moves(body: Mapping[str, Any]) -> list[bpmn.Instruction]:
    must_be_empty(body, *_SKIPPED)
    return instructions_of(body)
