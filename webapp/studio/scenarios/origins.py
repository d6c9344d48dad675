"""A test made of what was played, or of a case that has ended; looked over before it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from engine import scenarios
from engine.commands.analysts import must_be_analyst
from engine.errors import Conflict
from engine.model.person import Actor
from engine.play import Act, Answer, Proposed, Run, Start, replay
from engine.play.written import read as act_read
from engine.queries import cases
from engine.queries import studio as queries
from engine.queries.areas import areas
from engine.queries.cases import CasePage
from engine.scenarios import Scenario
from engine.storage.database import Session
from forms.given import named
from webapp.request import current_actor, now, reader
from webapp.studio.scenarios.fields import Typed
from webapp.studio.scenarios.pages import edit_page
from webapp.studio.stage import STAGE
from webapp.wording import words_of

bp = Blueprint("scenario_origins", __name__, url_prefix="/studio")


class NothingHappened(Conflict):
    """There is no run, or the case has not ended: there is nothing to make a test of."""

    code = "TEST-014"


@bp.get("/drafts/<uuid:draft_id>/tests/from-run")
def of_run(draft_id: UUID) -> ResponseReturnValue:
    """Show the actor's own run of a draft as a test that can be kept."""
    actor = current_actor()
    with reader() as session:
        page = queries.draft(session, draft_id, actor, now())
        bundle = queries.bundle(session, draft_id, actor)
        kept = queries.kept_run(session, draft_id, actor)
    must_be_analyst(actor)
    if kept is None or not kept.acts:
        raise NothingHappened(str(draft_id))
    acts = tuple(act_read(each) for each in kept.acts)
    said: list[Mapping[str, Any]] = []

    def heard(asked: Proposed) -> Mapping[str, Any]:
        said.append(named(asked))
        return asked.values

    run = replay(STAGE, bundle, acts, at=kept.began_at, read=heard)
    title = {"fa": page.title, "en": page.title}
    found = scenarios.of_run(run, title, _in_labels(acts, run, said))
    return edit_page(draft_id, "", Typed.of(found), 0, called="played", look_over=True)


def _in_labels(acts: tuple[Act, ...], run: Run, said: list[Mapping[str, Any]]) -> list[Act]:
    """Return the acts with choices by their labels, which other databases have too."""
    left, found = iter(said), list[Act]()
    for act, _seen in zip(acts, run.seen, strict=False):
        asks = isinstance(act, Answer) or (isinstance(act, Start) and act.element is None)
        if asks and isinstance(act, Start | Answer):
            found.append(replace(act, values=next(left, act.values)))
        else:
            found.append(act)
    return found


@bp.get("/cases/<uuid:instance_id>/test")
def choose(instance_id: UUID) -> ResponseReturnValue:
    """Ask in which draft a test of a case shall lie."""
    actor = current_actor()
    with reader() as session:
        case = _ended_for(actor, session, instance_id)
        area = case.definition.bundle.config.area
        lines = areas(session, actor, now())
    drafts = next((each.drafts for each in lines if each.area == area), ())
    return render_template(
        "studio/scenarios/test_of_case.html",
        case=case,
        area=area,
        drafts=drafts,
        words=words_of(case.definition),
        nav="studio",
    )


@bp.get("/drafts/<uuid:draft_id>/tests/from-case/<uuid:instance_id>")
def of_case(draft_id: UUID, instance_id: UUID) -> ResponseReturnValue:
    """Show what a case's history tells as a test; only of a case that the actor may see."""
    actor = current_actor()
    with reader() as session:
        queries.draft(session, draft_id, actor, now())
        case = _ended_for(actor, session, instance_id)
    return edit_page(
        draft_id, "", Typed.of(_told(case)), 0, called=f"case_{case.process_id}", look_over=True
    )


def _told(case: CasePage) -> Scenario:
    outside = scenarios.done_outside(case.definition.bundle, case.process_id)
    title = {each: words_of(case.definition, each).process for each in ("fa", "en")}
    return scenarios.of_case(case.process_id, case.unit, case.progress.trail, title, outside)


def _ended_for(actor: Actor, session: Session, instance_id: UUID) -> CasePage:
    """Return a case that has ended and that an analyst may see, with its history in order.

    Raises:
        CaseNotFound: there is none, or the actor may not see it.
        NotAtThisDesk: the actor is no analyst.
        NothingHappened: it has not ended, or nothing of it is told.
    """
    case = cases.page(session, instance_id, actor)
    must_be_analyst(actor)
    trail = tuple(sorted(case.progress.trail, key=lambda each: each.seq))
    if case.is_running or not trail:
        raise NothingHappened(str(case.id))
    return replace(case, progress=replace(case.progress, trail=trail))
