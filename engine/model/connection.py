"""Connections: the systems outside that an administrator lets cases speak to.

A model names a connection and never an address; what may be reached, how, and with
which secrets stands here. Settings hold the names of secrets only.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, TypeAlias
from urllib.parse import urlsplit

from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base
from engine.model.effect import Guarantee

NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,62}")
#: ``{name}`` in a header stands for the secret of that name
SECRET_IN_TEXT: Final = re.compile(r"\{([a-z][a-z0-9_]{0,62})\}")
METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
_TOKEN: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")


class Connection(Base):
    """One system outside, by the name that models call it."""

    __tablename__ = "connection"

    name: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]  #: a key of `KINDS`
    settings: Mapped[Mapping[str, Any]]
    changed_at: Mapped[datetime]


class Secret(Base):
    """A password or token of a connection, sealed with the site's key."""

    __tablename__ = "secret"

    name: Mapped[str] = mapped_column(primary_key=True)
    sealed: Mapped[str]
    changed_at: Mapped[datetime]

    def __repr__(self) -> str:
        return f"Secret({self.name!r})"


@dataclass(frozen=True, slots=True)
class HttpSettings:
    """A service spoken to over HTTP: one scheme, one host, one port, known methods."""

    url: str
    methods: tuple[str, ...] = ("GET", "POST")
    headers: Mapping[str, str] = field(default_factory=dict)
    networks: tuple[str, ...] = ()  #: inner networks that may be reached all the same
    guarantee: Guarantee = Guarantee.NEITHER
    ask: str | None = None  #: of a queryable one: the path that tells what came of ``{key}``

    @property
    def secrets(self) -> frozenset[str]:
        """The names of the secrets it needs."""
        texts = self.headers.values()
        return frozenset(name for text in texts for name in SECRET_IN_TEXT.findall(text))


@dataclass(frozen=True, slots=True)
class WebhookSettings:
    """A receiver of what happens in cases."""

    url: str
    secret: str  #: the name of the key that signs
    networks: tuple[str, ...] = ()

    @property
    def secrets(self) -> frozenset[str]:
        """The names of the secrets it needs."""
        return frozenset({self.secret})


Settings: TypeAlias = HttpSettings | WebhookSettings


class ConnectionRefused(ValueError):
    """A connection cannot be made so; ``problems`` says everything that is wrong."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


def read_settings(name: str, kind: str, given: Mapping[str, Any]) -> Settings:
    """Check what an administrator says of a connection.

    Raises:
        ConnectionRefused: with every problem found.
    """
    problems: list[str] = []
    if not NAME.fullmatch(name):
        problems.append(f"{name!r} is no name: small letters, digits and _, a letter first")
    if kind not in KINDS:
        raise ConnectionRefused([*problems, f"{kind!r} is none of {', '.join(KINDS)}"])
    made, checks = KINDS[kind]
    known = set(checks)
    problems += [f"{kind} does not know {key!r}" for key in sorted(given.keys() - known)]
    values: dict[str, Any] = {}
    for key in sorted(given.keys() & known):
        try:
            values[key] = checks[key](given[key])
        except (ValueError, TypeError) as error:
            problems.append(f"{key}: {error}")
    missing = {"http": ("url",), "webhook": ("url", "secret")}[kind]
    problems += [f"{kind} needs {key!r}" for key in missing if key not in given]
    if values.get("guarantee") is Guarantee.QUERYABLE and kind == "http" and "ask" not in values:
        problems.append("a queryable service needs 'ask', the path that tells of a {key}")
    if problems:
        raise ConnectionRefused(problems)
    settings: Settings = made(**values)
    return settings


def _url(given: object) -> str:
    parts = urlsplit(_line(given))
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("must be http://… or https://… with a host")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ValueError("takes no user name, query or fragment: secrets belong into headers")
    _ = parts.port  # refuses what is no port
    return parts.geturl().rstrip("/")


def _methods(given: object) -> tuple[str, ...]:
    methods = tuple(str(each).upper() for each in _list(given))
    if not methods or not set(methods) <= set(METHODS):
        raise ValueError(f"some of {', '.join(METHODS)}")
    return methods


def _headers(given: object) -> dict[str, str]:
    if not isinstance(given, Mapping) or not all(_TOKEN.fullmatch(str(key)) for key in given):
        raise ValueError("header names with their texts")
    return {str(key): _line(each) for key, each in given.items()}


def _networks(given: object) -> tuple[str, ...]:
    return tuple(str(ipaddress.ip_network(str(each))) for each in _list(given))


def _list(given: object) -> list[object]:
    return list(given) if isinstance(given, list | tuple) else [given]


def _line(given: object) -> str:
    text = str(given).strip()
    if not text or not text.isprintable():
        raise ValueError("one line of text")
    return text


def _path(given: object) -> str:
    text = _line(given)
    if not text.startswith("/") or "{key}" not in text:
        raise ValueError("a path such as /payments/{key}")
    return text


_Checks: TypeAlias = Mapping[str, Callable[[object], Any]]
KINDS: Final[Mapping[str, tuple[Callable[..., Any], _Checks]]] = {
    "http": (
        HttpSettings,
        {
            "url": _url,
            "methods": _methods,
            "headers": _headers,
            "networks": _networks,
            "guarantee": Guarantee,
            "ask": _path,
        },
    ),
    "webhook": (WebhookSettings, {"url": _url, "secret": _line, "networks": _networks}),
}
