"""Acts on many cases of the list: on those ticked, or on all that were asked for.

An act is looked at before it is done, takes a reason, and is done in the background as a batch.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.exceptions import BadRequest

from engine.commands import batches
from engine.commands.admins import must_be_admin
from engine.errors import Problem, RulesBroken
from engine.model.batch import LONGEST_REASON, Wish
from engine.model.person import Actor
from engine.queries import case_list
from engine.queries.case_filter import CaseFilter
from engine.queries.case_list import Counts
from engine.storage.batches import Chosen
from engine.storage.database import Session
from engine.values import exact_json
from webapp import second_person
from webapp.findings import shown_detail
from webapp.monitoring.asking import Question, question
from webapp.monitoring.case_moves import move_asked
from webapp.people.asked import texts_of
from webapp.request import current_actor, now, reader, unit_of_work

bp = Blueprint("case_acts", __name__, url_prefix="/monitoring/cases/act")

MOST_TICKED: Final = 500  #: cases named one by one


class Act(NamedTuple):
    """One thing that can be done to many cases."""

    kind: str  #: of the batch
    label: Any  #: on the button
    told: Any  #: what becomes of how many
    chosen: Callable[[Session, Actor, CaseFilter], Chosen]
    count: Callable[[Counts], int]
    is_grave: bool = False  #: cannot be taken back
    moves: bool = False  #: from one step to another, which is asked
    takes_values: bool = False  #: names and values are asked for, too


ACTS: Final[Mapping[str, Act]] = {
    each.kind: each
    for each in (
        Act(
            "retry",
            _l("Try again"),
            _l("Running cases that an incident stops: what gave up is tried again."),
            case_list.stopped_jobs,
            lambda counted: counted.stopped,
        ),
        Act(
            "suspend",
            _l("Suspend"),
            _l("Running cases: nobody answers their tasks, and their timers and jobs wait."),
            case_list.running_ids,
            lambda counted: counted.running,
        ),
        Act(
            "resume",
            _l("Let go on"),
            _l("Suspended cases go on; what fell due meanwhile happens now."),
            case_list.suspended_ids,
            lambda counted: counted.suspended,
        ),
        Act(
            "modify",
            _l("Move to another step"),
            _l("Running cases that wait at a step: they stop waiting there and go on elsewhere."),
            case_list.running_ids,
            lambda counted: counted.running,
            moves=True,
        ),
        Act(
            "set_variables",
            _l("Set values"),
            _l("Running cases: these values become others, and what waits for them goes on."),
            case_list.running_ids,
            lambda counted: counted.running,
            takes_values=True,
        ),
        Act(
            "cancel",
            _l("Cancel the cases"),
            _l("Running cases: they end where they stand, and their open tasks with them."),
            case_list.running_ids,
            lambda counted: counted.running,
            is_grave=True,
        ),
    )
}


def acts_for(actor: Actor) -> tuple[Act, ...]:
    """Return what the actor may do to many cases: an administrator everything, others nothing."""
    return tuple(ACTS.values()) if actor.is_admin else ()


@bp.post("")
def look() -> ResponseReturnValue:
    """Show what an act would be done to, and ask why; nothing is done yet."""
    return _page()


@bp.post("/begin")
def begin() -> ResponseReturnValue:
    """Begin the act as a batch, on what is found now."""
    actor, act = current_actor(), _act()
    must_be_admin(actor)
    with reader() as session:
        asked, wanted = _chosen(session)
        move = move_asked(asked.chosen) if act.moves else None
        if act.moves and (move is None or not move.is_whole):
            return _page([("leave", _("Choose a step to leave and one to go on at."))]), 422
        wanted = move.narrowed(wanted) if move else wanted
        chosen = act.chosen(session, actor, wanted)
    try:
        facts: dict[str, Any] = {"instructions": move.instructions} if move else {}
        if act.takes_values:
            facts = {"values": _values()}
        wish = Wish(act.kind, request.form.get("reason", ""), facts, wanted.process_id)
        second_person.must_not_be_wanted()
        batch_id = batches.begin(unit_of_work(), wish, chosen, actor=actor, at=now())
    except RulesBroken as refused:
        return _page(texts_of(refused.problems)), 422
    return redirect(url_for("batches.show", batch_id=batch_id), 303)


def _page(problems: list[tuple[str | None, str]] | None = None) -> str:
    actor, act = current_actor(), _act()
    must_be_admin(actor)
    with reader() as session:
        asked, wanted = _chosen(session)
        move = move_asked(asked.chosen) if act.moves else None
        wanted = move.narrowed(wanted) if move else wanted
        counted = case_list.counts(session, actor, wanted)
        first = case_list.page(session, actor, wanted)
    tried = move.tried([each.id for each in first.lines]) if move and move.is_whole else None
    return render_template(
        "monitoring/case_act.html",
        act=act,
        count=act.count(counted),
        counted=counted,
        most=case_list.MOST_COUNTED,
        first=first,
        asked=asked.asked,
        ticked=wanted.ids or (),
        reason=request.form.get("reason", ""),
        values=request.form.get("values", ""),
        longest=LONGEST_REASON,
        problems=problems or [],
        move=move,
        tried=tried,
        shown_detail=shown_detail,
        nav="monitoring",
        room="cases",
    )


def _act() -> Act:
    act = ACTS.get(request.form.get("act", ""))
    if act is None:
        raise BadRequest
    return act


def _values() -> Mapping[str, Any]:
    """Return the values that were typed as JSON.

    Raises:
        RulesBroken: ``GEN-JSON``, it is no object, or an empty one.
    """
    try:
        said = exact_json.read(request.form.get("values", ""))
    except ValueError:
        said = None
    if not isinstance(said, dict) or not said:
        raise RulesBroken([Problem("GEN-JSON", "values")])
    return said


def _chosen(session: Session) -> tuple[Question, CaseFilter]:
    """Return what the act is on: the cases ticked, or else all that are asked for.

    Raises:
        BadRequest: nothing is ticked, or the question cannot be read.
    """
    asked = question(session, request.form.to_dict(flat=False))
    if request.form.get("of") == "all":
        if asked.wanted is None:
            raise BadRequest
        return asked, asked.wanted
    try:
        ticked = [UUID(each) for each in request.form.getlist("case")[:MOST_TICKED]]
    except ValueError:
        raise BadRequest from None
    return asked, CaseFilter(ids=ticked)
