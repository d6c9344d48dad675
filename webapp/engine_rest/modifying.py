"""Cases put right by an administrator: tokens moved, variables set, a case ended.

They are the repairs of the administrator's pages, journal included. Camunda's requests say why
seldom; what says nothing is told as ``engine-rest``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, Final
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from engine import bpmn
from engine.commands.admins import must_be_admin
from engine.commands.repairs import acts, doing
from engine.commands.repairs.acts import Repair
from webapp import second_person
from webapp.engine_rest.body import flag_of, json_object, must_be_empty, text_of
from webapp.engine_rest.refusals import invalid, not_found
from webapp.engine_rest.registry import does
from webapp.engine_rest.standing import running_case
from webapp.engine_rest.variables import values_of
from webapp.request import current_actor, now, services

REASON: Final = "engine-rest"
#: a program may say why, where Camunda's body has no place for it
HEADER: Final = "Divan-Reason"
_STATE: Final = frozenset({"suspended"})
_SKIPPED: Final = ("skipCustomListeners", "skipIoMappings")
_MODIFICATION: Final = frozenset({"instructions", "annotation", *_SKIPPED})


@does("modifyProcessInstance", body=_MODIFICATION)
def modify(instance_id: str) -> ResponseReturnValue:
    """Cancel and start activities of a running case, all instructions or none."""
    body = json_object(_MODIFICATION)
    must_be_empty(body, *_SKIPPED)
    must_be_admin(current_actor())
    case, _ = running_case(instance_id)
    move(case.row.id, instructions_of(body), text_of(body, "annotation"))
    return "", 204


@does(
    "deleteProcessInstance",
    query=("skipCustomListeners", "skipIoMappings", "skipSubprocesses", "failIfNotExists"),
)
def delete(instance_id: str) -> ResponseReturnValue:
    """End a running case."""
    must_be_admin(current_actor())
    case, _ = running_case(instance_id)
    repair(case.row.id, acts.Cancel())
    return "", 204


@does("updateSuspensionStateById", body=_STATE)
def suspend(instance_id: str) -> ResponseReturnValue:
    """Hold a running case, or let one go on that is held; twice changes nothing."""
    wanted = flag_of(json_object(_STATE), "suspended")
    must_be_admin(current_actor())
    case, _ = running_case(instance_id)
    if wanted != case.row.is_suspended:
        repair(case.row.id, acts.Suspend() if wanted else acts.Resume())
    return "", 204


def move(instance_id: UUID, told: Sequence[bpmn.Instruction], why: str | None = None) -> None:
    """Carry out instructions on a case, all or none."""
    repair(instance_id, acts.MoveTokens(tuple(told)), why)


def repair(instance_id: UUID, done: Repair, why: str | None = None) -> None:
    """Do a repair as an administrator does by hand, with its reason and its journal."""
    second_person.must_not_be_wanted()
    doing.carry_out(
        services().database, instance_id, done, why or reason(), actor=current_actor(), at=now()
    )


def reason() -> str:
    """Return why something is done; a header holds octets (RFC 9110, 5.5), read as UTF-8."""
    told = request.headers.get(HEADER) or ""
    with suppress(UnicodeError):
        told = told.encode("latin-1").decode()
    return told.strip() or REASON


def instructions_of(body: Mapping[str, Any]) -> list[bpmn.Instruction]:
    """Read the instructions of a modification.

    Raises:
        Refused: 400, there is none, or one says nothing that can be done.
    """
    found = body.get("instructions")
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise invalid("instructions has to be a list of objects: say what to cancel or start.")
    if not found:
        raise invalid("No instructions: say what to cancel or start.")
    return [one for each in found for one in _instructions(each)]


def _instructions(told: Mapping[str, Any]) -> Iterator[bpmn.Instruction]:
    kind = told.get("type")
    if kind == "cancel":
        yield _cancelling(told)
        return
    element_id = text_of(told, "activityId")
    if kind not in ("startBeforeActivity", "startAfterActivity"):
        raise invalid(
            f"Invalid instruction type '{kind}': use cancel, startBeforeActivity or "
            "startAfterActivity."
        )
    if element_id is None:
        raise invalid(f"For instruction type '{kind}': 'activityId' must be set")
    inside = _token(text_of(told, "ancestorActivityInstanceId"))
    if values := values_of(told.get("variables")):
        yield bpmn.SetVariables(values, inside)
    start = bpmn.StartBefore if kind == "startBeforeActivity" else bpmn.StartAfter
    yield start(element_id, inside=inside)
    if flag_of(told, "cancelCurrentActiveActivityInstances"):
        yield bpmn.CancelAll(element_id)


def _cancelling(told: Mapping[str, Any]) -> bpmn.Instruction:
    element_id, visit = text_of(told, "activityId"), text_of(told, "activityInstanceId")
    visit = visit or text_of(told, "transitionInstanceId")
    if (element_id is None) == (visit is None):
        raise invalid(
            "For instruction type 'cancel': exactly one, 'activityId', 'activityInstanceId', or "
            "'transitionInstanceId', is required"
        )
    if element_id is not None:
        return bpmn.CancelAll(element_id)
    return bpmn.CancelToken(_token(visit) or "")


def _token(visit: str | None) -> str | None:
    """Return the token of an activity instance: what follows its element's id."""
    if visit is None or ":" not in visit:
        return None
    return visit.rpartition(":")[2]


def must_hold(values: Mapping[str, Any], name: str) -> Any:
    """Return a variable.

    Raises:
        Refused: 404, there is none of this name.
    """
    if name not in values:
        raise not_found(f"process instance variable with name {name} does not exist")
    return values[name]
