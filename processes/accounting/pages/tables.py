"""The trial balance and the journal to take along, as CSV or XLSX."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Response
from flask.typing import ResponseReturnValue

from engine.values import JalaliDate, Rial
from processes.accounting.pages.blueprint import asked, bp
from processes.accounting.queries import TrialBalance, trial_balance
from processes.accounting.queries.entries import all_lines
from webapp.sdk import current_actor, gettext, locale, not_found, reader, table_response


@bp.get("/balance.<kind>")
def balance_table(kind: str) -> ResponseReturnValue:
    """Give the trial balance as a table."""
    with reader() as session:
        wanted = asked(session, current_actor())
        shown = trial_balance(session, wanted.unit, wanted.year)
    return _given(f"trial-balance-{wanted.unit}-{wanted.year}", kind, _balance_rows(shown))


@bp.get("/journal.<kind>")
def journal_table(kind: str) -> ResponseReturnValue:
    """Give every line of the journal of a year as a table."""
    with reader() as session:
        wanted = asked(session, current_actor())
        rows = [
            _journal_head(),
            *(
                [
                    str(entry.number),
                    str(JalaliDate.of(entry.on)),
                    entry.kind,
                    entry.description,
                    line.account,
                    *_sides(line.debit, line.credit),
                    line.party or "",
                    line.budget_line or "",
                    entry.basis_number,
                ]
                for entry, line in all_lines(session, wanted.unit, wanted.year)
            ),
        ]
    return _given(f"journal-{wanted.unit}-{wanted.year}", kind, iter(rows))


def _given(name: str, kind: str, rows: Iterator[list[str]]) -> ResponseReturnValue:
    if kind not in ("csv", "xlsx"):
        return not_found()
    given: Response = table_response(name, kind, rows)
    return given


def _balance_rows(shown: TrialBalance) -> Iterator[list[str]]:
    yield [
        gettext("Account"),
        gettext("Title"),
        gettext("Opening balance"),
        gettext("Debit"),
        gettext("Credit"),
        gettext("Balance, debit"),
        gettext("Balance, credit"),
    ]
    for each in shown.rows:
        closing = (max(each.closing, Rial.ZERO), max(-each.closing, Rial.ZERO))
        yield [
            each.account.code,
            each.account.names[locale()],
            str(each.opening.amount),
            *_sides(each.debit, each.credit),
            *_sides(*closing),
        ]


def _journal_head() -> list[str]:
    return [
        gettext("Number"),
        gettext("Date"),
        gettext("Kind"),
        gettext("Description"),
        gettext("Account"),
        gettext("Debit"),
        gettext("Credit"),
        gettext("Party"),
        gettext("Budget line"),
        gettext("Document"),
    ]


def _sides(debit: Rial, credit: Rial) -> tuple[str, str]:
    return str(debit.amount), str(credit.amount)
