"""HTTP Basic for machines: the accounts of the pages, without cookie or session.

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

from engine.queries import accounts as queries
from engine.queries import people
from webapp.accounts.guessing import failed, is_guessing
from webapp.accounts.passwords import is_password
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


def authenticate() -> None:
    """Find out who asks; a browser's cookie counts for nothing here.

    Raises:
        Refused: 401 without name and right password, 429 after too many wrong ones.
    """
    g.pop("actor", None)
    given = request.authorization
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
    g.actor = actor


def _check(username: str, password: str) -> None:
    with reader() as session:
        found = people.credentials(session, username)
    password_hash = found.password_hash if found else None
    if password_hash and _RECENT.holds(username, password, password_hash, now()):
        return
    if is_guessing(username):
        raise Refused(429, "Too many attempts. Wait a quarter of an hour and try again.")
    if not is_password(password, password_hash) or found is None or password_hash is None:
        failed(username)
        raise _unknown()
    with reader() as session:
        if queries.factors(session, found.person_id).are_any:
            raise Refused(401, "This account has a second factor: machines need one without.")
    _RECENT.keep(username, password, password_hash, now())


def _unknown() -> Refused:
    return Refused(401, "Name and password of an account are needed.")
