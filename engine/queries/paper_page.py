"""What a paper says: its number, its case, the declared values written out, and who approved.

Everything is text in the language and digits of the paper; a template only lays it out, and
nothing a person typed is ever part of the template.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from engine.catalogue.bundle import Bundle
from engine.catalogue.handlers import REGISTRY, PaperRequest
from engine.catalogue.papers import Paper as Declared
from engine.model.instance import Instance
from engine.model.instance import instance_table as instance
from engine.model.instance import task_table as task
from engine.model.paper import Paper
from engine.model.person import ANYWHERE, Actor
from engine.queries.directory import unit_titles
from engine.queries.people import names
from engine.queries.scope import visible_cases
from engine.storage.acts import acts_of
from engine.storage.cases import CaseStore
from engine.values import (
    TEHRAN,
    JalaliDate,
    grouped,
    in_english_words,
    in_language,
    in_persian_words,
    persian_digits,
)

#: gives the name of a role in a language
RoleName = Callable[[str, str], str]


def page_of(
    session: Session,
    paper: Paper,
    declared: Declared,
    case: Instance,
    bundle: Bundle,
    role_name: RoleName,
) -> dict[str, Any]:
    """Return the page model of a paper, as JSON takes it."""
    write = Writer(paper.language)
    title = title_of(bundle, case.process_id, declared, paper.language)
    units = unit_titles(session)
    unit = units.get(paper.unit, (paper.unit, paper.unit))
    own = REGISTRY.papers.get((case.process_id, declared.id))
    request = PaperRequest(
        session,
        case.id,
        paper.language,
        paper.reserved_at,
        lambda role: role_name(role, paper.language),
    )
    return {
        **_frame(paper, title, unit, write),
        "case": {
            "title": case.title,
            "number": case.business_key or "",
            "process": bundle.text(
                paper.language,
                case.process_id,
                "title",
                default=bundle.process(case.process_id).title,
            ),
        },
        "values": values_of(bundle, declared, case.variables, paper.language),
        "approvals": list(_approvals(session, case, bundle, units, write, role_name)),
        "own": own(request) if own else {},
    }


def _frame(paper: Paper, title: str, unit: tuple[str, str], write: Writer) -> dict[str, str]:
    return {
        "language": paper.language,
        "title": title,
        "number": paper.number,
        "code": "-".join(paper.code[i : i + 4] for i in range(0, len(paper.code), 4)),
        "date": write.day(paper.reserved_at.astimezone(TEHRAN).date()),
        "moment": write.moment(paper.reserved_at),
        "unit": paper.unit,
        "unit_name": unit[paper.language != "fa"],
    }


def title_of(bundle: Bundle, process_id: str, declared: Declared, language: str) -> str:
    """Return what a paper is called in a language."""
    return bundle.text(language, process_id, "papers", declared.id, default=declared.title)


def values_of(
    bundle: Bundle, declared: Declared, variables: Mapping[str, Any], language: str
) -> dict[str, dict[str, Any]]:
    """Return the declared values written out, each with its label from the texts of columns.

    One that a case has not got is empty.
    """
    write = Writer(language)
    return {
        key: {
            "label": bundle.text(language, "columns", key, default=key),
            **write.value(variables.get(key), kind),
        }
        for key, kind in declared.values.items()
    }


class Writer:
    """Writes values for people in one language; isolating them left to right is the template's."""

    def __init__(self, language: str) -> None:
        self._language = language

    def value(self, given: Any, kind: str) -> dict[str, Any]:
        """Return what is printed of a value: its text, and what goes with its kind."""
        if kind == "rows":
            rows = given if isinstance(given, list) else []
            return {"kind": kind, "rows": [self._row(each) for each in rows]}
        said: dict[str, Any] = {"kind": kind, "text": self._text(given, kind)}
        if kind == "rial" and said["text"]:
            amount = int(Decimal(str(given)))
            said |= {"words": self.in_words(amount), "negative": amount < 0}
        return said

    def _row(self, row: Any) -> dict[str, str]:
        return {key: self._cell(each) for key, each in row.items()} if isinstance(row, dict) else {}

    def _cell(self, given: Any) -> str:
        is_number = isinstance(given, int | Decimal) and not isinstance(given, bool)
        return grouped(given, self._language) if is_number else self._text(given, "text")

    def _text(self, given: Any, kind: str) -> str:
        given = in_language(given, self._language)
        if given is None or given == "":
            return ""
        try:
            match kind:
                case "rial" | "number":
                    return grouped(Decimal(str(given)), self._language)
                case "percentage":
                    sign = "٪" if self._language == "fa" else "%"
                    return f"{grouped(Decimal(str(given)), self._language)}{sign}"
                case "date":
                    return self.day(date.fromisoformat(str(given)[:10]))
        except (ArithmeticError, ValueError):
            pass  # what is no such value is printed as it stands
        return str(given)

    def in_words(self, amount: int) -> str:
        """Return an amount in words, without its currency (R-MON-05)."""
        return in_persian_words(amount) if self._language == "fa" else in_english_words(amount)

    def day(self, on: date) -> str:
        """Return a Jalali day."""
        return self._digits(str(JalaliDate.of(on)))

    def moment(self, at: datetime) -> str:
        """Return a Jalali day and the time in Tehran."""
        local = at.astimezone(TEHRAN)
        return self._digits(f"{JalaliDate.of(local.date())} {local:%H:%M}")

    def _digits(self, text: str) -> str:
        return persian_digits(text) if self._language == "fa" else text

    @property
    def language(self) -> str:
        """The language it writes."""
        return self._language


