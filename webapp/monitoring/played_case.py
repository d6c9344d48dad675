"""A case handed over to Play: what was done in it is done again with a draft."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine import scenarios
from engine.commands import play_runs
from engine.commands.analysts import must_be_analyst
from engine.play.written import written
from engine.queries import studio
from engine.queries.areas import areas
from engine.queries.instance_page import WatchedCase, watched_case
from webapp.request import current_actor, now, reader, unit_of_work
from webapp.wording import words_of

bp = Blueprint("played_case", __name__, url_prefix="/monitoring/cases/<uuid:instance_id>/play")


@bp.get("")
def choose(instance_id: UUID) -> ResponseReturnValue:
    """Ask with which draft the case shall be played."""
    actor = current_actor()
    with reader() as session:
        case = watched_case(session, instance_id, actor)
        must_be_analyst(actor)
        area = case.definition.bundle.config.area
        lines = areas(session, actor, now())
    return render_template(
        "monitoring/play_case.html",
        room="cases",
        nav="cases",
        case=case,
        words=words_of(case.definition),
        drafts=next((each.drafts for each in lines if each.area == area), ()),
    )


@bp.post("/<uuid:draft_id>")
def play(instance_id: UUID, draft_id: UUID) -> ResponseReturnValue:
    """Put what the case's history tells in place of the actor's run of a draft."""
    actor = current_actor()
    with reader() as session:
        case = watched_case(session, instance_id, actor)
        must_be_analyst(actor)
        kept = studio.kept_run(session, draft_id, actor)
    acts = _told(case)
    play_runs.keep(
        unit_of_work(),
        draft_id,
        [written(each) for each in acts.acts()],
        version=kept.version if kept else 0,
        actor=actor,
        at=acts.at,
    )
    flash(_("What was done in the case is played here; change it as you like."), "done")
    return redirect(url_for("play.show", draft_id=draft_id), 303)


def _told(case: WatchedCase) -> scenarios.Scenario:
    outside = scenarios.done_outside(case.definition.bundle, case.process_id)
    title = {each: words_of(case.definition, each).process for each in ("fa", "en")}
    return scenarios.of_case(case.process_id, case.unit, case.progress.trail, title, outside)
