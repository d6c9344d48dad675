"""A tree of a foreign expression, written as FEEL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from engine import feel
from engine.bpmn.languages.tree import (
    Arithmetic,
    Call,
    Choice,
    Compare,
    Constant,
    IsEmpty,
    Item,
    Joined,
    ListOf,
    Logic,
    Member,
    Minus,
    Not,
    Path,
    Tree,
)
from engine.findings import Detail, detail

#: how tightly the parts of FEEL bind, loosest first
_CHOICE, _OR, _AND, _COMPARE, _SUM, _PRODUCT, _SIGN, _ATOM = range(8)
#: built-ins that answer true or false whatever they are given
_NEVER_NULL = frozenset({"list contains"})


class Untranslated(feel.FeelSyntaxError):
    """A text of another language that has no FEEL of the same meaning; says what to do."""

    def __init__(self, text: str, reason: Detail, advice: Detail) -> None:
        super().__init__(1, 1, "FEEL", repr(text))
        self.detail = detail("LANG-001", reason=reason, advice=advice)

    def __str__(self) -> str:
        return str(self.detail)


def written(tree: Tree, text: str) -> str:
    """Return the FEEL of ``tree``, which was read from ``text``.

    Raises:
        Untranslated: a name in it is a word of FEEL.
    """
    told = _at(tree, _CHOICE)
    names = {each.names[0] for each in _paths(tree)}
    if not _names_only(told, names):
        raise Untranslated(text, detail("LANG-002", text=text), detail("LANG-003"))
    return told


def _names_only(told: str, names: set[str]) -> bool:
    try:
        return feel.compile_expression(told).names == names
    except feel.FeelSyntaxError:
        return False


def quoted(text: str) -> str:
    """Return a text as FEEL writes it."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + escaped.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t") + '"'


def _at(tree: Tree, level: int) -> str:
    """Return the text of a part, in parentheses where it binds looser than its place."""
    bound, told = _told(tree)
    return f"({told})" if bound < level else told


def _told(tree: Tree) -> tuple[int, str]:
    write = _WRITERS[type(tree)]
    return write(tree)


def _value(tree: Tree, level: int) -> str:
    """Return a part used as a value: what might be null instead of false is made false."""
    if isinstance(tree, Logic) or (isinstance(tree, Compare) and tree.sign not in ("=", "!=")):
        told = f"{_at(tree, _SUM)} = true"
        return f"({told})" if level > _COMPARE else told
    return _at(tree, level)


def _constant(tree: Constant) -> tuple[int, str]:
    value = tree.value
    if isinstance(value, bool):
        return _ATOM, str(value).lower()
    if isinstance(value, Decimal):
        return (_ATOM if value >= 0 else _SIGN), f"{value:f}"
    return _ATOM, "null" if value is None else quoted(value)


def _path(tree: Path) -> tuple[int, str]:
    return _ATOM, ".".join(tree.names)


def _item(tree: Item) -> tuple[int, str]:
    return _ATOM, f"{_at(tree.of, _ATOM)}[{tree.at + 1}]"


def _member(tree: Member) -> tuple[int, str]:
    return _ATOM, f"{_at(tree.of, _ATOM)}.{tree.name}"


def _list_of(tree: ListOf) -> tuple[int, str]:
    return _ATOM, "[" + ", ".join(_value(each, _CHOICE) for each in tree.items) + "]"


def _not(tree: Not) -> tuple[int, str]:
    of = tree.of
    if isinstance(of, IsEmpty) or (isinstance(of, Call) and of.name in _NEVER_NULL):
        return _ATOM, f"not({_at(of, _CHOICE)})"
    if isinstance(of, Compare) and of.sign in ("=", "!="):
        return _told(Compare("!=" if of.sign == "=" else "=", of.left, of.right))
    return _COMPARE, f"{_at(of, _SUM)} != true"


def _minus(tree: Minus) -> tuple[int, str]:
    return _SIGN, f"-{_value(tree.of, _ATOM)}"


def _logic(tree: Logic) -> tuple[int, str]:
    level = _OR if tree.word == "or" else _AND
    return level, f"{_at(tree.left, level)} {tree.word} {_at(tree.right, level + 1)}"


def _compare(tree: Compare) -> tuple[int, str]:
    return _COMPARE, f"{_value(tree.left, _SUM)} {tree.sign} {_value(tree.right, _SUM)}"


def _arithmetic(tree: Arithmetic) -> tuple[int, str]:
    level = _SUM if tree.sign in "+-" else _PRODUCT
    return level, f"{_value(tree.left, level)} {tree.sign} {_value(tree.right, level + 1)}"


def _choice(tree: Choice) -> tuple[int, str]:
    branches = f"then {_value(tree.then, _CHOICE)} else {_value(tree.otherwise, _CHOICE)}"
    return _CHOICE, f"if {_at(tree.test, _CHOICE)} {branches}"


def _call(tree: Call) -> tuple[int, str]:
    return _ATOM, f"{tree.name}({', '.join(_value(each, _CHOICE) for each in tree.arguments)})"


def _is_empty(tree: IsEmpty) -> tuple[int, str]:
    return _ATOM, f'list contains([null, "", [], {{}}], {_value(tree.of, _CHOICE)})'


def _joined(tree: Joined) -> tuple[int, str]:
    parts = (
        quoted(each.value)
        if isinstance(each, Constant) and isinstance(each.value, str)
        else f"string({_value(each, _CHOICE)})"
        for each in tree.parts
    )
    return _ATOM, f"string join([{', '.join(parts)}])"


_WRITERS: dict[type, Callable[[Any], tuple[int, str]]] = {
    Constant: _constant,
    Path: _path,
    Item: _item,
    Member: _member,
    ListOf: _list_of,
    Not: _not,
    Minus: _minus,
    Logic: _logic,
    Compare: _compare,
    Arithmetic: _arithmetic,
    Choice: _choice,
    Call: _call,
    IsEmpty: _is_empty,
    Joined: _joined,
}


def _paths(tree: Tree) -> Iterator[Path]:
    todo: list[Tree] = [tree]
    while todo:
        each = todo.pop()
        if isinstance(each, Path):
            yield each
        todo.extend(_parts(each))


def _parts(tree: Tree) -> tuple[Tree, ...]:
    if isinstance(tree, ListOf):
        return tree.items
    if isinstance(tree, Call):
        return tree.arguments
    if isinstance(tree, Joined):
        return tree.parts
    if isinstance(tree, Logic | Compare | Arithmetic):
        return (tree.left, tree.right)
    if isinstance(tree, Choice):
        return (tree.test, tree.then, tree.otherwise)
    return (tree.of,) if isinstance(tree, Item | Member | Not | Minus | IsEmpty) else ()
