"""The door for machines: HTTP Basic with an account of the pages, or a token (`bearer`).

An account that is declared a machine's opens this door and no other, and no second factor is
asked of it; a person's opens it as long as a password alone is enough for that person.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from threading import Lock
from typing import Final

from flask import g, request
from werkzeug.datastructures import Authorization

from engine.model.person import Actor
from engine.model.sign_in import Method
from engine.queries import accounts as queries
from engine.queries import people
from webapp.accounts.guessing import failed, is_guessing
from webapp.accounts.passwords import is_password
from webapp.engine_rest.bearer import actor_of
from webapp.engine_rest.limits import Buckets
from webapp.engine_rest.refusals import Refused
from webapp.request import now, reader, services

REMEMBERED: Final = timedelta(seconds=60)
MOST_REMEMBERED: Final = 1_000


class RecentPasswords:
    """Passwords found right a moment ago, so that not every request pays for argon2.

    Neither names nor passwords are kept: only their HMAC under a key that dies with the
    process, beside the hash they were checked against. A changed password, a disabled
    person or a minute's silence ends it.
    """

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._kept: dict[bytes, tuple[str, datetime]] = {}
        self._lock = Lock()

    def holds(self, username: str, password: str, password_hash: str, at: datetime) -> bool:
        """Tell whether this password was right lately, for the hash that is kept today."""
        kept_hash, until = self._kept.get(self._mark(username, password), ("", at))
        return at < until and hmac.compare_digest(kept_hash, password_hash)

    def keep(self, username: str, password: str, password_hash: str, at: datetime) -> None:
        """Remember a password that was just found right."""
        with self._lock:
            if len(self._kept) >= MOST_REMEMBERED:
                self._kept.clear()
            self._kept[self._mark(username, password)] = (password_hash, at + REMEMBERED)

    def _mark(self, username: str, password: str) -> bytes:
        given = f"{len(username)}:{username}{password}".encode("utf-8", "surrogatepass")
        return hmac.digest(self._key, given, hashlib.sha256)


_RECENT: Final = RecentPasswords()
_PACE: Final = Buckets()


def authenticate() -> None:
    """Find out who asks; a browser's cookie counts for nothing here.

    Raises:
        Refused: 401 without name and right password, or a good token; 403, the token does not
            open this address; 429 after too many wrong passwords, or too many requests.
    """
    g.pop("actor", None)
    given = request.authorization
    if given is not None and given.type == "bearer" and given.token:
        g.actor, g.proved_by = actor_of(given.token), None
    else:
        g.actor, g.proved_by = _by_password(given), Method.PASSWORD
    _keep_the_pace()


def _keep_the_pace() -> None:
    per_minute = services().settings.web.api_rate
    if per_minute == 0:
        return
    client = str(g.get("token_id") or g.actor.person_id)
    if wait := _PACE.wait(client, per_minute, now().timestamp()):
        said = f"More than {per_minute} requests a minute. Wait {wait} s."
        raise Refused(429, said, retry_after=wait)


def _by_password(given: Authorization | None) -> Actor:
    if given is None or given.type != "basic" or not given.username:
        raise _unknown()
    username = given.username.strip().lower()
    _check(username, given.password or "")
    with reader() as session:
        actor = people.by_username(session, username, now())
    if actor is None:
        raise _unknown()
    if actor.password_given:
        raise Refused(401, "This password has to be changed in a browser first.")
    if not actor.is_machine and services().settings.sign_in.needs_second_factor(actor.roles):
        raise Refused(401, "The roles of this account ask for a second factor, not for machines.")
    return actor


def _check(username: str, password: str) -> None:
    with reader() as session:
        found = people.credentials(session, username)
    password_hash = found.password_hash if found else None
    if password_hash and _RECENT.holds(username, password, password_hash, now()):
        return
    if is_guessing(username):
        said = "Too many attempts. Wait a quarter of an hour and try again."
        raise Refused(429, said, retry_after=900)
    if not is_password(password, password_hash) or found is None or password_hash is None:
        failed(username)
        raise _unknown()
    with reader() as session:
        if queries.factors(session, found.person_id).are_any:
            raise Refused(401, "This account has a second factor: machines need one without.")
    _RECENT.keep(username, password, password_hash, now())


def _unknown() -> Refused:
    return Refused(401, "Name and password of an account, or a token, are needed.")
