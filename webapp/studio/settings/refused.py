"""What the reader of ``process.toml`` refuses of a section, beside the field that it is about."""

from __future__ import annotations

from typing import Final

from engine.catalogue.config import ConfigRefused
from engine.catalogue.config_text import read_config
from engine.catalogue.keys import AREA, PROCESS, Section
from engine.findings import Detail
from webapp.findings import text_of_detail
from webapp.request import locale
from webapp.studio.settings.fields import Typed, rows_of

#: the table that a place of a detail is in
_TABLE_OF: Final = {
    "AT-LANE": "lanes",
    "AT-TASK": "tasks",
    "AT-TIMER": "timers",
    "AT-COLUMN": "columns",
    "AT-WEBHOOK": "webhooks",
    "AT-PERSONAL": "personal",
    "AT-PAPER": "papers",
}


def kind_of(section_id: str) -> Section:
    """Return what may stand in a section."""
    return AREA if section_id == "area" else PROCESS


def refused_of(text: str, section_id: str, typed: Typed) -> dict[str, str]:
    """Return what the reader refuses of a section, by the path of the field it is about."""
    try:
        read_config(text)
    except ConfigRefused as refused:
        return {
            _beside(each, section_id, typed): text_of_detail(each, locale())
            for each in refused.problems
            if _section_of(each) == section_id
        }
    return {}


def _section_of(problem: Detail) -> str:
    place = _place_of(problem)
    return "area" if place is None else str(place.told.get("process", "area"))


def _place_of(problem: Detail) -> Detail | None:
    """Return the row or section that a problem stands in."""
    place = problem.told.get("where")
    while isinstance(place, Detail) and isinstance(outer := place.told.get("where"), Detail):
        place = outer
    return place if isinstance(place, Detail) else None


def _beside(problem: Detail, section_id: str, typed: Typed) -> str:
    """Return the path of the field a problem of the reader is about; nothing where none is."""
    place, said = _place_of(problem), str(problem)
    name = "" if place is None else _TABLE_OF.get(place.code, "")
    if place is None or not name:
        names = (each.name for each in kind_of(section_id).keys)
        return next((each for each in names if f" {each} " in f"{said} "), "")
    said = said.removeprefix(str(place))
    for at in rows_of(typed, name):
        if typed.get(f"{name}.{at}.name") == [place.told["key"]]:
            keys = (each.name for each in PROCESS.tables[name].keys)
            key = next((each for each in keys if each and each in said), "")
            return f"{name}.{at}.{key}" if key else f"{name}.{at}.name"
    return ""
