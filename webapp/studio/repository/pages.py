"""A draft given to the site's git repository, and taken from it."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from engine.commands import drafts_whole, publications
from engine.commands.analysts import must_be_analyst
from engine.errors import NotFound, RulesBroken
from engine.queries import studio as queries
from engine.storage import bundles
from engine.storage.deployment_requests import deployed_of
from webapp.formatting import digits
from webapp.request import current_actor, now, reader, services, unit_of_work
from webapp.studio.drafts.pages import draft_page
from webapp.studio.repository import commits

bp = Blueprint("draft_repository", __name__, url_prefix="/studio/drafts/<uuid:draft_id>/git")


@bp.post("/publish")
def publish(draft_id: UUID) -> ResponseReturnValue:
    """Give the draft, or what is deployed of its area, to the repository as a commit."""
    actor = current_actor()
    must_be_analyst(actor)
    with reader() as session:
        page = queries.draft(session, draft_id, actor, now())
        bundle = queries.bundle(session, draft_id, actor)
        if request.form.get("what") == "deployed":
            deployed = deployed_of(session, page.area)
            if deployed is None:
                raise NotFound(page.area)
            bundle = bundles.bundle(session, deployed)
    note, site = request.form.get("note", "")[:2_000], services().settings.studio
    try:
        commit = commits.publish(bundle, page.area, note, actor=actor, site=site)
    except RulesBroken as refused:
        return draft_page(draft_id, refused.problems), 422
    if commit:
        publications.tell_of(
            unit_of_work(), page.area, bundle_id=bundle.id, commit=commit, actor=actor, at=now()
        )
    same = _("It stands so already; nothing was changed.")
    flash(_("Published as a commit.") if commit else same, "done")
    return redirect(url_for("studio.draft", draft_id=draft_id), 303)


@bp.post("/take")
def take(draft_id: UUID) -> ResponseReturnValue:
    """Make the draft what the repository holds of its area."""
    actor = current_actor()
    must_be_analyst(actor)
    with reader() as session:
        area = queries.draft(session, draft_id, actor, now()).area
    version = request.form.get("version", 0, type=int)
    try:
        files = commits.taken(area, site=services().settings.studio)
        changed = drafts_whole.take_in(
            unit_of_work(), draft_id, files, version=version, actor=actor, at=now()
        )
    except RulesBroken as refused:
        return draft_page(draft_id, refused.problems), 422
    told = ngettext("%(num)s file was changed.", "%(num)s files were changed.", changed)
    flash(digits(told), "done")
    return redirect(url_for("studio.draft", draft_id=draft_id), 303)
