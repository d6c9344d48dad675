"""What the fields of ``process.toml`` are called, and what can be chosen in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from flask_babel import lazy_gettext as _l

from engine.catalogue.bundle import Bundle
from engine.catalogue.calls import INPUTS
from engine.catalogue.config import COLUMN_TYPES, OFFERS
from engine.catalogue.keys import Kind
from engine.catalogue.retention import CLASSES, PERSONAL
from engine.model.event import EventKind
from engine.signing import LEVELS
from engine.versions import tree_of
from webapp.manner import Manner
from webapp.studio.settings.fields import UNITS
from webapp.versions.declared import OF_STEPS
from webapp.versions.names import Names, local
from webapp.versions.sentences import Saying
from webapp.wording import ROLES, role_name

#: by section or table and key
LABELS: Final[Mapping[tuple[str, str], Any]] = {
    ("area", "id"): _l("Id of the area"),
    ("area", "title"): _l("Title"),
    ("process", "title"): _l("Title"),
    ("process", "start_lanes"): _l("Who may start a case"),
    ("process", "start_form"): _l("The form cases start with"),
    ("process", "amount"): _l("What counts as the amount of a case"),
    ("process", "subject"): _l("What names cases that nobody starts by hand"),
    ("process", "unit"): _l("The unit of cases that an event starts"),
    ("process", "returns"): _l("Steps may be sent back to earlier ones"),
    ("process", "target"): _l("Of a hundred deadlines, so many are to be kept"),
    ("process", "retention"): _l("Class of its records: how long cases are kept"),
    ("process", "retention_years"): _l("Years, where it is not as the class says"),
    ("process", "retention_from"): _l("Counted from, where it is not as the class says"),
    ("lanes", "role"): _l("Role"),
    ("lanes", "in"): _l("Where it is held"),
    ("lanes", "head"): _l("Role that says who does which work there"),
    ("tasks", "due"): _l("Deadline"),
    ("tasks", "input"): _l("What is sent"),
    ("tasks", "output"): _l("What is kept of the answer"),
    ("timers", ""): _l("When it fires"),
    ("not_same_person", "steps"): _l("Steps that need different people"),
    ("not_same_person", "code"): _l("Code of the rule"),
    ("not_same_person", "exception"): _l("Role that may grant an exception"),
    ("messages", "lane"): _l("Who may send it"),
    ("messages", "reason"): _l("A reason has to be given"),
    ("columns", ""): _l("Kind of its values"),
    ("webhooks", ""): _l("Events it is told"),
    ("personal", ""): _l("What it is of a person"),
    ("papers", "title"): _l("What it is called"),
    ("papers", "after"): _l("Elements behind which it is made"),
    ("papers", "when"): _l("Only when"),
    ("papers", "template"): _l("Template"),
    ("papers", "series"): _l("Series of its numbers"),
    ("papers", "retention"): _l("Retention class"),
    ("papers", "language"): _l("Language"),
    ("papers", "values"): _l("Values printed"),
    ("papers", "signed_by"): _l("Steps whose signature it bears"),
    ("data_stores", "table"): _l("Table of the area"),
    ("data_stores", "key"): _l("Entry of a row that is its key"),
}
HINTS: Final[Mapping[tuple[str, str], Any]] = {
    ("lanes", "in"): _l("case, ancestor, anywhere, the code of a unit, or party:variable"),
    ("process", "unit"): _l("The code of a unit, or variable:name"),
    ("process", "retention_from"): _l("end, or the variable or moment that holds the day"),
    ("tasks", "retries"): _l("As R3/PT10S (three times, every ten seconds) or PT2S,PT30S"),
    ("tasks", "input"): _l('Lines of TOML: name = "text", or FEEL after ='),
    ("tasks", "output"): _l('Lines of TOML: variable = "=response.body"'),
    ("tasks", "due"): _l("For “until”: the variable that holds the day or moment"),
    ("timers", ""): _l("For “until”: the variable that holds the day or moment"),
    ("papers", "when"): _l("FEEL over the values of the case, after ="),
    ("papers", "values"): _l('Lines of TOML: variable = "rial"'),
    ("papers", "signed_by"): _l('Lines of TOML: step = "outcome"'),
}
TABLES: Final[Mapping[str, Any]] = {
    "lanes": _l("Lanes and whose work they are"),
    "tasks": _l("Steps: deadlines, approvals, work of the system"),
    "timers": _l("Timers by the working calendar"),
    "not_same_person": _l("Who may not be one person"),
    "messages": _l("What people may send to a case"),
    "columns": _l("Columns of lists"),
    "webhooks": _l("Who outside is told"),
    "personal": _l("Values that are personal"),
    "papers": _l("Papers it prints"),
    "data_stores": _l("Data stores"),
}
ROWS: Final[Mapping[str, Any]] = {
    "lanes": _l("Lane"),
    "tasks": _l("Step"),
    "timers": _l("Timer"),
    "not_same_person": _l("Rule"),
    "messages": _l("Message"),
    "columns": _l("Variable"),
    "webhooks": _l("Receiver"),
    "personal": _l("Variable"),
    "papers": _l("Paper"),
    "data_stores": _l("Data store"),
}
_CHOICES: Final[Mapping[str, Any]] = {
    "financial": _l("financial documents: 10 years from the end of the case"),
    "contract": _l("contracts: 10 years from final acceptance"),
    "service": _l("services to citizens: 5 years from the end of the case"),
    "other": _l("other records: 10 years from the end of the case"),
    "name": _l("name"),
    "id": _l("number of the person"),
    "address": _l("address, telephone, mail"),
    "working_days": _l("working days"),
    "working_hours": _l("working hours"),
    "days": _l("days"),
    "months": _l("months"),
    "until": _l("until a moment"),
    "least_loaded": _l("to who has the least work"),
    "in_turn": _l("to one after the other"),
    "L0": _l("L0: a click, kept in the trail"),
    "L1": _l("L1: password, code or passkey"),
    "L2": _l("L2: certificate of the site"),
    "L3": _l("L3: certificate of the national root"),
    "code": _l("code"),
    "text": _l("text"),
    "number": _l("number"),
    "rial": _l("amount in rials"),
    "date": _l("date"),
    "percentage": _l("percentage"),
}
_STEPS: Final = ("Task", "task", "callActivity", "subProcess")


class Choice(NamedTuple):
    """Something to choose."""

    value: str
    label: str


def label_of(table: str, key: str) -> Any:
    """Return what a field is called."""
    if (table, key) in LABELS:
        return LABELS[table, key]
    return _l(OF_STEPS[key][0]) if key in OF_STEPS else key


def known_names(bundle: Bundle, manner: Manner) -> Names:
    """Return what the things of a draft are called."""
    return Names(tree_of(bundle), Saying(manner))


def choices(names: Names, process_id: str, lanes: Sequence[str]) -> Mapping[str, list[Choice]]:
    """Return what can be chosen in the fields of a process, by kind; and drawn things by table.

    Args:
        lanes: those that are declared, perhaps not saved yet.
    """
    language = names.vocabulary(process_id).language
    drawn = _drawn(names, process_id)
    known = names.vocabulary(process_id)
    forms = sorted(
        str(names.form(each).get("id") or "") for each in names.files if each.endswith(".form")
    )
    lane_names = {each.value: each.label for each in drawn["lanes"]}
    every = [Choice(each, lane_names.get(each, each)) for each in lanes]
    steps = [*drawn["tasks"]]
    return {
        **drawn,
        Kind.LANE.value: every,
        Kind.LANES.value: every,
        Kind.STEPS.value: steps,
        Kind.FORM.value: [Choice(each, each) for each in forms if each],
        Kind.ROLE.value: [Choice(each, role_name(each, language)) for each in ROLES],
        Kind.VARIABLE.value: [Choice(key, said) for key, said in sorted(known.labels.items())],
        Kind.OFFER.value: _named(OFFERS),
        Kind.LEVEL.value: _named(LEVELS),
        Kind.COLUMN.value: _named(COLUMN_TYPES),
        Kind.RETENTION.value: _named(tuple(CLASSES)),
        Kind.PERSONAL.value: _named(PERSONAL),
        Kind.DUE.value: _named(UNITS),
        Kind.CONNECTOR.value: [Choice(each, each) for each in INPUTS],
        Kind.EVENTS.value: [Choice(each.value, each.value) for each in EventKind],
    }


def _named(values: Sequence[str]) -> list[Choice]:
    return [Choice(each, str(_CHOICES[each])) for each in values]


def _drawn(names: Names, process_id: str) -> dict[str, list[Choice]]:
    """Return the lanes, steps and timers of a process that rows can be about."""
    file, _process = names.processes.get(process_id, ("", None))
    found: dict[str, list[Choice]] = {"lanes": [], "tasks": [], "timers": []}
    for key, each in names.drawn(file).items():
        if each.process != process_id:
            continue
        tag = local(each.part.tag)
        said = names.text(process_id, key) or each.part.facts.get("name") or key
        choice = Choice(key, " ".join(said.split())[:120])
        if tag == "lane":
            found["lanes"].append(choice)
        elif tag.endswith(_STEPS):
            found["tasks"].append(choice)
        elif any(local(inner.tag) == "timerEventDefinition" for inner in each.part.parts):
            found["timers"].append(choice)
    return {name: sorted(each, key=lambda it: it.label) for name, each in found.items()}
