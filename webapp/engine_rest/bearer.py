"""Bearer tokens: whose they are and what they may do (RFC 6750)."""

from __future__ import annotations

from typing import Final

from flask import g, request

from engine.commands import api_tokens as commands
from engine.model.api_token import SEEN_EVERY, may
from engine.model.person import Actor
from engine.queries import people
from engine.storage.api_tokens import holder_of
from webapp.engine_rest.refusals import Refused
from webapp.request import now, reader, unit_of_work

_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
#: operations that ask by POST and change nothing
_ASKING: Final = ("query", "postQuery", "postExecuteFilter")


def actor_of(token: str) -> Actor:
    """Return who acts by a token.

    Raises:
        Refused: 401, it opens nothing (any more); 403, it does not open this address.
    """
    with reader() as session:
        holder = holder_of(session, commands.hash_of(token), now())
        actor = people.by_username(session, holder.username, now()) if holder else None
    if holder is None or actor is None:
        raise Refused(401, "This token opens nothing: it is unknown, revoked or expired.")
    first = _first_part(request.path)
    if not may(holder.scopes, first, reads=_only_reads()):
        said = ", ".join(sorted(holder.scopes))
        raise Refused(403, f"This token may not do that here; its scopes are: {said}.")
    if holder.used_at is None or now() - holder.used_at > SEEN_EVERY:
        commands.use(unit_of_work(), holder.token_id, at=now())
    g.token_id = holder.token_id
    return actor


def _only_reads() -> bool:
    operation = (request.endpoint or "").rpartition(".")[2]
    return request.method in _SAFE or operation.startswith(_ASKING)


def _first_part(path: str) -> str:
    """Return the first part of an address below the API and its engine.

    >>> _first_part("/engine-rest/engine/default/task/count"), _first_part("/api/events")
    ('task', 'events')
    """
    parts = [each for each in path.split("/") if each][1:]
    if parts[:1] == ["engine"] and len(parts) > 2:  # /engine/default/…
        parts = parts[2:]
    return parts[0] if parts else ""
