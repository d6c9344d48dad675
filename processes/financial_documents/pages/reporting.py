"""The reports, as pages and as CSV."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from flask.typing import ResponseReturnValue

from engine.values import Rial
from processes.financial_documents import commands
from processes.financial_documents.pages.blueprint import (
    COLUMN_NAMES,
    bp,
    reads_money,
    word,
)
from processes.financial_documents.queries import advances, lists
from processes.financial_documents.queries.reports import REPORTS
from processes.financial_documents.queries.tables import Column, Report
from processes.financial_documents.queries.years import years_of_budget
from webapp.sdk import (
    current_actor,
    jalali,
    jalali_moment,
    not_found,
    now,
    reader,
    render,
    table_response,
)


@bp.get("/")
@bp.get("/reports/<name>")
def report_page(name: str = "budget") -> ResponseReturnValue:
    """Show one report."""
    return show_report(name)


def show_report(
    name: str, *, wrong: dict[str | None, str] | None = None, entered: str = "", typed: Any = None
) -> ResponseReturnValue:
    """Render a report; with problems beside what was entered in one of its forms."""
    actor = current_actor()
    if name not in REPORTS or not reads_money(actor):
        return not_found()
    keeps = bool(actor.roles & set(commands.KEEPERS))
    with reader() as session:
        html = render(
            "financial_documents/report.html",
            name=name,
            report=REPORTS[name](session, actor, now()),
            people=lists.names(session),
            lines=lists.lines_kept(session, actor) if keeps else (),
            may_keep=keeps,
            units=commands.units_of(actor, *commands.KEEPERS),
            years=years_of_budget(session, actor, now()) if name == "budget" else None,
            settlements=advances.choices(session, actor) if name == "advances" else None,
            wrong=wrong or {},
            entered=entered,
            typed=typed or {},
        )
    return html, 422 if wrong else 200


@bp.get("/reports/<name>.csv")
def report_csv(name: str) -> ResponseReturnValue:
    """Send one report as CSV, amounts in rials without grouping."""
    actor = current_actor()
    if name not in REPORTS or not reads_money(actor):
        return not_found()
    with reader() as session:
        report = REPORTS[name](session, actor, now())
    return table_response(name, "csv", list(_rows(report)))


def _rows(report: Report) -> Iterator[list[str]]:
    yield [str(COLUMN_NAMES[each.key]) for each in report.columns]
    for row in report.rows:
        yield _texts(report.columns, row)
    if report.totals:
        yield [_total(each, report) for each in report.columns]


def _texts(columns: Sequence[Column], row: Sequence[Any]) -> list[str]:
    return [_said(each.kind, value) for each, value in zip(columns, row, strict=True)]


_SAID: Final[Mapping[str, Callable[[Any], str]]] = {
    "rial": lambda value: str(value.amount),
    "word": lambda value: str(word(value)),
    "case": lambda value: str(value[0]),
    "case_word": lambda value: str(word(value[0])),
    "day": jalali,
    "moment": jalali_moment,
}


def _said(kind: str, value: Any) -> str:
    if value is None:
        return ""
    return _SAID.get(kind, str)(value)


def _total(column: Column, report: Report) -> str:
    found: Rial | None = report.totals.get(column.key)
    return "" if found is None else str(found.amount)
