"""The filters over the list of cases: a form whose answers are what is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final

from flask_babel import gettext as _

from engine.model.instance import InstanceState
from engine.queries.case_list import CaseFilter
from engine.storage.bundles import Deployed
from engine.values import TEHRAN
from forms import Choice, Field, Form
from webapp.wording import words_of

#: Filters by a business value; its key in the process follows.
BUSINESS: Final = "value."
#: How a business value of a declared kind is asked for.
_TYPES: Final[Mapping[str, str]] = {
    "code": "textfield",
    "text": "textfield",
    "number": "quantity",
    "rial": "rial",
    "date": "jalaliDate",
    "percentage": "percentage",
}
USUAL: Final = 3  #: the first questions are seen at once, the others when asked for
_LONGEST: Final = 200  #: letters of a text looked for
_HIGHEST: Final = Decimal(2**31 - 1)  #: version there can be


def filter_form(
    definitions: Sequence[Deployed], units: Sequence[tuple[str, str]], chosen: Deployed | None
) -> Form:
    """Return the questions: those of every case, then the business values of one process.

    Args:
        units: code and name of those the reader may ask for.
        chosen: the newest version of the process asked for.
    """
    processes = tuple(Choice(each.process_id, words_of(each).process) for each in definitions)
    states = (
        Choice(InstanceState.RUNNING.value, _("running")),
        Choice(InstanceState.FINISHED.value, _("finished")),
        Choice(InstanceState.CANCELLED.value, _("cancelled")),
    )
    fields = [
        Field("textfield", "q", _("Part of the number or title"), longest=_LONGEST),
        Field("select", "state", _("State"), choices=states),
        Field("select", "process", _("Process"), choices=processes),
        Field("number", "version", _("Version of the process"), most=_HIGHEST, places=0),
        Field("select", "unit", _("Unit"), choices=tuple(Choice(*each) for each in units)),
        Field("jalaliDate", "from", _("Started from")),
        Field("jalaliDate", "to", _("Started until")),
        Field("checkbox", "incident", _("Stopped by an incident")),
    ]
    if chosen is not None:
        words = words_of(chosen)
        fields += [
            Field(_TYPES[kind], f"{BUSINESS}{key}", words.column(key), longest=_LONGEST)
            for key, kind in chosen.columns.items()
        ]
    return Form("cases", tuple(fields), fields=tuple(fields))


def case_filter(answers: Mapping[str, Any]) -> CaseFilter:
    """Return what checked answers ask for; a day runs from midnight to midnight in Tehran."""
    state, version = answers.get("state"), answers.get("version")
    return CaseFilter(
        text=answers.get("q") or "",
        state=InstanceState(state) if state else None,
        process_id=answers.get("process"),
        version=int(version) if version is not None else None,
        unit=answers.get("unit"),
        business={
            key: value
            for key, value in answers.get(BUSINESS.rstrip("."), {}).items()
            if value is not None
        },
        started_from=_midnight(answers.get("from")),
        started_before=_midnight(answers.get("to"), days=1),
        has_incident=bool(answers.get("incident")),
    )


def _midnight(day: str | None, days: int = 0) -> datetime | None:
    if day is None:
        return None
    on = date.fromisoformat(day) + timedelta(days=days)
    return datetime.combine(on, time(), TEHRAN)
