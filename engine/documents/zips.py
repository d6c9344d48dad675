"""Documents that are zip archives, judged by their list of contents; nothing is unpacked.

One entry of at most 64 KiB is read, the one that says what the archive is: OPC's content
types (ECMA-376 part 2, 10.1.2) or OpenDocument's ``mimetype`` (OASIS ODF 1.3 part 2, 3.3).
"""

from __future__ import annotations

import stat
import struct
import zipfile
import zlib
from typing import BinaryIO, Final

from engine.documents.kinds import Kind
from engine.documents.refusals import refused

MOST_ENTRIES: Final = 1_000
MOST_RATIO: Final = 100  #: unpacked to packed size, of all together and of each large entry
LARGE: Final = 2**20  #: an entry below this harms nobody, whatever its ratio
MOST_LISTED: Final = 2**20  #: bytes of the list of contents
MOST_READ: Final = 64 * 1024
_END: Final = struct.Struct("<4s4H2LH")  #: end of central directory (APPNOTE 4.3.16)
_CONTENT_TYPES: Final = "[Content_Types].xml"
_MODE: Final = 16  #: bits below what a Unix calls the mode of an entry
_ENCRYPTED: Final = 0x1
#: what office programs would run
_MACROS: Final = ("vbaproject.bin", "macrosheets/", "basic/", "scripts/", "activex/")
_RUN: Final = (
    ".bat", ".cmd", ".com", ".dll", ".exe", ".hta", ".jar", ".js", ".lnk", ".msi", ".ps1", ".scr",
    ".vbs",
)  # fmt: skip


def examine_zip(file: BinaryIO, size: int, kind: Kind, name: str) -> None:
    """Refuse an archive that is not the kind its name says, holds macros, or is a bomb.

    Raises:
        RulesBroken: with the reason.
    """
    _must_be_listed(file, size, name)
    try:
        with zipfile.ZipFile(file) as archive:
            _must_be_harmless(archive, size, name)
            if kind.name != "zip":
                _must_be(archive, kind, name)
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, KeyError, NotImplementedError):
        raise refused("GEN-FILE-DAMAGED", name, kind=kind.name) from None


def _must_be_listed(file: BinaryIO, size: int, name: str) -> None:
    """Refuse a list of contents too long to read, and anything behind the archive's end."""
    tail_size = min(size, 66 * 1024)
    file.seek(size - tail_size)
    tail = file.read(tail_size)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < _END.size:
        raise refused("GEN-FILE-DAMAGED", name, kind="zip")
    end = _END.unpack_from(tail, at)
    entries, listed, begin, comment = end[4], end[5], end[6], end[7]
    place = size - tail_size + at
    if entries > MOST_ENTRIES or listed > MOST_LISTED:  # zip64 says 0xFFFF here
        raise refused("GEN-FILE-BOMB", name)
    if begin + listed != place or place + _END.size + comment != size:
        raise refused("GEN-FILE-TWO", name)


def _must_be_harmless(archive: zipfile.ZipFile, size: int, name: str) -> None:
    entries = archive.infolist()
    packed = sum(each.compress_size for each in entries)
    unpacked = sum(each.file_size for each in entries)
    is_bomb = len(entries) > MOST_ENTRIES or packed > size or unpacked > MOST_RATIO * size
    if is_bomb or any(
        each.file_size > LARGE and each.file_size > MOST_RATIO * each.compress_size
        for each in entries
    ):
        raise refused("GEN-FILE-BOMB", name)
    if any(each.flag_bits & _ENCRYPTED for each in entries):
        raise refused("GEN-FILE-LOCKED", name)
    for each in entries:
        path = each.filename.lower().replace("\\", "/")
        leaves = path.startswith("/") or ".." in path.split("/") or ":" in path
        if leaves or stat.S_ISLNK(each.external_attr >> _MODE):
            raise refused("GEN-FILE-PATHS", name)
        if any(word in path for word in _MACROS):
            raise refused("GEN-FILE-MACROS", name)
        if path.endswith(_RUN):
            raise refused("GEN-FILE-PROGRAM", name)


def _must_be(archive: zipfile.ZipFile, kind: Kind, name: str) -> None:
    if kind.media_type.startswith("application/vnd.oasis"):
        said = _read(archive, "mimetype")
        is_so = said.strip() == kind.media_type.encode()
    else:
        said = _read(archive, _CONTENT_TYPES)
        if b"macroEnabled" in said:
            raise refused("GEN-FILE-MACROS", name)
        is_so = f"{kind.media_type}.main+xml".encode() in said
    if not is_so:
        raise refused("GEN-FILE-NAME", name, kind="zip")


def _read(archive: zipfile.ZipFile, entry: str) -> bytes:
    """Return the beginning of an entry, never more than `MOST_READ` bytes of it."""
    with archive.open(entry) as opened:
        return opened.read(MOST_READ)
