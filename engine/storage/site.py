"""A new site's calendar and units, from its file; what an administrator changed stays."""

from __future__ import annotations

import tomllib
from datetime import date
from importlib import resources
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.model.calendar import Holiday, Weekend
from engine.model.person import Unit
from engine.storage.calendar import changed
from engine.values import JalaliDate, solar_holidays

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
#: the civil years for which holidays on fixed days are laid out
YEARS = range(1390, 1421)


def site_file(name: str = "tehran") -> dict[str, Any]:
    """Return the data of one site."""
    path = resources.files("engine.catalogue") / "sites" / f"{name}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def load_site(session: Session, site: dict[str, Any]) -> None:
    """Add the units, weekends and holidays that the database does not know yet."""
    known = set(session.scalars(select(Unit.code)))
    for unit in site["units"]:
        if unit["code"] not in known:
            session.add(
                Unit(
                    code=unit["code"],
                    title_fa=unit["name_fa"],
                    title_en=unit["name_en"],
                    parent_code=unit.get("parent"),
                )
            )
    if _load_calendar(session, site["calendar"]):
        changed(session)


def _load_calendar(session: Session, calendar: dict[str, Any]) -> bool:
    """Add the weekends and holidays not known yet; tell whether there were any."""
    weekends = set(session.scalars(select(Weekend.valid_from)))
    for weekend in calendar["weekend"]:
        start = _day(weekend["from"])
        if start not in weekends:
            days = ",".join(str(WEEKDAYS.index(each)) for each in weekend["days"])
            session.add(Weekend(valid_from=start, days=days))
    holidays = set(session.scalars(select(Holiday.on)))
    for on, title in _holidays(calendar).items():
        if on not in holidays:
            session.add(Holiday(on=on, title=title, source=str(calendar.get("version", "site"))))
    return any(isinstance(each, Holiday | Weekend) for each in session.new)


def _holidays(calendar: dict[str, Any]) -> dict[date, str]:
    found: dict[date, str] = {}
    for rule in calendar["every_year"]:
        month, day = (int(each) for each in rule["on"].split("/"))
        for on in solar_holidays([(month, day)], YEARS):
            found[on] = rule["name_fa"]
    for dated in calendar["dated"]:
        if not dated.get("units"):
            found.setdefault(_day(dated["on"]), dated["name_fa"])
    return found


def _day(text: str) -> date:
    return JalaliDate.parse(text).gregorian()
