"""Entries by hand: entered, posted or refused by another person, reversed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final
from uuid import UUID

from flask import flash, request
from flask.typing import ResponseReturnValue

from engine.sdk import names_of_people
from processes.accounting.chart import chart
from processes.accounting.commands import (
    POSTERS,
    PROPOSERS,
    post_proposed,
    propose,
    propose_reversal,
    refuse_proposed,
)
from processes.accounting.pages.blueprint import asked, bp, sits
from processes.accounting.pages.books import show_entry
from processes.accounting.queries import trial_balance
from processes.accounting.queries.proposals import open_accounts, proposals
from processes.accounting.texts import AreaTexts
from webapp.sdk import (
    current_actor,
    error_text,
    gettext,
    locale,
    now,
    reader,
    refused_on_page,
    render,
    see_other,
    unit_of_work,
)


@bp.get("/by-hand")
def by_hand() -> ResponseReturnValue:
    """Show what waits for another person, and the form for an entry."""
    return _page({})


@bp.post("/by-hand")
def enter() -> ResponseReturnValue:
    """Keep an entry until somebody else posts it."""
    uow, unit, actor = unit_of_work(), request.form.get("unit", ""), current_actor()
    return _done(lambda: propose(uow, unit, request.form, actor=actor, at=now()))


@bp.post("/by-hand/<uuid:proposal_id>")
def decide(proposal_id: UUID) -> ResponseReturnValue:
    """Post what somebody else entered, or refuse it with a reason."""
    uow, actor, reason = unit_of_work(), current_actor(), request.form.get("reason", "")
    if request.form.get("act") == "post":
        return _done(lambda: post_proposed(uow, proposal_id, actor=actor, at=now()), proposal_id)
    return _done(
        lambda: refuse_proposed(uow, proposal_id, reason, actor=actor, at=now()), proposal_id
    )


@bp.post("/entries/<uuid:entry_id>/reversal")
def ask_for_reversal(entry_id: UUID) -> ResponseReturnValue:
    """Ask for an entry that was made by hand to be reversed."""
    uow, actor, reason = unit_of_work(), current_actor(), request.form.get("reason", "")
    return _done(
        lambda: propose_reversal(uow, entry_id, reason, actor=actor, at=now()), entry_id=entry_id
    )


_FIELDS: Final = frozenset({"description", "on", "lines", "reason"})


def _done(
    act: Callable[[], object], about: UUID | None = None, *, entry_id: UUID | None = None
) -> ResponseReturnValue:
    """Do what was asked, and say what is wrong with it: beside its fields, or above them all."""
    try:
        act()
    except refused_on_page() as refused:
        words, said = AreaTexts(locale()), dict[str, str]()
        for each in refused.problems:
            field = each.field if each.field in _FIELDS else "all"
            told = error_text(each, words)
            said[field] = f"{said[field]} · {told}" if field in said else told
        return show_entry(entry_id, said) if entry_id else _page(said, about)
    flash(gettext("Kept."), "done")
    return see_other("accounting.by_hand", **request.args.to_dict())


def _page(wrong: Mapping[str, str], about: UUID | None = None) -> ResponseReturnValue:
    actor = current_actor()
    with reader() as session:
        wanted = asked(session, actor)
        waiting, decided = proposals(session, wanted.unit)
        shown = [each.entry for each in (*waiting, *decided)]
        people = [who for each in shown for who in (each.proposed_by, each.decided_by)]
        html = render(
            "accounting/by_hand.html",
            asked=wanted,
            waiting=waiting,
            decided=decided,
            chart=chart(),
            accounts=open_accounts(),
            years=trial_balance(session, wanted.unit, wanted.year).years,
            may_propose=sits(actor, wanted.unit, PROPOSERS),
            may_post=sits(actor, wanted.unit, POSTERS),
            who=actor.username,
            people=names_of_people(session, people),
            about=about,
            wrong=wrong,
            typed=request.form,
            page_language=locale(),
            tab="by_hand",
        )
    return html, 422 if wrong else 200
