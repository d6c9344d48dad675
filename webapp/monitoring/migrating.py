"""Running cases taken to another version: what becomes of what, tried on all, then done.

What was filled in is kept with the batch that tries it; the mapping is changed from there.
"""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine import bpmn
from engine.commands import batches, migrations
from engine.errors import RulesBroken
from engine.queries import migrating as queries
from engine.queries.batches import must_read
from engine.queries.migrating import Crossing
from engine.storage.bundles import deployed
from engine.storage.database import Session
from engine.storage.moved import running_of
from webapp import second_person
from webapp.cases.drawing import answer_with, drawing_of
from webapp.cases.map import viewer_texts
from webapp.monitoring.mapping import missing, posted_plan, proposed_plan, table_of
from webapp.people.asked import texts_of
from webapp.request import current_actor, locale, now, reader, unit_of_work

bp = Blueprint("migrating", __name__, url_prefix="/monitoring/migrations")


@bp.get("")
def index() -> ResponseReturnValue:
    """Ask for a process and two versions; show what becomes of what between them."""
    with reader() as session:
        asked = _asked(session)
        plan = _kept_plan(session)
        return _page(session, asked, plan)


@bp.post("")
def begin() -> ResponseReturnValue:
    """Try it on all running cases, or do it: in the background, as a batch."""
    actor, reason = current_actor(), request.form.get("reason", "")
    only_try = request.form.get("act") != "migrate"
    with reader() as session:
        must_read(actor)
        crossing = _crossing(session, request.form)
        plan = posted_plan(crossing, request.form.to_dict(flat=False))
    wish = migrations.wish(crossing.old, crossing.new, plan, reason, only_try=only_try)
    uow, chosen = unit_of_work(), running_of(crossing.old.id)
    try:
        if not only_try:
            second_person.must_not_be_wanted()
        batch_id = batches.begin(uow, wish, chosen, actor=actor, at=now())
    except RulesBroken as refused:
        with reader() as session:
            asked = {key: request.form.get(key, "") for key in ("process", "from", "to")}
            return _page(session, asked, plan, reason, texts_of(refused.problems)), 422
    return redirect(url_for("batches.show", batch_id=batch_id), 303)


@bp.get("/<uuid:definition_id>.bpmn")
def drawing(definition_id: UUID) -> ResponseReturnValue:
    """Give the drawing of one version."""
    must_read(current_actor())
    with reader() as session:
        return answer_with(drawing_of(deployed(session, definition_id)))


def _asked(session: Session) -> dict[str, str]:
    """Return what is asked for: as it says, or as a batch has it."""
    batch_id = _uuid(request.args.get("batch", ""))
    must_read(current_actor())
    facts = queries.facts_of(session, batch_id) if batch_id else None
    if facts is None:
        return {key: request.args.get(key, "") for key in ("process", "from", "to")}
    old, new = (deployed(session, UUID(facts[key])) for key in ("from", "to"))
    return {"process": old.process_id, "from": str(old.version), "to": str(new.version)}


def _kept_plan(session: Session) -> bpmn.Plan | None:
    batch_id = _uuid(request.args.get("batch", ""))
    facts = queries.facts_of(session, batch_id) if batch_id else None
    return bpmn.read_plan(facts["plan"]) if facts else None


def _page(
    session: Session,
    asked: Mapping[str, str],
    plan: bpmn.Plan | None,
    reason: str = "",
    problems: list[tuple[str | None, str]] | None = None,
) -> str:
    actor = current_actor()
    processes = queries.processes(session, actor)
    versions = queries.versions(session, asked["process"]) if asked["process"] else ()
    crossing = _crossing(session, asked) if asked["from"] and asked["to"] else None
    if crossing and plan is None:
        plan = proposed_plan(crossing)
    table = table_of(crossing, plan) if crossing and plan else None
    return render_template(
        "monitoring/migrating.html",
        processes=processes,
        versions=versions,
        asked=asked,
        crossing=crossing,
        table=table,
        missing=missing(table.to_look_at) if table else 0,
        texts=viewer_texts(locale()),
        may_change=actor.is_admin,
        reason=reason,
        problems=problems or [],
        room="batches",
        nav="cases",
    )


def _crossing(session: Session, asked: Mapping[str, str]) -> Crossing:
    old, new = (_number(asked.get(key, "")) for key in ("from", "to"))
    return queries.crossing(session, asked.get("process", ""), old, new)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 9 else 0  # there is no such version


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
