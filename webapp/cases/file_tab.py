"""What the File tab shows: the documents of a case, and those its area makes of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import g, request

from engine.documents import kind_named
from engine.errors import RulesBroken
from engine.queries import documents as queries
from engine.storage.database import Session
from webapp.problems import text_of
from webapp.request import current_actor, services
from webapp.sdk import AREAS


def file_tab(session: Session, instance_id: UUID, process_id: str) -> Mapping[str, Any]:
    """Return what the tab needs to know of a case the actor may see."""
    actor = current_actor()
    find = AREAS.files.get(process_id)
    documents = queries.of_case(session, instance_id)
    settings = services().settings.documents
    return {
        "file_case": instance_id,
        "file_task": (request.view_args or {}).get("task_id") or request.args.get("task"),
        "files": find(session, instance_id, actor) if find else (),
        "documents": [each for each in documents if each.counts],
        "withdrawn": [each for each in documents if not each.counts],
        "may_add": queries.may_add(session, instance_id, actor),
        "largest": settings.size,
        "accepted": accepted(settings.kinds),
        "file_problems": g.get("file_problems", ()),
    }


def accepted(kinds: tuple[str, ...]) -> str:
    """Return the extensions a file chooser offers; the server looks at the content."""
    return ",".join(f".{end}" for each in kinds for end in kind_named(each).extensions)


def not_taken(broken: RulesBroken) -> None:
    """Have the tab say why nothing was taken, beside the field."""
    g.file_problems = [text_of(each) for each in broken.problems]
