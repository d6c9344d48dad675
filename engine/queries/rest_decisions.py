"""Decisions of deployed bundles, each version once: read from the bundles, which are few.

A decision has a new version when the file it stands in has another content. A file is the
requirements graph of its decisions.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import dmn
from engine.model.definition import BundleRow
from engine.storage import bundles


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """One version of a decision, or of the graph of a file."""

    id: str
    key: str
    name: str
    version: int
    file: str
    area: str
    bundle_id: str  #: the first that has it
    deployed_at: datetime
    content: bytes
    graph_id: str
    graph_key: str
    is_latest: bool = False


class _Versions:
    """Numbers the contents that one key has had."""

    def __init__(self) -> None:
        self._known: dict[str, list[str]] = {}

    def of(self, key: str, digest: str) -> tuple[int, bool]:
        """Return the number of a content, and whether it is a new one."""
        known = self._known.setdefault(key, [])
        is_new = digest not in known
        if is_new:
            known.append(digest)
        return known.index(digest) + 1, is_new


def decisions(session: Session) -> list[DecisionRow]:
    """Return every version of every decision, by key and version."""
    return _latest_marked(each for each in _rows(session) if each.key != each.graph_key)


def graphs(session: Session) -> list[DecisionRow]:
    """Return every version of the graph of every file, by key and version."""
    return _latest_marked(each for each in _rows(session) if each.key == each.graph_key)


def _rows(session: Session) -> Iterator[DecisionRow]:
    versions = _Versions()
    found = select(BundleRow.id, BundleRow.area, BundleRow.deployed_at)
    for bundle_id, area, at in session.execute(found.order_by(BundleRow.deployed_at)).all():
        for file, content in bundles.bundle(session, bundle_id).decisions.items():
            digest = sha256(content).hexdigest()
            [model] = dmn.load({file: content}).models
            number, is_new = versions.of(model.id, digest)
            graph_id = f"{model.id}:{number}:{digest[:12]}"
            graph = DecisionRow(
                graph_id,
                model.id,
                model.name,
                number,
                file,
                area,
                bundle_id,
                at,
                content,
                graph_id,
                model.id,
            )
            if is_new:
                yield graph
            for key, (name, _) in dmn.listed({file: content}).items():
                number, is_new = versions.of(f"decision {key}", digest)
                if is_new:
                    own = f"{key}:{number}:{digest[:12]}"
                    yield replace(graph, id=own, key=key, name=name, version=number)


def _latest_marked(rows: Iterator[DecisionRow]) -> list[DecisionRow]:
    found = sorted(rows, key=lambda each: (each.key, each.version))
    newest = {each.key: each.version for each in found}
    return [replace(each, is_latest=each.version == newest[each.key]) for each in found]
