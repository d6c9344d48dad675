"""A handbook as the template prints it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from flask_babel import gettext as _

from engine.catalogue.bundle import Bundle
from webapp.formatting import jalali_moment
from webapp.handbook.around import Handbook
from webapp.handbook.book import FormPage, Step
from webapp.handbook.sheets import Sheet, sheets_of
from webapp.handbook.source import Source
from webapp.manner import Manner

TEMPLATE: Final = Path(__file__).resolve().parent.parent / "documents" / "handbook.typ"


def printed(
    book: Handbook, bundle: Bundle, spoken: Manner, *, printed_at: datetime
) -> dict[str, Any]:
    """Return what the template prints; its labels are in the language texts are looked up in."""
    said = book.contents
    drawn = {each.id for each in said.steps}
    return {
        "language": spoken.language,
        "title": said.title,
        "area": said.area,
        "version": book.version,
        "facts": [
            (label, text)
            for label, text in (
                (_("Area"), said.area),
                (_("Version"), book.version),
                (_("Last saved") if book.is_draft else _("Published on"), _moment(book.at, spoken)),
                (_("Worked on by") if book.is_draft else _("Published by"), book.by),
            )
            if text
        ],
        "is_draft": book.is_draft,
        "about": said.about,
        "starts": [asdict(each) for each in said.starts],
        "start_form": _form(said.start_form),
        "sheets": [each.as_json() for each in _sheets(bundle, said.process_id, spoken)],
        "roles": [asdict(each) for each in said.roles],
        "steps": [_step(each, drawn) for each in said.steps],
        "left_out": said.left_out,
        "decisions": [asdict(each) for each in said.decisions],
        "separations": said.separations,
        "no_return": [asdict(each) for each in said.no_return],
        "messages": [asdict(each) for each in said.messages],
        "since": book.since,
        "changes": list(book.changes.sentences) if book.changes else [],
        "changes_left_out": book.changes.left_out if book.changes else 0,
        "printed": _moment(printed_at, spoken),
        "words": _words(),
    }


@lru_cache(maxsize=16)
def _sheets(bundle: Bundle, process_id: str, spoken: Manner) -> tuple[Sheet, ...]:
    return sheets_of(Source(bundle, process_id, spoken))


def _step(step: Step, drawn: set[str]) -> dict[str, Any]:
    ways = [{**asdict(each), "target": each.target in drawn and each.target} for each in step.ways]
    return {**asdict(step), "form": _form(step.form), "ways": ways}


def _form(form: FormPage | None) -> dict[str, Any] | None:
    return None if form is None else asdict(form)


def _moment(at: datetime | None, spoken: Manner) -> str:
    return "" if at is None else str(jalali_moment(at, spoken).striptags())  # type: ignore[attr-defined]


def _words() -> dict[str, str]:
    return {
        "handbook": _("Process handbook"),
        "draft": _("This is a draft: nothing runs by it yet."),
        "contents": _("Contents"),
        "about": _("What it is for"),
        "starts": _("How it begins"),
        "start_form": _("The form cases start with"),
        "diagram": _("Diagram"),
        "sheet": _("Sheet"),
        "diagram_said": _("The same as the steps in words, drawn."),
        "roles": _("Who takes part"),
        "lane": _("Lane"),
        "who": _("Who"),
        "units": _("Held in"),
        "more": _("and others"),
        "steps": _("Steps"),
        "done_by": _("Done by"),
        "leads": _("What follows"),
        "form": _("Form"),
        "field": _("Field"),
        "kind": _("Kind"),
        "rules": _("Rules"),
        "answers": _("Answers to choose from"),
        "decisions": _("Decisions"),
        "rule": _("Rule"),
        "in_words": _("In words"),
        "policy": _("Which rule counts when several fit"),
        "separations": _("Who may not be one person"),
        "no_return": _("Points of no return"),
        "messages": _("What people may send to a case"),
        "changes": _("What is new"),
        "since": _("since"),
        "nothing_new": _("Nothing about this process is different."),
        "left_out": _("More than fits in a handbook is left out:"),
        "printed": _("Printed"),
        "page": _("Page"),
        "of": _("of"),
    }
