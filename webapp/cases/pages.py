"""The case page and what people may send to a case."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine import bpmn
from engine.catalogue.config import Lane, SendableMessage
from engine.catalogue.desks import LaneUnmapped, desk
from engine.commands import choosing, instances, reminding
from engine.commands.models import model_of
from engine.queries import cases
from engine.queries.cases import CasePage
from engine.queries.related import related
from webapp.cases import tabs
from webapp.cases.drawing import answer_with, drawing_of
from webapp.cases.holding import called_of, holding_of
from webapp.cases.people import name_of
from webapp.cases.tabs import Around
from webapp.request import current_actor, now, reader, unit_of_work
from webapp.wording import words_of

bp = Blueprint("cases", __name__, url_prefix="/cases/<uuid:instance_id>")


@bp.get("")
def show(instance_id: UUID) -> ResponseReturnValue:
    """Show one case: who has it, and its trail, map or file."""
    tab = tabs.chosen(tabs.OF_CASE, request.args.get("tab"))
    with reader() as session:
        case = cases.page(session, instance_id, current_actor())
        shown = tab.facts(session, Around.of_case(case))
        holding, called = holding_of(session, case), called_of(session, case)
        has_more = case.has_related and tab is tabs.OF_CASE[0]
        beside = related(session, instance_id, current_actor()) if has_more else ()
    return render_template(
        "cases/case.html",
        case=case,
        words=words_of(case.definition),
        config=case.definition.bundle.process(case.process_id),
        tabs=tabs.OF_CASE,
        tab=tab,
        related=beside,
        holding=holding,
        called=called,
        messages=_sendable(case),
        choices=_offered(case),
        name_of=lambda username: name_of(username, case.progress),
        **shown,
    )


@bp.get("/diagram.bpmn")
def diagram(instance_id: UUID) -> ResponseReturnValue:
    """Give the diagram the case runs on."""
    with reader() as session:
        definition = cases.definition(session, instance_id, current_actor())
    return answer_with(drawing_of(definition))


@bp.post("/steps/<uuid:task_id>/remind")
def remind(instance_id: UUID, task_id: UUID) -> ResponseReturnValue:
    """Ask those who have a step to go on with it."""
    with reader() as session:
        cases.definition(session, instance_id, current_actor())  # who may not see it asks nobody
    reminding.remind(unit_of_work(), task_id, actor=current_actor(), at=now())
    flash(_("They were reminded."), "done")
    return redirect(url_for("cases.show", instance_id=instance_id), 303)


@bp.post("/messages/<name>")
def send(instance_id: UUID, name: str) -> ResponseReturnValue:
    """Send a message the case waits for, with its reason."""
    with reader() as session:
        case = cases.page(session, instance_id, current_actor())
    message = case.definition.bundle.process(case.process_id).messages.get(name)
    reason = request.form.get("reason", "").strip()
    if message is not None and message.reason and not reason:
        flash(_("Say why; the reason goes into the trail."), "wrong")
        return redirect(url_for("cases.show", instance_id=instance_id), 303)
    values = {"reason": reason} if reason else {}
    instances.send(unit_of_work(), instance_id, name, values, actor=current_actor(), at=now())
    flash(_("Sent: %(message)s", message=words_of(case.definition).message(name)), "done")
    return redirect(url_for("cases.show", instance_id=instance_id), 303)


@bp.post("/choices/<element_id>")
def choose(instance_id: UUID, element_id: str) -> ResponseReturnValue:
    """Have an activity of an open ad-hoc sub-process done, for the first time or again."""
    token = request.form.get("token", "")
    actor, at = current_actor(), now()
    choosing.enable(unit_of_work(), instance_id, token, element_id, actor=actor, at=at)
    flash(_("It was begun."), "done")
    return redirect(url_for("cases.show", instance_id=instance_id), 303)


def _offered(case: CasePage) -> list[choosing.Offer]:
    """Return what this actor may have done in ad-hoc sub-processes that are open."""
    if not case.is_running:
        return []
    stored = bpmn.Stored(case.snapshot, case.variables)
    model = model_of(case.definition.bundle)
    offers = choosing.offers(model, case.process_id, stored)
    return [each for each in offers if _may_choose(case, each)]


def _may_choose(case: CasePage, offer: choosing.Offer) -> bool:
    lane = case.definition.bundle.process(offer.process_id).lanes.get(offer.lane_id or "")
    if current_actor().is_admin:
        return True
    return lane is not None and _sits_at(case, lane)


def _sendable(case: CasePage) -> list[SendableMessage]:
    """Return the messages the case waits for that this actor may send."""
    declared = case.definition.bundle.process(case.process_id)
    if not case.is_running or not declared.messages:
        return []
    stored = bpmn.Stored(case.snapshot, case.variables)
    waits = bpmn.waiting(model_of(case.definition.bundle), case.process_id, stored)
    awaited = {each.name for each in waits if isinstance(each, bpmn.MessageWait)}
    return [
        each
        for each in declared.messages.values()
        if each.name in awaited and _may_send(case, each)
    ]


def _may_send(case: CasePage, message: SendableMessage) -> bool:
    return _sits_at(case, case.definition.bundle.process(case.process_id).lanes[message.lane])


def _sits_at(case: CasePage, lane: Lane) -> bool:
    try:
        needed = desk(lane, case.unit, case.variables, lambda _: None)
    except LaneUnmapped:
        return False
    return current_actor().sits_at(needed)
