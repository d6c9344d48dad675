"""Everything in a case's file as one archive, made while it is sent.

Contents are stored as they are, and read in portions: the archive is never whole anywhere
on our side. What the area makes of the case lies in ``generated/``. ``index.csv`` names each
with its hash, so that any later copy can be compared.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from engine.documents.names import clean_name, extension_of
from engine.queries.documents import Filed, Version
from engine.storage.document_store import PORTION, DocumentStore
from webapp.files.sealed import manifest
from webapp.sdk import Content

INDEX: Final = "index.csv"
HEADINGS: Final = (
    "path", "document", "version", "state", "kind", "bytes", "sha256", "added_at", "added_by",
    "withdrawn_reason",
)  # fmt: skip
_LARGE: Final = 2**31  #: bytes from which an entry needs the longer form of the format
_FORMULAS: Final = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Entry:
    """One version and where it lies in the archive."""

    path: str
    document: Filed
    version: Version

    @property
    def state(self) -> str:
        """Tell whether it counts."""
        if not self.document.counts:
            return "withdrawn"
        return "current" if self.version is self.document.newest else "replaced"


@dataclass(frozen=True, slots=True)
class Made:
    """What the area made of the case just now, and where it lies in the archive."""

    path: str
    title: str
    content: Content
    at: datetime


def made_of(contents: Iterable[tuple[str, Content]], at: datetime) -> list[Made]:
    """Give what the area made, by its titles, places in the archive."""
    return [
        Made(f"generated/{place:03}-{clean_name(each.name)}", title, each, at)
        for place, (title, each) in enumerate(contents, 1)
    ]


@dataclass(frozen=True, slots=True)
class Signed:
    """What an archive is signed with, and what lies in it beside documents."""

    about: Mapping[str, str]  #: which case it is of
    files: Mapping[str, bytes]
    key: Ed25519PrivateKey
    at: datetime


def archived(
    documents: Iterable[Filed],
    store: DocumentStore,
    made: Sequence[Made] = (),
    signed: Signed | None = None,
) -> Iterator[bytes]:
    """Yield the bytes of a zip of all versions of some documents, with their index.

    Args:
        made: what the area makes of the case; it comes first.
        signed: adds these files, and a signed manifest of everything.
    """
    entries = list(_entries(documents))
    written = {INDEX: index_of(entries, made), **(signed.files if signed else {})}
    if signed is not None:
        hashes = [(path, sha256(content).hexdigest()) for path, content in written.items()]
        hashes += [(one.path, sha256(one.content.body).hexdigest()) for one in made]
        hashes += [(each.path, each.version.sha256) for each in entries]
        written |= manifest(signed.about, hashes, signed.key, signed.at)
    out = _Out()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for path, text in written.items():
            archive.writestr(path, text)
        for one in made:
            archive.writestr(zipfile.ZipInfo(one.path, one.at.timetuple()[:6]), one.content.body)
        yield out.taken()
        for each in entries:
            moment = each.version.added_at.timetuple()[:6]
            info = zipfile.ZipInfo(each.path, max((1980, 1, 1, 0, 0, 0), moment))
            info.file_size = each.version.size
            with (
                store.open(each.version.sha256) as content,
                archive.open(info, "w", force_zip64=each.version.size >= _LARGE) as entry,
            ):
                while portion := content.read(PORTION):
                    entry.write(portion)
                    yield out.taken()
            yield out.taken()
    yield out.taken()


def index_of(entries: Iterable[Entry], made: Iterable[Made] = ()) -> bytes:
    """Return the index as a spreadsheet opens it; nothing in it is a formula."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(HEADINGS)
    for one in made:
        body, kind = one.content.body, extension_of(one.path)
        hashed, made_at = sha256(body).hexdigest(), one.at.isoformat()
        told = (one.path, one.title, "", "generated", kind, len(body), hashed, made_at, "", "")
        writer.writerow([_plain(str(cell)) for cell in told])
    for each in entries:
        version = each.version
        row = (
            each.path, version.name, version.number, each.state, version.kind.name, version.size,
            version.sha256, version.added_at.isoformat(), version.added_by,
            each.document.withdrawn_reason or "",
        )  # fmt: skip
        writer.writerow([_plain(str(cell)) for cell in row])
    return written.getvalue().encode("utf-8-sig")


def _plain(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULAS) else text


def _entries(documents: Iterable[Filed]) -> Iterator[Entry]:
    for place, document in enumerate(documents, 1):
        folder = "" if document.counts else "withdrawn/"
        for version in document.versions:
            inner = folder if version is document.newest else f"{folder}older/"
            name = f"{place:03}-v{version.number}-{version.name}"
            yield Entry(f"{inner}{name}", document, version)


class _Out(io.RawIOBase):
    """Takes what the archive writes and gives it on."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: list[bytes] = []
        self._written = 0

    def writable(self) -> bool:
        return True

    def write(self, part: bytes) -> int:  # type: ignore[override]
        self._parts.append(bytes(part))
        self._written += len(part)
        return len(part)

    def tell(self) -> int:
        return self._written

    def taken(self) -> bytes:
        """Return what was written since the last time."""
        parts, self._parts = self._parts, []
        return b"".join(parts)
