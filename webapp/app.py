"""The application factory: everything a request meets, put together in one place."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from flask import Blueprint, Flask, g, request
from flask_wtf.csrf import CSRFProtect
from markupsafe import Markup

from engine.jobs.fetching import LongPolls
from engine.settings import Settings
from engine.storage.database import Database
from engine.storage.document_store import DocumentStore, FolderStore
from engine.storage.vault import Vault
from forms.prose import blocks
from webapp import addresses, errors, health, incoming, rail, receiving, security
from webapp.accounts import browsers, own_account, passkeys, provider
from webapp.accounts import pages as accounts
from webapp.bank_words import bank_advice, bank_reason
from webapp.cases import pages as cases
from webapp.cases import proof_pages
from webapp.files import original_pages, picked
from webapp.files import pages as files
from webapp.files import sign_pages as file_signing
from webapp.frame import looks
from webapp.frame import pages as frame
from webapp.handbook import pages as handbook
from webapp.inbox import (
    act_pages,
    acts,
    answering,
    calendar_pages,
    draft_pages,
    form_pages,
    keeping,
    line_files,
    presence,
    recalled,
    report_pages,
    saved,
    sign_pages,
    signing_together,
    task_pages,
    together,
)
from webapp.inbox import pages as inbox
from webapp.inbox.drawing import DRAWN
from webapp.monitoring import MONITORING, rooms
from webapp.people import PEOPLE
from webapp.request import Services, close_reader, current_actor, is_signed_in, locale
from webapp.sdk import AREAS, unit_title
from webapp.signing import authority_pages, certificate_pages, verify_pages
from webapp.start import pages as start
from webapp.studio import STUDIO
from webapp.talk import address, notice_pages
from webapp.talk import pages as talk
from webapp.templating import Templates
from webapp.texts import Babel, spoken_in
from webapp.versions import pages as versions
from webapp.watching import requests
from webapp.watching.watcher import Watching
from webapp.wording import desk_name, desks_of, role_name, words_of

#: A statement of 1,500 lines posts three fields a line when the browser runs no JavaScript.
MOST_FIELDS: Final = 20_000
LARGEST_FORM: Final = 4 * 2**20
LARGEST_REQUEST: Final = 24 * 2**20


def create_app(
    database: Database,
    *,
    settings: Settings,
    documents: DocumentStore | None = None,
    blueprints: Iterable[Blueprint] = (),
    apis: Iterable[Blueprint] = (),
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    is_leaving: Callable[[], bool] = lambda: False,
    watching: Watching | None = None,
) -> Flask:
    """Return the web application over a database.

    Args:
        documents: where contents of documents lie; by default under the site's home.
        blueprints: pages of other parts and areas, beside those registered in `webapp.sdk`.
        apis: blueprints for machines: they sign in by themselves and need no CSRF token.
        clock: tells the moment of a request.
        is_leaving: tells whether the server is about to stop.
        watching: is told of each request; by default somebody who only counts.
    """
    app = _Application(__name__)
    app.jinja_environment = Templates
    app.url_rule_class = addresses.Address
    newest, *older = keys = security.secret_keys(settings)
    app.config.update(
        SECRET_KEY=newest,
        SECRET_KEY_FALLBACKS=older,
        SESSION_COOKIE_NAME="divan",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.web.is_secure,
        PERMANENT_SESSION_LIFETIME=timedelta(hours=12),
        MAX_FORM_PARTS=MOST_FIELDS,
        MAX_FORM_MEMORY_SIZE=LARGEST_FORM,
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        WTF_CSRF_TIME_LIMIT=None,
        BABEL_DEFAULT_LOCALE="en",
        BABEL_TRANSLATION_DIRECTORIES="translations",
    )
    security.trust_proxies(app, settings.web.trusted_proxies)
    app.extensions["divan"] = Services(
        database,
        settings,
        clock,
        documents or FolderStore(settings.home / "documents"),
        Vault(keys),
        LongPolls(database, settings.web.polls, is_leaving),
        is_leaving,
    )
    Babel(app, locale_selector=lambda: spoken_in(locale()))
    requests.init_app(app, watching or Watching())
    if settings.demo:
        app.before_request(security.refuse_strange_host)
    app.before_request(browsers.load_actor)
    receiving.init_app(app)  # before anything reads what was sent
    security.init_app(app)
    errors.init_app(app)
    keeping.init_app(app)
    app.teardown_appcontext(close_reader)
    csrf = CSRFProtect(app)
    csrf.exempt(authority_pages.bp)
    open_to_all = {
        each.bp.name for each in (accounts, health, requests, authority_pages, verify_pages)
    }
    for each in _PAGES:
        app.register_blueprint(each)
    for each in (*AREAS.blueprints.values(), *blueprints):
        app.register_blueprint(each)
    for public in AREAS.public.values():
        open_to_all.add(public.blueprint.name)
        app.register_blueprint(public.blueprint)
    for view in AREAS.one_click:
        csrf.exempt(view)
    for each in (incoming.bp, *apis):
        csrf.exempt(each)
        open_to_all.add(each.name)
        app.register_blueprint(each)
    app.before_request(_sign_in_gate(frozenset(open_to_all)))
    app.before_request(own_account.gate)
    _prepare_templates(app)
    return app


class _Application(Flask):
    """Flask for views that are all ordinary functions."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function as it is: nothing of ours is asynchronous, so nobody asks."""
        return func


