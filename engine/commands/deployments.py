"""Deploying a process folder: checked whole, stored by hash, versions counted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from engine import bpmn, dmn
from engine.catalogue.bundle import Bundle
from engine.catalogue.calls import INPUTS, Call
from engine.catalogue.config import ConfigRefused, ProcessConfig
from engine.catalogue.handlers import REGISTRY
from engine.commands import starts
from engine.commands.models import examined, model_of
from engine.commands.retried import retried
from engine.findings import Finding
from engine.model.connection import Connection
from engine.model.definition import BundleRow, Definition
from engine.storage.bundles import is_deployed, newest_version
from engine.storage.database import Session, UnitOfWork

#: Says what is wrong with the forms of a bundle; the form language is no part of the engine.
FormCheck = Callable[[Bundle], Iterable[Finding]]


@retried
def deploy(
    uow: UnitOfWork,
    bundle: Bundle,
    *,
    at: datetime,
    by: str | None = None,
    forms: FormCheck = lambda _: (),
) -> tuple[Definition, ...]:
    """Make every process of a bundle available in a new version.

    A bundle that is deployed already changes nothing and returns no definitions.

    Args:
        forms: checks the forms.

    Raises:
        ModelRefused: a diagram cannot run or a form is outside the subset; every finding is named.
        ConfigRefused: ``process.toml`` or a form does not fit the diagrams.
    """
    with uow:
        if is_deployed(uow.session, bundle.id):  # and was examined then
            return ()
    model = _examined(bundle, forms)
    must_fit(bundle, model)
    with uow:
        if is_deployed(uow.session, bundle.id):
            return ()  # somebody else was faster
        uow.session.add(
            BundleRow(
                id=bundle.id,
                area=bundle.config.area,
                content=bundle.pack(),
                deployed_at=at,
                deployed_by=by,
            )
        )
        uow.session.flush()
        definitions = tuple(
            _definition(uow, bundle, process, at) for process in model.processes.values()
        )
        uow.session.add_all(definitions)
        uow.session.flush()
        for definition in definitions:
            starts.plan(uow, definition, model, at)
        uow.commit()
        return definitions


def _examined(bundle: Bundle, forms: FormCheck) -> bpmn.Model:
    """Return the diagrams compiled, unless something in them or in the forms is refused."""
    wrong = list(forms(bundle))
    try:
        model = examined(bundle)
    except bpmn.ModelRefused as refused:
        wrong = [*refused.findings, *wrong]
    if wrong:
        raise bpmn.ModelRefused(wrong)
    return model


def warnings(session: Session, bundle: Bundle) -> list[str]:
    """Say what will not go on by itself here, and what is odd about the decisions.

    Topics that wait for workers outside, connections nobody set up, gaps in tables, …
    """
    told = []
    for process in model_of(bundle).processes.values():
        for element in process.elements:
            call = bundle.process(process.id).step(element.id).call
            where = f"{process.file} {element.id}"
            if call is not None and call.connector != "mail":
                if session.get(Connection, call.connection) is None:
                    told.append(f"{where}: there is no connection {call.connection!r} yet")
            elif call is None and element.topic and not REGISTRY.knows_topic(element.topic):
                told.append(f"{where}: {element.topic!r} waits for a worker outside to fetch it")
        told += [
            f"{process.file}: there is no connection {name!r} yet for its events"
            for name in bundle.process(process.id).webhooks
            if session.get(Connection, name) is None
        ]
    told += _missing_callees(session, model_of(bundle))
    told += [
        f"{each.file} {each.element_id}: {each.rule} {each.message}"
        for each in dmn.lint(bundle.decisions)
        if not each.refuses
    ]
    return told


def _missing_callees(session: Session, model: bpmn.Model) -> Iterator[str]:
    """Yield what is called by name and nobody has deployed."""
    for (process_id, element_id), call in model.callees.items():
        called = call.process
        if called and called not in model.processes and not newest_version(session, called):
            file = model.processes[process_id].file
            yield f"{file} {element_id}: there is no process {called!r} yet"


def _definition(uow: UnitOfWork, bundle: Bundle, process: bpmn.Process, at: datetime) -> Definition:
    return Definition(
        process_id=process.id,
        version=newest_version(uow.session, process.id) + 1,
        name=process.name or process.id,
        bundle_id=bundle.id,
        deployed_at=at,
    )


def must_fit(bundle: Bundle, model: bpmn.Model) -> None:
    """Refuse what would only fail when a case gets there.

    Raises:
        ConfigRefused: with everything that does not fit.
    """
    bundle.texts  # noqa: B018 - reading them is the check
    problems = [
        f"[{key}] in process.toml is no process of the diagrams"
        for key in bundle.config.processes
        if key not in model.processes
    ]
    for process in model.processes.values():
        config = bundle.process(process.id)
        elements = {each.id for each in process.elements}
        problems += [
            f"[{process.id}] task {key} is not in the diagram"
            for key in config.steps
            if key not in elements
        ]
        problems += _form_nobody_fills_in(process, config, model)
        problems += [
            f"{process.file} {each.element_id}: {problem}"
            for each in bpmn.stores_used(model, process.id)
            if (problem := _problem_of_store(bundle, each)) is not None
        ]
        timers = {each.id for each in process.elements if each.trigger == "timer"}
        problems += [
            f"[{process.id}] timer {key} is no timer of the diagram"
            for key in config.timers
            if key not in timers
        ]
        for element in process.elements:
            where = f"{process.file} {element.id}"
            if element.kind == "userTask" and element.lane_id not in config.lanes:
                problems.append(f"{where}: lane {element.lane_id!r} is not mapped in process.toml")
            if element.form_id is not None and element.form_id not in bundle.forms:
                problems.append(f"{where}: there is no form {element.form_id!r}")
            problems += _problems_of_call(where, element, config.step(element.id).call)
    if problems:
        raise ConfigRefused(problems)


def _form_nobody_fills_in(
    process: bpmn.Process, config: ProcessConfig, model: bpmn.Model
) -> list[str]:
    """Tell of start events that begin cases whose start asks a person for something."""
    if config.start_form is None and process.id not in REGISTRY.starts:
        return []
    return [
        f"{process.file} {event.element_id}: a {event.kind} starts a case, "
        "but its start needs a form that only a person fills in"
        for event in bpmn.start_events(model, process.id)
        if not event.is_optional
    ]


def _problem_of_store(bundle: Bundle, use: bpmn.StoreUse) -> str | None:
    """Return why a data store cannot be read or written."""
    store = bundle.config.stores.get(use.store)
    if store is None:
        return (
            f"the data store {use.store!r} is no table yet: write [data_stores.{use.store}] into "
            "process.toml, with the table of the area that it is, or with nothing for one of ours"
        )
    table = REGISTRY.tables.get(store.table or "")
    if store.table is not None and table is None:
        return f"the data store {use.store!r}: the area registers no table {store.table!r}"
    if use.writes and table is not None and not table.writable and not table.adds:
        return f"the data store {use.store!r} is only read: {store.table!r} has nothing to write"
    return None


def _problems_of_call(where: str, element: bpmn.Element, call: Call | None) -> Iterator[str]:
    if call is not None and element.topic is None:
        yield f"{where}: process.toml gives it a connector, but it is no service or send task"
    elif call is not None and REGISTRY.knows_topic(element.topic or ""):
        yield f"{where}: {element.topic!r} has a handler; process.toml gives it a connector too"
    elif call is None and element.topic in INPUTS and not REGISTRY.knows_topic(element.topic):
        yield f"{where}: process.toml does not say what the connector {element.topic!r} is to do"
