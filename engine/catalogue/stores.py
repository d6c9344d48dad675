"""Data stores of diagrams: which table each of them means.

An area's Python says which of its tables may be reached so, and which columns of them;
``process.toml`` says which data store of a diagram is which. A store without a table is the
engine's own: rows of any shape by a key.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

KEY = "key"  #: of a row in the engine's own table, where nothing else is declared


@dataclass(frozen=True, slots=True)
class Store:
    """One data store as ``process.toml`` declares it."""

    id: str  #: of the data store in the diagram
    table: str | None = None  #: registered by the area; ``None``: the engine's own
    key: str = KEY  #: the entry of a row that is its key, in the engine's own table


def read_stores(section: object, problems: list[str]) -> Mapping[str, Store]:
    """Read ``[data_stores]`` of ``process.toml``."""
    if not isinstance(section, dict):
        problems.append("data_stores is a table of stores by id")
        return {}
    return {key: _store(key, each, problems) for key, each in section.items()}


def _store(store_id: str, section: object, problems: list[str]) -> Store:
    where = f"[data_stores.{store_id}]"
    told = section if isinstance(section, dict) else {}
    problems += [f"{where} does not know {key!r}" for key in sorted(told.keys() - {"table", "key"})]
    table, key = told.get("table"), told.get("key", KEY)
    if not isinstance(section, dict) or not isinstance(table, str | None):
        problems.append(f"{where}: table is a name that the area registers, or is left out")
        return Store(store_id)
    if not isinstance(key, str) or not key or (table is not None and "key" in told):
        problems.append(f"{where}: key names an entry of a row; a table of the area has its own")
        return Store(store_id)
    return Store(store_id, table, key)
