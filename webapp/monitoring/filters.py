"""The filters over the list of cases: a form whose answers are what is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final

from flask_babel import gettext as _

from engine.bpmn import Element
from engine.commands.models import model_of
from engine.model.instance import InstanceState
from engine.queries.case_filter import CaseFilter
from engine.storage.bundles import Deployed
from engine.values import TEHRAN
from forms import Choice, Field, Form
from webapp.monitoring.case_columns import field_of_columns
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
#: kinds of elements that a case can wait at
_STOPS: Final = frozenset(
    {
        "userTask",
        "serviceTask",
        "sendTask",
        "businessRuleTask",
        "receiveTask",
        "callActivity",
        "intermediateCatchEvent",
    }
)
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
        Choice(InstanceState.SUSPENDED.value, _("suspended")),
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
        Field("jalaliDate", "ended_from", _("Ended from")),
        Field("jalaliDate", "ended_to", _("Ended until")),
        Field("checkbox", "incident", _("Stopped by an incident")),
        Field("checkbox", "held", _("Under a legal hold")),
    ]
    if chosen is not None:
        words = words_of(chosen)
        places = tuple(Choice(each.id, words.element(each.id, each.name)) for each in stops(chosen))
        fields.append(Field("select", "element", _("Waits at"), choices=places))
        fields += [
            Field(_TYPES[kind], f"{BUSINESS}{key}", words.column(key), longest=_LONGEST)
            for key, kind in chosen.columns.items()
        ]
    fields.append(field_of_columns(chosen))
    return Form("cases", tuple(fields), fields=tuple(fields))


def stops(definition: Deployed) -> list[Element]:
    """Return the elements of a process that a case can wait at."""
    process = model_of(definition.bundle).processes[definition.process_id]
    return [each for each in process.elements if each.kind in _STOPS and each.name]


def case_filter(answers: Mapping[str, Any], chosen: Deployed | None = None) -> CaseFilter:
    """Return what checked answers ask for; a day runs from midnight to midnight in Tehran.

    Args:
        chosen: the process asked for, which the element is one of.
    """
    state, version = answers.get("state"), answers.get("version")
    element = answers.get("element") if chosen is not None else None
    kinds = {each.id: each.kind for each in stops(chosen)} if chosen is not None else {}
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
        finished_from=_midnight(answers.get("ended_from")),
        finished_before=_midnight(answers.get("ended_to"), days=1),
        has_incident=bool(answers.get("incident")),
        is_held=bool(answers.get("held")),
        element=element,
        is_human=kinds.get(element or "") == "userTask",
    )


def _midnight(day: str | None, days: int = 0) -> datetime | None:
    if day is None:
        return None
    on = date.fromisoformat(day) + timedelta(days=days)
    return datetime.combine(on, time(), TEHRAN)
