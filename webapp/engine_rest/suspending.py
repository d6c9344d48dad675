"""Process definitions of which no case is started for now, and the end of that."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask.typing import ResponseReturnValue

from engine.commands import suspensions
from engine.queries import rest
from engine.queries.rest import Wanted
from webapp.engine_rest.body import flag_of, json_object, text_of
from webapp.engine_rest.modifying import reason
from webapp.engine_rest.refusals import invalid, not_found
from webapp.engine_rest.registry import does
from webapp.engine_rest.routing import identity
from webapp.request import current_actor, now, reader, unit_of_work

_BODY: Final = frozenset({"suspended", "includeProcessInstances", "executionDate"})
_WHICH: Final = frozenset(
    {"processDefinitionId", "processDefinitionKey", "includeProcessInstances"}
)


@does("updateProcessDefinitionSuspensionStateById", body=_BODY)
def suspend_definition(definition_id: str) -> ResponseReturnValue:
    """Suspend or activate the newest version of a process, and so the process."""
    return _set(_key_of(definition_id), json_object(_BODY))


@does("updateProcessDefinitionSuspensionStateByKey", body=_BODY)
def suspend_key(key: str) -> ResponseReturnValue:
    """Suspend or activate a process."""
    return _set(key, json_object(_BODY))


@does("updateProcessDefinitionSuspensionState", body=_BODY | _WHICH)
def suspend_by_body() -> ResponseReturnValue:
    """Suspend or activate the process that the body names."""
    body = json_object(_BODY | _WHICH)
    definition_id, key = text_of(body, "processDefinitionId"), text_of(body, "processDefinitionKey")
    if (definition_id is None) == (key is None):
        raise invalid("Either processDefinitionId or processDefinitionKey has to be given.")
    return _set(key or _key_of(definition_id or ""), body)


def _set(key: str, body: Mapping[str, Any]) -> ResponseReturnValue:
    if flag_of(body, "includeProcessInstances"):
        raise invalid("Cases are never suspended here: those that run go on.")
    if body.get("executionDate") is not None:
        raise invalid("A later executionDate is not supported; it is done at once.")
    if "suspended" not in body:
        raise invalid("suspended is missing.")
    uow, actor = unit_of_work(), current_actor()
    if flag_of(body, "suspended"):
        suspensions.suspend(uow, key, reason(), actor=actor, at=now())
    else:
        suspensions.activate(uow, key, actor=actor, at=now())
    return "", 204


def _key_of(definition_id: str) -> str:
    """Return the process of a definition, which has to be its newest."""
    with reader() as session:
        wanted = {"processDefinitionId": identity(definition_id, "process definition")}
        found = rest.definitions(session, Wanted({**wanted}))
        newest = rest.definitions(session, Wanted({**wanted, "latestVersion": True}))
    if not found:
        raise not_found(f"No matching process definition with id {definition_id}")
    if not newest:
        raise invalid("Cases are only started of the newest version: suspend that one.")
    return found[0].definition.process_id
