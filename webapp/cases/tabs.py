"""The tabs of a task's page and of a case's page: one line here adds one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID

from flask import request, url_for

from engine.commands.coming import Standing, coming_steps
from engine.model.job import JobKind
from engine.queries import cases
from engine.queries.cases import CasePage, Progress
from engine.queries.handbook import may_read
from engine.queries.tasks import TaskPage
from engine.storage.bundles import Deployed
from engine.storage.database import Session
from webapp.addresses import address
from webapp.cases.arrival import arrival_of
from webapp.cases.file_tab import file_tab
from webapp.cases.map import map_of
from webapp.cases.meanings import form_of
from webapp.cases.talk_tab import talk_tab
from webapp.cases.trail import SHOWN, trail_of
from webapp.request import current_actor, now
from webapp.texts import N_
from webapp.wording import words_of


@dataclass(frozen=True, slots=True)
class Around:
    """A case that tabs are shown of, from its own page or from that of one of its tasks."""

    instance_id: UUID
    process_id: str
    definition: Deployed
    unit: str
    started_by: str
    variables: Mapping[str, Any]
    known: Progress | None = None  #: what the page has read already
    task: TaskPage | None = None  #: the one whose page it is

    @classmethod
    def of_task(cls, task: TaskPage) -> Around:
        """Return the case of a task."""
        return cls(
            task.instance_id,
            task.process_id,
            task.definition,
            task.unit,
            task.started_by,
            task.variables,
            task=task,
        )

    @classmethod
    def of_case(cls, case: CasePage) -> Around:
        """Return a case whose page has been read."""
        return cls(
            case.id,
            case.process_id,
            case.definition,
            case.unit,
            case.started_by,
            case.variables,
            case.progress,
        )

    def progress(self, session: Session) -> Progress:
        """Return where the case is and what happened in it."""
        return self.known or cases.progress(session, self.instance_id, self.started_by)


#: where a case waits for what happens, and for nobody
_RESTING: Final = frozenset({"intermediateCatchEvent", "receiveTask"})

Facts = Callable[[Session, Around], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab: what it is called, the template that draws it and what that needs to know."""

    key: str
    label: str
    template: str
    facts: Facts


def _file(session: Session, of: Around) -> Mapping[str, Any]:
    return file_tab(session, of.instance_id, of.process_id, of.definition)


def _trail(session: Session, of: Around) -> Mapping[str, Any]:
    asked = request.args.get("show", "main")
    shown = asked if asked in SHOWN else "main"
    progress = of.progress(session)
    return {
        "trail": trail_of(progress, of.definition, of.unit, shown),
        "trail_case": of.instance_id,
        "trail_shown": shown,
        "this_tab": _this_tab,
        "trail_filters": SHOWN,
        "arrival": arrival_of(of.task, progress, words_of(of.definition)) if of.task else None,
    }


def _talk(session: Session, of: Around) -> Mapping[str, Any]:
    words = words_of(of.definition)
    forms = (form_of(words, each) for each in of.definition.bundle.forms)
    shown = talk_tab(session, of.instance_id, of.task.id if of.task else None)
    return {**shown, "talk_has_lines": any(each and each.lines for each in forms)}


def _this_tab(**asked: str) -> str:
    """Return the address of this tab with something else asked for."""
    given = {**(request.view_args or {}), **request.args.to_dict(), **asked}
    return url_for(request.endpoint or "", **given)


def _map(session: Session, of: Around) -> Mapping[str, Any]:
    progress = _with_waits(session, of)
    timers = {
        each.element_id: each.run_at
        for each in progress.jobs
        if each.kind is JobKind.TIMER and not each.is_held
    }
    standing = Standing(
        of.instance_id, of.definition, of.unit, of.variables, progress.current, timers
    )
    steps = () if progress.is_over else coming_steps(session, standing, now())
    drawn = request.args.get("view") == "drawing"
    return {
        "map": map_of(progress, of.definition, of.unit, steps, drawn=drawn),
        "is_drawn": drawn,
        "this_tab": _this_tab,
        "handbook": _handbook(of.definition),
    }


def _handbook(definition: Deployed) -> str | None:
    """Return the address of the handbook of the version a case runs by, for who may read it."""
    if not may_read(definition, current_actor()):
        return None
    return address("handbook.show", process_id=definition.process_id, version=definition.version)


def _with_waits(session: Session, of: Around) -> Progress:
    """Return where the case is, events included that it waits for with nothing else to do."""
    progress = of.progress(session)
    if progress.is_over:
        return progress
    waits = {each.element_id for each in progress.jobs if each.kind is JobKind.TIMER}
    elements = words_of(of.definition).elements
    rests = {each.id: each.trigger for each in elements.values() if each.kind in _RESTING}
    if any(trigger != "timer" for trigger in rests.values()):
        waits |= cases.listening(session, of.instance_id)
    resting = waits & rests.keys()
    return replace(progress, calls=progress.calls | resting) if resting else progress


#: the form of a task, whose page knows what there is to fill in
FORM: Final = Tab("form", N_("Form"), "inbox/_form_tab.html", lambda *_: {})
_FILE: Final = Tab("file", N_("File"), "cases/_file.html", _file)
_TRAIL: Final = Tab("trail", N_("Trail"), "cases/_trail.html", _trail)
_MAP: Final = Tab("map", N_("Map"), "cases/_map.html", _map)
_TALK: Final = Tab("talk", N_("Talk"), "cases/_talk.html", _talk)

OF_TASK: Final = (FORM, _FILE, _TRAIL, _MAP, _TALK)
OF_CASE: Final = (_TRAIL, _MAP, _FILE, _TALK)


def chosen(tabs: tuple[Tab, ...], key: str | None) -> Tab:
    """Return the tab an address asks for; the first one when it asks for none there is."""
    return next((each for each in tabs if each.key == key), tabs[0])
