"""The reconciliation: files of the bank, exceptions, and what a person found out of them."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask import flash, request
from flask.typing import ResponseReturnValue

from engine.errors import Problem, RulesBroken
from processes.payments import commands
from processes.payments.pages.blueprint import bp, by_field, looks_at_bank
from processes.payments.queries.pages import reconciliation as read_reconciliation
from processes.payments.queries.scope import RECONCILERS
from webapp.sdk import (
    current_actor,
    digits,
    gettext,
    not_found,
    now,
    reader,
    refused_on_page,
    render,
    see_other,
    unit_of_work,
)


@bp.get("/reconciliation")
def reconciliation() -> ResponseReturnValue:
    """Show what the bank told and no order explains."""
    return _page()


def _page(problems: Sequence[Problem] = (), line: UUID | None = None) -> ResponseReturnValue:
    actor = current_actor()
    if not looks_at_bank(actor):
        return not_found()
    with reader() as session:
        html = render(
            "payments/reconciliation.html",
            page=read_reconciliation(session, actor),
            may_reconcile=bool(actor.roles & RECONCILERS),
            typed=request.form,
            wrong=by_field(problems),
            wrong_line=line,
        )
    return html, 422 if problems else 200


@bp.post("/reconciliation/files")
def take_file() -> ResponseReturnValue:
    """Take a file of the bank, all of it or nothing."""
    file = request.files.get("file")
    content = b"" if file is None else file.read()
    unit = request.form.get("unit", "")
    try:
        if not content:
            raise RulesBroken([Problem("GEN-REQUIRED", "file")])
        taken = commands.take_file(unit_of_work(), unit, content, actor=current_actor(), at=now())
    except refused_on_page() as refused:
        return _page(refused.problems)
    if taken.known:
        flash(gettext("This file was taken before; nothing has changed."), "done")
    else:
        counts = {"matched": digits(taken.matched), "exceptions": digits(taken.exceptions)}
        flash(gettext("Taken: %(matched)s fit an order, %(exceptions)s do not.", **counts), "done")
    return see_other("payments.reconciliation")


@bp.post("/reconciliation/<uuid:line_id>")
def explain(line_id: UUID) -> ResponseReturnValue:
    """Keep what a person found out about an exception."""
    note = request.form.get("note", "")
    try:
        commands.explain_line(unit_of_work(), line_id, note, actor=current_actor(), at=now())
    except refused_on_page() as refused:
        return _page(refused.problems, line_id)
    flash(gettext("Kept."), "done")
    return see_other("payments.reconciliation")
