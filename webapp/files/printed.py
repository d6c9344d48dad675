"""The whole case on paper: cover with its facts, documents with their hashes, trail."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from flask_babel import gettext as _

from engine.queries.cases import CasePage
from engine.queries.documents import Filed
from webapp.cases.people import name_of
from webapp.cases.trail import TrailLine
from webapp.formatting import column, digits, file_size, jalali_moment
from webapp.request import locale
from webapp.wording import words_of

TEMPLATE: Final = Path(__file__).resolve().parent.parent / "documents" / "case_file.typ"


def printed_case(
    case: CasePage, trail: Sequence[TrailLine], documents: Sequence[Filed], *, printed_at: Any
) -> dict[str, Any]:
    """Return what the template prints, in the language of the page.

    Args:
        trail: newest first, as the page shows it; paper has the oldest first.
        printed_at: the moment it was asked for.
    """
    language = locale()
    words = words_of(case.definition)
    declared = case.definition.bundle.process(case.process_id).columns
    facts = [
        (_("Process"), words.process),
        (_("Case number"), case.business_key),
        (_("Unit"), case.unit_names[language] if case.unit_names else case.unit),
        *((words.column(key), _plain(column(case.columns.get(key), kind, language)))
          for key, kind in declared.items()),
        (_("Started by"), name_of(case.started_by, case.progress)),
        (_("Started on"), _plain(jalali_moment(case.started_at, language))),
        (_("Finished"), _plain(jalali_moment(case.finished_at, language))),
    ]  # fmt: skip
    return {
        "language": language,
        "title": case.title,
        "facts": [(label, text) for label, text in facts if text],
        "documents": [_document(each, language) for each in documents],
        "trail": [_line(each, language) for each in reversed(trail)],
        "printed": _plain(jalali_moment(printed_at, language)),
        "words": {
            "documents": _("Documents"),
            "document": _("Document"),
            "version": _("Version"),
            "size": _("Size"),
            "by": _("Handed in by"),
            "at": _("On"),
            "hash": _("Hash (SHA-256)"),
            "withdrawn": _("Withdrawn"),
            "none": _("No documents yet."),
            "trail": _("Trail"),
            "printed": _("Printed"),
            "page": _("Page"),
            "of": _("of"),
        },
    }


def _document(document: Filed, language: str) -> dict[str, Any]:
    return {
        "withdrawn": document.withdrawn_reason if not document.counts else None,
        "versions": [
            {
                "name": each.name,
                "number": digits(each.number, language),
                "size": file_size(each.size, language),
                "by": each.adder_names[language] if each.adder_names else each.added_by,
                "at": _plain(jalali_moment(each.added_at, language)),
                "sha256": each.sha256,
            }
            for each in document.versions
        ],
    }


def _line(line: TrailLine, language: str) -> dict[str, Any]:
    return {
        "at": _plain(jalali_moment(line.at, language)),
        "what": line.what,
        "who": line.who,
        "desk": line.desk,
        "details": [(label, _plain(text)) for label, text in line.details],
    }


def _plain(text: object) -> str:
    """Return a text without the marks a page has around it."""
    stripped: str = text.striptags() if hasattr(text, "striptags") else str(text)
    return stripped
