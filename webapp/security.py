"""Headers every answer carries, and the key that signs the session cookie."""

from __future__ import annotations

import json
import os
import secrets
import time
import zlib
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Final

from flask import Flask, Response, abort, current_app, g, request, session
from flask.json.tag import TaggedJSONSerializer
from flask.sessions import SecureCookieSessionInterface
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf
from itsdangerous import (
    BadSignature,
    SignatureExpired,
    TimestampSigner,
    URLSafeTimedSerializer,
)
from itsdangerous.encoding import base64_decode, base64_encode
from werkzeug.middleware.proxy_fix import ProxyFix

from engine.settings import LOOPBACK, Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

#: No inline script or style anywhere; everything comes from this site.
CONTENT_SECURITY_POLICY: Final = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)

#: bytes of a session that are sent as they are; a cookie has room for 4,000
_FEW: Final = 1_000

_HEADERS: Final = (
    ("Content-Security-Policy", CONTENT_SECURITY_POLICY),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
    ("Referrer-Policy", "same-origin"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
)


def init_app(app: Flask) -> None:
    """Put the headers on every answer; refuse texts that no database can hold."""
    app.session_interface = _Sessions()
    app.before_request(_refuse_nul)
    app.response_class = Answer
    app.after_request(_kept_private)


def trust_proxies(app: Flask, count: int) -> None:
    """Believe what ``count`` proxies in front say of scheme, host and address of a visitor."""
    if count:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=count, x_proto=count, x_host=count
        )


def secret_keys(settings: Settings) -> tuple[bytes, ...]:
    """Return the site's keys, the newest first: those that were set, else one of our own.

    Our own is made at the first start and readable by us only.
    """
    if settings.web.secret_key:
        return tuple(each.strip().encode() for each in settings.web.secret_key.split(","))
    home = settings.home
    file = home / "secret_key"
    if not file.exists():
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = file.with_name(f"secret_key.{os.getpid()}")
        fresh.touch(mode=0o600)
        fresh.write_bytes(secrets.token_bytes(32))
        try:
            os.link(fresh, file)  # two processes starting at once agree on one key
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return (file.read_bytes(),)


def csrf_token() -> str:
    """Return the token that the forms of this browser send along, signed once for it.

    A token bears the moment it was signed, which nobody asks for: it holds as long as the
    session it was made for.
    """
    raw = session.get("csrf_token")
    return str(generate_csrf()) if raw is None else _signed(current_app.secret_key, raw)


@lru_cache(maxsize=4096)
def _signed(_key: str | bytes | None, _raw: str) -> str:
    return str(generate_csrf())  # of the session at hand, which holds this one


class _Tagged(TaggedJSONSerializer):
    """Flask's JSON of sessions, which hold mostly texts: of these no tag is looked for."""

    def tag(self, value: Any) -> Any:
        """Return a value as JSON has it."""
        return value if type(value) is str else super().tag(value)

    def loads(self, value: str) -> Any:
        """Return what JSON says; a tag is the one key of an object, and begins with a space."""
        return super().loads(value) if '{" ' in value else json.loads(value)


class _Sessions(SecureCookieSessionInterface):
    """Reads and signs session cookies with one serializer: the keys of a process never change."""

    serializer = _Tagged()

    def __init__(self) -> None:
        self._made: _Signed | None = None

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer:
        """Return it, made at its first use."""
        if self._made is None:
            self._made = _Signed(
                [*app.config["SECRET_KEY_FALLBACKS"], app.config["SECRET_KEY"]],  # the newest last
                salt=self.salt,
                serializer=self.serializer,
                signer=_Signer,
                signer_kwargs={
                    "key_derivation": self.key_derivation,
                    "digest_method": self.digest_method,
                },
            )
        return self._made


class _Signer(TimestampSigner):
    """A signer that derives each key once."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.derive_key = cache(self.derive_key)  # type: ignore[method-assign]


class _Signed(URLSafeTimedSerializer):
    """A browser sends its cookie with each request: its signature is verified once, its age always.

    Nothing is remembered but what was signed by us, and only so much of it.
    """

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._verified = lru_cache(maxsize=4096)(self._verify)
        self._signer = super().make_signer()

    def make_signer(self, salt: str | bytes | None = None) -> Any:
        """Return what signs, made once."""
        return self._signer if salt is None or salt == self.salt else super().make_signer(salt)

    def loads(  # type: ignore[override]
        self, s: str | bytes, max_age: int | None = None, *_: Any, **__: Any
    ) -> Any:
        """Return what was signed.

        Raises:
            BadSignature: not by us.
            SignatureExpired: more than ``max_age`` seconds ago.
        """
        text, signed_at = self._verified(s)
        age = int(time.time()) - signed_at
        if max_age is not None and not 0 <= age <= max_age:
            raise SignatureExpired(f"signed {age} seconds ago")
        return self.serializer.loads(text)

    def dump_payload(self, obj: Any) -> bytes:
        """Return what is signed; to press a few texts together costs more than to send them."""
        text = self.serializer.dumps(obj).encode()
        return base64_encode(text) if len(text) <= _FEW else super().dump_payload(obj)

    def _verify(self, cookie: str | bytes) -> tuple[str, int]:
        wrong = BadSignature("no keys")
        for signer in self.iter_unsigners():
            try:
                payload, signed_at = signer.unsign(cookie, return_timestamp=True)
            except BadSignature as error:
                wrong = error
            else:
                return self._text_of(payload), int(signed_at.timestamp())
        raise wrong

    def _text_of(self, payload: bytes) -> str:
        if payload.startswith(b"."):  # pressed together
            return zlib.decompress(base64_decode(payload[1:])).decode()
        return base64_decode(payload).decode()


def _refuse_nul() -> None:
    """Refuse what no browser sends: NUL, and a part of a form whose name cannot be read."""
    for given in (request.args, request.form):
        for key, texts in given.lists():
            if key is None or "\0" in key or any("\0" in each for each in texts):
                abort(400)


class Answer(Response):
    """An answer that goes out with the headers every page has, beside those it sets itself.

    They join the others at the door: headers that never change need not be looked through for
    line breaks, twice an answer.
    """

    def get_wsgi_response(
        self, environ: WSGIEnvironment
    ) -> tuple[Iterable[bytes], str, list[tuple[str, str]]]:
        """Return body, status and headers as the server takes them."""
        body, status, headers = super().get_wsgi_response(environ)
        own = {name.lower() for name, _ in headers}
        return body, status, headers + [each for each in _HEADERS if each[0].lower() not in own]


def _kept_private(response: Response) -> Response:
    """Keep what somebody signed in sees out of every cache, unless the page says otherwise."""
    if g.get("actor") is not None and "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "private, no-store"
    return response


def refuse_strange_host() -> ResponseReturnValue | None:
    """Answer a demonstration's visitors under loopback's own names only.

    A page elsewhere could otherwise reach it by giving loopback a name of its own
    (DNS rebinding).
    """
    host = request.host
    name = host[: host.index("]") + 1] if host.startswith("[") else host.partition(":")[0]
    if name.strip("[]") in LOOPBACK:
        return None
    return "400 Bad Request", 400
