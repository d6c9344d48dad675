"""Playing a draft: the acts that its page sends."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from engine.commands import play_runs
from engine.errors import Problem
from engine.play import Act, Answer, Fail, Message, Move, Refusal, Signal, Start, Succeed
from engine.play.written import written
from engine.values import exact_json
from forms import FormErrors
from webapp.inbox.moving import changed_rows, destination, wrong_here
from webapp.inbox.posted import GO, Posted, elsewhere, is_move, one, posted_on
from webapp.inbox.step_form import StepForm
from webapp.request import current_actor, now, unit_of_work
from webapp.studio.play.reading import form_of, read_typed
from webapp.studio.play.run_page import (
    Asked,
    Draft,
    asked_to_start,
    draft_played,
    play_page,
    spans,
)
from webapp.studio.play.standing import proposed_to
from webapp.studio.play.told import problems_in

bp = Blueprint("play", __name__, url_prefix="/studio/drafts/<uuid:draft_id>/play")

LONGEST_NAME: Final = 60
LONGEST_VALUES: Final = 200_000
VERSION: Final = "_version"  #: the run as the page saw it


@bp.get("")
def show(draft_id: UUID) -> ResponseReturnValue:
    """Show where the run stands, at its end or after one of its acts."""
    return play_page(draft_played(draft_id), Asked.of_address())


@bp.post("/start/<process_id>")
def start(draft_id: UUID, process_id: str) -> ResponseReturnValue:
    """Begin a case with its start form."""
    draft, raw = draft_played(draft_id), request.form.to_dict(flat=False)
    with draft.play() as found, found.database.reader() as session:
        asked = asked_to_start(session, process_id, found.run)
        step = posted_on(form_of(asked), raw)
        if is_move(raw):
            return play_page(draft, _gone_on(step, raw, start=process_id))
        try:
            values = read_typed(step, step.raw or raw, asked)
        except FormErrors as wrong:
            again = Asked(start=process_id, step=step, problems=wrong.problems)
            return play_page(draft, again), 422
    act = Start(process_id, values, by=_by(raw))
    return _played_on(draft, act, Asked(start=process_id, step=step))


@bp.post("/answer/<element>/<int:number>")
def answer(draft_id: UUID, element: str, number: int) -> ResponseReturnValue:
    """Answer an open step by its form."""
    draft, raw = draft_played(draft_id), request.form.to_dict(flat=False)
    key, outcome = f"{element}.{number}", one(raw, "outcome") or None
    with draft.play() as found, found.database.reader() as session:
        task = found.run.last.task(element, number) if found.run.seen else None
        if task is None:
            return play_page(draft, Asked(problems=(Problem("PLAY-001"),))), 409
        asked = proposed_to(session, found.run.last, task, outcome)
        step = posted_on(form_of(asked), raw)
        if is_move(raw):
            return play_page(draft, _gone_on(step, raw, task=key))
        try:
            values = read_typed(step, step.raw or raw, asked)
        except FormErrors as wrong:
            return play_page(draft, Asked(key, step=step, problems=wrong.problems)), 422
    values.pop("outcome", None)
    act = Answer(element, values, outcome, _by(raw), number)
    return _played_on(draft, act, Asked(key, step=step))


@bp.post("/time")
def move(draft_id: UUID) -> ResponseReturnValue:
    """Let time pass: up to a moment, or for a while."""
    draft = draft_played(draft_id)
    span = next((each for key, _, each in spans() if key == request.form.get("span")), None)
    moment = _moment(request.form.get("until", ""))
    if span is not None:
        with draft.play() as found:
            moment = (found.run.last.at if found.run.seen else draft.began_at) + span
    if moment is None:
        return play_page(draft, Asked(problems=(Problem("PLAY-TIME"),))), 422
    return _played_on(draft, Move(moment))


@bp.post("/held/<element>/<int:number>")
def settle(draft_id: UUID, element: str, number: int) -> ResponseReturnValue:
    """Say how a held step went."""
    draft, asked = draft_played(draft_id), _typed("held", element, str(number))
    if request.form.get("went") == "well":
        values = _values()
        if values is None:
            return play_page(draft, replace(asked, problems=(Problem("PLAY-VALUES"),))), 422
        return _played_on(draft, Succeed(element, values, number), asked)
    code = request.form.get("code", "").strip()[:LONGEST_NAME] or None
    message = request.form.get("message", "").strip()[:1_000]
    return _played_on(draft, Fail(element, code, message, number), asked)


@bp.post("/message")
def send(draft_id: UUID) -> ResponseReturnValue:
    """Let a message come, or give a signal."""
    draft, values = draft_played(draft_id), _values()
    kind, name, key = (request.form.get(each, "").strip() for each in ("kind", "name", "key"))
    asked = _typed(kind, name, key)
    if values is None:
        return play_page(draft, replace(asked, problems=(Problem("PLAY-VALUES"),))), 422
    if kind == "signal":
        return _played_on(draft, Signal(name, values), asked)
    return _played_on(draft, Message(name, _key_of(draft, name, key), values), asked)


@bp.post("/back")
def go_back(draft_id: UUID) -> ResponseReturnValue:
    """Go back to after one of the acts, or to before the first."""
    draft = draft_played(draft_id)
    _keep(draft, draft.acts[: max(0, request.form.get("to", 0, type=int))])
    return redirect(url_for("play.show", draft_id=draft_id), 303)


def _played_on(draft: Draft, act: Act, again: Asked | None = None) -> ResponseReturnValue:
    """Play one act more and keep it, unless it is refused: then say why, and keep nothing."""
    acts = (*draft.acts, act)
    with draft.play(acts) as found:
        seen = found.run.seen
        refusal = seen[-1].refusal if len(seen) == len(acts) else Refusal("PLAY-LIMIT", "")
    if refusal is None:
        _keep(draft, acts)
        return redirect(url_for("play.show", draft_id=draft.page.id), 303)
    told = replace(again or Asked(), problems=problems_in(refusal), details=refusal.message)
    return play_page(draft, told), 422


def _keep(draft: Draft, acts: tuple[Act, ...]) -> None:
    play_runs.keep(
        unit_of_work(),
        draft.page.id,
        [written(each) for each in acts],
        version=request.form.get(VERSION, draft.version, type=int),
        actor=current_actor(),
        at=draft.began_at if draft.acts else now(),
    )


def _gone_on(
    step: StepForm, raw: Posted, *, task: str | None = None, start: str | None = None
) -> Asked:
    """Return another page of the form, or other rows; the pages carry what was typed along."""
    typed, _target = changed_rows(step, raw)
    on = replace(step, raw={**elsewhere(step), **typed})
    if GO not in raw:
        return Asked(task, start, on)
    if one(raw, GO) != "back" and (problems := wrong_here(step)):
        return Asked(task, start, step, problems)
    return Asked(task, start, replace(on, page=destination(step, raw)))


def _typed(*waits: str) -> Asked:
    """Return what was typed for a held step or a message, so that nothing of it is lost."""
    return Asked(waits=waits, typed=request.form.to_dict())


def _by(raw: Posted) -> str | None:
    return one(raw, "_by").strip()[:LONGEST_NAME] or None


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None


def _values() -> dict[str, Any] | None:
    """Return the values that were typed as JSON; ``None``: they are none."""
    text = request.form.get("values", "").strip()
    if not text:
        return {}
    if len(text) > LONGEST_VALUES:
        return None
    try:
        found = exact_json.read(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _key_of(draft: Draft, name: str, text: str) -> str | int | None:
    """Return the key of a message as the case that waits for it has it: a number or a text."""
    if not text:
        return None
    with draft.play() as found:
        waits = found.run.last.listening if found.run.seen else ()
    known = (each.key for each in waits if each.name == name and str(each.key) == text)
    return next(known, text)
