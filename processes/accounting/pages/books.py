"""The trial balance, the journal, one account and one entry."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from flask.typing import ResponseReturnValue

from engine.sdk import names_of_people
from processes.accounting.chart import chart
from processes.accounting.commands.proposing import KIND, PROPOSERS
from processes.accounting.pages.blueprint import asked, bp, sits
from processes.accounting.queries import readable_units, trial_balance
from processes.accounting.queries.entries import account_page, entry_page, journal_page
from webapp.sdk import current_actor, locale, not_found, reader, render


@bp.get("/")
def balance() -> ResponseReturnValue:
    """Show the trial balance of a unit and year."""
    with reader() as session:
        wanted = asked(session, current_actor())
        shown = trial_balance(session, wanted.unit, wanted.year)
    return render(
        "accounting/balance.html",
        asked=wanted,
        balance=shown,
        page_language=locale(),
        tab="balance",
    )


@bp.get("/journal")
def journal() -> ResponseReturnValue:
    """Show the entries of a unit and year, newest first."""
    with reader() as session:
        wanted = asked(session, current_actor())
        shown = journal_page(session, wanted.unit, wanted.year, wanted.page)
        years = trial_balance(session, wanted.unit, wanted.year).years
    return render(
        "accounting/journal.html",
        asked=wanted,
        journal=shown,
        years=years,
        page_language=locale(),
        tab="journal",
    )


@bp.get("/accounts/<code>")
def account(code: str) -> ResponseReturnValue:
    """Show the lines of one account, each with the balance after it."""
    found = chart().get(code)
    if found is None:
        return not_found()
    with reader() as session:
        wanted = asked(session, current_actor())
        shown = account_page(session, wanted.unit, wanted.year, found, wanted.page)
    return render(
        "accounting/account.html", asked=wanted, account=shown, page_language=locale(), tab=""
    )


@bp.get("/entries/<uuid:entry_id>")
def entry(entry_id: UUID) -> ResponseReturnValue:
    """Show one entry with its lines, its case and what reverses it."""
    return show_entry(entry_id, {})


def show_entry(entry_id: UUID, wrong: Mapping[str, str]) -> ResponseReturnValue:
    """Return the page of an entry, with what is wrong in asking for its reversal."""
    with reader() as session:
        shown = entry_page(session, entry_id)
        if shown is None or shown.entry.unit not in readable_units(session, current_actor()):
            return not_found()
        entry = shown.entry
        by_hand = entry.kind == KIND and entry.reverses_id is None and shown.reversed_by is None
        may_undo = by_hand and sits(current_actor(), entry.unit, PROPOSERS)
        html = render(
            "accounting/entry.html",
            page=shown,
            may_undo=may_undo,
            people=names_of_people(session, [entry.posted_by]),
            wrong=wrong,
            page_language=locale(),
        )
    return html, 422 if wrong else 200
