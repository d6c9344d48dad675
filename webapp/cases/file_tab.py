"""What the File tab shows: the documents of a case, and those its area makes of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import g, request

from engine.documents import kind_named
from engine.errors import RulesBroken
from engine.model.person import Actor
from engine.queries import documents as queries
from engine.queries import signatures
from engine.queries.kept import Note, notes
from engine.storage.bundles import Deployed
from engine.storage.database import Session
from forms import Form
from webapp.cases.typed import typed_in_words
from webapp.problems import text_of
from webapp.request import current_actor, services
from webapp.sdk import AREAS, CaseFile, Content
from webapp.wording import Words, words_of


def file_tab(
    session: Session, instance_id: UUID, process_id: str, definition: Deployed
) -> Mapping[str, Any]:
    """Return what the tab needs to know of a case the actor may see."""
    actor = current_actor()
    files = _made_by_area(session, instance_id, process_id)
    documents = queries.of_case(session, instance_id, actor)
    signed, broken = signatures.shown(session, instance_id)
    settings = services().settings.documents
    return {
        "file_case": instance_id,
        "file_task": _held(session, actor),
        "files": files,
        "has_contents": any(each.content for each in files),
        "documents": [each for each in documents if each.counts],
        "withdrawn": [each for each in documents if not each.counts],
        "notes": [_said(each, words_of(definition)) for each in notes(session, instance_id, actor)],
        "signatures": signed,
        "broken_links": broken,
        "may_add": queries.may_add(session, instance_id, actor),
        "largest": settings.size,
        "accepted": accepted(settings.kinds),
        "file_problems": g.get("file_problems", ()),
    }


def _held(session: Session, actor: Actor) -> UUID | None:
    """Return the step the tab stands at, where it is the actor's: others add to the case alone."""
    asked = (request.view_args or {}).get("task_id") or request.args.get("task", type=UUID)
    return asked if asked and queries.is_held(session, asked, actor) else None


def contents_of_area(
    session: Session, instance_id: UUID, process_id: str
) -> list[tuple[str, Content]]:
    """Return what the area makes of a case the actor may see, made now, each with its title."""
    files = _made_by_area(session, instance_id, process_id)
    return [(each.title, each.content()) for each in files if each.content is not None]


def _made_by_area(session: Session, instance_id: UUID, process_id: str) -> Sequence[CaseFile]:
    find = AREAS.files.get(process_id)
    return find(session, instance_id, current_actor()) if find else ()


def _said(note: Note, words: Words) -> Mapping[str, Any]:
    """Return a note with the labels of its form."""
    json = words.definition.bundle.forms.get(note.form_id or "", {"id": note.form_id or ""})
    form = words.form(Form.parse(json))
    rows = typed_in_words(form, note.typed)
    step = words.element(note.element_id, note.name)
    return {"task_id": note.task_id, "step": step, "at": note.at, "rows": rows}


def accepted(kinds: tuple[str, ...]) -> str:
    """Return the extensions a file chooser offers; the server looks at the content."""
    return ",".join(f".{end}" for each in kinds for end in kind_named(each).extensions)


def not_taken(broken: RulesBroken) -> None:
    """Have the tab say why nothing was taken, beside the field."""
    g.file_problems = [text_of(each) for each in broken.problems]
