"""Where a form, a decision or a process of a draft is used, and which variables its steps need."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from engine.bpmn.uses import Variable, uses
from engine.catalogue.bundle import Bundle
from engine.catalogue.config import ConfigRefused
from engine.errors import NotFound
from engine.queries import studio as queries
from forms.document import Document, Unreadable, read
from webapp.request import current_actor, locale, now, reader
from webapp.scenarios.words import Words
from webapp.studio.drafts.places import Place, form_place, places_of
from webapp.studio.forms.preview import read_of, readable

bp = Blueprint("draft_uses", __name__, url_prefix="/studio/drafts/<uuid:draft_id>/uses")


@dataclass(frozen=True, slots=True)
class Needed:
    """A variable that the processes of a form use."""

    variable: Variable
    is_asked: bool  #: the form has it

    @property
    def name(self) -> str:
        """What it is called."""
        return self.variable.name


@dataclass(frozen=True, slots=True)
class FormUses:
    """What concerns a form outside of it."""

    place: Place
    needed: tuple[Needed, ...]
    unread: tuple[str, ...]  #: values it asks for that nothing in the draft reads


@bp.get("/<path:name>")
def show(draft_id: UUID, name: str) -> ResponseReturnValue:
    """Show where what a file holds is used; ``removing`` asks whether that version of it goes."""
    actor = current_actor()
    with reader() as session:
        page = queries.draft(session, draft_id, actor, now())
        bundle = queries.bundle(session, draft_id, actor)
    if name not in bundle.files:
        raise NotFound(name)
    places = tuple(places_of(bundle, name))
    return render_template(
        "studio/forms/uses.html",
        draft=page,
        name=name,
        places=places,
        removing=request.args.get("removing", type=int) if actor.is_analyst else None,
        words=Words.of(bundle, locale()),
        nav="studio",
    )


def form_uses(document: Document, bundle: Bundle) -> FormUses:
    """Return where a form is used, what its processes need, and what of it nobody reads."""
    found = uses(bundle.diagrams, bundle.decisions)
    place = form_place(bundle, found, str(document.json.get("id")))
    processes = frozenset({*(each.process for each in place.steps), *place.starts})
    form = readable(document)
    asked = {each.partition("/")[0] for each in form.by_path} if form is not None else set()
    tops = {each.partition(".")[0] for each in asked}
    variables = found.only(processes) if processes else found.variables
    needed = tuple(Needed(each, each.name in tops) for each in variables if each.name != "outcome")
    known = {each.name for each in found.variables if each.read} | _shown(bundle)
    known |= set(read_of(document))
    typed = {
        each.key.partition(".")[0]
        for path, each in (form.by_path if form is not None else {}).items()
        if "/" not in path and not each.readonly
    }
    return FormUses(place, needed, tuple(sorted(typed - known)))


def _shown(bundle: Bundle) -> set[str]:
    """Return what lists, amounts and the forms of the area read."""
    read: set[str] = set()
    try:
        for each in bundle.config.processes.values():
            read |= {*each.columns, each.amount or ""}
    except ConfigRefused:
        pass
    forms = [content for name, content in bundle.files.items() if name.endswith(".form")]
    return read.union(*map(_read_by, forms))


@lru_cache(maxsize=512)
def _read_by(form: bytes) -> frozenset[str]:
    """Return what a form reads; one that cannot be read reads nothing."""
    try:
        return frozenset(read_of(read(form.decode(errors="replace"))))
    except Unreadable:
        return frozenset()
