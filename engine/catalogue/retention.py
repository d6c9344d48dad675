"""How long the cases of a process are kept, and which of their values are personal.

``process.toml`` names the class of a process's records; the class says how many years of the
civil calendar they are kept, and from when (R-ARC-02). A process without a class is kept for ever.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal, TypeAlias, get_args

from engine.findings import Detail, detail
from engine.values import InvalidValue, JalaliDate

LONGEST: Final = 100  #: years
#: from this on, where nothing else is named: the day the case ended
END: Final = "end"

#: what a personal value is, and so what is left in its place
PersonalKind: TypeAlias = Literal["name", "id", "address", "text"]
PERSONAL: Final[tuple[PersonalKind, ...]] = get_args(PersonalKind)


@dataclass(frozen=True, slots=True)
class Retention:
    """How long cases of one process are kept."""

    record_class: str
    years: int
    since: str = END  #: `END`, or the name of a moment: the variable, or what the area says it is

    def kept_until(self, ended_on: date, moment: date | None) -> date | None:
        """Return the last day on which a case has to be kept; ``None``: nobody can say yet.

        Years are those of the Jalali calendar, as the law counts them. A moment before the end
        of the case shortens nothing.

        >>> Retention("financial", 10).kept_until(date(2025, 3, 20), None)
        datetime.date(2035, 3, 20)
        >>> Retention("contract", 10, "final_acceptance").kept_until(date(2025, 3, 20), None)
        """
        if self.since != END and moment is None:
            return None
        first = ended_on if self.since == END else max(ended_on, moment or ended_on)
        try:
            return JalaliDate.of(first).plus_months(12 * self.years).gregorian()
        except InvalidValue:  # beyond the calendar
            return None

    def is_over(self, ended_on: date, moment: date | None, on: date) -> bool:
        """Tell whether a case may go on a day."""
        until = self.kept_until(ended_on, moment)
        return until is not None and on > until


#: domain.md R-ARC-02
CLASSES: Final[Mapping[str, Retention]] = {
    each.record_class: each
    for each in (
        Retention("financial", 10),
        Retention("contract", 10, "final_acceptance"),
        Retention("service", 5),
        Retention("other", 10),
    )
}


def read_retention(
    where: Detail, section: Mapping[str, Any], problems: list[Detail]
) -> Retention | None:
    """Read what a process says of its records; what is wrong is added to ``problems``."""
    name, years = section.get("retention"), section.get("retention_years")
    since = section.get("retention_from")
    if name is None:
        if years is None and since is None:
            return None
        name = "other"
    usual = CLASSES.get(name) if isinstance(name, str) else None
    if usual is None:
        problems.append(detail("SET-071", where=where, told=name, known=", ".join(CLASSES)))
        return None
    if years is not None and (
        isinstance(years, bool) or not isinstance(years, int) or not 0 < years <= LONGEST
    ):
        problems.append(detail("SET-072", where=where, told=years, most=LONGEST))
        return None
    if since is not None and (not isinstance(since, str) or not since):
        problems.append(detail("SET-073", where=where, told=since))
        return None
    return Retention(name, years or usual.years, since or usual.since)


def read_personal(
    process_id: str, section: Mapping[str, Any], problems: list[Detail]
) -> Mapping[str, PersonalKind]:
    """Read which variables hold what of a person; what is wrong is added to ``problems``."""
    found: dict[str, PersonalKind] = {}
    for variable, told in section.get("personal", {}).items():
        kind = next((each for each in PERSONAL if each == told), None)
        if kind is None:
            where = detail("AT-PERSONAL", process=process_id, key=variable)
            known = ", ".join(PERSONAL)
            problems.append(detail("SET-074", where=where, told=told, known=known))
        else:
            found[variable] = kind
    return found
