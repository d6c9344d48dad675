"""Files handed in by themselves, put into the folder of the area they belong to.

A modeler deploys one diagram, and knows nothing of areas. It replaces the file that holds the
same process, decision or form; what names nothing known is added under its own name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from engine.catalogue.bundle import Bundle
from engine.catalogue.config import ConfigRefused
from engine.errors import Problem, RulesBroken
from engine.storage.bundles import all_latest
from engine.storage.database import Session

_NAMED: Final[Mapping[str, re.Pattern[bytes]]] = {
    ".bpmn": re.compile(rb"<(?:[\w.-]+:)?process\b[^>]*?\sid\s*=\s*[\"']([^\"']+)[\"']"),
    ".dmn": re.compile(rb"<(?:[\w.-]+:)?decision\b[^>]*?\sid\s*=\s*[\"']([^\"']+)[\"']"),
    ".form": re.compile(rb"\"id\"\s*:\s*\"([^\"]+)\""),
}


def area_of(session: Session, files: Mapping[str, bytes]) -> tuple[str, Bundle | None]:
    """Return the area that files are of, and what is deployed of it now.

    Raises:
        RulesBroken: ``DEP-025``, neither their settings nor a process in them says which.
    """
    latest = all_latest(session)
    try:
        area = Bundle(files).config.area
    except ConfigRefused:
        names = set(_names(files, ".bpmn")) or set(_names(files, ".dmn"))
        area = next(
            (
                each.bundle.config.area
                for each in latest
                if names & {*_names(each.bundle.files, ".bpmn"), *_names(each.bundle.files, ".dmn")}
            ),
            "",
        )
    if not area:
        raise RulesBroken([Problem("DEP-025")])
    stands = (each.bundle for each in latest if each.bundle.config.area == area)
    return area, next(stands, None)


def put_into(files: Mapping[str, bytes], base: Bundle | None) -> dict[str, bytes]:
    """Return the files of an area with some of them replaced, or added."""
    if base is None:
        return dict(files)
    changed = dict(base.files)
    for name, content in files.items():
        changed[_place_of(name, content, base)] = content
    return changed


def _place_of(name: str, content: bytes, base: Bundle) -> str:
    """Return which file of an area a new content is the content of."""
    if name in base.files:
        return name
    suffix = "." + name.rpartition(".")[2]
    named = set(_names({name: content}, suffix))
    for other, known in base.files.items():
        if other.endswith(suffix) and named & set(_names({other: known}, suffix)):
            return other
    return f"forms/{name}" if suffix == ".form" and "/" not in name else name


def _names(files: Mapping[str, bytes], suffix: str) -> Iterator[bytes]:
    """Yield what the files of a kind define: processes, decisions, or their form."""
    pattern = _NAMED.get(suffix)
    for name, content in files.items():
        if pattern is not None and name.endswith(suffix):
            found = pattern.findall(content)
            yield from found[:1] if suffix == ".form" else found
