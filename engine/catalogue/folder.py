"""What the folder of an area may hold when people bring it: names, sizes, readable contents."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from typing import Final

from engine import xml
from engine.catalogue.bundle import KEPT, TEST, TESTS
from engine.catalogue.papers import ENDING as TEMPLATE
from engine.catalogue.papers import FOLDER as PAPERS
from engine.documents import kind_named
from engine.documents.refusals import refused
from engine.documents.zips import examine_zip
from engine.errors import Problem, RulesBroken

LARGEST: Final = 2 * 2**20  #: bytes of one file
LARGEST_FOLDER: Final = 16 * 2**20  #: bytes of all its files
MOST_FILES: Final = 200

_NAME: Final = re.compile(r"(forms/|tests/|papers/)?[^\W_][\w .()-]{0,119}")
#: what the names in a folder of the area end in
_WITHIN: Final = {"forms/": ".form", TESTS: TEST, PAPERS: TEMPLATE}
_AREA: Final = re.compile(r"[a-z][a-z0-9_]{1,59}")


def must_be_area(area: str) -> None:
    """Refuse what is no id of an area.

    Raises:
        RulesBroken: with the reason.
    """
    if not _AREA.fullmatch(area):
        raise RulesBroken([Problem("STU-001", "area", {"name": area[:80]})])


def must_be_files(files: Mapping[str, bytes]) -> None:
    """Refuse names and contents that no area has, all at once.

    A model that is wrong may be saved and is found fault with; one that cannot be read is no
    model: a document type, entities, more elements than the gate of XML lets in.

    Raises:
        RulesBroken: with every reason.
    """
    problems = [each for name, content in files.items() for each in _problems(name, content)]
    if problems:
        raise RulesBroken(problems)
    must_fit({name: len(content) for name, content in files.items()})


def must_fit(sizes: Mapping[str, int]) -> None:
    """Refuse more files, or larger ones together, than a folder holds.

    Raises:
        RulesBroken: with the reason.
    """
    if len(sizes) > MOST_FILES or sum(sizes.values()) > LARGEST_FOLDER:
        facts = {"files": str(MOST_FILES), "size": str(LARGEST_FOLDER // 2**20)}
        raise RulesBroken([Problem("STU-004", "files", facts)])


def may_be_named(name: str) -> bool:
    """Tell whether a file of a folder may have this name: none leads out of the folder."""
    return _NAME.fullmatch(name) is not None


def _problems(name: str, content: bytes) -> Iterator[Problem]:
    ends = next((end for folder, end in _WITHIN.items() if name.startswith(folder)), KEPT)
    if not may_be_named(name) or not name.endswith(ends):
        yield Problem("STU-002", "files", {"name": name[:80]})
        return
    if len(content) > LARGEST:
        yield Problem("GEN-FILE-SIZE", "files", {"name": name, "limit": str(LARGEST // 2**20)})
        return
    try:
        if name.endswith((".bpmn", ".dmn")):
            xml.parse(content)
        else:
            content.replace(b"\0", b"\xff").decode()  # no database keeps U+0000 in a text
    except ValueError as refusal:
        yield Problem("STU-003", "files", {"name": name, "why": str(refusal)[:300]})


def read_archive(content: bytes, name: str) -> dict[str, bytes]:
    """Return the files of an area in a ZIP of its folder; what an area is not deployed with stays.

    The folder may itself lie in one folder of the archive, as file managers pack it.

    Raises:
        RulesBroken: it is no archive, a bomb, leads out of its folder, is locked, or holds
            programs or nothing of an area.
    """
    examine_zip(io.BytesIO(content), len(content), kind_named("zip"), name)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            within = _within([each.filename for each in archive.infolist()])
            found = dict(_entries(archive, within))
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, NotImplementedError):
        raise refused("GEN-FILE-DAMAGED", name, kind="zip") from None
    if not found:
        raise RulesBroken([Problem("STU-008", "files", {"name": name})])
    must_be_files(found)
    return found


def _entries(archive: zipfile.ZipFile, within: str) -> Iterator[tuple[str, bytes]]:
    """Yield what belongs to an area, of each entry no more than a file may hold and one byte."""
    for each in archive.infolist():
        inside = each.filename.removeprefix(within)
        is_here = each.filename.startswith(within) and not each.is_dir()
        is_kept = inside.endswith(KEPT) and not inside.startswith(".")
        if is_here and is_kept and ("/" not in inside or _is_within(inside)):
            with archive.open(each) as opened:
                yield inside, opened.read(LARGEST + 1)


def _is_within(name: str) -> bool:
    folder, slash, inside = name.partition("/")
    ending = _WITHIN.get(folder + slash)
    return (
        ending is not None
        and "/" not in inside
        and (folder in ("forms", "papers") or name.endswith(ending))
    )


def _within(names: list[str]) -> str:
    """Return the folder of the archive in which the area lies, empty or ending in a slash."""
    if any("/" not in each for each in names):
        return ""
    first = {each.partition("/")[0] for each in names}
    return (
        f"{first.pop()}/"
        if len(first) == 1 and first.isdisjoint({"forms", "papers", "tests"})
        else ""
    )
