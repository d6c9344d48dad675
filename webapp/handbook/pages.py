"""The handbook of a process as a page and on paper: of a deployed version, and of a draft."""

from __future__ import annotations

import re
from functools import partial
from typing import Final
from uuid import UUID

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _

from engine.catalogue.bundle import Bundle
from engine.errors import NotFound
from engine.queries import handbook as queries
from engine.queries import studio
from engine.queries.handbook import Edition
from engine.storage import bundles
from engine.storage.database import Session
from webapp import units
from webapp.addresses import address
from webapp.cases.drawing import answer_with, drawing_of
from webapp.cases.map import viewer_texts
from webapp.documents import pdf_response
from webapp.formatting import digits
from webapp.handbook.around import Changes, Handbook, changes_between, changes_of, with_units
from webapp.handbook.book import Contents
from webapp.handbook.contents import contents, contents_of, processes_of
from webapp.handbook.printed import TEMPLATE, printed
from webapp.manner import Manner
from webapp.request import current_actor, locale, manner, now, reader

bp = Blueprint("handbook", __name__)

_LANGUAGES: Final = ("fa", "en")
_PERSIAN: Final = re.compile(r"[\u0600-\u06ff]")


@bp.get("/handbook/<process_id>")
def show(process_id: str) -> ResponseReturnValue:
    """Show the handbook of a deployed process; ``version`` asks for an older one."""
    with reader() as session:
        found = _edition(session, process_id)
        book = _deployed(session, found, manner())
    asked = {"process_id": process_id, "version": found.definition.version}
    drawing = address("handbook.drawing", of=drawing_of(found.definition).hash, **asked)
    papers = {each: address("handbook.paper", language=each, **asked) for each in _LANGUAGES}
    return _page(book, drawing, papers, newest=found.newest, number=found.definition.version)


@bp.get("/handbook/<process_id>/diagram.bpmn")
def drawing(process_id: str) -> ResponseReturnValue:
    """Give the diagram of a deployed process."""
    with reader() as session:
        found = _edition(session, process_id)
    return answer_with(drawing_of(found.definition))


@bp.get("/handbook/<process_id>/handbook.pdf")
def paper(process_id: str) -> ResponseReturnValue:
    """Give the handbook of a deployed process on paper, in either language."""
    spoken = _spoken()
    with force_locale(spoken.language), reader() as session:
        found = _edition(session, process_id)
        book = _deployed(session, found, spoken)
        page = printed(book, found.definition.bundle, spoken, printed_at=now())
    name = f"{process_id}-{found.definition.version}-{spoken.language}.pdf"
    return pdf_response(TEMPLATE, page, name)


def _edition(session: Session, process_id: str) -> Edition:
    number = request.args.get("version", type=int)
    return queries.edition(session, process_id, number, current_actor())


def _deployed(session: Session, found: Edition, spoken: Manner) -> Handbook:
    definition, before = found.definition, found.before
    said = _with_units(session, contents_of(definition, spoken), spoken)
    is_console = found.by == "console"
    by = found.names[spoken.language] if found.names else ""
    return Handbook(
        said,
        _("version %(number)s", number=digits(definition.version, spoken)),
        found.deployed_at,
        by or (_("an operator, at the console") if is_console else _("the system")),
        is_draft=False,
        since=_("version %(number)s", number=digits(before.version, spoken)) if before else "",
        changes=changes_of(before, definition, spoken) if before else None,
    )


@bp.get("/studio/drafts/<uuid:draft_id>/handbook")
def drafted(draft_id: UUID) -> ResponseReturnValue:
    """Show the handbook of a process as a draft has it; ``process`` says which."""
    with reader() as session:
        bundle, book = _drafted(session, draft_id, manner())
    asked = {"draft_id": draft_id, "process": book.contents.process_id}
    file = book.contents.file
    picture = address("draft_files.raw", draft_id=draft_id, name=file)
    papers = {
        each: address("handbook.paper_of_draft", language=each, **asked) for each in _LANGUAGES
    }
    others = processes_of(bundle, manner())
    return _page(book, picture, papers, draft_id=draft_id, others=others)


@bp.get("/studio/drafts/<uuid:draft_id>/handbook.pdf")
def paper_of_draft(draft_id: UUID) -> ResponseReturnValue:
    """Give the handbook of a process as a draft has it on paper."""
    spoken = _spoken()
    with force_locale(spoken.language), reader() as session:
        bundle, book = _drafted(session, draft_id, spoken)
        page = printed(book, bundle, spoken, printed_at=now())
    return pdf_response(TEMPLATE, page, f"{book.contents.process_id}-{spoken.language}.pdf")


def _drafted(session: Session, draft_id: UUID, spoken: Manner) -> tuple[Bundle, Handbook]:
    actor = current_actor()
    page = studio.draft(session, draft_id, actor, now())
    bundle = studio.bundle(session, draft_id, actor)
    process_id = request.args.get("process") or next(
        (key for key, _title in processes_of(bundle, spoken)), None
    )
    if process_id is None:
        raise NotFound(f"no process in draft {draft_id}")
    said = _with_units(session, contents(bundle, process_id, spoken), spoken)
    people = dict.fromkeys(each.by[spoken.language] for each in page.files)
    changes: Changes | None = None
    if page.bundle_id is not None:
        began = bundles.bundle(session, page.bundle_id)
        changes = changes_between(began, bundle, process_id, spoken)
    book = Handbook(
        said,
        _("draft “%(title)s”", title=page.title),
        max((each.at for each in page.files), default=None),
        _(", ").join(people),
        is_draft=True,
        since=_("what is deployed") if changes else "",
        changes=changes,
    )
    return bundle, book


def _with_units(session: Session, said: Contents, spoken: Manner) -> Contents:
    held = queries.units_with(session, (each.role for each in said.roles), now())
    titles = {code: each[spoken.language != "fa"] for code, each in units.called().items()}
    return with_units(said, held, titles)


def _page(
    book: Handbook,
    drawing: str,
    papers: dict[str, str],
    *,
    draft_id: UUID | None = None,
    others: tuple[tuple[str, str], ...] = (),
    newest: int | None = None,
    number: int | None = None,
) -> str:
    return render_template(
        "handbook/book.html",
        book=book,
        contents=book.contents,
        drawing=drawing,
        papers=papers,
        draft_id=draft_id,
        others=others,
        newest=newest,
        number=number,
        texts=viewer_texts(locale()),
        process_address=partial(_address_of, draft_id, frozenset(key for key, _title in others)),
        nav="studio" if draft_id else "start",
    )


def _address_of(draft_id: UUID | None, drawn: frozenset[str], process_id: str) -> str:
    """Return the address of the handbook of a process that is called."""
    if draft_id is not None and process_id in drawn:
        return address("handbook.drafted", draft_id=draft_id, process=process_id)
    return address("handbook.show", process_id=process_id)


@bp.app_template_filter("reads")
def reads(text: object) -> str:
    """Return which way a text is read: one with Persian in it from right to left.

    A sentence that begins with a code is still a sentence: what comes first does not tell.
    """
    return "rtl" if _PERSIAN.search(str(text)) else "ltr"


def _spoken() -> Manner:
    """Return in what manner a paper is asked for: that of its language."""
    asked = request.args.get("language")
    return Manner.of(asked if asked in _LANGUAGES else locale())
