"""The few methods that JUEL expressions call and FEEL has a built-in for."""

from __future__ import annotations

from collections.abc import Callable

from engine.bpmn.languages.feel_text import Untranslated
from engine.bpmn.languages.juel_words import UNKNOWN
from engine.bpmn.languages.tree import (
    Arithmetic,
    Call,
    Compare,
    Constant,
    IsEmpty,
    Path,
    Tree,
)
from engine.findings import detail

_VARIABLE = frozenset({"getVariable", "getVariableLocal"})
#: methods without arguments, by their name in Java
_PLAIN: dict[str, Callable[[Tree], Tree]] = {
    "size": lambda of: Call("count", (of,)),
    "length": lambda of: Call("string length", (of,)),
    "isEmpty": IsEmpty,
    "toLowerCase": lambda of: Call("lower case", (of,)),
    "toUpperCase": lambda of: Call("upper case", (of,)),
}
_WITH_ONE: dict[str, Callable[[Tree, Tree], Tree]] = {
    "equals": lambda of, by: Compare("=", of, by),
    "startsWith": lambda of, by: Call("starts with", (of, by)),
    "endsWith": lambda of, by: Call("ends with", (of, by)),
}
_SPELLS = {
    "Years": "P{}Y",
    "Months": "P{}M",
    "Weeks": "P{}W",
    "Days": "P{}D",
    "Hours": "PT{}H",
    "Minutes": "PT{}M",
    "Seconds": "PT{}S",
}
_GUESSES = {
    "contains": detail("LANG-005"),
    "hasVariable": detail("LANG-006"),
    "get": detail("LANG-007"),
    "containsKey": detail("LANG-008"),
    "matches": detail("LANG-009"),
    "format": detail("LANG-010"),
}
_CODE = detail("LANG-011")


def called(text: str, of: Tree | None, name: str, given: tuple[Tree, ...]) -> Tree:
    """Return what a call means in FEEL.

    Raises:
        Untranslated: it is code of a bean, or FEEL has no such built-in.
    """
    found = _now(name, given) if of is None else _method(of, name, given)
    if found is None:
        raise Untranslated(
            text, detail("LANG-004", text=text, name=name), _GUESSES.get(name, _CODE)
        )
    return found


def _method(of: Tree, name: str, given: tuple[Tree, ...]) -> Tree | None:
    if isinstance(of, Path) and of.names[0] in UNKNOWN:
        return _variable(name, given) if len(of.names) == 1 else None
    if not given and name in _PLAIN:
        return _PLAIN[name](of)
    if len(given) == 1 and name in _WITH_ONE:
        return _WITH_ONE[name](of, given[0])
    return _moved(of, name, given)


def _variable(name: str, given: tuple[Tree, ...]) -> Tree | None:
    asked = given[0] if len(given) == 1 else None
    if name not in _VARIABLE or not isinstance(asked, Constant) or not isinstance(asked.value, str):
        return None
    return Path((asked.value,))


def _now(name: str, given: tuple[Tree, ...]) -> Tree | None:
    return Call("now", ()) if name in ("now", "dateTime") and not given else None


def _moved(of: Tree, name: str, given: tuple[Tree, ...]) -> Tree | None:
    """Return a moment moved by a spell: ``dateTime().plusDays(3)``."""
    spell = _SPELLS.get(name.removeprefix("plus").removeprefix("minus"))
    asked = given[0] if len(given) == 1 else None
    if spell is None or not isinstance(asked, Constant) or not _is_moment(of):
        return None
    text = str(asked.value)
    if not (text.isascii() and text.isdigit()):
        return None
    duration = Call("duration", (Constant(_in_days(spell, text)),))
    return Arithmetic("+" if name.startswith("plus") else "-", of, duration)


def _in_days(spell: str, number: str) -> str:
    """Return an ISO 8601 duration; FEEL's have no weeks."""
    return f"P{int(number) * 7}D" if spell == "P{}W" else spell.format(number)


def _is_moment(of: Tree) -> bool:
    while isinstance(of, Arithmetic):
        of = of.left
    return of == Call("now", ())
