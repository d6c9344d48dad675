"""Deploying a process folder: checked whole, stored by hash, versions counted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from engine import bpmn, dmn
from engine.catalogue.bundle import Bundle
from engine.catalogue.handlers import REGISTRY
from engine.commands.fitting import Misfit, must_fit
from engine.commands.models import examined, model_of
from engine.commands.publishing import published
from engine.commands.retried import retried
from engine.findings import Finding, detail
from engine.model.connection import Connection
from engine.model.definition import Definition
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
        definitions = published(uow, bundle, model, at=at, by=by)
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
    told = [str(each) for each in lacking(session, bundle, model_of(bundle))]
    told += [
        f"{each.file} {each.element_id}: {each.rule} {each.message}"
        for each in dmn.lint(bundle.decisions)
        if not each.refuses
    ]
    return told


def lacking(session: Session, bundle: Bundle, model: bpmn.Model) -> Iterator[Misfit]:
    """Yield what a bundle relies on outside of itself that is not there, or not ours."""
    for process in model.processes.values():
        config = bundle.process(process.id)
        for element in process.elements:
            call = config.step(element.id).call
            if call is not None and call.connector != "mail":
                if session.get(Connection, call.connection) is None:
                    said = detail("OUT-001", connection=call.connection)
                    yield Misfit(process.file, element.id, said)
            elif call is None and element.topic and not REGISTRY.knows_topic(element.topic):
                yield Misfit(process.file, element.id, detail("OUT-002", topic=element.topic))
        for name in config.webhooks:
            if session.get(Connection, name) is None:
                yield Misfit(process.file, None, detail("OUT-003", connection=name))
    yield from _missing_callees(session, model)


def _missing_callees(session: Session, model: bpmn.Model) -> Iterator[Misfit]:
    """Yield what is called by name and nobody has deployed."""
    for (process_id, element_id), call in model.callees.items():
        called = call.process
        if called and called not in model.processes and not newest_version(session, called):
            file = model.processes[process_id].file
            yield Misfit(file, element_id, detail("OUT-004", process=called))
