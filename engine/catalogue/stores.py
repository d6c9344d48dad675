"""Data stores of diagrams: which table each of them means.

An area's Python says which of its tables may be reached so, and which columns of them;
``process.toml`` says which data store of a diagram is which. A store without a table is the
engine's own: rows of any shape by a key.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from engine.catalogue.keys import AREA
from engine.findings import Detail, detail

_STORES: Final = AREA.tables["data_stores"]
KEY = "key"  #: of a row in the engine's own table, where nothing else is declared


@dataclass(frozen=True, slots=True)
class Store:
    """One data store as ``process.toml`` declares it."""

    id: str  #: of the data store in the diagram
    table: str | None = None  #: registered by the area; ``None``: the engine's own
    key: str = KEY  #: the entry of a row that is its key, in the engine's own table


def read_stores(section: object, problems: list[Detail]) -> Mapping[str, Store]:
    """Read ``[data_stores]`` of ``process.toml``."""
    if not isinstance(section, dict):
        problems.append(detail("SET-031"))
        return {}
    return {key: _store(key, each, problems) for key, each in section.items()}


def _store(store_id: str, section: object, problems: list[Detail]) -> Store:
    where = detail("AT-STORE", key=store_id)
    told = section if isinstance(section, dict) else {}
    unknown = sorted(told.keys() - _STORES.names)
    problems += [detail("SET-006", where=where, key=key) for key in unknown]
    table, key = told.get("table"), told.get("key", KEY)
    if not isinstance(section, dict) or not isinstance(table, str | None):
        problems.append(detail("SET-032", where=where))
        return Store(store_id)
    if not isinstance(key, str) or not key or (table is not None and "key" in told):
        problems.append(detail("SET-033", where=where))
        return Store(store_id)
    return Store(store_id, table, key)
