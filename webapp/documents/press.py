"""Prints papers from templates that analysts write: in a process of its own, with a time limit."""

from __future__ import annotations

import atexit
import json
import os
import re
import selectors
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from itertools import accumulate, pairwise
from pathlib import Path
from typing import IO, Any, Final

import simplejson

from engine.catalogue.papers import ENDING, FOLDER
from engine.connectors import Printed
from webapp.documents.pdf import FONTS
from webapp.wording import role_name

#: what every template may import as ``/divan.typ``, and templates for areas that have none
OWN: Final = Path(__file__).resolve().parent / "papers"
LIBRARY: Final = "divan.typ"
LONGEST: Final = 10.0  #: seconds one paper may take
#: `typst` says a place as ``┌─ papers/letter.typ:4:8``
_PLACE: Final = re.compile(r"┌─ (?:\S*/)?([\w.-]+\.typ):(\d+):(\d+)")
_PACKAGES: Final = "templates have no packages; write what is needed beside this one"
#: what is written into the folder of a print stays there
_PLAIN: Final = re.compile(r"[^\W_][\w .()-]*")
_PROGRAM: Final = Path(__file__).resolve().parent / "pressing.py"


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a template something is wrong."""

    file: str
    line: int
    column: int


class PaperFailed(RuntimeError):
    """A template cannot be printed; ``place`` says where, when that is known."""

    def __init__(self, message: str, place: Place | None = None) -> None:
        where = f"{place.file}:{place.line}:{place.column}: " if place else ""
        super().__init__(f"{where}{message}")
        self.said = message
        self.place = place


class Press:
    """Prints papers.

    Args:
        site: address of the site, to which the printed code leads; empty: the path alone.
    """

    def __init__(self, site: str = "") -> None:
        self._site = site.rstrip("/")

    def print(
        self, templates: Mapping[str, bytes], name: str, page: Mapping[str, Any], code: str
    ) -> Printed:
        """Print one paper from an area's templates, or from one of our own.

        Raises:
            PaperFailed: it cannot be printed so.
        """
        files = files_for(templates, name)
        digest = sha256()
        for file, content in sorted(files.items()):
            digest.update(f"{file}\0{len(content)}\0".encode() + content)
        [body] = PRESSING.pressed(files, f"{name}{ENDING}", self._whole(page, code))
        return Printed(body, digest.hexdigest())

    def pictures(
        self, templates: Mapping[str, bytes], name: str, page: Mapping[str, Any], code: str
    ) -> list[bytes]:
        """Return the pages of a paper that is no paper yet, as PNG; marked as a preview.

        Raises:
            PaperFailed: it cannot be printed so.
        """
        whole = {**self._whole(page, code), "is_preview": True}
        files = files_for(templates, name)
        return PRESSING.pressed(files, f"{name}{ENDING}", whole, form="png")

    def _whole(self, page: Mapping[str, Any], code: str) -> dict[str, Any]:
        verify = f"{self._site}/verify/{code}"
        return {**page, "verify": verify, "qr": _qr(verify)}

    def role_name(self, role: str, language: str) -> str:
        """Return what people call a role."""
        return role_name(role, language)


class Pressing:
    """A process that sets templates, begun with the first and ended when one takes too long.

    Args:
        longest: seconds one paper may take.
    """

    def __init__(self, longest: float = LONGEST) -> None:
        self._longest = longest
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._owner = 0

    def pressed(
        self, files: Mapping[str, bytes], main: str, page: Mapping[str, Any], form: str = "pdf"
    ) -> list[bytes]:
        """Return the PDF of a template and the files beside it, or its pages as ``png``.

        Raises:
            PaperFailed: it cannot be printed so, or takes too long.
        """
        with tempfile.TemporaryDirectory(prefix="divan-paper-") as root:
            for name, content in files.items():
                Path(root, name).write_bytes(content)
            order = {
                "root": root,
                "main": main,
                "fonts": [str(FONTS)],
                "page": simplejson.dumps(page, use_decimal=True, ensure_ascii=False),
                "at": int(time.time()),
                "format": form,
            }
            with self._lock:
                said, made = self._answer(json.dumps(order).encode() + b"\n")
        if "error" in said:
            message = str(said["error"]).replace(root, "")
            raise PaperFailed(_PACKAGES if "package" in message else message, _place(said["told"]))
        return made

    def close(self) -> None:
        """End the process, if one was begun."""
        child, self._child = self._child, None
        if child is not None and self._owner == os.getpid():
            child.kill()
            child.communicate()

    def _answer(self, order: bytes) -> tuple[dict[str, Any], list[bytes]]:
        child = self._running()
        assert child.stdin is not None
        assert child.stdout is not None
        try:
            child.stdin.write(order)
            child.stdin.flush()
            return _read(child.stdout, time.monotonic() + self._longest)
        except TimeoutError:
            self.close()
            raise PaperFailed(f"it was not done after {self._longest:g} seconds") from None
        except (OSError, EOFError):
            self.close()
            raise PaperFailed("it needs more memory than a paper may") from None

    def _running(self) -> subprocess.Popen[bytes]:
        """Return the process, begun anew when there is none or it is that of before a fork."""
        if self._owner != os.getpid() or self._child is None or self._child.poll() is not None:
            self._child = subprocess.Popen(  # noqa: S603 - our own file
                [sys.executable, "-I", str(_PROGRAM)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={"PATH": os.defpath, "HOME": "/nonexistent"},
            )
            self._owner = os.getpid()
        return self._child


#: of this process
PRESSING: Final = Pressing()
atexit.register(PRESSING.close)


def _read(pipe: IO[bytes], until: float) -> tuple[dict[str, Any], list[bytes]]:
    got = b""
    while b"\n" not in got:
        got += _portion(pipe, until)
    line, _, body = got.partition(b"\n")
    said: dict[str, Any] = json.loads(line)
    while len(body) < sum(said["sizes"]):
        body += _portion(pipe, until)
    ends = list(accumulate(said["sizes"], initial=0))
    return said, [body[begin:end] for begin, end in pairwise(ends)]


def files_for(templates: Mapping[str, bytes], name: str) -> dict[str, bytes]:
    """Return what lies in the folder of a print: the area's files, else our own, and the library.

    Raises:
        PaperFailed: nobody has a template of this name, or a name leads out of the folder.
    """
    files = {file.removeprefix(FOLDER): content for file, content in templates.items()}
    main = f"{name}{ENDING}"
    for file in (main, *files):
        if not _PLAIN.fullmatch(file):
            raise PaperFailed(f"{file} is no name of a template")
    if main not in files:
        if not (OWN / main).is_file() or main == LIBRARY:
            raise PaperFailed(f"there is no template {main}")
        files[main] = (OWN / main).read_bytes()
    return {**files, LIBRARY: (OWN / LIBRARY).read_bytes()}


def _portion(pipe: IO[bytes], until: float) -> bytes:
    with selectors.DefaultSelector() as selector:
        selector.register(pipe, selectors.EVENT_READ)
        if not selector.select(max(0.0, until - time.monotonic())):
            raise TimeoutError
    portion = os.read(pipe.fileno(), 1 << 16)
    if not portion:
        raise EOFError
    return portion


def _qr(text: str) -> str:
    """Return a QR code as SVG."""
    import segno  # noqa: PLC0415 - only who prints needs it

    return segno.make(text, error="m", micro=False).svg_inline(border=0, scale=4)


def _place(told: str) -> Place | None:
    found = _PLACE.search(told)
    return Place(found[1], int(found[2]), int(found[3])) if found else None
