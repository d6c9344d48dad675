"""Several tasks at once: one act is done to each that was ticked, in the list or of a filter.

Each task is a transaction of its own; afterwards the page says what was done and what was not,
and why, and takes all of it back with one button where that can be.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp.accounts.checking import confirmed
from webapp.inbox import several
from webapp.inbox.several import ACTS, Act, Done
from webapp.inbox.ticking import MOST
from webapp.inbox.ticking import page as page_of_ticks

bp = Blueprint("together", __name__, url_prefix="/inbox/together")


@bp.get("")
def ask() -> ResponseReturnValue:
    """List what the filter finds, up to a hundred, to be ticked; ``tick=none`` ticks none."""
    return page_of_ticks(ticked=[] if request.args.get("tick") == "none" else None)


@bp.post("/choose")
def choose() -> ResponseReturnValue:
    """List what was ticked in the list of work, to say what else shall be done with it."""
    ids = list(_ids(request.form.getlist("task")))[:MOST]
    if not ids:
        return page_of_ticks(_("Tick at least one task."), status=422)
    return page_of_ticks("", ids)


@bp.post("")
def do() -> ResponseReturnValue:
    """Do one act to each task that is ticked, and say what became of each."""
    act = next((each for each in ACTS if each == request.form.get("act")), None)
    ids = list(_ids(request.form.getlist("task")))[:MOST]
    problem = _problem(act, ids)
    password = request.form.get("password", "") if act == "complete" else ""
    by = confirmed(password) if not problem else None  # once for all: a code is good for once
    if password and not problem and by is None:
        problem = _("The password is not right.")
    if problem or act is None:
        return page_of_ticks(problem, ids, status=422)
    done = [several.do(act, each, by) for each in ids]
    return _result(act, done)


@bp.post("/undo")
def undo() -> ResponseReturnValue:
    """Take back what was just done to several tasks, each where that is still possible."""
    act = next((each for each in ACTS if each == request.form.get("act")), None)
    given = [each.partition("=") for each in request.form.getlist("done")][:MOST]
    was = {each: was for text, _sign, was in given for each in _ids([text])}
    if act is None:
        return page_of_ticks(_("Choose what shall be done."), [], status=422)
    return _result(act, [several.take_back(act, each, was[each]) for each in was], is_undo=True)


def _ids(texts: Iterable[str]) -> Iterator[UUID]:
    """Yield the tasks named; what names none is passed over."""
    for each in texts:
        with suppress(ValueError):
            yield UUID(each)


def _problem(act: Act | None, ids: list[UUID]) -> str:
    if act is None:
        return _("Choose what shall be done.")
    if not ids:
        return _("Tick at least one task.")
    if act == "assign" and not request.form.get("to"):
        return _("Choose to whom.")
    return ""


def _result(act: Act, done: list[Done], *, is_undo: bool = False) -> str:
    changed = [each for each in done if not each.refused]
    asked: dict[str, Any] = request.args.to_dict()
    return render_template(
        "inbox/together_done.html",
        done=changed,
        refused=[each for each in done if each.refused],
        act=act,
        is_undo=is_undo,
        undo=url_for("together.undo", **asked) if changed and not is_undo else None,
        nav="inbox",
    )
