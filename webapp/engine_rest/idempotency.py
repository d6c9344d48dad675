"""``Idempotency-Key``: the same request sent again is answered as the first time, and done once.

As the IETF's draft has it: the key is the client's, at most 255 characters; another request with
the same key is refused (422), one that comes while the first is at work too (409). What is
answered is kept for a day. What was refused because something else came first is forgotten, and may
be tried again: nothing was done.
"""

from __future__ import annotations

import hashlib
from typing import Final

from flask import Response, g, request
from flask.typing import ResponseReturnValue

from engine.commands import api_tokens as commands
from engine.model.api_token import KEPT, LONGEST_KEY
from webapp.engine_rest.refusals import Refused, invalid
from webapp.request import current_actor, now, unit_of_work

HEADER: Final = "Idempotency-Key"
REPLAYED: Final = "Idempotent-Replayed"
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
#: nothing was done: a race was lost, too many asked, the database was away
_UNDONE: Final = frozenset({409, 429, 503})


def begin() -> ResponseReturnValue | None:
    """Begin an unsafe request, or answer it as it was answered before.

    Raises:
        Refused: 400, the key is too long; 409, the first is at work; 422, it was another request.
    """
    key = request.headers.get(HEADER)
    if not key or request.method in _SAFE:
        return None
    if len(key) > LONGEST_KEY:
        raise invalid(f"{HEADER} has at most {LONGEST_KEY} characters.")
    asked, person = _hash(), current_actor().person_id
    known = commands.begin_answer(unit_of_work(), person, key, asked, at=now(), since=now() - KEPT)
    if known is None:
        g.idempotency_key = key
        return None
    if known.request_hash != asked:
        raise Refused(422, f"This {HEADER} was sent with another request: take a new one.")
    if known.status is None:
        raise Refused(
            409,
            "The first request with this key is at work, or ended without an "
            "answer: look whether it was done before you send a new one.",
        )
    answer = Response(known.body or b"", known.status, content_type=known.content_type)
    answer.headers[REPLAYED] = "true"
    return answer


def end(answer: Response) -> Response:
    """Keep what was answered, or forget the key where nothing can have been done."""
    key = g.pop("idempotency_key", None)
    if key is None:
        return answer
    person, body = current_actor().person_id, answer.get_data()
    if answer.status_code in _UNDONE:
        commands.forget_answer(unit_of_work(), person, key)
    else:
        kind = answer.content_type or ""
        commands.keep_answer(unit_of_work(), person, key, answer.status_code, kind, body)
    return answer


def _hash() -> str:
    """Return what makes a request the same: method, address and content."""
    parts = [request.method.encode(), request.full_path.encode()]
    if request.mimetype == "multipart/form-data":  # its boundary is another each time
        parts += [f"{name}={text}".encode() for name, text in sorted(request.form.items(True))]
        for name, file in sorted(request.files.items(True), key=lambda each: each[0]):
            content = file.stream.read()
            file.stream.seek(0)
            parts += [f"{name}={file.filename}".encode(), hashlib.sha256(content).digest()]
    else:
        parts.append(request.get_data(cache=True))
    found = hashlib.sha256()
    for each in parts:
        found.update(len(each).to_bytes(8) + each)
    return found.hexdigest()
