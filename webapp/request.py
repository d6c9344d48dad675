"""What a view may ask about its request: who acts, the transaction, the moment, the language."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from flask import current_app, g, session
from flask_babel import force_locale

from engine.jobs.fetching import LongPolls
from engine.model.person import Actor
from engine.model.preferences import DEFAULTS
from engine.settings import Settings
from engine.storage.cases import Read
from engine.storage.database import Connection, Database, Session, UnitOfWork
from engine.storage.document_store import DocumentStore
from engine.storage.vault import Vault
from webapp.manner import Manner

LOCALES = ("fa", "en")


@dataclass(frozen=True, slots=True)
class Services:
    """What the application was made of; `webapp.wiring` decides."""

    database: Database
    settings: Settings
    clock: Callable[[], datetime]
    documents: DocumentStore
    vault: Vault
    polls: LongPolls  #: the workers outside that wait for tasks here
    is_leaving: Callable[[], bool] = lambda: False


class SignInNeeded(Exception):
    """Nobody is signed in where somebody has to be."""


def services() -> Services:
    """Return what the running application was made of."""
    made: Services = current_app.extensions["divan"]
    return made


def current_actor() -> Actor:
    """Return who acts, with every desk, read once per request.

    Raises:
        SignInNeeded: the browser is not signed in.
    """
    actor: Actor | None = g.get("actor")
    if actor is None:
        raise SignInNeeded
    return actor


def is_signed_in() -> bool:
    """Tell whether somebody is."""
    return g.get("actor") is not None


def unit_of_work(read: Read | None = None) -> UnitOfWork:
    """Return a new transaction for a command; what is read after it is read anew.

    Args:
        read: the case as this request has read it, which the command need not read again.
    """
    _close("reader")
    database = services().database
    if database.is_sqlite:
        _close("reading")  # whoever writes has a connection of their own
    return database.unit_of_work(read, g.get("reading"))


def reading() -> Connection:
    """Return the request's connection for queries: one for all of them, up to a command."""
    connection: Connection | None = g.get("reading")
    if connection is None:
        connection = g.reading = services().database.reading()
    return connection


@contextmanager
def reader() -> Iterator[Session]:
    """Give the request's session for queries, over its connection."""
    session: Session | None = g.get("reader")
    if session is None:
        session = g.reader = Session(reading())
    yield session


def close_reader(_: BaseException | None = None) -> None:
    """Give the connection of the request's queries back."""
    for each in ("reader", "reading"):
        _close(each)


def _close(name: str) -> None:
    opened = g.pop(name, None)
    if opened is not None:
        opened.close()


def now() -> datetime:
    """Return the moment of this request, one for all that happens in it."""
    moment: datetime | None = g.get("now")
    if moment is None:
        moment = g.now = services().clock()
    return moment


def locale() -> str:
    """Return the language of the page: the person's, else the browser's choice, else the site's.

    While something is `shown_in` another language, that one.
    """
    language: str | None = g.get("shown_in")
    if language is not None:
        return language
    actor: Actor | None = g.get("actor")
    if actor is not None:
        return actor.locale
    chosen = session.get("locale")
    return chosen if chosen in LOCALES else services().settings.locale


@contextmanager
def shown_in(language: str) -> Iterator[None]:
    """Have all that is drawn while the block lasts be in a language, whoever looks at it."""
    before = g.pop("manner", None)
    g.shown_in = language
    try:
        with force_locale(language):
            yield
    finally:
        g.pop("shown_in")
        g.pop("manner", None)
        if before is not None:
            g.manner = before


def manner() -> Manner:
    """Return how the page is written: in its language, with its reader's digits and calendar."""
    known: Manner | None = g.get("manner")
    if known is None:
        preferences = current_actor().preferences if is_signed_in() else DEFAULTS
        known = g.manner = Manner.chosen(locale(), preferences)
    return known
