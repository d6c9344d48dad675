"""The whole case on paper: its facts, documents with their hashes, answers, talk and trail."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from flask_babel import gettext as _

from engine.model.talk import Comment, pieces
from engine.queries.cases import CasePage
from engine.queries.documents import Filed
from engine.queries.talk import Names, Talk
from webapp.cases.people import name_of
from webapp.cases.trail import TrailLine
from webapp.files.answered import Answered, answered
from webapp.formatting import column, digits, file_size, jalali_moment
from webapp.request import locale
from webapp.wording import words_of

TEMPLATE: Final = Path(__file__).resolve().parent.parent / "documents" / "case_file.typ"


def printed_case(
    case: CasePage,
    trail: Sequence[TrailLine],
    documents: Sequence[Filed],
    talk: Talk,
    *,
    printed_at: datetime,
) -> dict[str, Any]:
    """Return what the template prints, in the language of the page.

    Args:
        trail: newest first, as the page shows it; paper has the oldest first.
        talk: what was said, the newest last.
        printed_at: the moment it was asked for.
    """
    language = locale()
    words = words_of(case.definition)
    answers = answered(case.progress, case.definition)
    said = {each.number: len(each.rows) for each in answers}
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
        "answers": _answers(answers, trail, language),
        "talk": [_comment(each, talk.names, language) for each in talk.comments],
        "older_talk": talk.has_more,
        "trail": [_line(each, said.get(each.number, 0), language) for each in reversed(trail)],
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
            "answers": _("Answers"),
            "taken_back": _("Taken back later"),
            "talk": _("Talk"),
            "line": _("Line"),
            "edited": _("put right later"),
            "older_talk": _("What was said before is not printed; it stands on the pages."),
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


def _answers(
    answers: Sequence[Answered], trail: Sequence[TrailLine], language: str
) -> list[dict[str, Any]]:
    lines = {each.number: each for each in trail}
    return [
        {
            "step": each.step or _("Started"),
            "who": lines[each.number].who,
            "desk": lines[each.number].desk,
            "at": _plain(jalali_moment(lines[each.number].at, language)),
            "rows": [(label, _plain(text)) for label, text in each.rows],
            "taken_back": each.is_taken_back,
        }
        for each in answers
    ]


def _comment(comment: Comment, names: Names, language: str) -> dict[str, Any]:
    known = names.get(comment.author)
    gone = comment.withdrawn_at is not None
    return {
        "who": known[language] if known else comment.author,
        "at": _plain(jalali_moment(comment.at, language)),
        "line": comment.line,
        "text": None if gone else _with_names(comment.text, names, language),
        "edited": comment.edited_at is not None and not gone,
    }


def _with_names(text: str, names: Names, language: str) -> str:
    """Return a text in which whoever it mentions is called by name, as on the pages."""
    cut = pieces(text)
    cut[1::2] = [f"@{names[each][language]}" if each in names else f"@{each}" for each in cut[1::2]]
    return "".join(cut)


def _line(line: TrailLine, answers: int, language: str) -> dict[str, Any]:
    """Return a line of the trail without its answers, which stand in a section of their own.

    Args:
        answers: how many of its details they are.
    """
    return {
        "at": _plain(jalali_moment(line.at, language)),
        "what": line.what,
        "who": line.who,
        "desk": line.desk,
        "details": [(label, _plain(text)) for label, text in line.details[answers:]],
    }


def _plain(text: object) -> str:
    """Return a text without the marks a page has around it."""
    stripped: str = text.striptags() if hasattr(text, "striptags") else str(text)
    return stripped
