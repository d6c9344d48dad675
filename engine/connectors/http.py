"""The HTTP connector: one service, spoken to in JSON under an idempotency key."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, Final
from urllib.parse import quote, unquote, urlencode

import simplejson

from engine.connectors.addresses import Resolve, resolve
from engine.connectors.connector import CallRefused, NoOutcome, NotSent, Request, Response
from engine.connectors.line import TIMEOUT, Answer, Line
from engine.model.base import json_text
from engine.model.connection import SECRET_IN_TEXT, HttpSettings
from engine.model.effect import Guarantee

_SAFE: Final = frozenset({"GET", "HEAD"})
_LATER: Final = frozenset({408, 425, 429})  #: "come again": nothing was done
_ERASED: Final = "•••"


@dataclass(frozen=True, slots=True)
class HttpConnector:
    """Calls one service. Its secrets are told to nobody but the service."""

    name: str
    settings: HttpSettings = field(repr=False)
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    resolve: Resolve = field(default=resolve, repr=False)
    timeout: float = TIMEOUT
    kind: str = "http"

    def guarantee(self, request: Request) -> Guarantee:
        """Reading twice does no harm; for the rest, what the administrator declared."""
        return Guarantee.IDEMPOTENT if _method(request) in _SAFE else self.settings.guarantee

    def call(self, request: Request) -> Response:
        """Send the request with its ``Idempotency-Key`` (see `Connector.call`).

        A server error leaves the outcome open; being told to wait, or to come again while
        the first call under the key is still at work, does not.
        """
        method = _method(request)
        if method not in self.settings.methods:
            raise CallRefused("GEN-METHOD", f"{self.name} may not be called with {method!r}")
        parts = request.inputs.get("parts")
        if parts is None:
            return self._call(request, method, _target(request.inputs))
        if method not in _SAFE:
            raise CallRefused("GEN-PARTS", "only what is read may be read in parts")
        asked = _in_parts(request, parts)
        answers = [self._call(each, method, _target(each.inputs)) for each in asked]
        return _joined(answers, parts["joins"])

    def _call(self, request: Request, method: str, target: str) -> Response:
        answer = self._send(request, method, target)
        if 200 <= answer.status < 300:
            return self._read(answer)
        told = f"{self.name} answered {answer.status}"
        if answer.status in _LATER:
            raise NotSent(told)
        if answer.status >= 500 or (answer.status == 409 and self._is_repeatable(request)):
            raise NoOutcome(told)
        raise CallRefused(f"HTTP-{answer.status}", told)

    def ask(self, request: Request) -> Response | None:
        """Ask the declared path what came of the key; 404 means that it never came."""
        assert self.settings.ask is not None, "only a queryable connection is asked"
        path = _path(self.settings.ask.replace("{key}", quote(request.key, safe="")))
        answer = self._send(request, "GET", path, bare=True)
        if answer.status == 404:
            return None
        if 200 <= answer.status < 300:
            return self._read(answer)
        raise NoOutcome(f"{self.name} answered {answer.status} when asked")

    def _is_repeatable(self, request: Request) -> bool:
        return self.guarantee(request) is not Guarantee.NEITHER

    def _send(self, request: Request, method: str, target: str, *, bare: bool = False) -> Answer:
        body = None if bare else _body(request.inputs)
        headers = self._headers(request, body)
        line = Line(self.settings.url, self.settings.networks, self.resolve, self.timeout)
        return line.exchange(method, target, headers, body)

    def _headers(self, request: Request, body: bytes | None) -> dict[str, str]:
        headers = {"Accept": "application/json", "Idempotency-Key": request.key}
        if body is not None:
            headers["Content-Type"] = "application/json"
        for name, text in self.settings.headers.items():
            headers[name] = SECRET_IN_TEXT.sub(lambda found: self.secrets[found[1]], text)
        return headers

    def _read(self, answer: Answer) -> Response:
        text = answer.body.decode("utf-8", "replace").replace("\0", "")
        told: Any = None
        if "json" in answer.kind and text.strip():
            with suppress(ValueError, RecursionError):  # then it stays text
                told = simplejson.loads(text, use_decimal=True)
        response = {
            "status": answer.status,
            "json": told,
            "text": text if told is None else None,
        }
        erased: Response = _erased(response, tuple(self.secrets.values()))
        return erased


def _method(request: Request) -> str:
    return str(request.inputs.get("method", "POST")).upper()


def _target(inputs: Mapping[str, Any]) -> str:
    query = inputs.get("query") or {}
    asked = f"?{urlencode({key: _plain(each) for key, each in query.items()})}" if query else ""
    return _path(str(inputs.get("path") or "")) + asked


def _in_parts(request: Request, parts: Mapping[str, Any]) -> Iterator[Request]:
    """Yield several requests: so many values in each, apart by commas, under a key of its own.

    An address may have some 8,000 characters before a server, or one on the way, refuses it.
    """
    values, most, query = parts["values"], int(parts["most"]), request.inputs.get("query") or {}
    for begin in range(0, max(len(values), 1), most):
        asked = {**query, parts["query"]: ",".join(values[begin : begin + most])}
        inputs = {**request.inputs, "query": asked}
        yield replace(request, key=f"{request.key}/{begin // most + 1}", inputs=inputs)


def _joined(answers: Sequence[Response], name: str) -> Response:
    """Return several answers as one: the list of that name holds what all of them listed."""
    told = [each["json"] for each in answers]
    if not all(isinstance(each, dict) and isinstance(each.get(name), list) for each in told):
        raise CallRefused("GEN-PARTS", f"an answer in parts has no list {name!r}")
    listed = [one for each in told for one in each[name]]
    return {**answers[0], "json": {**told[0], name: listed}}


def _path(path: str) -> str:
    """Return a path below the connection's own, which it cannot leave."""
    if path and not path.startswith("/"):
        raise CallRefused("GEN-PATH", "a path begins with /")
    if any(each in (".", "..") for each in re.split(r"[/\\]", unquote(path))):
        raise CallRefused("GEN-PATH", "a path has no . or .. in it")
    return quote(path, safe="/%:@!$&'()*+,;=~-._")


def _body(inputs: Mapping[str, Any]) -> bytes | None:
    return json_text(inputs["json"]).encode() if "json" in inputs else None


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json_text(value)


def _erased(value: Any, secrets: tuple[str, ...]) -> Any:
    """Return ``value`` without the secrets: some services give back what they were given."""
    match value:
        case str():
            for each in secrets:
                value = value.replace(each, _ERASED)
            return value
        case dict():
            return {_erased(key, secrets): _erased(each, secrets) for key, each in value.items()}
        case list():
            return [_erased(each, secrets) for each in value]
    return value
