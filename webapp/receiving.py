"""How a document comes in: limits before a byte is read, straight to the store, then examined.

An upload is written to the document store's folder while it is hashed; nothing of it is
held in memory. Who may not send, or sends too much, is told so before the body is read.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from typing import IO, Any, BinaryIO, Final, cast

import flask
from flask import Flask, g, request
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import RequestEntityTooLarge, ServiceUnavailable

from engine.commands.documents import Content
from engine.documents import clean_name, examine, is_tricky
from engine.documents.refusals import refused
from engine.errors import Problem, RulesBroken
from engine.model.person import Actor
from engine.queries import cases, start
from engine.storage.document_store import Incoming
from webapp.errors import TooLarge
from webapp.handing import virus_scanner
from webapp.request import current_actor, is_signed_in, reader, reading, services
from webapp.streaming import before_reading, busy

UPLOADS: Final = frozenset({"files.add", "files.replace", "start.hand_in"})
PROGRAMS: Final = frozenset({"engine_rest.addAttachment"})  #: uploads of who signs in by itself
_OF_AREAS: Final[set[str]] = set()  #: endpoints of areas that take documents of their own
#: what a form without a script may send together, in documents of the largest size
TOGETHER: Final = 4
MOST_FILES: Final = 50
_PLAIN: Final = "application/x-www-form-urlencoded"
_PORTION: Final = 2**16
_AROUND: Final = 2**20  #: fields and boundaries beside the files


def takes_documents(endpoint: str) -> None:
    """Let a page of an area take documents by `received`, as the pages of cases do."""
    _OF_AREAS.add(endpoint)


class Request(flask.Request):
    """A request whose documents go where they stay, and whose other fields are not too many."""

    def _load_form_data(self) -> None:
        """Refuse more fields than a form has; of a form with documents the parser does so.

        What was sent is read all the same: a browser that is hung up on shows no answer.
        """
        most = self.max_form_memory_size
        if self.mimetype == _PLAIN and most is not None and (self.content_length or 0) > most:
            while self.stream.read(_PORTION):
                pass
            raise RequestEntityTooLarge
        super()._load_form_data()

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        if self.endpoint not in UPLOADS | PROGRAMS | _OF_AREAS:
            return super()._get_file_stream(
                total_content_length, content_type, filename, content_length
            )
        made = services()
        incoming = made.documents.receive(made.settings.documents.bytes)
        g.setdefault("incoming", []).append(incoming)
        return cast("IO[bytes]", incoming)


def init_app(app: Flask) -> None:
    """Look at each upload before anything reads it; at most half the threads take uploads."""
    app.request_class = Request
    threads: int = app.extensions["divan"].settings.threads
    app.extensions["divan.uploads"] = threading.BoundedSemaphore(max(1, threads // 2))
    app.before_request(_before_reading)
    app.before_request(before_reading)
    app.teardown_request(_forget)


def _before_reading() -> None:
    """Refuse who may not send, who sends too much, and more uploads than there is room for."""
    if request.method != "POST" or request.endpoint not in UPLOADS | _OF_AREAS:
        return
    if not is_signed_in() and request.endpoint in _OF_AREAS:
        _take_place()  # a stranger sends no more than a form
        return
    actor, size = current_actor(), request.content_length or 0
    if size > _AROUND or "Transfer-Encoding" in request.headers:
        _must_see(request.view_args or {}, actor)
    _admit(size)


def admit_program() -> None:
    """Admit an upload of a program as one of a page, once it has said who it is."""
    if request.endpoint in PROGRAMS:
        _admit(request.content_length or 0)


def _admit(size: int) -> None:
    """Refuse what is too much, and more uploads at once than there is room for."""
    settings = services().settings.documents
    request.max_content_length = TOGETHER * settings.bytes + _AROUND
    if size > request.max_content_length:
        raise TooLarge(Problem("GEN-FILE-BODY", None, {"limit": str(TOGETHER * settings.size)}))
    _take_place()


def _take_place() -> None:
    if not flask.current_app.extensions["divan.uploads"].acquire(blocking=False):
        raise ServiceUnavailable(response=busy())
    g.uploads = True


def _must_see(arguments: Mapping[str, Any], actor: Actor) -> None:
    """Refuse who may see nothing of the case, or may start none, the document is for.

    Whose documents an area takes it says itself.
    """
    if "process_id" in arguments:
        start.definition(reading(), arguments["process_id"], actor)
    elif "instance_id" in arguments:
        with reader() as session:
            cases.definition(session, arguments["instance_id"], actor)


def _forget(__: BaseException | None) -> None:
    if g.pop("uploads", False):
        flask.current_app.extensions["divan.uploads"].release()
    for each in g.pop("incoming", ()):
        each.close()


def received(field: str = "files") -> list[Content]:
    """Return the documents that were sent in a field, examined and kept in the store.

    Raises:
        RulesBroken: one or more are refused, each with its reason; none is kept.
    """
    files = [each for each in request.files.getlist(field) if each.filename]
    if not files:
        raise RulesBroken([Problem("GEN-REQUIRED", "files")])
    if len(files) > MOST_FILES:
        raise refused("GEN-FILE-MANY", clean_name(str(files[-1].filename)), limit=str(MOST_FILES))
    contents = _all_or_none(files)
    for each in files:
        services().documents.keep(_incoming(each))
    return contents


def _all_or_none(files: Sequence[FileStorage]) -> list[Content]:
    contents: list[Content] = []
    problems: list[Problem] = []
    for each in files:
        try:
            contents.append(_examined(each))
        except RulesBroken as broken:
            problems += broken.problems
    if problems:
        raise RulesBroken(problems)
    return contents


def _examined(file: FileStorage) -> Content:
    settings = services().settings.documents
    name, incoming = clean_name(str(file.filename)), _incoming(file)
    if is_tricky(str(file.filename)):
        raise refused("GEN-FILE-TRICK", name)
    if incoming.is_too_large:
        raise refused("GEN-FILE-SIZE", name, limit=str(settings.size))
    stream = cast("BinaryIO", incoming)
    kind = examine(stream, incoming.size, name, settings.kinds)
    scanner = virus_scanner()
    if scanner is not None:
        scanner.must_be_clean(stream, name)
    return Content(name, kind.name, incoming.size, incoming.sha256, scanned=scanner is not None)


def _incoming(file: FileStorage) -> Incoming:
    return cast("Incoming", file.stream)
