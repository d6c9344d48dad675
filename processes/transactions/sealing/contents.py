"""What lies in an envelope: files, their names and sizes, and zeros that hide how long they are.

A list (its length in four bytes, then JSON) stands before the files' bytes. Zeros fill up to the
next 64 KiB, so that the length of a price's file does not tell how many digits the price has.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Final, Protocol

from processes.transactions.sealing.errors import SealBroken

FILL: Final = 64 * 1024  #: a content's length is a multiple of this
LONGEST_LIST: Final = 64 * 1024  #: bytes
MOST_FILES: Final = 200
LONGEST_NAME: Final = 255  #: characters
_LENGTH: Final = 4


@dataclass(frozen=True, slots=True)
class File:
    """One file of an envelope."""

    name: str
    size: int  #: bytes


class Writable(Protocol):
    """Takes the bytes of one file."""

    def write(self, portion: bytes, /) -> object: ...


def packed(files: Sequence[tuple[File, Iterable[bytes]]]) -> Iterator[bytes]:
    """Give the content of an envelope, portion by portion."""
    told = json.dumps([asdict(each) for each, _ in files], ensure_ascii=False).encode()
    _check([each for each, _ in files], len(told))
    yield len(told).to_bytes(_LENGTH, "big") + told
    length = _LENGTH + len(told)
    for each, portions in files:
        yield from portions
        length += each.size
    yield bytes(-length % FILL)


def unpack(portions: Iterable[bytes], receive: Callable[[File], Writable]) -> list[File]:
    """Hand each file's bytes to what ``receive`` gives for it; the files are returned.

    All portions are read: only then it is certain that nothing was changed.

    Raises:
        SealBroken: it is not as `packed` made it.
    """
    source = _Source(iter(portions))
    files = _listed(source)
    for each in files:
        target, left = receive(each), each.size
        while left:
            portion = source.some(left)
            target.write(portion)
            left -= len(portion)
    for rest in source.rest():
        if any(rest):
            raise SealBroken("more than its list")
    return files


def _listed(source: _Source) -> list[File]:
    length = int.from_bytes(source.exactly(_LENGTH), "big")
    if length > LONGEST_LIST:
        raise SealBroken("list too long")
    try:
        files = [
            File(str(each["name"]), int(each["size"]))
            for each in json.loads(source.exactly(length))
        ]
    except (ValueError, TypeError, KeyError):
        raise SealBroken("no list") from None
    _check(files, length)
    return files


def _check(files: Sequence[File], length: int) -> None:
    if length > LONGEST_LIST or len(files) > MOST_FILES:
        raise SealBroken("too many files")
    if any(each.size < 0 or not 0 < len(each.name) <= LONGEST_NAME for each in files):
        raise SealBroken("no file")


class _Source:
    """Portions as one stream."""

    def __init__(self, portions: Iterator[bytes]) -> None:
        self._portions = portions
        self._held = b""

    def some(self, most: int) -> bytes:
        """Return at least a byte and at most ``most``."""
        while not self._held:
            held = next(self._portions, None)
            if held is None:
                raise SealBroken("less than its list")
            self._held = held
        found, self._held = self._held[:most], self._held[most:]
        return found

    def exactly(self, size: int) -> bytes:
        found = bytearray()
        while len(found) < size:
            found += self.some(size - len(found))
        return bytes(found)

    def rest(self) -> Iterator[bytes]:
        yield self._held
        self._held = b""
        yield from self._portions
