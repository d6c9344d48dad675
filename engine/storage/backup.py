"""A backup: a folder, or one file of it, with the database, the documents and a manifest.

The database comes first and the documents after it: a document is stored before the row
that names it, so each row of the copy finds its own.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import simplejson

from engine.errors import EngineError
from engine.storage import dumps
from engine.storage.database import Database

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
#: of the site's folder, as far as they are there
KEPT: Final = ("documents", "secret_key")
#: what the document store has not yet, or no more
_UNFINISHED: Final = shutil.ignore_patterns("incoming", "leaving")
_ONE_FILE: Final = ".tar"


class BackupRefused(EngineError):
    """A backup cannot be made there, or is not what its manifest says; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds."""

    format: int
    made_at: str  #: ISO 8601, UTC
    database: str  #: ``sqlite`` or ``postgresql``
    schema: tuple[str, ...]  #: revisions of the migrations it stands at
    files: Mapping[str, str]  #: SHA-256 by name


@dataclass(frozen=True, slots=True)
class Place:
    """What is backed up, or restored into."""

    database: Database
    home: Path
    schema: tuple[str, ...]  #: revisions the database stands at, or the release knows
    tools: str = ""  #: folder of PostgreSQL's tools


def make(place: Place, target: Path, at: datetime) -> Manifest:
    """Back up what is in use, under its final name only when it is whole.

    Args:
        target: a folder to make, or a file when its name ends in ``.tar``.

    Raises:
        BackupRefused: something is there already.
        DumpFailed: the database could not be copied.
    """
    if target.exists():
        raise BackupRefused(f"{target} is there already")
    target.parent.mkdir(parents=True, exist_ok=True)
    before = os.umask(0o077)  # everybody's papers, and the key that signs
    try:
        with tempfile.TemporaryDirectory(prefix=f".{target.name}.", dir=target.parent) as made:
            folder = Path(made) / "backup"
            folder.mkdir()
            manifest = _fill(place, folder, at)
            finished = _packed(folder) if target.suffix == _ONE_FILE else folder
            finished.rename(target)
    finally:
        os.umask(before)
    return manifest


@contextmanager
def opened(source: Path) -> Iterator[tuple[Path, Manifest]]:
    """Give a backup's folder and manifest once every file was found to be as it was made.

    Raises:
        BackupRefused: it is no backup, or not what its manifest says.
    """
    if source.is_dir():
        yield source, _verified(source)
        return
    with tempfile.TemporaryDirectory(prefix="divan-restore-") as folder:
        try:
            with tarfile.open(source) as archive:
                archive.extractall(folder, filter="data")
        except (OSError, tarfile.TarError) as error:
            raise BackupRefused(f"{source} is no backup: {error}") from None
        yield Path(folder), _verified(Path(folder))


def restore(place: Place, source: Path, *, force: bool = False) -> Manifest:
    """Put a backup in place; the caller checks afterwards what must hold.

    Raises:
        BackupRefused: it is damaged, of another kind or a newer release, or the place is
            not empty and ``force`` was not given.
        DumpFailed: the database could not be put back.
    """
    with opened(source) as (folder, manifest):
        _refuse(place, manifest, force=force)
        dumps.load(place.database, folder / dumps.file_name(place.database), place.tools)
        for name in KEPT:
            _replace(folder / name, place.home / name)
    return manifest


def _fill(place: Place, folder: Path, at: datetime) -> Manifest:
    dumps.dump(place.database, folder / dumps.file_name(place.database), place.tools)
    for name in KEPT:
        _replace(place.home / name, folder / name)
    manifest = Manifest(
        format=FORMAT,
        made_at=at.isoformat(),
        database=place.database.url.get_backend_name(),
        schema=place.schema,
        files=_hashes(folder),
    )
    text = simplejson.dumps(asdict(manifest), indent=1, sort_keys=True)
    (folder / MANIFEST).write_text(text, encoding="utf-8")
    return manifest


def _replace(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(
            source, target, dirs_exist_ok=True, ignore=_UNFINISHED, copy_function=_copied
        )
    elif source.exists():
        shutil.copy2(source, target)


def _copied(source: str, target: str) -> None:
    """Copy a file that may be swept meanwhile: then no row of the copy names it."""
    with contextlib.suppress(FileNotFoundError):
        shutil.copy2(source, target)


def _packed(folder: Path) -> Path:
    file = folder.with_suffix(_ONE_FILE)
    with tarfile.open(file, "w") as archive:
        for each in sorted(folder.iterdir()):
            archive.add(each, each.name)
    return file


def _hashes(folder: Path) -> dict[str, str]:
    files = sorted(each for each in folder.rglob("*") if each.is_file() and each.name != MANIFEST)
    return {each.relative_to(folder).as_posix(): _hash_of(each) for each in files}


def _hash_of(file: Path) -> str:
    with file.open("rb") as opened_file:
        return hashlib.file_digest(opened_file, "sha256").hexdigest()


def _verified(folder: Path) -> Manifest:
    manifest = _manifest(folder)
    found = _hashes(folder)
    wrong = {name for name, said in manifest.files.items() if found.get(name) != said}
    if damaged := sorted(wrong | (found.keys() - manifest.files.keys())):
        raise BackupRefused(f"not as they were backed up: {', '.join(damaged)}")
    return manifest


def _manifest(folder: Path) -> Manifest:
    try:
        read: dict[str, Any] = simplejson.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if read["format"] != FORMAT:
            raise BackupRefused(f"the backup has format {read['format']}, not {FORMAT}")
        return Manifest(**(read | {"schema": tuple(read["schema"])}))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BackupRefused(f"{folder} holds no backup: {error}") from None


def _refuse(place: Place, manifest: Manifest, *, force: bool) -> None:
    kind = place.database.url.get_backend_name()
    if manifest.database != kind:
        raise BackupRefused(f"the backup is of {manifest.database}, the database is {kind}")
    if newer := sorted(set(manifest.schema) - set(place.schema)):
        raise BackupRefused(f"the backup is of a newer release (it has seen {', '.join(newer)})")
    if not force and not dumps.is_empty(place.database):
        raise BackupRefused("the database is not empty; --force replaces what it holds")
