"""Areas with what is deployed and drawn of them; a draft, its history, and its end."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Final
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.commands import area_drafts, drafts_whole
from engine.commands.analysts import must_be_analyst
from engine.errors import Problem, RulesBroken
from engine.queries import model_talk
from engine.queries import studio as queries
from engine.queries.areas import areas
from engine.queries.deployment_requests import count_to_decide
from engine.queries.versions import versions_of
from engine.storage.bundles import deployed
from engine.storage.suspensions import suspended
from webapp.checking import checked, told
from webapp.findings import shown_detail
from webapp.frame.toasts import tell_done
from webapp.problems import text_of
from webapp.request import current_actor, locale, now, reader, services, unit_of_work
from webapp.studio.drafts.presence import editing_at
from webapp.studio.drafts.starters import STARTERS, first_files
from webapp.wording import area_title, words_of

bp = Blueprint("studio", __name__, url_prefix="/studio")

#: the page that edits a file, by how its name ends; any other is edited as text
EDITORS: Final = {
    "bpmn": "drawing.show",
    "dmn": "decisions.show",
    "form": "form_editor.show",
    "test": "scenarios.edit",
}
#: what a page offers for a file, by how its name ends
KINDS: Final = {
    "bpmn": lambda: _("process"),
    "dmn": lambda: _("decision"),
    "form": lambda: _("form"),
    "test": lambda: _("test"),
    "toml": lambda: _("settings and texts"),
    "typ": lambda: _("template of a paper"),
}


@bp.get("")
def index() -> ResponseReturnValue:
    """List the areas."""
    return _index()


@bp.post("")
def begin() -> ResponseReturnValue:
    """Begin a draft: of what is deployed of an area, or of a new one."""
    must_be_analyst(current_actor())
    fields = ("area", "title", "bundle", "kind")
    asked = {each: request.form.get(each, "").strip() for each in fields}
    bundle = asked["bundle"] or None
    try:
        draft_id = area_drafts.begin(
            unit_of_work(),
            asked["area"],
            asked["title"],
            actor=current_actor(),
            at=now(),
            bundle_id=bundle,
            files=None if bundle else first_files(asked["area"], asked["title"], asked["kind"]),
        )
    except RulesBroken as refused:
        return _index(asked, refused.problems), 422
    return redirect(url_for("studio.draft", draft_id=draft_id), 303)


def _index(asked: dict[str, str] | None = None, problems: Sequence[Problem] = ()) -> str:
    actor = current_actor()
    with reader() as session:
        lines = areas(session, actor, now())
        to_decide = count_to_decide(session, actor)
        stopped = suspended(session)
        running = {
            each.definition_id: deployed(session, each.definition_id)
            for area in lines
            for each in area.processes
        }
    return render_template(
        "studio/drafts/index.html",
        areas=lines,
        named={key: words_of(each).process for key, each in running.items()},
        titles={
            area.area: area_title(running[each.definition_id].bundle, locale())
            for area in lines
            for each in area.processes[:1]
        },
        suspended=stopped,
        starters=STARTERS,
        to_decide=to_decide if actor.is_analyst else 0,
        asked=asked or {},
        problems=[text_of(each) for each in problems],
        may_change=actor.is_analyst,
        nav="studio",
    )


@bp.get("/drafts/<uuid:draft_id>")
def draft(draft_id: UUID) -> ResponseReturnValue:
    """Show a draft: its files, what is wrong with them, who edits."""
    return draft_page(draft_id)


def draft_page(draft_id: UUID, problems: Sequence[Problem] = ()) -> str:
    """Return the page of a draft, with what was refused of the last act."""
    actor = current_actor()
    with reader() as session:
        page = queries.draft(session, draft_id, actor, now())
        bundle = queries.bundle(session, draft_id, actor)
        open_threads = model_talk.open_threads(session, draft_id)
        versions = versions_of(session, page.area)
    found = checked(bundle)
    by_file = sorted((each for each in found.findings), key=lambda each: each.file)
    return render_template(
        "studio/drafts/draft.html",
        draft=page,
        files=sorted(page.files, key=lambda each: _rank(each.name)),
        kinds=KINDS,
        editors=EDITORS,
        may_change=actor.is_analyst,
        editing=editing_at(draft_id),
        versions=versions,
        has_repository=bool(services().settings.studio.git_repository),
        open_threads=open_threads,
        findings={
            file: [told(each, locale()) for each in findings]
            for file, findings in groupby(by_file, key=lambda each: each.file)
        },
        config_problems=[shown_detail(each, locale()) for each in found.problems],
        refuses=found.refuses,
        problems=[text_of(each) for each in problems],
        nav="studio",
    )


def _rank(name: str) -> int:
    """Return where a file stands in the list of a draft: what is drawn first, forms after it."""
    ending = "test" if name.endswith(".test.toml") else name.rpartition(".")[2]
    return [*KINDS].index(ending) if ending in KINDS else len(KINDS)


@bp.get("/drafts/<uuid:draft_id>/history")
def history(draft_id: UUID) -> ResponseReturnValue:
    """Show every save of a draft, the last one first."""
    actor = current_actor()
    with reader() as session:
        page = queries.draft(session, draft_id, actor, now())
        saves = queries.history(session, draft_id, actor)
    return render_template(
        "studio/drafts/history.html",
        draft=page,
        saves=saves,
        words=_words_of_saves(),
        may_change=actor.is_analyst,
        nav="studio",
    )


def _words_of_saves() -> dict[str, str]:
    return {
        "begun": _("begun"),
        "edited": _("edited"),
        "removed": _("removed"),
        "imported": _("taken in whole"),
        "restored": _("put back"),
        "merged": _("both put together"),
        "renamed": _("renamed"),
    }


@bp.post("/drafts/<uuid:draft_id>/history/<int:number>/name")
def name_save(draft_id: UUID, number: int) -> ResponseReturnValue:
    """Give a save a name."""
    note = request.form.get("note", "")
    area_drafts.name_save(unit_of_work(), draft_id, number, note, actor=current_actor())
    flash(_("Kept."), "done")
    return redirect(url_for("studio.history", draft_id=draft_id), 303)


@bp.post("/drafts/<uuid:draft_id>/history/<int:number>/restore")
def restore(draft_id: UUID, number: int) -> ResponseReturnValue:
    """Put back what stood after a save, or one file of it."""
    changed = drafts_whole.restore(
        unit_of_work(),
        draft_id,
        number,
        actor=current_actor(),
        at=now(),
        name=request.form.get("name") or None,
    )
    flash(_("Put back.") if changed else _("It stands so already; nothing was changed."), "done")
    return redirect(url_for("studio.draft", draft_id=draft_id), 303)


@bp.post("/drafts/<uuid:draft_id>/discard")
def discard(draft_id: UUID) -> ResponseReturnValue:
    """Put a draft away; the ten seconds after it can take that back."""
    area_drafts.discard(unit_of_work(), draft_id, actor=current_actor(), at=now())
    undo = url_for("studio.bring_back", draft_id=draft_id)
    tell_done(_("The draft was discarded."), undo=undo)
    return redirect(url_for("studio.index"), 303)


@bp.post("/drafts/<uuid:draft_id>/bring-back")
def bring_back(draft_id: UUID) -> ResponseReturnValue:
    """Take back that a draft was discarded."""
    area_drafts.bring_back(unit_of_work(), draft_id, actor=current_actor())
    return redirect(url_for("studio.draft", draft_id=draft_id), 303)
