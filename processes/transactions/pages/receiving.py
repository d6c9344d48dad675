"""Papers that a bidder sends with a form, taken as the documents of cases are."""

from __future__ import annotations

from dataclasses import replace

from flask import request

from engine.errors import RulesBroken
from engine.sdk import Content
from webapp.sdk import received


def received_papers(field: str) -> list[Content]:
    """Keep the files of a field, each told by its content and looked at; none is no mistake.

    Raises:
        RulesBroken: ``GEN-FILE-…`` beside the field, for each that is refused; none is kept.
    """
    if not any(each.filename for each in request.files.getlist(field)):
        return []
    try:
        return received(field)
    except RulesBroken as refused:
        raise RulesBroken([replace(each, field=field) for each in refused.problems]) from refused
