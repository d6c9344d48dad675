"""Which kind of document a file is, and why it is refused when it is none."""

from __future__ import annotations

import codecs
from collections.abc import Collection, Iterator
from typing import BinaryIO, Final

from engine.documents.kinds import KINDS, OLD_OFFICE, PROGRAMS, Kind
from engine.documents.names import clean_name, extension_of, is_tricky
from engine.documents.refusals import refused
from engine.documents.zips import examine_zip
from engine.errors import RulesBroken

PORTION: Final = 256 * 1024
_TAIL: Final = 66 * 1024  #: a zip's end, with the longest comment it may have, lies in it
_END_OF_ZIP: Final = b"PK\x05\x06"
_HEAD: Final = 1024
#: what makes a PDF act by itself (ISO 32000-2, 12.6.4); hidden in packed objects it is not
#: found, which is why a PDF is shown in a sandbox all the same
_ACTING: Final = (b"/JavaScript", b"/Launch", b"/EmbeddedFile")
_MARKUP: Final = (b"<!doctype", b"<html", b"<script", b"<svg", b"<?xml", b"<?php", b"<iframe")
_TEXT_CONTROLS: Final = frozenset(range(0x20)) - {0x09, 0x0A, 0x0C, 0x0D}


def examine(file: BinaryIO, size: int, name: str, allowed: Collection[str]) -> Kind:
    """Return the kind of a file, found from its content and agreeing with its name.

    Args:
        size: bytes of the file.
        name: as `clean_name` left it.
        allowed: names of kinds the site takes.

    Raises:
        RulesBroken: it is refused, and the problem says why; ``params`` name the file.
    """
    file.seek(0)
    head = file.read(_HEAD)
    if not size:
        raise refused("GEN-FILE-EMPTY", name)
    if head.startswith(PROGRAMS):
        raise refused("GEN-FILE-PROGRAM", name)
    if head.startswith(OLD_OFFICE):
        raise refused("GEN-FILE-OLD", name)
    found = _begun(head, name) or _text(file, head, name)
    if found.name not in allowed:
        raise refused("GEN-FILE-KIND", name, allowed=", ".join(allowed))
    if extension_of(name) not in found.extensions:
        raise refused("GEN-FILE-NAME", name, kind=found.name)
    _whole(file, size, found, name)
    return found


def recognise(file: BinaryIO, size: int, name: str, allowed: Collection[str]) -> str | None:
    """Return the name of the kind a file is taken for, as `examine`; nothing: it is refused."""
    if is_tricky(name) or clean_name(name) != name:
        return None
    try:
        return examine(file, size, name, allowed).name
    except RulesBroken:
        return None


def _begun(head: bytes, name: str) -> Kind | None:
    """Return the kind a file begins as; of several in zips, the one its name says."""
    fitting = [each for each in KINDS.values() if each.starts and head.startswith(each.starts)]
    named = [each for each in fitting if extension_of(name) in each.extensions]
    return next(iter(named or fitting), None)


def _text(file: BinaryIO, head: bytes, name: str) -> Kind:
    """Return the kind of a file without a mark of its own: plain text, or nothing we know."""
    begin = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if begin.startswith(_MARKUP) or not _is_text(file):
        raise refused("GEN-FILE-KIND", name, allowed="")
    return KINDS["csv" if extension_of(name) == "csv" else "txt"]


def _is_text(file: BinaryIO) -> bool:
    """Tell whether a whole file is UTF-8 without control characters."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for portion in _portions(file):
            decoder.decode(portion)
            if not _TEXT_CONTROLS.isdisjoint(portion):
                return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _whole(file: BinaryIO, size: int, kind: Kind, name: str) -> None:
    """Refuse a file that ends as something else than it begins, or that acts by itself."""
    if b"PK\x03\x04" in kind.starts:
        examine_zip(file, size, kind, name)
        return
    file.seek(max(0, size - _TAIL))
    tail = file.read()
    if _END_OF_ZIP in tail and kind.name not in ("txt", "csv"):
        raise refused("GEN-FILE-TWO", name)
    if not _ends_well(file, size, kind, tail):
        raise refused("GEN-FILE-DAMAGED", name, kind=kind.name)
    if kind.name == "pdf" and _holds(file, _ACTING):
        raise refused("GEN-FILE-ACTIVE", name)


def _ends_well(file: BinaryIO, size: int, kind: Kind, tail: bytes) -> bool:
    """Tell whether a file ends as its kind has to; what is added behind is another file."""
    end = tail.rstrip(b"\0\r\n ")
    match kind.name:
        case "pdf":
            return b"%%EOF" in tail[-1024:]
        case "png":
            return tail.endswith(b"IEND\xaeB`\x82")
        case "jpeg":
            return end.endswith(b"\xff\xd9")
        case "gif":
            return tail.endswith(b"\x3b")
        case "webp":
            file.seek(0)
            head = file.read(12)
            told = int.from_bytes(head[4:8], "little") + 8
            return head[8:] == b"WEBP" and told in (size, size - 1)
        case _:
            return True


def _holds(file: BinaryIO, words: tuple[bytes, ...]) -> bool:
    """Tell whether one of some words stands anywhere in a file, also across portions."""
    longest = max(map(len, words)) - 1
    rest = b""
    for portion in _portions(file):
        window = rest + portion
        if any(each in window for each in words):
            return True
        rest = window[-longest:]
    return False


def _portions(file: BinaryIO) -> Iterator[bytes]:
    file.seek(0)
    while portion := file.read(PORTION):
        yield portion
