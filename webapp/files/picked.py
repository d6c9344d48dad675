"""Components of forms that are documents: chosen for an answer, or only shown.

A document is chosen by handing it in: it goes into the case's file at once, with the step and
the field it is for, and its id into the answer. So it outlives a form that is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from flask import render_template, request
from markupsafe import Markup

from engine.queries import documents as queries
from engine.queries import uploads
from engine.queries.documents import Filed
from forms import FILEPICKER, Field, View
from forms.paths import MARK, value_at
from webapp.cases.file_tab import accepted
from webapp.inbox.drawing import DRAWN, Drawn
from webapp.request import current_actor, reader, services

#: names of file choosers in a form: no answers themselves
CHOOSER: Final = f"{MARK}file:"
_OTHER_IMAGES: Final = DRAWN["image"]


def init_app() -> None:
    """Have forms draw these components."""
    DRAWN.update({FILEPICKER: _picker, "documentPreview": _preview, "image": _image})


def _picker(drawn: Drawn) -> Markup:
    field, path = drawn.component, drawn.path
    assert isinstance(field, Field)
    ids = [each for text in drawn.step.typed_at(path).get("", []) for each in text.split()]
    process_id = (request.view_args or {}).get("process_id")
    if process_id is not None:
        return _picker_of_start(drawn, field, ids, process_id)
    if not drawn.asks:
        return _drawn("files/_preview.html", ids, view=replace(field, label=""))
    if drawn.step.place(path).readonly and field.readonly_when is None:
        return _drawn("files/_preview.html", ids, view=field)
    return _drawn("files/_picker.html", ids, waiting=(), **_asked(drawn, field))


def _asked(drawn: Drawn, field: Field) -> dict[str, Any]:
    """Return what the template of a question for documents needs to know of it."""
    settings = services().settings.documents
    return {
        "field": field,
        "path": drawn.path,
        "chooser": f"{CHOOSER}{drawn.path}",
        "texts": drawn.problems.get(drawn.path, ()),
        "required": drawn.step.is_required(field, drawn.path),
        "accept": field.extras.get("accept") or accepted(settings.kinds),
        "multiple": field.extras.get("multiple") is True,
        "largest": settings.size,
    }


def _picker_of_start(drawn: Drawn, field: Field, ids: Sequence[str], process_id: str) -> Markup:
    """Draw a question of a start form: what is handed in waits for the case."""
    with reader() as session:
        waiting = uploads.waiting(session, process_id, _known(ids), current_actor())
    shown = {"process_id": process_id, "waiting": waiting, "documents": (), "case": None}
    template = "files/_picker.html" if drawn.asks else "files/_waiting.html"
    page = render_template(template, **shown, **_asked(drawn, field))
    return Markup(page)  # noqa: S704 - our own template, escaped


def _known(ids: Sequence[str]) -> list[str]:
    return [each for each in ids if _is_id(each)]


def _preview(drawn: Drawn) -> Markup:
    return _drawn("files/_preview.html", _ids(drawn), view=drawn.component)


def _image(drawn: Drawn) -> Markup:
    """Draw a picture of the case's file; an address is drawn as ever."""
    ids = _ids(drawn)
    return _drawn("files/_preview.html", ids, view=drawn.component) if ids else _OTHER_IMAGES(drawn)


def _drawn(template: str, ids: Sequence[str], **shown: Any) -> Markup:
    task_id: UUID | None = (request.view_args or {}).get("task_id")
    case: UUID | None = None
    documents: tuple[Filed, ...] = ()
    if task_id is not None:
        with reader() as session:
            case, documents = queries.chosen(session, task_id, ids, current_actor())
    page = render_template(template, case=case, task_id=task_id, documents=documents, **shown)
    return Markup(page)  # noqa: S704 - our own template, escaped


def _ids(drawn: Drawn) -> list[str]:
    """Return the ids a component shows: what its variable holds, or its expression gives."""
    view = drawn.component
    assert isinstance(view, View)
    value = drawn.value
    if view.source_from is None and view.source:
        value = value_at(drawn.step.sheet.scope, view.source)
    given = value if isinstance(value, list) else [value]
    return [each for each in map(str, given) if _is_id(each)]


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
