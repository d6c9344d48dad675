"""Service tasks that call outside, and what receivers are told of a case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from engine import bpmn, watch
from engine.catalogue.bundle import Bundle
from engine.catalogue.calls import Call
from engine.catalogue.handlers import REGISTRY
from engine.commands import jobs, receivers
from engine.commands.follow import stored
from engine.commands.models import model_of
from engine.connectors.connector import CallRefused, Connector
from engine.connectors.performing import Clock, perform
from engine.connectors.site import SITE
from engine.model.effect import Intent
from engine.model.instance import Instance
from engine.model.job import Job
from engine.storage.bundles import deployed
from engine.storage.cases import CaseStore
from engine.storage.change import lost
from engine.storage.database import Database
from engine.storage.receivers import what_happened


@dataclass(frozen=True, slots=True)
class Prepared:
    """A waiting service task, ready to call."""

    call: Call
    connector: Connector
    variables: dict[str, Any] = field(repr=False)


def run_call(database: Database, job: Job, clock: Clock) -> bool:
    """Do the call a service task declares and answer the task; tell whether it declares one.

    What the other side refuses is thrown into the diagram.

    Raises:
        NotSent, NoOutcome, OutcomeUnknown, ConnectionMissing, SecretUnreadable: not done.
        LeaseLost: another worker has the job; the effect is recorded all the same.
        RulesBroken: our own records do not let it go out (`call_input`).
    """
    prepared = prepare(database, job)
    if prepared is None:
        return False
    at = clock()
    request = {**prepared.call.request(prepared.variables, at), **_of_records(database, job)}
    name = prepared.connector.name
    intent = Intent(job.token, job.id, job.fence, job.case_id, name, request, at)
    uow = database.unit_of_work()
    try:
        response = perform(database, prepared.connector, intent, clock)
    except CallRefused as refused:
        jobs.throw_rule(uow, job, refused, clock())
        return True
    result = prepared.call.result(response, prepared.variables, clock())
    jobs.answer_service(uow, job, result, clock())
    return True


def _of_records(database: Database, job: Job) -> Mapping[str, Any]:
    """Return what the area's records put into the call in place of the case's variables."""
    given = REGISTRY.calls.get(job.topic or "")
    if given is None:
        return {}
    with database.reader() as session:
        return given(session, job.case_id)


def tell_receiver(database: Database, job: Job, clock: Clock) -> None:
    """Tell a receiver what happened in a case; at least once.

    Raises:
        NotSent, NoOutcome, ConnectionMissing, SecretUnreadable: it was not told.
        LeaseLost: another worker has the job, and tells it too.
    """
    with database.reader() as session:
        happened = what_happened(session, UUID(job.facts["instance"]), job.facts["events"])
        webhook = SITE.webhook(session, job.topic or "")
    with watch.work("connector", webhook.name):
        webhook.tell(str(job.id), {"delivery": str(job.id), **happened}, clock())
    receivers.has_heard(database.unit_of_work(), job)


def prepare(database: Database, job: Job) -> Prepared | None:
    """Look up what the job's step calls; ``None``: it declares no call.

    Raises:
        LeaseLost: the step waits no more: another worker had the job and has done it.
    """
    with database.reader() as session:
        instance = CaseStore(session.connection()).one(job.case_id)
        bundle = deployed(session, instance.definition_id).bundle
        wait = _waiting(bundle, instance, job.token)
        if wait is None:
            raise lost(job)
        if wait.listens:
            return None
        call = bundle.process(wait.process_id).step(wait.element_id).call
        if call is None:
            return None
        connector = SITE.connector(session, call.connector, call.connection)
        return Prepared(call, connector, {**instance.variables, **wait.local})


def _waiting(bundle: Bundle, instance: Instance, token: str) -> bpmn.ServiceWait | None:
    waits = bpmn.waiting(model_of(bundle), instance.process_id, stored(instance))
    found = (each for each in waits if each.token == token)
    wait = next(found, None)
    return wait if isinstance(wait, bpmn.ServiceWait) else None
