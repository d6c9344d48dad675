"""What a step can be given: forms, handlers, decisions, processes, desks that exist already."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from flask import url_for
from flask_babel import gettext as _

from engine import bpmn, dmn
from engine.catalogue.bundle import Bundle
from engine.catalogue.config import AreaConfig, ConfigRefused, Lane, ProcessConfig
from engine.catalogue.desks import PARTY
from engine.catalogue.handlers import REGISTRY
from engine.queries import directory
from engine.queries.studio import DraftPage
from engine.storage.database import Session
from webapp.request import locale
from webapp.wording import ROLES, role_name

#: what an option is written as, and what it is called
Option = tuple[str, str]
#: the language that a model is not in, whose names stand beside it
OTHER: Final = "en"


def known(session: Session, draft: DraftPage, bundle: Bundle) -> dict[str, Any]:
    """Return what the designer offers to be picked in a draft."""
    named = bpmn.named(bundle.diagrams)
    config = _config(bundle)
    lanes = {each.process_id: desks(each) for each in config.processes.values()}
    topics = {*REGISTRY.services, *REGISTRY.records, *named.topics}
    return {
        "forms": _forms(bundle),
        "fields": _fields(bundle),
        "topics": [(each, _about(each, named.topics)) for each in sorted(topics)],
        "processes": [(key, name) for key, (name, _file) in sorted(named.processes.items())],
        "called": {
            key: url_for("drawing.show", draft_id=draft.id, name=file)
            for key, (_name, file) in named.processes.items()
        },
        "decisions": [
            (key, name) for key, (name, _f) in sorted(dmn.listed(bundle.decisions).items())
        ],
        "messages": list(named.messages),
        "signals": list(named.signals),
        "errors": list(named.errors),
        "escalations": list(named.escalations),
        "lanes": lanes,
        "roles": _roles(config),
        "places": _places(session, config),
        "names": _names(bundle),
        "columns": sorted({key for each in config.processes.values() for key in each.columns}),
    }


def desks(process: ProcessConfig) -> dict[str, dict[str, str]]:
    """Return the desk of each lane of a process as its panel shows it."""
    return {lane: desk(each) for lane, each in process.lanes.items()}


def desk(lane: Lane) -> dict[str, str]:
    """Return a desk as the panel of its lane shows it."""
    return {"role": lane.role, "place": lane.place, "says": role_name(lane.role)}


def _config(bundle: Bundle) -> AreaConfig:
    try:
        return bundle.config
    except ConfigRefused:
        return AreaConfig("", "", {})


def _forms(bundle: Bundle) -> list[Option]:
    try:
        forms = bundle.forms
    except ConfigRefused:
        return []
    titles = {key: str(each.get("title") or each.get("name") or "") for key, each in forms.items()}
    return sorted(titles.items())


def _fields(bundle: Bundle) -> dict[str, list[str]]:
    """Return the keys of each form's fields, which its answer writes as variables."""
    try:
        forms = bundle.forms
    except ConfigRefused:
        return {}
    return {key: sorted(set(_keys(each))) for key, each in forms.items()}


def _keys(component: Any) -> Iterable[str]:
    if not isinstance(component, Mapping):
        return
    key = component.get("key")
    if isinstance(key, str) and key.isidentifier():
        yield key
    inner = component.get("components")
    for each in inner if isinstance(inner, list) else ():
        yield from _keys(each)


def _about(topic: str, used: tuple[str, ...]) -> str:
    if topic in REGISTRY.services:
        return _("a handler here")
    if topic in REGISTRY.records:
        return _("writes records here")
    return _("an external worker's") if topic in used else ""


def _roles(config: AreaConfig) -> list[Option]:
    used = {each.role for process in config.processes.values() for each in process.lanes.values()}
    return [(each, role_name(each)) for each in (*ROLES, *sorted(used - ROLES.keys()))]


def _places(session: Session, config: AreaConfig) -> list[Option]:
    places: list[Option] = [
        ("case", _("the unit of the case")),
        ("ancestor", _("the unit above that of the case")),
        ("anywhere", _("whoever has the role, in any unit")),
    ]
    lanes = [lane for each in config.processes.values() for lane in each.lanes.values()]
    parties = sorted({each.place for each in lanes if each.place.startswith(PARTY)})
    places += [(each, _("the party that a variable names")) for each in parties]
    at = 0 if locale() == "fa" else 1
    return places + [(code, names[at]) for code, names in directory.unit_titles(session).items()]


def _names(bundle: Bundle) -> dict[str, dict[str, str]]:
    """Return what elements are called in the other language, by process."""
    try:
        said = bundle.texts.get(OTHER, {})
    except ConfigRefused:
        return {}
    return {
        process: {key: each for key, each in names.items() if isinstance(each, str)}
        for process, names in said.items()
        if isinstance(names, dict)
    }
