"""From the files of a deployment to decisions that can be asked."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from engine.dmn.decisions import Decisions
from engine.dmn.reader import definitions_of
from engine.dmn.source import read


def load(files: Mapping[str, bytes]) -> Decisions:
    """Return the decisions of all files; what is wrong in them answers null when asked.

    A deployment asks ``lint`` first and does not get here with such files.

    Raises:
        Unreadable: one is no DMN model of versions 1.1 to 1.6.
    """
    models = tuple(definitions_of(read(file, files[file])) for file in sorted(files))
    return Decisions(models, version_of(files))


def version_of(files: Mapping[str, bytes]) -> str:
    """Return the SHA-256 of names and contents."""
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(f"{file}\0{len(files[file])}\0".encode())
        digest.update(files[file])
    return digest.hexdigest()
