"""A body that is one content: streamed into the document store, never whole in memory.

The page that takes it says so beforehand, by its endpoint: the limits of forms are not its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from flask import Response, current_app, request
from flask_babel import gettext as _
from werkzeug.exceptions import RequestEntityTooLarge, ServiceUnavailable

from engine.storage.document_store import Incoming
from webapp.request import current_actor, services

_PORTION: Final = 2**18
#: endpoints whose body is one content
_STREAMED: Final[set[str]] = set()


def takes_stream(endpoint: str) -> None:
    """Let the body of a ``PUT`` to an endpoint be as large as the file of a case."""
    _STREAMED.add(endpoint)


def largest_stream() -> int:
    """Return how many bytes such a body may have."""
    return services().settings.documents.case_bytes


def largest_document() -> int:
    """Return how many bytes one document may have."""
    return services().settings.documents.bytes


def before_reading() -> None:
    """Refuse who is not signed in, and what is too large, before a byte is read."""
    if request.endpoint not in _STREAMED or request.method != "PUT":
        return
    current_actor()
    settings = services().settings.documents
    request.max_content_length = settings.case_bytes
    if (request.content_length or 0) > settings.case_bytes:
        raise RequestEntityTooLarge


@contextmanager
def incoming_body() -> Iterator[Incoming]:
    """Give the body as it lies in the store's folder, hashed; what is not kept is forgotten.

    Raises:
        ServiceUnavailable: half of the threads take contents already.
        ClientDisconnected: less came than was announced.
    """
    made, places = services(), current_app.extensions["divan.uploads"]
    if not places.acquire(blocking=False):
        raise ServiceUnavailable(response=busy())
    try:
        with made.documents.receive(made.settings.documents.case_bytes) as incoming:
            while portion := request.stream.read(_PORTION):
                incoming.write(portion)
            yield incoming
    finally:
        places.release()


def busy() -> Response:
    """Ask somebody whose content finds no room at this moment to send it again shortly."""
    text = _("Many documents are coming in at this moment. Send yours again shortly.")
    return Response(text, 503, {"Retry-After": "5"}, mimetype="text/plain")
