"""Where an answer stands: in the names of the page's fields, in drafts and in problems.

``key`` is a field; ``a.b`` is the entry ``b`` of the object ``a`` (a key of form-js with a
dot, or a field in a group with a path). ``list/0/key`` is a field in the first row of a
dynamic list, and rows may hold lists again. ``list/rows`` is how many rows the list has.
Where one field takes several texts they stand under its path: ``key/from`` and ``key/to`` of a
range of dates, ``key/date`` and ``key/time`` of a moment, ``key/drawn`` of a signature; a line
table has ``key/<line>/quantity``. A name that begins with ``_`` belongs to the page itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

ROWS: Final = "rows"  #: the last part of a list's path that tells how many rows it has
MARK: Final = "_"  #: begins the names of what is the page's own
#: Between the texts of a field that takes several, where one text keeps them all (a draft).
BETWEEN: Final = "\n"
#: Names of the page that are no answers either.
OWN: Final = frozenset({"csrf_token", "password", "outcome"})


def is_own(path: str) -> bool:
    """Tell whether a posted name is the page's own and no answer."""
    return path in OWN or path.startswith(MARK)


def joined(texts: Iterable[str]) -> str:
    r"""Return several texts of one field as a draft keeps them.

    >>> joined(["a", "", "b"])
    'a\nb'
    """
    return BETWEEN.join(each for each in texts if each)


def parted(typed: str) -> list[str]:
    r"""Return the texts that `joined` made one of.

    >>> parted("a\nb"), parted("")
    (['a', 'b'], [])
    """
    return [each for each in typed.split(BETWEEN) if each]


def without_rows(path: str) -> str:
    """Return a path with the numbers of its rows left out.

    >>> without_rows("items/3/price"), without_rows("amount")
    ('items/price', 'amount')
    """
    return "/".join(each for each in path.split("/") if not each.isdigit())


def value_at(values: Mapping[str, Any], key: str) -> Any:
    """Return the value at a dotted key, ``None`` where there is none.

    >>> value_at({"a": {"b": 1}}, "a.b"), value_at({"a": 1}, "a.b")
    (1, None)
    """
    found: Any = values
    for name in key.split("."):
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def put(values: dict[str, Any], key: str, value: Any) -> None:
    """Set the value at a dotted key; the objects on the way are made or copied, never shared.

    >>> values = {"a": {"c": 2}}
    >>> put(values, "a.b", 1)
    >>> values
    {'a': {'c': 2, 'b': 1}}
    """
    *way, last = key.split(".")
    for name in way:
        inner = values.get(name)
        values[name] = dict(inner) if isinstance(inner, Mapping) else {}
        values = values[name]
    values[last] = value
