"""All that an area's pages may use of the web application.

An area's ``pages.py`` makes its blueprint with `area_blueprint`, reads with `reader`,
changes with a command and `unit_of_work`, and renders templates that extend
``base.html``. It adds entries to the rail and files to its cases by registering them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext, ngettext

from engine.model.person import Actor
from engine.storage.database import Session
from webapp import documents
from webapp.formatting import amount_in_words, digits, jalali, jalali_moment, quantity, rial
from webapp.problems import text_of
from webapp.request import current_actor, locale, now, reader, services, unit_of_work
from webapp.taking import table_response
from webapp.wording import role_name

__all__ = [
    "Blueprint",
    "CaseFile",
    "Content",
    "amount_in_words",
    "area_blueprint",
    "case_files",
    "current_actor",
    "digits",
    "error_text",
    "gettext",
    "is_demo",
    "jalali",
    "jalali_moment",
    "lazy_gettext",
    "locale",
    "nav_entry",
    "ngettext",
    "not_found",
    "now",
    "pdf_content",
    "pdf_response",
    "quantity",
    "reader",
    "render",
    "rial",
    "role_title",
    "see_other",
    "table_response",
    "unit_of_work",
]


@dataclass(frozen=True, slots=True)
class NavEntry:
    """A page of an area that the rail leads to."""

    endpoint: str
    label: Any  #: a lazy translation
    is_for: Callable[[Actor], bool]


@dataclass(frozen=True, slots=True)
class Content:
    """What a document of a case is made of, in the language of the page."""

    name: str  #: of the file
    media_type: str
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A document of a case: shown on the File tab of its tasks and on its page."""

    title: str
    url: str
    kind: str = ""  #: a short word such as ``PDF``
    note: str = ""
    #: makes what the archive of the case holds of it; ``None``: a page, which it does not hold
    content: Callable[[], Content] | None = None


CaseFiles = Callable[[Session, UUID, Actor], list[CaseFile]]


class AreaPages:
    """Everything areas registered, by the time the application is made."""

    def __init__(self) -> None:
        self.blueprints: dict[str, Blueprint] = {}
        self.navigation: dict[str, NavEntry] = {}
        self.files: dict[str, CaseFiles] = {}


AREAS = AreaPages()


def area_blueprint(area: str, import_name: str) -> Blueprint:
    """Return the blueprint of an area, served under ``/areas/<area>``.

    Its templates lie in the area's ``templates/<area>/``, so that names never clash.
    """
    blueprint = Blueprint(
        area,
        import_name,
        url_prefix=f"/areas/{area}",
        template_folder="templates",
        static_folder=None,
    )
    AREAS.blueprints[area] = blueprint
    return blueprint


def nav_entry(endpoint: str, label: Any, *, is_for: Callable[[Actor], bool] | None = None) -> None:
    """Put a page on the rail.

    Args:
        endpoint: such as ``contractor_statement.contracts``.
        label: a `lazy_gettext` text.
        is_for: who sees the entry; everybody when absent.
    """
    AREAS.navigation[endpoint] = NavEntry(endpoint, label, is_for or (lambda _: True))


def case_files(*process_ids: str) -> Callable[[CaseFiles], CaseFiles]:
    """Register what documents cases of these processes have: ``f(session, instance_id, actor)``."""

    def keep(function: CaseFiles) -> CaseFiles:
        for each in process_ids:
            AREAS.files[each] = function
        return function

    return keep


def render(template: str, **page: Any) -> str:
    """Render a template in the language of the page."""
    return render_template(template, **page)


def see_other(endpoint: str, **values: Any) -> ResponseReturnValue:
    """Answer a change by leading to the page that shows it."""
    return redirect(url_for(endpoint, **values), 303)


def not_found() -> ResponseReturnValue:
    """Answer that there is no such thing, or not for this actor."""
    abort(404)


def pdf_response(template_path: Any, page: Any, filename: str) -> ResponseReturnValue:
    """Answer with a PDF made of a typst template and its JSON page model."""
    return documents.pdf_response(template_path, page, filename)


def pdf_content(template_path: Any, page: Any, filename: str) -> Content:
    """Make a PDF of a typst template and its JSON page model, for a case's archive."""
    return Content(filename, "application/pdf", documents.render_pdf(template_path, page))


def error_text(problem: Any, words: Any = None) -> str:
    """Say a problem in the language of the page.

    Args:
        words: has ``error(code)``, the area's own text or nothing; the rest is worded here.
    """
    return text_of(problem, words)


def role_title(role: str) -> str:
    """Return what people call a role, in the language of the page."""
    return role_name(role)


def is_demo() -> bool:
    """Tell whether this is a demonstration with made-up accounts."""
    return services().settings.demo