_PAGES: Final = (
    *{each.bp for each in (accounts, passkeys, provider)},  # files of one blueprint
    own_account.bp,
    certificate_pages.bp,
    authority_pages.bp,
    verify_pages.bp,
    frame.bp,
    inbox.bp,
    calendar_pages.bp,
    *{each.bp for each in (together, signing_together)},
    saved.bp,
    *{
        each.bp
        for each in (
            task_pages,
            answering,
            sign_pages,
            acts,
            act_pages,
            report_pages,
            draft_pages,
            form_pages,
            presence,
        )
    },  # files of one blueprint
    line_files.bp,
    cases.bp,
    proof_pages.bp,
    *{each.bp for each in (files, file_signing, original_pages)},
    talk.bp,
    notice_pages.bp,
    address.bp,
    *MONITORING,
    *PEOPLE,
    *STUDIO,
    start.bp,
    versions.bp,
    handbook.bp,
    health.bp,
)


def _sign_in_gate(open_to_all: frozenset[str]) -> Callable[[], None]:
    """Return what lets nobody past who is not signed in, but for these blueprints."""

    def gate() -> None:
        if request.endpoint != "static" and request.blueprint not in open_to_all:
            current_actor()

    return gate


def _prepare_templates(app: Flask) -> None:
    addresses.init_app(app)
    picked.init_app()
    rail.init_app(app)
    looks.init_app(app)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        csrf_field=_csrf_field,
        desk_name=desk_name,
        desks_of_actor=lambda: desks_of(current_actor(), locale()),
        colleagues_at=presence.colleagues_at,
        draft_texts=draft_pages.draft_texts,
        drawn_types=DRAWN,
        open_rooms=rooms.open_rooms,
        public_pages=AREAS.public.values,
        point_of_no_return=recalled.point_of_no_return,
        problems_by_field=_problems_by_field,
        role_name=role_name,
        this_page=_this_page,
        unit_title=unit_title,
        who_took_back=presence.who_took_back,
        words_of=words_of,
    )
    app.jinja_env.filters["blocks"] = blocks
    app.jinja_env.filters |= {"bank_reason": bank_reason, "bank_advice": bank_advice}
    app.context_processor(_page_facts)


def _page_facts() -> dict[str, Any]:
    return {
        "locale": locale(),
        "actor": current_actor() if is_signed_in() else None,
        "csrf_token": security.csrf_token,
    }


def _problems_by_field(problems: list[tuple[str | None, str]]) -> dict[str, list[str]]:
    texts: dict[str, list[str]] = {}
    for path, text in problems:
        texts.setdefault(path or "", []).append(text)
    return texts


#: what is filled in is escaped
_CSRF: Final = Markup('<input type="hidden" name="csrf_token" value="%s">')


def _csrf_field() -> Markup:
    field: Markup | None = g.get("csrf_field")
    if field is None:
        field = g.csrf_field = _CSRF % security.csrf_token()
    return field


def _this_page() -> str:
    """Return the address to come back to: of this page, or of the one its form stood on."""
    if request.method == "GET":
        return request.full_path.rstrip("?")
    came_from = urlsplit(request.referrer or "")
    return came_from.path + (f"?{came_from.query}" if came_from.query else "") or "/"
