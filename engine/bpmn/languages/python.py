"""The simplest of Python, as SpiffWorkflow's modelers write it, read into a tree."""

from __future__ import annotations

import ast
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Literal

from engine.bpmn.languages.feel_text import Untranslated, written
from engine.bpmn.languages.tree import (
    Arithmetic,
    Call,
    Choice,
    Compare,
    Constant,
    Item,
    ListOf,
    Logic,
    Member,
    Minus,
    Not,
    Path,
    Tree,
)
from engine.findings import Detail, detail

_LONGEST = 2000  #: characters; what is longer is a program
_DEEPEST = 60
_SIGNS: dict[type, Literal["=", "!=", "<", "<=", ">", ">="]] = {
    ast.Eq: "=",
    ast.NotEq: "!=",
    ast.Is: "=",
    ast.IsNot: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
}
_SUMS: dict[type, Literal["+", "-", "*", "/"]] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
}


_CODE = detail("LANG-040")
_GUESSES = {"len": detail("LANG-041")}


def python_to_feel(text: str) -> str:
    """Return the FEEL of a Python expression.

    Raises:
        Untranslated: it has no FEEL of the same meaning.

    >>> python_to_feel("kind == 'goods' and not urgent")
    'kind = "goods" and urgent != true'
    >>> python_to_feel("lines[0].price is not None")
    'lines[1].price != null'
    """
    if len(text) > _LONGEST:
        raise _refused(text, detail("LANG-031"))
    try:
        read = ast.parse(text.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as failure:
        raise _refused(text, detail("LANG-032")) from failure
    return written(_Reader(text).tree(read.body), text)


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.depth = 0

    def tree(self, node: ast.expr) -> Tree:
        read = _READERS.get(type(node))
        self.depth += 1
        if read is None or self.depth > _DEEPEST:
            raise _refused(self.text, detail("LANG-033"))
        found = read(self, node)
        self.depth -= 1
        return found

    def constant(self, node: ast.Constant) -> Tree:
        value = node.value
        if value is None or isinstance(value, str | bool):
            return Constant(value)
        if isinstance(value, int | float):
            return Constant(Decimal(str(value)))
        raise _refused(self.text, detail("LANG-034", value=repr(value)))

    def name(self, node: ast.Name) -> Tree:
        return Path((node.id,))

    def member(self, node: ast.Attribute) -> Tree:
        return self._inside(self.tree(node.value), node.attr)

    def item(self, node: ast.Subscript) -> Tree:
        of, at = self.tree(node.value), node.slice
        told = at.value if isinstance(at, ast.Constant) else None
        if isinstance(told, str) and told.isidentifier():
            return self._inside(of, told)
        if isinstance(told, int) and not isinstance(told, bool) and told >= 0:
            return Item(of, told)
        raise _refused(self.text, detail("LANG-035"))

    def _inside(self, of: Tree, name: str) -> Tree:
        if isinstance(of, Path):
            return Path((*of.names, name))
        return Member(of, name)

    def list(self, node: ast.List) -> Tree:
        return ListOf(tuple(self.tree(each) for each in node.elts))

    def sign(self, node: ast.UnaryOp) -> Tree:
        if isinstance(node.op, ast.Not):
            return Not(self._truth(node.operand))
        if isinstance(node.op, ast.USub):
            return Minus(self.tree(node.operand))
        raise _refused(self.text, detail("LANG-033"))

    def logic(self, node: ast.BoolOp) -> Tree:
        word: Literal["and", "or"] = "and" if isinstance(node.op, ast.And) else "or"
        found = self._truth(node.values[0])
        for each in node.values[1:]:
            found = Logic(word, found, self._truth(each))
        return found

    def _truth(self, node: ast.expr) -> Tree:
        """Return a part used as a condition: a bare name is taken to be true or false."""
        found = self.tree(node)
        if isinstance(found, Constant | Arithmetic | Minus | ListOf):
            raise _refused(self.text, detail("LANG-036"))
        return found

    def compare(self, node: ast.Compare) -> Tree:
        pairs = zip([node.left, *node.comparators[:-1]], node.comparators, strict=True)
        found: Tree | None = None
        for operator, (left, right) in zip(node.ops, pairs, strict=True):
            one = self._compared(operator, self.tree(left), self.tree(right))
            found = one if found is None else Logic("and", found, one)
        assert found is not None
        return found

    def _compared(self, operator: ast.cmpop, left: Tree, right: Tree) -> Tree:
        if isinstance(operator, ast.In | ast.NotIn) and isinstance(right, ListOf):
            held = Call("list contains", (right, left))
            return held if isinstance(operator, ast.In) else Not(held)
        sign = _SIGNS.get(type(operator))
        if sign is None:
            raise _refused(self.text, detail("LANG-037"), detail("LANG-042"))
        return Compare(sign, left, right)

    def sum(self, node: ast.BinOp) -> Tree:
        if isinstance(node.op, ast.Mod):
            return Call("modulo", (self.tree(node.left), self.tree(node.right)))
        sign = _SUMS.get(type(node.op))
        if sign is None:
            raise _refused(self.text, detail("LANG-038"))
        return Arithmetic(sign, self.tree(node.left), self.tree(node.right))

    def choice(self, node: ast.IfExp) -> Tree:
        return Choice(self._truth(node.test), self.tree(node.body), self.tree(node.orelse))

    def call(self, node: ast.Call) -> Tree:
        called = node.func.id if isinstance(node.func, ast.Name) else ""
        raise _refused(self.text, detail("LANG-039"), _GUESSES.get(called, _CODE))


def _refused(text: str, what: Detail, advice: Detail | None = None) -> Untranslated:
    told = detail("LANG-030", text=text, what=what)
    return Untranslated(text, told, advice or detail("LANG-013"))


_READERS: dict[type, Callable[[_Reader, Any], Tree]] = {
    ast.Constant: _Reader.constant,
    ast.Name: _Reader.name,
    ast.Attribute: _Reader.member,
    ast.Subscript: _Reader.item,
    ast.List: _Reader.list,
    ast.Tuple: _Reader.list,
    ast.UnaryOp: _Reader.sign,
    ast.BoolOp: _Reader.logic,
    ast.Compare: _Reader.compare,
    ast.BinOp: _Reader.sum,
    ast.IfExp: _Reader.choice,
    ast.Call: _Reader.call,
}
