"""Where documents lie: by the SHA-256 of their content, written once.

`DocumentStore` is what the rest of the house knows, so that an object store may take the
folder's place. On several machines the folder is a shared one.

A content is stored before the transaction that names it commits; when that fails, the
content is left over, and `sweep` removes it after `LEFT_OVER`.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import tempfile
from collections.abc import Callable, Collection, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final, Protocol, Self

from engine.errors import ContentMissing

PORTION: Final = 1024 * 1024
#: no transaction takes that long
LEFT_OVER: Final = timedelta(days=1)
#: how many hashes are asked of the database together
_TOGETHER: Final = 500

#: tells which of some hashes rows name
Named = Callable[[Collection[str]], Collection[str]]


class Incoming(io.RawIOBase):
    """A content on its way in: hashed while it is written, never whole in memory.

    Beyond ``limit`` nothing more is kept, and `is_too_large` tells.
    """

    def __init__(self, folder: Path, limit: int) -> None:
        super().__init__()
        number, name = tempfile.mkstemp(dir=folder)
        self._file = os.fdopen(number, "w+b")
        self.path = Path(name)
        self._limit = limit
        self._digest = hashlib.sha256()
        self.size = 0

    @property
    def sha256(self) -> str:
        """The hash of what was written, in hexadecimal digits."""
        return self._digest.hexdigest()

    @property
    def is_too_large(self) -> bool:
        """Tell whether more was sent than is taken."""
        return self.size > self._limit

    def writable(self) -> bool:
        return True

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def write(self, portion: bytes) -> int:  # type: ignore[override]
        self.size += len(portion)
        if not self.is_too_large:
            self._digest.update(portion)
            self._file.write(portion)
        return len(portion)

    def read(self, size: int = -1) -> bytes:
        return self._file.read(size)

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def secure(self) -> None:
        """Have what was written outlive a power cut."""
        self._file.flush()
        os.fsync(self._file.fileno())

    def close(self) -> None:
        """Forget what was not kept."""
        if not self.closed:
            self._file.close()
            self.path.unlink(missing_ok=True)
        super().close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class DocumentStore(Protocol):
    """What keeps contents."""

    def receive(self, limit: int) -> Incoming:
        """Begin to take a content of at most ``limit`` bytes."""

    def keep(self, incoming: Incoming) -> None:
        """Keep a content for good, under its hash."""

    def open(self, sha256: str) -> BinaryIO:
        """Open a content to be read.

        Raises:
            ContentMissing: it is not here.
        """

    def hash_of(self, sha256: str) -> str:
        """Return what a content hashes to now; what differs was damaged.

        Raises:
            ContentMissing: it is not here.
        """

    def sweep(self, named: Named, at: datetime) -> int:
        """Remove what no row names and is older than `LEFT_OVER`; return how many."""


class FolderStore:
    """Contents as files of a folder, two letters of the hash a sub-folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def receive(self, limit: int) -> Incoming:
        incoming = self._folder / "incoming"
        incoming.mkdir(mode=0o700, parents=True, exist_ok=True)
        return Incoming(incoming, limit)

    def keep(self, incoming: Incoming) -> None:
        """Put it in its place; an equal one that is there gives way, so that it is new again."""
        incoming.secure()
        place = self._place(incoming.sha256)
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        incoming.path.replace(place)
        _secure(place.parent)

    def open(self, sha256: str) -> BinaryIO:
        try:
            return self._place(sha256).open("rb")
        except FileNotFoundError:
            raise ContentMissing(sha256) from None

    def hash_of(self, sha256: str) -> str:
        with self.open(sha256) as file:
            digest = hashlib.sha256()
            while portion := file.read(PORTION):
                digest.update(portion)
            return digest.hexdigest()

    def sweep(self, named: Named, at: datetime) -> int:
        """Take old files aside, ask the database then, and put back what it names.

        A content that is stored again meanwhile has a new file, which is not touched: what
        was taken aside is looked at once more before it goes.
        """
        before = (at - LEFT_OVER).timestamp()
        for each in self._files("incoming"):
            if each.stat().st_mtime < before:
                each.unlink(missing_ok=True)
        gone = 0
        for some in _portions(self._old(before)):
            known = set(named([each.name for each in some]))
            for each in some:
                gone += each.name not in known and self._remove(each, named, before)
        return gone

    def _old(self, before: float) -> Iterator[Path]:
        for folder in sorted(self._folder.glob("[0-9a-f][0-9a-f]")):
            for each in folder.iterdir():
                with contextlib.suppress(FileNotFoundError):
                    if each.stat().st_mtime < before:
                        yield each

    def _files(self, name: str) -> Iterator[Path]:
        folder = self._folder / name
        yield from folder.iterdir() if folder.is_dir() else ()

    def _remove(self, file: Path, named: Named, before: float) -> bool:
        aside = self._folder / "leaving" / file.name
        aside.parent.mkdir(mode=0o700, exist_ok=True)
        try:
            file.rename(aside)
        except FileNotFoundError:  # another worker was first
            return False
        if aside.stat().st_mtime >= before or named([file.name]):
            with contextlib.suppress(FileExistsError):
                os.link(aside, file)
            aside.unlink()
            return False
        aside.unlink()
        return True

    def _place(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / sha256


def _portions(files: Iterator[Path]) -> Iterator[list[Path]]:
    some: list[Path] = []
    for each in files:
        some.append(each)
        if len(some) == _TOGETHER:
            yield some
            some = []
    if some:
        yield some


def _secure(folder: Path) -> None:
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
