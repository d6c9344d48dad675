"""What a setting's text may be, and the value it means."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Final, Generic, TypeVar
from urllib.parse import SplitResult, urlsplit

import simplejson

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Kind(Generic[T]):
    """One kind of value; ``read`` raises `ValueError` for a text that is none."""

    may_be: str  #: completes "it may be …"
    read: Callable[[str], T]


def choice(*allowed: str) -> Kind[str]:
    """Return the kind of one of some words."""

    def read(text: str) -> str:
        if text not in allowed:
            raise ValueError(text)
        return text

    return Kind(" or ".join(allowed), read)


def whole(lowest: int, highest: int) -> Kind[int]:
    """Return the kind of whole numbers in a range, in Latin digits."""

    def read(text: str) -> int:
        if not text.isascii() or not text.isdigit() or not lowest <= int(text) <= highest:
            raise ValueError(text)
        return int(text)

    return Kind(f"a whole number from {lowest} to {highest}", read)


def seconds(lowest: int, highest: int) -> Kind[timedelta]:
    """Return the kind of spans of time in whole seconds."""
    number = whole(lowest, highest)
    return Kind(
        f"a whole number of seconds from {lowest} to {highest}",
        lambda text: timedelta(seconds=number.read(text)),
    )


def words(*allowed: str) -> Kind[tuple[str, ...]]:
    """Return the kind of some of some words, with blanks between."""

    def read(text: str) -> tuple[str, ...]:
        chosen = tuple(text.split())
        if not chosen or not set(chosen) <= set(allowed):
            raise ValueError(text)
        return chosen

    return Kind(f"some of: {' '.join(allowed)}", read)


def url(*schemes: str, or_empty: bool = False) -> Kind[str]:
    """Return the kind of addresses that begin with one of ``schemes`` and ``://``."""

    def read(text: str) -> str:
        if not (or_empty and not text):
            if not text.startswith(tuple(f"{each}://" for each in schemes)):
                raise ValueError(text)
            if not _is_whole(urlsplit(text)):
                raise ValueError(text)
        return text

    return Kind("an address " + " or ".join(f"{each}://…" for each in schemes), read)


def _is_whole(address: SplitResult) -> bool:
    # the port is read late, and refused by raising; a socket or a file needs no host
    return address.port != 0 and bool(address.hostname or address.path or address.query)


def _database(text: str) -> str:
    if not text:
        return text
    if text.startswith("postgresql://"):
        text = text.replace("postgresql://", "postgresql+psycopg://", 1)
    return _DATABASE_ADDRESS.read(text)


def _flag(text: str) -> bool:
    if text not in ("0", "1"):
        raise ValueError(text)
    return text == "1"


def _folder(text: str) -> Path:
    if not text:
        raise ValueError(text)
    return Path(text).absolute()


def _folders(text: str) -> tuple[Path, ...]:
    folders = tuple(Path(each) for each in text.split(":") if each)
    for each in folders:
        if not each.is_dir():
            raise ValueError(each)
    return folders


def _networks(text: str) -> tuple[str, ...]:
    return tuple(str(ip_network(each)) for each in text.split())


def _message(text: str) -> str:
    """Read a JSON object whose texts have a place for each part of a message."""
    is_object = isinstance(simplejson.loads(text), dict)
    if is_object and "{to}" in text and "{text}" in text:
        return text
    raise ValueError(text)


_DATABASE_ADDRESS: Final = url("sqlite", "postgresql+psycopg")

message: Final = Kind("a JSON object with {to} and {text} in its texts", _message)
anything: Final = Kind("any text", str)
database: Final = Kind("an address sqlite:///… or postgresql://user@host/database", _database)
flag: Final = Kind("0 or 1", _flag)
folder: Final = Kind("a folder", _folder)
folders: Final = Kind("folders that exist, separated by :", _folders)
networks: Final = Kind("networks such as 10.20.0.0/16, with blanks between", _networks)
