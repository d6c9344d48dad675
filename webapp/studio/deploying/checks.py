"""What is looked at before a deployment: one table, asked as a whole, all reasons at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Final

from flask_babel import lazy_gettext as _l

from engine import bpmn
from engine.catalogue.bundle import Bundle
from engine.catalogue.config import ConfigRefused
from engine.commands.deployments import lacking
from engine.commands.fitting import misfits
from engine.findings import Detail, Finding, detail
from engine.queries.ownership import foreign_processes
from engine.queries.positions import missing_desks
from engine.storage.database import Session
from engine.values import local_date
from forms import deploying
from webapp.studio.deploying.running import tested

UNREADABLE: Final = "DEP-020"
MISFIT: Final = "DEP-021"
LACKING: Final = "DEP-022"
TESTING: Final = "DEP-031"  #: the tests beside the model are still being run
GLANCE: Final = 1.0  #: seconds that showing a page waits for its tests
PATIENCE: Final = 20.0  #: seconds that who asks for a deployment on a page waits for them


class Looked:
    """The files that are looked at, compiled once for all checks."""

    def __init__(
        self,
        session: Session,
        bundle: Bundle,
        at: datetime,
        *,
        patience: float | None = None,
        is_asked: bool = True,
    ) -> None:
        """Look at the files of a bundle.

        Args:
            patience: seconds to wait for the tests; ``None``: until they are over.
            is_asked: a deployment is asked for, which goes no further before they are over.
        """
        self.session, self.bundle, self.at = session, bundle, at
        self.patience, self.is_asked = patience, is_asked

    @cached_property
    def unreadable(self) -> tuple[Detail, ...]:
        """What is wrong with the settings and texts by themselves."""
        try:
            self.bundle.config, self.bundle.forms, self.bundle.texts  # noqa: B018 - the check
        except ConfigRefused as refused:
            return refused.problems
        return ()

    @cached_property
    def model(self) -> bpmn.Model | None:
        """The diagrams compiled, where they and the settings can be read."""
        if self.unreadable:
            return None
        try:
            diagrams, decisions = self.bundle.diagrams, self.bundle.decisions
            return bpmn.compile_model(diagrams, decisions, deployed=True)  # `_models` examines
        except bpmn.ModelRefused:
            return None


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that is looked at."""

    title: Any
    find: Callable[[Looked], Iterable[Finding]]


def _models(looked: Looked) -> Iterator[Finding]:
    bundle = looked.bundle
    yield from bpmn.lint(bundle.diagrams, bundle.decisions)
    yield from bpmn.look(bundle.diagrams)


def _forms(looked: Looked) -> Iterable[Finding]:
    return () if looked.unreadable else deploying.findings(looked.bundle)


def _fits(looked: Looked) -> Iterator[Finding]:
    for said in looked.unreadable:
        yield _found(UNREADABLE, "process.toml", None, said)
    if looked.model is not None:
        for each in misfits(looked.bundle, looked.model):
            yield _found(MISFIT, each.file, each.element_id, each.detail)


def _owned(looked: Looked) -> Iterable[Finding]:
    if looked.model is None:
        return ()
    return foreign_processes(looked.session, looked.bundle, looked.model)


def _desks(looked: Looked) -> Iterable[Finding]:
    if looked.model is None:
        return ()
    on = local_date(looked.at)
    return missing_desks(looked.session, looked.bundle, looked.model, on)


def _outside(looked: Looked) -> Iterator[Finding]:
    if looked.model is not None:
        for each in lacking(looked.session, looked.bundle, looked.model):
            yield _found(LACKING, each.file, each.element_id, each.detail, refuses=False)


def _tests(looked: Looked) -> Iterable[Finding]:
    bundle = looked.bundle
    if looked.model is None or not bundle.tests:
        return ()
    found = tested(bundle, within=looked.patience)
    if found is not None:
        return found
    return (Finding(TESTING, "", None, None, detail(TESTING), refuses=looked.is_asked),)


def _found(
    rule: str, file: str, element_id: str | None, said: Detail, *, refuses: bool = True
) -> Finding:
    return Finding(rule, file, element_id, None, said, refuses=refuses)


#: all of them, in the order of the page
CHECKS: Final[Mapping[str, Check]] = {
    "models": Check(_l("Diagrams and decisions can be run"), _models),
    "forms": Check(_l("Forms can be shown and read"), _forms),
    "fit": Check(_l("Settings, forms and handlers fit the diagrams"), _fits),
    "owned": Check(_l("The processes are this area's own"), _owned),
    "desks": Check(_l("Somebody has each role, in the units with such cases"), _desks),
    "outside": Check(_l("What it calls outside is there"), _outside),
    "tests": Check(_l("The tests beside the model are green"), _tests),
}


def all_found(session: Session, bundle: Bundle, at: datetime) -> list[Finding]:
    """Return what every check finds, as a deployment at its moment or by a program asks for it."""
    return _all(Looked(session, bundle, at))


def found_soon(session: Session, bundle: Bundle, at: datetime) -> list[Finding]:
    """Return what every check finds, as a page asks for it, which does not wait for ever."""
    return _all(Looked(session, bundle, at, patience=PATIENCE))


def _all(looked: Looked) -> list[Finding]:
    return [finding for found in outcomes(looked).values() for finding in found]


def outcomes(looked: Looked) -> dict[str, tuple[Finding, ...]]:
    """Return what each check finds, by its key."""
    return {key: tuple(each.find(looked)) for key, each in CHECKS.items()}
