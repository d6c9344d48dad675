"""The browser at hand: who is signed in with it, for how long, and the proof it gave."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from flask import g, request, session

from engine.commands import accounts
from engine.commands.accounts import Browser
from engine.model.sign_in import Method
from engine.queries import accounts as queries
from engine.queries import people
from webapp.request import current_actor, now, reader, reading, services, unit_of_work

#: in the cookie: whose browser this last was, also when nobody is signed in any more
PERSON: Final = "person"
#: in the cookie: what the forms of this browser are known by
CSRF: Final = "csrf_token"
#: in the cookie: by what its person signed in
METHOD: Final = "method"
#: what other rooms do when somebody has signed in, by what it is
AFTER_SIGN_IN: Final[dict[str, Callable[[], None]]] = {}
#: where pages say something with nobody at them
BY_ITSELF: Final = frozenset({"tasks.here"})
#: How often it is written down that a browser is in use; no more than that is idled away.
SEEN_EACH: Final = timedelta(minutes=1)
MOST_SEEN: Final = 10_000
#: token hash -> when this process last wrote it down
_seen: Final[dict[str, datetime]] = {}


def load_actor() -> None:
    """Read who acts, before every request of a signed-in browser."""
    token = session.get("token")
    if token is None or request.endpoint == "static":
        return
    idle, browser = services().settings.sign_in.idle, hash_of(token)
    actor = g.actor = people.signed_in(reading(), browser, now(), idle=idle)
    if actor is not None and not _is_a_poll():
        _see(browser)


def remember(person_id: UUID, method: Method) -> None:
    """Sign a person in with this browser, under a token nobody had before."""
    token = secrets.token_urlsafe(32)
    until_now = this_browser() if "token" in session else None
    chosen = session.get("locale")
    session.clear()
    settings = services().settings.sign_in
    browser = Browser(hash_of(token), request.remote_addr or "", str(request.user_agent))
    accounts.sign_in(
        unit_of_work(),
        person_id,
        browser,
        method,
        at=now(),
        expires_at=now() + settings.longest,
        instead_of=until_now,
    )
    _seen[browser.token_hash] = now()
    session["token"] = token
    session[METHOD] = method.value
    session[PERSON] = str(person_id)
    if chosen:
        session["locale"] = chosen
    g.actor = people.signed_in(reading(), browser.token_hash, now(), idle=settings.idle)
    for each in AFTER_SIGN_IN.values():
        each()


def forget() -> None:
    """Sign this browser out, here and in its cookie; the language stays, and whose it was.

    The token of its forms stays until the next sign-in too: a page open in another tab is
    still one of ours, and what was typed on it is kept.
    """
    if "token" in session:
        accounts.sign_out(unit_of_work(), this_browser())
    kept = {name: session[name] for name in ("locale", PERSON, CSRF) if session.get(name)}
    session.clear()
    session.update(kept)


def this_browser() -> str:
    """Return the hash by which this browser is known."""
    return hash_of(session.get("token", ""))


def has_proved() -> bool:
    """Tell whether the person at this browser proved lately to be the one signed in."""
    with reader() as database:
        at = queries.proved_at(database, this_browser())
    return at is not None and now() - at < services().settings.sign_in.proof


def prove() -> None:
    """Keep that the person proved it just now."""
    accounts.prove(unit_of_work(), this_browser(), at=now())


def hash_of(token: str) -> str:
    """Return what is kept of a browser's token."""
    return hashlib.sha256(token.encode()).hexdigest()


def lacks_factor() -> bool:
    """Tell whether the person acting needs a second factor and has none.

    It is asked at each page, for a role may be given and a factor removed while somebody is
    signed in. Who came by a provider has the factors of the provider.
    """
    door = services().settings.sign_in
    if not door.second_factor or session.get(METHOD) == Method.PROVIDER.value:
        return False
    actor = current_actor()
    if not door.needs_second_factor(actor.roles):
        return False
    with reader() as database:
        return not queries.factors(database, actor.person_id).are_any


def _is_a_poll() -> bool:
    """Tell whether a page asks by itself: an open page alone does not keep anybody signed in."""
    if request.endpoint in BY_ITSELF or "live" in request.args:
        return True
    return request.blueprint == "frame" and request.method == "GET"


def _see(token_hash: str) -> None:
    last = _seen.get(token_hash)
    if last is not None and timedelta() <= now() - last < SEEN_EACH:
        return
    if len(_seen) >= MOST_SEEN:
        _seen.clear()
    _seen[token_hash] = now()
    accounts.see(unit_of_work(), token_hash, at=now())
