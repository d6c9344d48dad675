"""The published price indices: what is in force, entering one, bringing a list in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from flask import flash, request
from flask.typing import ResponseReturnValue

from engine.errors import Problem
from processes.contractor_statement import commands
from processes.contractor_statement.importing.indices import (
    IndexRow,
    read_indices,
    read_pasted,
)
from processes.contractor_statement.pages.blueprint import bp, reads_indices
from processes.contractor_statement.pages.contracts import SHOWN_PROBLEMS, said
from processes.contractor_statement.queries.indices import index_page
from webapp.sdk import (
    current_actor,
    gettext,
    ngettext,
    not_found,
    now,
    reader,
    refused_on_page,
    render,
    see_other,
    unit_of_work,
)

#: An index is published as provisional first.
PROVISIONAL: Final = "provisional"
#: What is wrong with one of these is told beside it; the rest are rows of a list.
FIELDS: Final = ("discipline", "quarter", "chapter", "index_value", "list_discipline")


@bp.get("/indices")
def indices() -> ResponseReturnValue:
    """Show the indices of one discipline."""
    return _page(request.args.get("discipline", ""))


def _page(
    discipline: str, problems: Sequence[Problem] = (), entered: str = ""
) -> ResponseReturnValue:
    """Render the page; with problems beside what was entered in one of its forms."""
    actor = current_actor()
    if not reads_indices(actor):
        return not_found()
    with reader() as session:
        page = index_page(session, discipline)
    placed = [each for each in problems if each.field in FIELDS]
    listed = [(each, said(each)) for each in problems if each.field not in FIELDS]
    html = render(
        "contractor_statement/indices.html",
        page=page,
        typed=request.form,
        entered=entered,
        wrong={each.field: said(each) for each in placed},
        listed=listed[:SHOWN_PROBLEMS],
        left_out=max(0, len(listed) - SHOWN_PROBLEMS),
        may_keep=bool(actor.roles & set(commands.INDICES)),
    )
    return html, 422 if problems else 200


@bp.post("/indices")
def keep_index() -> ResponseReturnValue:
    """Keep one index, or say beside its field what is wrong with it."""
    typed = request.form
    new = commands.NewIndex(
        discipline=typed.get("discipline", ""),
        quarter=typed.get("quarter", ""),
        chapter=typed.get("chapter", ""),
        value=typed.get("index_value", ""),
        provisional=typed.get("published", PROVISIONAL) == PROVISIONAL,
    )
    try:
        commands.keep_index(unit_of_work(), new, actor=current_actor(), at=now())
    except refused_on_page() as refused:
        return _page(new.discipline, refused.problems, "one")
    flash(gettext("Kept."), "done")
    return see_other("contractor_statement.indices", discipline=new.discipline)


@bp.post("/indices/list")
def keep_indices() -> ResponseReturnValue:
    """Keep a pasted or sent list of indices, or list everything that is wrong with it."""
    discipline = request.form.get("list_discipline", "")
    try:
        kept = commands.keep_indices(
            unit_of_work(), discipline, *_sent(), actor=current_actor(), at=now()
        )
    except refused_on_page() as refused:
        return _page(discipline, refused.problems, "list")
    flash(ngettext("%(num)d index is new.", "%(num)d indices are new.", kept), "done")
    return see_other("contractor_statement.indices", discipline=discipline)


def _sent() -> tuple[bytes, Callable[[bytes], list[IndexRow]]]:
    """Return the list that was sent, and what reads its rows."""
    file = request.files.get("index_file")
    if file is not None and file.filename:
        return file.read(), read_indices
    return request.form.get("pasted", "").encode(), lambda sent: read_pasted(sent.decode())
