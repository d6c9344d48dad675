"""A TOML file made to say something else, its comments, order and spaces kept where they can be."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, MutableMapping
from difflib import SequenceMatcher
from typing import Any, NamedTuple

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT, InlineTable, Table


class Rewritten(NamedTuple):
    """A file that says what it was to say."""

    text: str
    is_anew: bool  #: written anew, without the comments of the one before


def rewritten(text: str, wanted: Mapping[str, Any]) -> Rewritten:
    """Return a file that says ``wanted``, changed only where it said otherwise.

    A file that cannot be read, or that would not say exactly that after the change, is written
    anew.
    """
    try:
        document = tomlkit.parse(text)
        _make(document, wanted)
        changed = document.as_string()
        if _says(changed, wanted):
            return Rewritten(changed, is_anew=False)
    except (TOMLKitError, ValueError, KeyError, IndexError, TypeError):
        pass  # a layout that the library cannot keep
    return Rewritten(tomlkit.dumps(wanted), is_anew=True)


def _says(text: str, wanted: Mapping[str, Any]) -> bool:
    return tomllib.loads(text) == wanted


def _make(container: MutableMapping[str, Any], wanted: Mapping[str, Any]) -> None:
    for name in [each for each in container if each not in wanted]:
        del container[name]
    for name, value in wanted.items():
        stands = container.get(name)
        if isinstance(value, dict) and isinstance(stands, MutableMapping):
            _make(stands, value)
        elif name in container and _is(stands, value):
            continue
        elif isinstance(stands, AoT) and _are_tables(value):
            _make_list(stands, value)
        else:
            container[name] = _item(value, inline=isinstance(container, InlineTable | Table))
    if not any(isinstance(each, dict | list) for each in wanted.values()):
        _order(container, list(wanted))


def _make_list(tables: AoT, wanted: list[dict[str, Any]]) -> None:
    """Make a list of tables another; those that stay keep their comments."""
    stand = [repr(_plain(each)) for each in tables]
    matched = SequenceMatcher(None, stand, [repr(each) for each in wanted], autojunk=False)
    for kind, low, high, from_, to in reversed(matched.get_opcodes()):
        if kind == "replace" and high - low == to - from_:
            for at in range(high - low):
                _make(tables[low + at], wanted[from_ + at])
        elif kind != "equal":
            for _each in range(low, high):
                del tables[low]
            for at, each in enumerate(wanted[from_:to]):
                tables.insert(low + at, tomlkit.item(each))


def _order(container: MutableMapping[str, Any], names: list[str]) -> None:
    if list(container) == names:
        return
    items = {name: container[name] for name in names}
    for name in names:
        del container[name]
    for name, each in items.items():
        container[name] = each


def _item(value: Any, *, inline: bool) -> Any:
    if isinstance(value, dict) and inline:
        table = tomlkit.inline_table()
        for name, each in value.items():
            table[name] = _item(each, inline=True)
        return table
    return value


def _is(item: Any, value: Any) -> bool:
    plain = _plain(item)
    return type(plain) is type(value) and bool(plain == value)


def _plain(item: Any) -> Any:
    return item.unwrap() if hasattr(item, "unwrap") else item


def _are_tables(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, dict) for each in value)
