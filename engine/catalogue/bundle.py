"""The content of one process folder, as deployed: diagrams, forms, texts, settings.

A bundle is immutable and named by the hash of its content, so what is read from it may
be kept for as long as the process lives.
"""

from __future__ import annotations

import hashlib
import io
import json
import tomllib
import zipfile
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from engine.catalogue.config import AreaConfig, ConfigRefused, ProcessConfig
from engine.catalogue.config_text import no_toml, read_config
from engine.catalogue.papers import ENDING as TEMPLATE
from engine.catalogue.papers import FOLDER as PAPERS
from engine.findings import detail

KEPT = (".bpmn", ".dmn", ".form", ".toml", ".typ")
TESTS = "tests/"  #: where analysts' tests lie, beside the model
TEST = ".test.toml"  #: what the name of one ends in
_EPOCH = (1980, 1, 1, 0, 0, 0)


class Bundle:
    """The files of one area by their name in the folder."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = dict(sorted(files.items()))

    @classmethod
    def read(cls, folder: Path) -> Bundle:
        """Read what is deployed of a folder: diagrams, decisions, forms, texts, settings, tests."""
        found = [
            *folder.glob("*.*"),
            *folder.glob("forms/*.form"),
            *folder.glob(f"{PAPERS}*{TEMPLATE}"),
            *folder.glob(f"{TESTS}*{TEST}"),
        ]
        return cls(
            {
                path.relative_to(folder).as_posix(): path.read_bytes()
                for path in found
                if path.suffix in KEPT and path.is_file()
            }
        )

    @classmethod
    def unpack(cls, content: bytes) -> Bundle:
        """Return the bundle that `pack` made these bytes of."""
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return cls({name: archive.read(name) for name in archive.namelist()})

    def pack(self) -> bytes:
        """Return the files as one zip, the same bytes for the same content."""
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in self.files.items():
                archive.writestr(zipfile.ZipInfo(name, _EPOCH), content)
        return packed.getvalue()

    @cached_property
    def id(self) -> str:
        """The SHA-256 of names and contents."""
        digest = hashlib.sha256()
        for name, content in self.files.items():
            digest.update(f"{name}\0{len(content)}\0".encode())
            digest.update(content)
        return digest.hexdigest()

    @cached_property
    def config(self) -> AreaConfig:
        """The folder's ``process.toml``.

        Raises:
            ConfigRefused: it is missing or wrong.
        """
        if "process.toml" not in self.files:
            raise ConfigRefused([detail("SET-051")])
        return read_config(self.files["process.toml"].decode())

    def process(self, process_id: str) -> ProcessConfig:
        """Return what is declared about one process; an undeclared one has no lanes."""
        known = self.config.processes.get(process_id)
        return known or ProcessConfig(process_id, process_id)

    @cached_property
    def diagrams(self) -> dict[str, bytes]:
        """The BPMN files."""
        return {name: each for name, each in self.files.items() if name.endswith(".bpmn")}

    @cached_property
    def decisions(self) -> dict[str, bytes]:
        """The DMN files."""
        return {name: each for name, each in self.files.items() if name.endswith(".dmn")}

    @cached_property
    def forms(self) -> dict[str, dict[str, Any]]:
        """The forms by id.

        Raises:
            ConfigRefused: one is no JSON, has no id, or shares one.
        """
        forms: dict[str, dict[str, Any]] = {}
        for name, content in self.files.items():
            if not name.endswith(".form"):
                continue
            try:
                form = json.loads(content)
                form_id = form["id"]
            except (ValueError, KeyError, TypeError, RecursionError) as error:
                raise ConfigRefused([detail("SET-052", file=name, why=repr(error))]) from error
            if form_id in forms:
                raise ConfigRefused([detail("SET-053", file=name, form=form_id)])
            forms[form_id] = form
        return forms

    @property
    def papers(self) -> dict[str, bytes]:
        """The templates of its papers, and what they share, by name in the folder."""
        return {name: each for name, each in self.files.items() if name.startswith(PAPERS)}

    @property
    def tests(self) -> dict[str, bytes]:
        """The files of the tests that analysts keep beside the model."""
        return {
            name: each
            for name, each in self.files.items()
            if name.startswith(TESTS) and name.endswith(TEST)
        }

    @cached_property
    def texts(self) -> dict[str, dict[str, Any]]:
        """The overlays by locale: what ``texts.<locale>.toml`` says.

        Raises:
            ConfigRefused: one cannot be read.
        """
        texts = {}
        for name, content in self.files.items():
            if name.startswith("texts.") and name.endswith(".toml"):
                try:
                    texts[name.split(".")[1]] = tomllib.loads(content.decode())
                except (ValueError, RecursionError) as error:  # no TOML, no UTF-8, far too deep
                    raise ConfigRefused([no_toml(name, error)]) from error
        return texts

    def text(self, locale: str, *path: str, default: str = "") -> str:
        """Return the overlay's text at ``path``, or ``default`` (the model's own)."""
        found: Any = self.texts.get(locale, {})
        for key in path:
            found = found.get(key) if isinstance(found, dict) else None
        return found if isinstance(found, str) else default
