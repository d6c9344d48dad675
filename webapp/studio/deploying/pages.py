"""Deployments out of the workshop: checked and asked for, approved, refused, planned, withdrawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, flash, jsonify, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.catalogue.bundle import Bundle
from engine.commands import deployment_requests as commands
from engine.commands.analysts import must_be_analyst
from engine.commands.deployment_checks import DeploymentRefused, misplaced
from engine.commands.deployment_requests import Wish
from engine.commands.models import model_of
from engine.errors import Problem, RulesBroken
from engine.findings import Finding
from engine.model.area_draft import DraftMoved
from engine.model.deployment_request import LONGEST_NOTE, RequestState
from engine.queries import deployment_requests as queries
from engine.queries import studio
from engine.queries.impact import impact
from engine.storage import bundles
from engine.storage.database import Session
from engine.storage.deployment_requests import deployed_of
from forms import Field, Form, FormErrors, read_submission
from webapp.accounts.browsers import METHOD
from webapp.accounts.stepping_up import fresh, typed_again
from webapp.errors import problems_of
from webapp.people.asked import as_typed, texts_of
from webapp.request import current_actor, now, reader, services, unit_of_work
from webapp.studio.deploying.checks import GLANCE, Looked, found_soon, outcomes
from webapp.studio.deploying.running import is_over
from webapp.studio.deploying.told import (
    difference,
    kept_reasons,
    met_by,
    outcomes_of,
    reason_of,
    words_of_states,
)
from webapp.versions.summary import Summary

bp = Blueprint("deployments", __name__, url_prefix="/studio")

_SAVE: Final = "save"  #: field of the form: the draft's last save as it was shown


@bp.get("/deployments")
def index() -> ResponseReturnValue:
    """List what waits for approval or for its moment, and what is over."""
    actor = current_actor()
    with reader() as database:
        waiting, over = queries.waiting(database, actor), queries.over(database, actor)
    return render_template(
        "studio/deploying/deployments.html",
        to_decide=[each for each in waiting if each.state is RequestState.ASKED],
        planned=[each for each in waiting if each.state is RequestState.PLANNED],
        over=over,
        words=words_of_states(),
        may_change=actor.is_analyst,
        nav="studio",
    )


@bp.get("/drafts/<uuid:draft_id>/deploy")
def show(draft_id: UUID) -> ResponseReturnValue:
    """Show what stands against deploying a draft, what it changes and meets; ask for it."""
    return _draft_page(draft_id, as_typed(typed_again(request.path) or {}))


@bp.post("/drafts/<uuid:draft_id>/deploy")
@fresh
def ask(draft_id: UUID) -> ResponseReturnValue:
    """Ask for the deployment of a draft; what is refused is shown with all reasons."""
    must_be_analyst(current_actor())
    raw = request.form.to_dict(flat=False)
    try:
        request_id = commands.ask(
            unit_of_work(),
            draft_id,
            _wish(raw),
            checks=found_soon,
            actor=current_actor(),
            at=now(),
            needs_approval=services().settings.studio.approval,
            proof=session.get(METHOD),
        )
    except (FormErrors, RulesBroken) as refused:
        return _draft_page(draft_id, as_typed(raw), problems_of(refused)), 422
    except DeploymentRefused as refused:
        return _draft_page(draft_id, as_typed(raw), refused=refused.findings), 422
    except DraftMoved as moved:
        return _draft_page(draft_id, as_typed(raw), problems_of(moved)), 409
    flash(_("Asked for.") if services().settings.studio.approval else _("Done."), "done")
    return redirect(url_for("deployments.one", request_id=request_id), 303)


@bp.get("/tested/<bundle_id>")
def tested(bundle_id: str) -> ResponseReturnValue:
    """Tell a page that waits whether the tests of what it shows are over."""
    is_done = is_over(bundle_id)
    must_be_analyst(current_actor())
    return jsonify(over=True) if is_done else ("", 204)


@bp.get("/deployments/<uuid:request_id>")
def one(request_id: UUID) -> ResponseReturnValue:
    """Show a request: what it changes and meets, and what became of it."""
    return _request_page(request_id, as_typed(typed_again(_refusing(request_id)) or {}))


@bp.post("/deployments/<uuid:request_id>/approve")
@fresh
def approve(request_id: UUID) -> ResponseReturnValue:
    """Approve a deployment; it is done with it, or waits for its moment."""
    try:
        state = commands.approve(
            unit_of_work(),
            request_id,
            checks=found_soon,
            actor=current_actor(),
            at=now(),
            proof=session.get(METHOD),
        )
    except DeploymentRefused as refused:
        return _request_page(request_id, refused=refused.findings), 422
    done, later = _("Approved and deployed."), _("Approved; it is done at its moment.")
    flash(done if state is RequestState.DONE else later, "done")
    return redirect(url_for("deployments.one", request_id=request_id), 303)


@bp.post("/deployments/<uuid:request_id>/refuse")
@fresh
def refuse(request_id: UUID) -> ResponseReturnValue:
    """Refuse a deployment with a reason."""
    reason = request.form.get("reason", "")
    uow, proof = unit_of_work(), session.get(METHOD)
    try:
        commands.refuse(uow, request_id, reason, actor=current_actor(), at=now(), proof=proof)
    except RulesBroken as refused:
        return _request_page(request_id, {"reason": reason}, refused.problems), 422
    flash(_("Refused."), "done")
    return redirect(url_for("deployments.one", request_id=request_id), 303)


@bp.post("/deployments/<uuid:request_id>/withdraw")
def withdraw(request_id: UUID) -> ResponseReturnValue:
    """Take a deployment back before it is done."""
    commands.withdraw(unit_of_work(), request_id, actor=current_actor(), at=now())
    flash(_("Withdrawn."), "done")
    return redirect(url_for("deployments.one", request_id=request_id), 303)


def _wish(raw: Mapping[str, list[str]]) -> Wish:
    save = (raw.get(_SAVE) or [""])[0]
    asked = {key: texts for key, texts in raw.items() if key != _SAVE}
    answers = read_submission(_form(), asked, now=now())
    planned = answers.get("planned")
    return Wish(
        int(save) if save.isascii() and save.isdigit() and len(save) < 9 else 0,
        str(answers.get("note") or ""),
        str(answers.get("message") or ""),
        datetime.fromisoformat(str(planned)) if planned else None,
    )


def _form() -> Form:
    fields = (
        Field(
            "textarea",
            "note",
            _("What changes, and why"),
            _("Who approves reads it, and it stays in the history."),
            required=True,
            longest=LONGEST_NOTE,
        ),
        Field(
            "textarea",
            "message",
            _("A note to the people whose work changes"),
            _("Sent when it is deployed. Left empty: nobody is told."),
            longest=LONGEST_NOTE,
        ),
        Field(
            "datetime",
            "planned",
            _("Not before"),
            _("Left empty: as soon as it is approved."),
            subtype="datetime",
        ),
    )
    return Form("deployment", fields, fields=fields)


def _draft_page(
    draft_id: UUID,
    typed: Mapping[str, str],
    problems: Sequence[Problem] = (),
    refused: Sequence[Finding] = (),
) -> str:
    actor = current_actor()
    with reader() as database:
        draft = studio.draft(database, draft_id, actor, now())
        bundle = studio.bundle(database, draft_id, actor)
        base_id = deployed_of(database, draft.area)
        base = None if base_id is None else bundles.bundle(database, base_id)
        facts = _facts(database, bundle, base, draft.area, draft_id)
        last = queries.of_draft(database, draft_id)
    return render_template(
        "studio/deploying/deploy.html",
        draft=draft,
        form=_form(),
        typed=typed,
        problems=texts_of(problems),
        refused=[reason_of(each, draft_id) for each in refused if each.refuses],
        last=last,
        words=words_of_states(),
        needs_approval=services().settings.studio.approval,
        may_change=actor.is_analyst,
        nav="studio",
        **facts,
    )


def _request_page(
    request_id: UUID,
    typed: Mapping[str, str] | None = None,
    problems: Sequence[Problem] = (),
    refused: Sequence[Finding] = (),
) -> str:
    actor = current_actor()
    with reader() as database:
        page = queries.one(database, request_id, actor)
        asked = page.request
        facts: Mapping[str, Any] = {"summary": difference(page.base, page.bundle)}
        if asked.closed_at is None:
            facts = _facts(database, page.bundle, page.base, asked.area, asked.draft_id)
    return render_template(
        "studio/deploying/deployment.html",
        page=page,
        asked=asked,
        typed=typed or {},
        problems=texts_of(problems),
        refused=[reason_of(each, asked.draft_id) for each in refused],
        kept=kept_reasons(asked.problems, asked.draft_id),
        words=words_of_states(),
        is_own=asked.asked_by == actor.username,
        may_change=actor.is_analyst,
        nav="studio",
        **facts,
    )


def _facts(
    database: Session, bundle: Bundle, base: Bundle | None, area: str, draft_id: UUID
) -> Mapping[str, Any]:
    """Return what both pages show: what is found, what it changes, what it meets."""
    looked = Looked(database, bundle, now(), patience=GLANCE, is_asked=False)
    found = outcomes(looked)
    found["owned"] = (*misplaced(bundle, area), *found["owned"])
    told = outcomes_of(found, draft_id)
    met = met_by(impact(database, area, looked.model, now(), model_of=model_of))
    summary: Summary = difference(base, bundle)
    return {
        "outcomes": told,
        "refuses": any(each.state == "refuses" for each in told),
        "waits_for": bundle.id if any(each.state == "waits" for each in told) else None,
        "met": met,
        "summary": summary,
        "is_same": base is not None and base.id == bundle.id,
    }


def _refusing(request_id: UUID) -> str:
    return url_for("deployments.refuse", request_id=request_id)
