"""All that an area's pages may use of the web application.

An area's ``pages.py`` makes its blueprint with `area_blueprint`, reads with `reader`,
changes with a command and `unit_of_work`, and renders templates that extend
``base.html``. It adds entries to the rail and files to its cases by registering them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext, ngettext

from engine.commands.documents import Content as KeptFile
from engine.errors import Problem, RulesBroken
from engine.model.person import Actor
from engine.queries.notices import places_of
from engine.sdk import FolderTexts
from engine.storage.database import Session
from webapp import documents, errors
from webapp.accounts.guessing import asks_too_often
from webapp.accounts.passwords import hash_password, problems_of
from webapp.accounts.stepping_up import fresh
from webapp.formatting import (
    amount_in_words,
    digits,
    jalali,
    jalali_moment,
    percentage,
    quantity,
    rial,
)
from webapp.handing import (
    document_store,
    kept_pdf,
    recognised,
    site_key,
    site_signature,
    stored_file,
    virus_scanner,
)
from webapp.links import link_signer
from webapp.problems import text_of
from webapp.receiving import received, takes_documents
from webapp.request import (
    current_actor,
    is_signed_in,
    locale,
    now,
    reader,
    services,
    shown_in,
    unit_of_work,
)
from webapp.security import csrf_token
from webapp.streaming import incoming_body, largest_document, largest_stream, takes_stream
from webapp.taking import table_response
from webapp.units import name_of
from webapp.wording import role_name

__all__ = [
    "Blueprint",
    "CaseFile",
    "Content",
    "KeptFile",
    "address",
    "amount_in_words",
    "area_acts",
    "area_blueprint",
    "asks_too_often",
    "case_files",
    "csrf_token",
    "current_actor",
    "digits",
    "document_store",
    "error_text",
    "fresh",
    "gettext",
    "has_mail_of",
    "hash_password",
    "incoming_body",
    "is_demo",
    "is_signed_in",
    "jalali",
    "jalali_moment",
    "kept_pdf",
    "largest_document",
    "largest_stream",
    "later_reader",
    "lazy_gettext",
    "link_signer",
    "locale",
    "nav_entry",
    "ngettext",
    "not_found",
    "now",
    "one_click",
    "outside_blueprint",
    "password_problems",
    "pdf_content",
    "pdf_response",
    "percentage",
    "public_blueprint",
    "quantity",
    "reader",
    "received",
    "recognised",
    "refused_on_page",
    "render",
    "rial",
    "role_title",
    "see_other",
    "shown_in",
    "site_key",
    "site_signature",
    "stored_file",
    "table_response",
    "takes_documents",
    "takes_stream",
    "unit_of_work",
    "unit_title",
    "virus_scanner",
]


@dataclass(frozen=True, slots=True)
class NavEntry:
    """A page of an area that the rail leads to."""

    endpoint: str
    label: Any  #: a lazy translation
    is_for: Callable[[Actor], bool]
    is_home: bool = False  #: where they begin when no work waits for them


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


@dataclass(frozen=True, slots=True)
class PublicPages:
    """Pages of an area that anybody may read, and what the sign-in page calls them."""

    blueprint: Blueprint
    endpoint: str
    label: Any  #: a lazy translation


View = TypeVar("View", bound=Callable[..., ResponseReturnValue])
CaseFiles = Callable[[Session, UUID, Actor], list[CaseFile]]


class AreaPages:
    """Everything areas registered, by the time the application is made."""

    def __init__(self) -> None:
        self.blueprints: dict[str, Blueprint] = {}
        self.public: dict[str, PublicPages] = {}
        self.navigation: dict[str, NavEntry] = {}
        self.files: dict[str, CaseFiles] = {}
        self.acts: dict[str, Mapping[str, Any]] = {}
        self.one_click: list[Callable[..., ResponseReturnValue]] = []


AREAS = AreaPages()


def area_blueprint(area: str, import_name: str, texts: type[FolderTexts]) -> Blueprint:
    """Return the blueprint of an area, served under ``/areas/<area>``.

    Its templates lie in the area's ``templates/<area>/``, so that names never clash.

    Args:
        texts: say what its rules refuse, where no page of its own does.
    """
    blueprint = Blueprint(
        area,
        import_name,
        url_prefix=f"/areas/{area}",
        template_folder="templates",
        static_folder=None,
    )
    blueprint.register_error_handler(
        RulesBroken, lambda no: errors.refused_page(422, no.problems, texts(locale()))
    )
    AREAS.blueprints[area] = blueprint
    return blueprint


def refused_on_page() -> tuple[type[RulesBroken], ...]:
    """Return what a view catches to show it beside its fields; of a program's request nothing.

    What is not caught is answered as JSON: codes, fields, and the area's words in both languages.
    """
    return () if errors.wants_json() else (RulesBroken,)


def public_blueprint(name: str, import_name: str, start: str, label: Any) -> Blueprint:
    """Return a blueprint that is read without signing in, served under ``/<name>``.

    The sign-in page leads to it. Nobody is known there: `current_actor` may not be asked.

    Args:
        name: with underscores; the address has dashes.
        start: the function of its first page.
        label: a `lazy_gettext` text.
    """
    blueprint = Blueprint(
        name,
        import_name,
        url_prefix=f"/{name.replace('_', '-')}",
        template_folder="templates",
        static_folder=None,
    )
    AREAS.public[name] = PublicPages(blueprint, f"{name}.{start}", label)
    return blueprint


def outside_blueprint(name: str, import_name: str) -> Blueprint:
    """Return a blueprint for signed-in people from outside, served under ``/<name>``.

    They know of no areas: what is theirs has a short address.
    """
    blueprint = Blueprint(
        name,
        import_name,
        url_prefix=f"/{name}",
        template_folder="templates",
        static_folder=None,
    )
    AREAS.blueprints[name] = blueprint
    return blueprint


def nav_entry(
    endpoint: str,
    label: Any,
    *,
    is_for: Callable[[Actor], bool] | None = None,
    is_home: bool = False,
) -> None:
    """Put a page on the rail.

    Args:
        endpoint: such as ``contractor_statement.contracts``.
        label: a `lazy_gettext` text.
        is_for: who sees the entry; everybody when absent.
        is_home: they begin there when no work waits for them.
    """
    AREAS.navigation[endpoint] = NavEntry(endpoint, label, is_for or (lambda _: True), is_home)


def area_acts(area: str, names: Mapping[str, Any]) -> None:
    """Name the acts that an area tells the journal (`engine.sdk.tell_act`).

    Args:
        names: lazy translations by the act's word, such as ``bid_sealed``.
    """
    AREAS.acts[area] = names


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


def one_click(view: View) -> View:
    """Let a ``POST`` come without the site's token, from a mail program that shows no page.

    Only for what a secret in the address is proof enough of, such as ending a letter (RFC 8058).
    """
    AREAS.one_click.append(view)
    return view


def has_mail_of(session: Session, actor: Actor) -> bool:
    """Tell whether somebody gets letters: at an address that was confirmed."""
    return places_of(session, actor).email is not None


def later_reader() -> Callable[[], AbstractContextManager[Session]]:
    """Return what gives a session of its own, for an answer that is read while it is sent."""
    return services().database.reader


def address(endpoint: str, **values: Any) -> str:
    """Return the whole address of a page, as somebody elsewhere asks for it."""
    root = services().settings.web.public_url or request.url_root
    return root.rstrip("/") + url_for(endpoint, **values)


def not_found() -> ResponseReturnValue:
    """Answer that there is no such thing, or not for this actor."""
    abort(404)


def password_problems(chosen: str, again: str, *, names: Iterable[str]) -> Mapping[str, str]:
    """Return what the site's policy has against a password typed twice: ``new``, ``again``.

    Args:
        names: what everybody knows of its owner.
    """
    shortest = services().settings.sign_in.shortest_password
    return problems_of(chosen, again, shortest=shortest, names=names)


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


def not_now(code: str, words: Any) -> ResponseReturnValue:
    """Answer that a thing stands where this is not done, in the area's words."""
    return errors.refused_page(409, (Problem(code),), words)


def role_title(role: str) -> str:
    """Return what people call a role, in the language of the page."""
    return role_name(role)


def unit_title(unit: str, language: str | None = None) -> str:
    """Return what people call a unit, in the language of the page unless another is asked for."""
    return name_of(unit, language or locale())


def is_demo() -> bool:
    """Tell whether this is a demonstration with made-up accounts."""
    return services().settings.demo
