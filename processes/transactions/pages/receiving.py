"""Papers that a bidder sends with a form, into the document store."""

from __future__ import annotations

from typing import BinaryIO, Final, cast

from flask import request

from engine.errors import Problem, RulesBroken
from engine.sdk import Content
from webapp.sdk import document_store, recognised

LARGEST: Final = 20 * 2**20  #: bytes of one paper
MOST: Final = 10  #: papers at a time
_PORTION: Final = 2**16


def received_papers(field: str) -> list[Content]:
    """Keep the files of a field, each told by its content; none is no mistake.

    Raises:
        RulesBroken: ``TND-135`` one is of no kind that the site takes, or too large; or too many.
    """
    sent = [each for each in request.files.getlist(field) if each.filename]
    if len(sent) > MOST:
        raise _refused(field, sent[MOST].filename or "")
    made = []
    for each in sent:
        name = each.filename or ""
        with document_store().receive(LARGEST) as incoming:
            while portion := each.stream.read(_PORTION):
                incoming.write(portion)
            incoming.seek(0)
            kind = None
            if not incoming.is_too_large:
                kind = recognised(cast("BinaryIO", incoming), incoming.size, name)
            if kind is None:
                raise _refused(field, name)
            document_store().keep(incoming)
            made.append(Content(name, kind, incoming.size, incoming.sha256, scanned=False))
    return made


def _refused(field: str, name: str) -> RulesBroken:
    return RulesBroken([Problem("TND-135", field, {"name": name})])
