"""``make translations``: what pages say, gathered into a catalogue that is replaced whole or not.

The new catalogue is written beside the old one and takes its place by a rename, so that whoever
stops it, or a disk that is full, leaves the old one as it was. One from which many messages would
go is refused: an extraction that failed half-way looks just so.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

MOST_GONE: Final = 50  #: messages that may go at once; `ALLOWED` lets more
ALLOWED: Final = "--many-gone"


class TooManyGone(Exception):
    """The new catalogue would lack too much of the old one."""


def gather(catalogue: Path, template: Path, *, most_gone: int | None = MOST_GONE) -> list[str]:
    """Bring a catalogue up to its template and return the messages that went.

    Args:
        most_gone: messages that may go; ``None``: any number.

    Raises:
        TooManyGone: the catalogue was left as it was.
    """
    known, said = _read(catalogue), _read(template)
    gone = [_text(each.id) for each in known if each.id and each.id not in said]
    if most_gone is not None and len(gone) > most_gone:
        such = ", ".join(map(repr, gone[:3]))
        raise TooManyGone(f"{len(gone)} of {len(known)} messages would go, such as {such}")
    known.update(said, no_fuzzy_matching=True)
    beside = catalogue.with_name(f"{catalogue.name}.part")
    try:
        with beside.open("wb") as file:
            write_po(file, known, width=0, ignore_obsolete=True, include_previous=False)
        beside.replace(catalogue)
    finally:
        beside.unlink(missing_ok=True)
    return gone


def _read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.parent.parent.name if path.suffix == ".po" else None)


def _text(said: str | tuple[str, ...] | list[str]) -> str:
    return said if isinstance(said, str) else said[0]


def main(arguments: list[str]) -> int:
    """Gather into each catalogue that is named behind the template."""
    template, *catalogues = (each for each in arguments if each != ALLOWED)
    for each in catalogues:
        try:
            most_gone = None if ALLOWED in arguments else MOST_GONE
            gone = gather(Path(each), Path(template), most_gone=most_gone)
        except TooManyGone as refused:
            sys.stderr.write(f"{each}: {refused}; left as it was ({ALLOWED} lets it)\n")
            return 1
        for message in gone:
            print(f"{each}: gone: {message}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
