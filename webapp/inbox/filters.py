"""The filters over the list of work: a form whose answers stand in the address of the list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final, NamedTuple

from flask_babel import gettext as _

from engine.errors import Problem
from engine.model.person import Actor
from engine.queries.asked import (
    AMOUNT,
    CLOSED,
    CREATED,
    DUE,
    PRIORITY,
    SIZES,
    STARTED,
    VALUE,
    Asked,
    ValueAsked,
)
from engine.storage.bundles import Deployed
from engine.values import TEHRAN, local_date
from forms import Choice, Field, Form, FormErrors, read_submission
from webapp.errors import problems_of
from webapp.wording import desk_name, words_of

Raw = Mapping[str, Sequence[str]]

#: filters by a business value; its key follows, then what of it is asked. No dots: to a form
#: those are groups
BUSINESS: Final = "value-"
FROM, UNTIL = "-from", "-to"
_AMOUNT: Final = "amount"
#: kinds that are asked for by a part of them, and those from one to another
_TEXTS: Final = frozenset({"text"})
_RANGES: Final[Mapping[str, str]] = {
    "number": "quantity",
    "rial": "rial",
    "date": "jalaliDate",
    "percentage": "percentage",
}
_LONGEST: Final = 200  #: letters of a text looked for
URGENT: Final = 80  #: what counts as urgent: what is late and was escalated, too
_WEEK: Final = 7
#: what stands in an address and asks nothing of the tasks
_OF_THE_LIST: Final = frozenset({"view", "after", "filters", "columns", "saved"})
_OF_THE_ORDER: Final = frozenset({"sort", "down", "size"})


class Filters(NamedTuple):
    """The form with what was asked in it."""

    form: Form
    typed: Mapping[str, str]
    asked: Asked
    problems: tuple[Problem, ...] = ()

    @classmethod
    def of_search(cls, search: str) -> Filters:
        """Return what is asked where nothing but words are, without a form for more."""
        return cls(Form("inbox", (), fields=()), {"q": search}, Asked(search))


def read_filters(raw: Raw, definitions: Sequence[Deployed], actor: Actor, at: datetime) -> Filters:
    """Read the address of a list; what cannot be read is told, and asks nothing."""
    form = _form(raw, definitions, actor)
    given = {key: list(texts) for key, texts in raw.items() if form.field(key)}
    typed = {key: ",".join(each) for key, each in given.items() if any(each)}
    try:
        answers = read_submission(form, {**given})
    except FormErrors as refused:
        return Filters(form, typed, Asked(), problems_of(refused))
    return Filters(form, typed, _asked(answers, definitions, actor, at))


def asks(raw: Raw) -> bool:
    """Tell whether an address asks for more than a view, its search and its pages."""
    return any(any(raw[key]) for key in raw.keys() - _OF_THE_LIST - {"q"})


def chips(filters: Filters) -> Iterator[tuple[str, str, str]]:
    """Yield the filters there are: the key, its label and what was asked."""
    for key, typed in filters.typed.items():
        field = filters.form.field(key)
        if field is not None and key not in _OF_THE_ORDER and key != "q":
            yield key, field.label, field.label_of(typed)


def business_fields(definitions: Iterable[Deployed]) -> dict[str, tuple[str, str]]:
    """Return label and kind of every declared value, the amounts apart."""
    found: dict[str, tuple[str, str]] = {}
    for each in definitions:
        config, words = each.bundle.process(each.process_id), words_of(each)
        for key, kind in config.columns.items():
            if key != config.amount:
                found.setdefault(key, (words.column(key), kind))
    return found


def _form(raw: Raw, definitions: Sequence[Deployed], actor: Actor) -> Form:
    chosen = next(iter(raw.get("process", ())), None)
    of_process = [each for each in definitions if each.process_id == chosen] or definitions
    values = business_fields(of_process)
    fields = (
        *_usual(definitions, actor),
        Field("rial", f"{_AMOUNT}{FROM}", _("Amount from")),
        Field("rial", f"{_AMOUNT}{UNTIL}", _("Amount to")),
        *(each for key, (label, kind) in values.items() for each in _business(key, label, kind)),
        *_order(values, next(iter(raw.get("view", ())), "")),
    )
    return Form("inbox", fields, fields=fields)


def _usual(definitions: Sequence[Deployed], actor: Actor) -> Iterator[Field]:
    processes = tuple(Choice(each.process_id, words_of(each).process) for each in definitions)
    others = {name for each in actor.stands_in for name in each.desks}
    desks = tuple(Choice(each, desk_name(each)) for each in sorted({*actor.desks, *others}))
    dues = (
        Choice("overdue", _("overdue")),
        Choice("today", _("due today")),
        Choice("week", _("due within seven days")),
        Choice("none", _("without a deadline")),
    )
    holders = (Choice("me", _("taken by me")), Choice("nobody", _("not taken yet")))
    yield Field("textfield", "q", _("Words in title, number, values or step"), longest=_LONGEST)
    yield Field("select", "process", _("Process"), choices=processes)
    yield Field("select", "due", _("Due"), choices=dues)
    yield Field("select", "holder", _("Who has it"), choices=holders)
    yield Field("select", "desk", _("Desk"), choices=desks)
    yield Field("textfield", "unit", _("Code of the unit"), longest=_LONGEST)
    yield Field("checkbox", "urgent", _("Urgent only"))


def _business(key: str, label: str, kind: str) -> Iterator[Field]:
    if kind not in _RANGES:
        text = _("%(value)s contains", value=label) if kind in _TEXTS else label
        yield Field("textfield", f"{BUSINESS}{key}", text, longest=_LONGEST)
        return
    until = _("%(value)s until", value=label) if kind == "date" else _("%(value)s to", value=label)
    yield Field(_RANGES[kind], f"{BUSINESS}{key}{FROM}", _("%(value)s from", value=label))
    yield Field(_RANGES[kind], f"{BUSINESS}{key}{UNTIL}", until)


def _order(values: Mapping[str, tuple[str, str]], view: str) -> Iterator[Field]:
    known = {
        DUE: _("Due"),
        CREATED: _("When it came"),
        PRIORITY: _("Priority"),
        AMOUNT: _("Amount"),
        **({CLOSED: _("Done on")} if view == "done" else {}),
        **({STARTED: _("Started on")} if view == "started" else {}),
        **{f"{VALUE}{key}": label for key, (label, _kind) in values.items()},
    }
    orders = tuple(Choice(key, label) for key, label in known.items())
    sizes = tuple(Choice(str(each), str(each)) for each in SIZES)
    yield Field("select", "sort", _("Sort by"), choices=orders)
    yield Field("checkbox", "down", _("The last first"))
    yield Field("select", "size", _("Rows on a page"), choices=sizes)


def _asked(
    answers: Mapping[str, Any], definitions: Sequence[Deployed], actor: Actor, at: datetime
) -> Asked:
    holder = answers.get("holder")
    due_from, due_before = _dates(answers.get("due"), at)
    return Asked(
        search=answers.get("q") or "",
        values=tuple(_values(answers, business_fields(definitions))),
        process_id=answers.get("process"),
        desk=answers.get("desk"),
        unit=answers.get("unit"),
        holder={"me": actor.username, "nobody": ""}.get(holder) if holder else None,
        due_from=due_from,
        due_before=due_before,
        is_undated=answers.get("due") == "none",
        priority=URGENT if answers.get("urgent") else None,
        sort=answers.get("sort"),
        is_descending=bool(answers.get("down")),
        size=int(answers.get("size") or SIZES[0]),
    )


def _values(
    answers: Mapping[str, Any], values: Mapping[str, tuple[str, str]]
) -> Iterator[ValueAsked]:
    every = {"": (_AMOUNT, "rial")} | {
        key: (f"{BUSINESS}{key}", kind) for key, (_label, kind) in values.items()
    }
    for key, (name, kind) in every.items():
        exact, least, most = (answers.get(f"{name}{part}") for part in ("", FROM, UNTIL))
        if exact and kind in _TEXTS:
            yield ValueAsked(key, kind, contains=str(exact))
        elif exact:
            yield ValueAsked(key, kind, least=exact, most=exact)
        elif least is not None or most is not None:
            yield ValueAsked(key, kind, least=_plain(least), most=_plain(most))


def _plain(value: Any) -> str | int | Decimal | None:
    return value if value is None or isinstance(value, int | Decimal | str) else str(value)


def _dates(due: str | None, at: datetime) -> tuple[datetime | None, datetime | None]:
    """Return the deadlines meant; one that ends at 24:00 belongs to the day before."""
    if due == "overdue":
        return None, at
    if due not in ("today", "week"):
        return None, None
    return at, _after_midnight(local_date(at), 1 if due == "today" else _WEEK)


def _after_midnight(today: date, days: int) -> datetime:
    midnight = datetime.combine(today + timedelta(days=days), time(), TEHRAN)
    return midnight + timedelta(microseconds=1)
