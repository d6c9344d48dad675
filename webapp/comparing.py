"""``divan compare``: two versions of an area, or two files, in sentences."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from engine.catalogue.bundle import Bundle
from engine.errors import NotFound
from engine.storage.bundles import latest, version
from engine.versions import compare
from webapp.manner import Manner
from webapp.texts import N_
from webapp.versions.both import Both
from webapp.versions.summary import Summary, summary_of
from webapp.wiring import Site

_SIGNS: Final = {"added": "+", "removed": "-", "changed": "~", "moved": ">"}


def add_commands(add: Callable[..., Any]) -> None:
    """Add the command to the console."""
    compared = add("compare", _compare, "tell two versions of an area apart, in sentences")
    for side in ("old", "new"):
        compared.add_argument(
            side, metavar=side.upper(), help="a folder, a file, or PROCESS or PROCESS:VERSION"
        )
    compared.add_argument("--language", choices=("fa", "en"), default="en")
    compared.add_argument("--raw", action="store_true", help="every change as the files have it")


def _compare(site: Site, options: argparse.Namespace) -> int:
    sides = [_bundle(site, each) for each in (options.old, options.new)]
    if all(Path(each).is_file() for each in (options.old, options.new)):
        [old], [new] = (each.files.values() for each in sides)
        name = Path(options.new).name  # two files are versions of one, whatever they are called
        sides = [Bundle({name: old}), Bundle({name: new})]
    both = Both(compare(*sides), Manner.of(options.language))
    summary = summary_of(both)
    for line in _raw(summary) if options.raw else _lines(summary, both):
        print(line)
    return 1 if summary.raw else 0


def _bundle(site: Site, told: str) -> Bundle:
    """Return what is in a folder or a file, or what was deployed under a name.

    Raises:
        NotFound: there is nothing of that name.
    """
    path = Path(told)
    if path.is_dir():
        return Bundle.read(path)
    if path.is_file():
        return Bundle({path.name: path.read_bytes()})
    process_id, _, number = told.partition(":")
    if number and not number.isdecimal():
        raise NotFound(f"there is no folder, file or version {told!r}")
    with site.database.reader() as session:
        found = version(session, process_id, int(number)) if number else latest(session, process_id)
    return found.bundle


def _lines(summary: Summary, both: Both) -> Iterator[str]:
    for group in summary.groups:
        yield f"{group.title} ({group.about})"
        for each in group.sentences:
            yield f"  {_SIGNS[each.mark]} {each.text}"
            yield from (f"      {label}: {code}" for label, code in each.codes)
    if summary.drawing or summary.rewritten:
        yield both.saying.say(N_("Only the drawing, or how a file is written"))
        yield from (f"  {_SIGNS[each.mark]} {each.text}" for each in summary.drawing)
        yield from (f"  {_SIGNS['changed']} {each}" for each in summary.rewritten)


def _raw(summary: Summary) -> Iterator[str]:
    for kind, where, before, after in summary.raw:
        yield f"{_SIGNS[kind]} {where}" + (f"\t{before}\t{after}" if before or after else "")
    yield from (f"{_SIGNS['changed']} {each}\t(written otherwise)" for each in summary.rewritten)