def _approvals(
    session: Session,
    case: Instance,
    bundle: Bundle,
    units: Mapping[str, tuple[str, str]],
    write: Writer,
    role_name: RoleName,
) -> Iterator[dict[str, str]]:
    acts = [each for each in acts_of(session, case.id) if each.voided_at is None]
    people = names(session, (each.actor for each in acts))
    asked = select(task.c.id, task.c.name).where(task.c.id.in_({each.task_id for each in acts}))
    steps = {each.id: each.name for each in session.execute(asked)} if acts else {}
    for each in acts:
        role, _, unit = each.desk.partition("@")
        known = people.get(each.actor)
        step = steps.get(each.task_id) or each.element_id
        is_unit = unit not in {"", ANYWHERE} and not unit.startswith("party:")
        called = units.get(unit, (unit, unit)) if is_unit else ("", "")
        yield {
            "name": known[write.language] if known else each.actor,
            "role": role_name(role, write.language),
            "unit": unit,
            "unit_name": called[write.language != "fa"],
            "step": bundle.text(write.language, case.process_id, each.element_id, default=step),
            "at": write.moment(each.at),
        }


def recent_cases(
    session: Session, process_ids: Collection[str], actor: Actor
) -> Sequence[Row[UUID, str | None, str]]:
    """Return the newest cases of some processes that somebody may see: id, number and title."""
    asked = (
        select(instance.c.id, instance.c.business_key, instance.c.title)
        .where(instance.c.process_id.in_(list(process_ids)), visible_cases(actor))
        .order_by(instance.c.started_at.desc(), instance.c.id)
        .limit(MOST_CASES)
    )
    found: Sequence[Row[UUID, str | None, str]] = session.execute(asked).all()
    return found


def preview_of(
    session: Session,
    bundle: Bundle,
    process_id: str,
    declared: Declared,
    case_id: UUID | None,
    *,
    role_name: RoleName,
    at: datetime,
) -> dict[str, Any]:
    """Return the page of a paper that nobody called for: of a case, or with values made up."""
    case = CaseStore(session.connection()).one(case_id) if case_id else None
    paper = Paper(
        kind=declared.id,
        series=declared.series,
        unit=case.unit if case else "D07",
        year=JalaliDate.of(at.astimezone(TEHRAN).date()).year,
        sequence=0,
        code=SAMPLE_CODE,
        language=declared.language,
        reserved_at=at,
    )
    if case is not None:
        return page_of(session, paper, declared, case, bundle, role_name)
    write = Writer(declared.language)
    label = partial(bundle.text, declared.language, "columns")
    made_up = {
        key: {"label": label(key, default=key), **write.value(_SAMPLES[kind], kind)}
        for key, kind in declared.values.items()
    }
    unit = unit_titles(session).get(paper.unit, (paper.unit, paper.unit))
    title = title_of(bundle, process_id, declared, declared.language)
    return {
        **_frame(paper, title, unit, write),
        "case": {
            "title": "",
            "number": "1405-D07-0001",
            "process": bundle.process(process_id).title,
        },
        "values": made_up,
        "approvals": [],
        "own": {},
    }


MOST_CASES: Final = 20
SAMPLE_CODE: Final = "000000000000"
_SAMPLES: Final[Mapping[str, Any]] = {
    "code": "1405-D07-0001",
    "text": "نمونه",
    "number": 12,
    "rial": -11_222_933,
    "date": "2026-11-22",
    "percentage": 10,
    "rows": [{"name": "نمونه", "amount": 1_250_000}],
}
