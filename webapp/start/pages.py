"""Starting a case: what may be started, and its form."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.commands import instances, preferences, uploads
from engine.errors import Problem, RuleBroken, RulesBroken
from engine.queries import start as queries
from engine.storage.bundles import Deployed
from forms import FILEPICKER, FormErrors, read_submission
from webapp.addresses import address
from webapp.errors import problems_of, wants_json
from webapp.inbox.answered_documents import named_in
from webapp.inbox.browser_form import browser_form
from webapp.inbox.check import parts_of
from webapp.inbox.form_pages import found_choices, standing
from webapp.inbox.moving import changed_rows, destination, wrong_here
from webapp.inbox.posted import GO, PAGE, Posted, asked_elsewhere, elsewhere, is_move, one
from webapp.inbox.step_form import StepForm, step_form
from webapp.problems import text_of
from webapp.receiving import received
from webapp.request import current_actor, now, reader, reading, services, unit_of_work
from webapp.wording import words_of

bp = Blueprint("start", __name__, url_prefix="/start")


@bp.get("")
def index() -> ResponseReturnValue:
    """List what the actor may start."""
    with reader() as session:
        definitions = queries.page(session, current_actor())
        suspended = queries.suspensions(session)
    return render_template(
        "start/list.html", definitions=definitions, suspended=suspended, nav="start"
    )


@bp.post("/<process_id>/favourite")
def favour(process_id: str) -> ResponseReturnValue:
    """Keep a process on top, or among the others again."""
    actor = current_actor()
    chosen = [each for each in actor.preferences["favourites"] if each != process_id]
    if request.form.get("on"):
        queries.definition(reading(), process_id, actor)
        chosen.append(process_id)
    preferences.keep(unit_of_work(), "favourites", chosen, actor=actor, at=now())
    return redirect(url_for("start.index", _anchor=f"favour-{process_id}"), 303)


@bp.get("/<process_id>")
def show(process_id: str) -> ResponseReturnValue:
    """Show the start form of a process."""
    definition, form = _form(process_id)
    given = {
        each.key: request.args[each.key] for each in form.form.fields if each.key in request.args
    }
    return _page(definition, replace(form, drafts=given))


@bp.post("/<process_id>")
def begin(process_id: str) -> ResponseReturnValue:
    """Start a case; what is refused is shown again as typed."""
    definition, form = _form(process_id)
    raw = request.form.to_dict(flat=False)
    form = replace(form, raw=raw, page=one(raw, PAGE) or None)
    if (asked := asked_elsewhere(form, raw)) is not raw:
        form, raw = replace(form, raw=asked), asked
    if is_move(raw):
        return _moved(definition, form, raw)
    try:
        values = read_submission(form.form, raw, now=now())
        started = instances.start(
            unit_of_work(),
            process_id,
            values,
            actor=current_actor(),
            at=now(),
            newest=definition,
            documents=named_in(form.form, values),
        )
    except (FormErrors, RuleBroken) as refused:
        return _page(definition, form, problems_of(refused)), 422
    flash(_("Started: %(process)s", process=words_of(definition).process), "done")
    task = started.next_for(current_actor())
    if task is not None:
        return redirect(url_for("tasks.show", task_id=task), 303)
    return redirect(url_for("cases.show", instance_id=started.instance_id), 303)


@bp.post("/<process_id>/documents")
def hand_in(process_id: str) -> ResponseReturnValue:
    """Take documents for a field of the start form; they wait for the case it starts."""
    definition, form = _form(process_id)
    path = request.args.get("field", "")
    raw = request.form.to_dict(flat=False)
    form = replace(form, raw=raw, page=one(raw, PAGE) or None)
    field = form.form.field(path)
    if field is None or field.type != FILEPICKER:
        raise RulesBroken([Problem("GEN-UNKNOWN", path)])
    try:
        ids = uploads.keep(
            unit_of_work(),
            process_id,
            received(request.args.get("input", "files")),
            field=path,
            actor=current_actor(),
            at=now(),
            limits=services().settings.documents,
        )
    except RulesBroken as broken:
        if wants_json():
            raise
        problems = tuple(Problem(each.code, path, each.params) for each in broken.problems)
        return _page(definition, form, problems), 422
    if wants_json():
        return jsonify(documents=[str(each) for each in ids]), 201
    chosen = raw.get(path, []) if field.extras.get("multiple") is True else []
    return _page(definition, replace(form, raw={**raw, path: [*chosen, *map(str, ids)]}))


@bp.get("/<process_id>/choices")
def choices(process_id: str) -> ResponseReturnValue:
    """Find the choices of one field of the start form."""
    return found_choices(_form(process_id)[1])


@bp.post("/<process_id>/form")
def stands(process_id: str) -> ResponseReturnValue:
    """Say how the start form stands with what is typed in it now."""
    raw = request.form.to_dict(flat=False)
    return standing(replace(_form(process_id)[1], raw=raw, page=one(raw, PAGE) or None))


def _moved(definition: Deployed, form: StepForm, raw: Posted) -> ResponseReturnValue:
    """Show another page of the form, or another row; the pages carry what was typed along."""
    typed, _target = changed_rows(form, raw)
    on = replace(form, raw={**elsewhere(form), **typed})
    if GO not in raw:
        return _page(definition, on)
    if one(raw, GO) != "back" and (problems := wrong_here(form)):
        return _page(definition, form, problems), 422
    return _page(definition, replace(on, page=destination(form, raw)))


def _form(process_id: str) -> tuple[Deployed, StepForm]:
    definition = queries.definition(reading(), process_id, current_actor())
    form_id = definition.bundle.process(process_id).start_form
    with reader() as session:
        form = step_form(session, definition, form_id, current_actor())
    helper = address("start.show", process_id=process_id)
    return definition, replace(form, helper=helper)


def _page(definition: Deployed, form: StepForm, problems: tuple[Problem, ...] = ()) -> str:
    words = words_of(definition)
    return render_template(
        "start/form.html",
        definition=definition,
        words=words,
        step=form,
        browser=browser_form(form),
        carried=elsewhere(form) if form.pages or form.form.checks else {},
        parts=parts_of(form) if form.is_check else (),
        problems=[(each.field, text_of(each, words)) for each in problems],
        nav="start",
    )
