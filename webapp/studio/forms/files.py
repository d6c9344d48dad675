"""A form of a draft with its English texts: read from two files, and saved to them as one."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from engine.catalogue.bundle import Bundle
from engine.catalogue.config import ConfigRefused
from engine.catalogue.form_texts import form_texts, with_form_texts
from engine.commands import area_drafts
from engine.errors import NotFound
from engine.queries import studio as queries
from forms.document import Document, Unreadable, read, written
from webapp.request import current_actor, now, reader, unit_of_work

OTHER_TEXTS: Final = "texts.en.toml"
LONGEST: Final = 2 * 2**20  #: characters of a form that is being edited


@dataclass(frozen=True)
class FormFile:
    """One form as it stands in a draft."""

    name: str
    text: str
    version: int
    document: Document
    bundle: Bundle


def form_file(draft_id: UUID, name: str) -> FormFile:
    """Read a form of a draft.

    Raises:
        NotFound: it is no form.
        Unreadable: it cannot be edited component by component.
    """
    if not name.endswith(".form"):
        raise NotFound(name)
    with reader() as session:
        content, version = queries.file(session, draft_id, name, current_actor())
        bundle = queries.bundle(session, draft_id, current_actor())
    text = content.decode(errors="replace")
    document = read(text)
    return FormFile(name, text, version, Document(document.json, _words(bundle, document)), bundle)


def _words(bundle: Bundle, document: Document) -> Mapping[tuple[str, ...], str]:
    try:
        return form_texts(bundle.texts.get("en", {}), str(document.json.get("id")))
    except ConfigRefused:
        return {}


def as_one(document: Document, before: str) -> str:
    """Return a form and its English texts as the one text that the browser keeps of it."""
    words = [[*way, text] for way, text in sorted(document.words.items())]
    return json.dumps({"form": written(document, before), "words": words}, ensure_ascii=False)


def from_one(text: str) -> tuple[Document, str]:
    """Return what `as_one` made a text of: the document, and the text of its file.

    Raises:
        Unreadable: it is nothing of the kind.
    """
    try:
        both = json.loads(text[:LONGEST])
        words = {tuple(map(str, way)): str(said) for *way, said in both["words"]}
        form = str(both["form"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise Unreadable(str(error)) from error
    return read(form, {way: said for way, said in words.items() if len(way) > 1}), form


def save(draft_id: UUID, name: str, document: Document, text: str, version: int) -> int:
    """Save a form over the version that was looked at, its English texts beside it.

    Args:
        text: of the file, in the manner of what stood there.

    Raises:
        FileMoved: somebody saved it meanwhile; this one is kept aside.
        RulesBroken: it is refused.
    """
    form_id = str(document.json.get("id"))

    def texts(before: bytes) -> bytes:
        content = before.decode(errors="replace")
        return with_form_texts(content, form_id, document.words).encode()

    return area_drafts.save(
        unit_of_work(),
        draft_id,
        name,
        text.encode(errors="replace"),
        version=version,
        actor=current_actor(),
        at=now(),
        beside={OTHER_TEXTS: texts},
    )


def texts_of(bundle: Bundle, language: str) -> Mapping[str, Any]:
    """Return what an overlay of a draft says; nothing where it cannot be read."""
    content = bundle.files.get(f"texts.{language}.toml", b"")
    try:
        return tomllib.loads(content.decode())
    except ValueError:
        return {}
