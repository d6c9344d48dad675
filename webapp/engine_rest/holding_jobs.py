"""Single jobs are suspended, and activated again: by their id, or all there are of something."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from flask.typing import ResponseReturnValue

from engine.commands import holding_jobs
from engine.commands.admins import must_be_admin
from engine.model.job import JobState
from engine.queries import rest_jobs as queries
from engine.queries.rest import LONGEST, Wanted
from webapp import second_person
from webapp.engine_rest.body import flag_of, json_object, text_of
from webapp.engine_rest.jobs import row_of
from webapp.engine_rest.modifying import reason
from webapp.engine_rest.refusals import invalid
from webapp.engine_rest.registry import does
from webapp.engine_rest.routing import identity
from webapp.request import current_actor, now, reader, unit_of_work

_WHOSE: Final = (
    "jobDefinitionId",
    "processInstanceId",
    "processDefinitionId",
    "processDefinitionKey",
)
_TENANT: Final = frozenset({"processDefinitionTenantId", "processDefinitionWithoutTenantId"})


@does("updateJobSuspensionState", body={"suspended"})
def suspend(job_id: str) -> ResponseReturnValue:
    """Hold one job, or let it go on."""
    must_be_admin(current_actor())
    return _hold([row_of(job_id).id], json_object(frozenset({"suspended"})))


@does("updateSuspensionStateBy", body={"suspended", *_WHOSE, *_TENANT})
def suspend_several() -> ResponseReturnValue:
    """Hold the jobs that wait now of an element, a case, a version or a process."""
    actor = current_actor()
    must_be_admin(actor)
    body = json_object(frozenset({"suspended", *_WHOSE}) | _TENANT)
    given = {each: text for each in _WHOSE if (text := text_of(body, each)) is not None}
    if len(given) != 1 or text_of(body, "processDefinitionTenantId"):
        raise invalid(f"Exactly one of {', '.join(_WHOSE)} has to be given.")
    wanted = {key: _read(key, text) for key, text in given.items()}
    state = JobState.READY if flag_of(body, "suspended") else JobState.HELD
    with reader() as session:
        found = queries.jobs(session, actor, Wanted(wanted), now())
    if len(found) == LONGEST:
        raise invalid(f"{LONGEST} jobs or more are meant: hold the step in all its cases instead.")
    of_steps = (each for each in found if each.kind in queries.DEFINED)
    return _hold([each.id for each in of_steps if each.state == state.value], body)


def _read(key: str, text: str) -> str | UUID:
    kinds = {"processInstanceId": "process instance", "processDefinitionId": "process definition"}
    return identity(text, kinds[key]) if key in kinds else text


def _hold(job_ids: list[UUID], body: Mapping[str, Any]) -> ResponseReturnValue:
    if "suspended" not in body:
        raise invalid("suspended is missing.")
    second_person.must_not_be_wanted()
    act = holding_jobs.hold if flag_of(body, "suspended") else holding_jobs.let_go
    act(unit_of_work(), job_ids, reason(), actor=current_actor(), at=now())
    return "", 204
