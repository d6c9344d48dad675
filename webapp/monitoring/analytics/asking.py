"""What the pages of analytics are asked: a process, a unit, a period."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from flask import request
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from engine.model.report import Every
from engine.queries import case_list
from engine.queries.analytics.sample import Asked
from engine.storage.bundles import Deployed, all_latest
from engine.storage.database import Session
from webapp.request import current_actor, locale, now

PERIODS: Final = (30, 90, 365)  #: days back from now
USUAL: Final = 90
#: how often a report of the same comes by mail
SAID: Final[Mapping[Every, LazyString]] = {
    Every.DAY: _l("each working day"),
    Every.WEEK: _l("on the first working day of the week"),
    Every.MONTH: _l("on the first working day of the month"),
    Every.MISSED: _l("when fewer deadlines were kept than asked"),
}


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked, and what may be asked."""

    definitions: Sequence[Deployed]
    units: Sequence[tuple[str, str]]  #: code and name of those that the reader watches
    definition: Deployed | None  #: ``None``: nothing was ever deployed
    unit: str | None
    days: int

    @property
    def asked(self) -> Asked | None:
        """The cases meant."""
        if self.definition is None:
            return None
        until = now()
        since = until - timedelta(days=self.days)
        return Asked(self.definition.process_id, since, until + timedelta(seconds=1), self.unit)

    @property
    def target(self) -> int | None:
        """Of a hundred deadlines, how many are to be kept; ``None``: nobody has said."""
        asked = self.definition
        return None if asked is None else asked.bundle.process(asked.process_id).target

    @property
    def args(self) -> dict[str, Any]:
        """What an address that asks the same carries."""
        found: dict[str, Any] = {"days": self.days}
        if self.definition is not None:
            found["process"] = self.definition.process_id
        if self.unit:
            found["unit"] = self.unit
        return found

    def unit_name(self, code: str) -> str:
        """Return what a unit is called."""
        return dict(self.units).get(code, code)


def question(session: Session) -> Question:
    """Read what is asked; what makes no sense is as if it were left out.

    Raises:
        Forbidden: the reader watches no cases.
    """
    units = [
        (each.code, each.title_fa if locale() == "fa" else each.title_en)
        for each in case_list.watched_units(session, current_actor())
    ]
    definitions = all_latest(session)
    said = request.values  # of an address, or of a form that a page sends
    wanted = said.get("process")
    chosen = next((each for each in definitions if each.process_id == wanted), None)
    if chosen is None:  # where there is something to see
        lived = case_list.newest_process(session, current_actor())
        chosen = next((each for each in definitions if each.process_id == lived), None)
    unit = said.get("unit")
    days = said.get("days", type=int)
    return Question(
        definitions,
        units,
        chosen or next(iter(definitions), None),
        unit if unit in dict(units) else None,
        days if days in PERIODS else USUAL,
    )


def period_name(days: int) -> str:
    """Return what a period is called."""
    return {30: _("Last 30 days"), 90: _("Last 90 days"), 365: _("Last 365 days")}[days]
