"""JUEL, the ``${…}`` of Camunda 7 and its kin: the simple part of it, read into a tree.

Source: JSR-245, Expression Language Specification 2.1, section 1 (operators and their order).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from engine.bpmn.languages.feel_text import Untranslated, quoted, written
from engine.bpmn.languages.juel_calls import called
from engine.bpmn.languages.juel_words import UNKNOWN, Word, words
from engine.bpmn.languages.tree import (
    Arithmetic,
    Call,
    Choice,
    Compare,
    Constant,
    IsEmpty,
    Item,
    Joined,
    Logic,
    Member,
    Minus,
    Not,
    Path,
    Tree,
)
from engine.findings import detail

_OPENING = re.compile(r"[$#]\{")
_SETTING = re.compile(
    r"[$#]\{\s*(?:execution|task)\.setVariable\(\s*'(?P<name>\w+)'\s*,(?P<value>.+)\)\s*\}",
    re.DOTALL,
)
_DEEPEST = 60  #: parts inside one another
_EQUALITY = {"==": "=", "eq": "=", "!=": "!=", "ne": "!="}
_ORDER = {
    "<": "<", "lt": "<", "<=": "<=", "le": "<=", ">": ">", "gt": ">", ">=": ">=", "ge": ">="
}  # fmt: skip
_CONSTANTS = {"true": True, "false": False, "null": None}


def is_juel(text: str) -> bool:
    """Tell whether a text holds ``${…}`` or ``#{…}``."""
    return _OPENING.search(text) is not None


def juel_to_feel(text: str) -> str:
    """Return the FEEL of an expression: ``${…}`` as a whole, or with text around it.

    Raises:
        Untranslated: it has no FEEL of the same meaning.

    >>> juel_to_feel("${amount > 1000 && !approved}")
    'amount > 1000 and approved != true'
    >>> juel_to_feel("#{order.lines[0].price * 2}")
    'order.lines[1].price * 2'
    >>> juel_to_feel("${kind}-${number}")
    'string join([string(kind), "-", string(number)])'
    """
    parts = list(_pieces(text.strip()))
    if len(parts) == 1:
        return written(parts[0], text)
    return written(Joined(tuple(parts)), text)


def template_to_feel(text: str) -> str:
    """Return the FEEL of a text that may hold ``${…}``; without any, it is a FEEL string.

    Raises:
        Untranslated: what it holds has no FEEL of the same meaning.
    """
    return juel_to_feel(text) if is_juel(text) else quoted(text)


def juel_setting(text: str) -> tuple[str, str] | None:
    """Return the variable and the FEEL of an expression that only sets a variable.

    >>> juel_setting("${execution.setVariable('tries', tries + 1)}")
    ('tries', 'tries + 1')
    """
    match = _SETTING.fullmatch(text.strip())
    if match is None:
        return None
    try:
        return match["name"], bare_to_feel(match["value"])
    except Untranslated:
        return None


def bare_to_feel(text: str) -> str:
    """Return the FEEL of what stands between the braces.

    Raises:
        Untranslated: it has no FEEL of the same meaning.
    """
    return written(_Reader(text, list(words(text))).whole(), text)


def _pieces(text: str) -> Iterator[Tree]:
    """Yield the texts and the expressions of a template, in order."""
    at = 0
    while opening := _OPENING.search(text, at):
        if opening.start() > at:
            yield Constant(text[at : opening.start()])
        inside = text[opening.end() :]
        found = list(words(inside, until_brace=True))
        end = found[-1] if found else None
        if end is None or end.text != "}":
            raise Untranslated(text, detail("LANG-014", text=text), detail("LANG-015"))
        yield _Reader(text, found[:-1]).whole()
        at = opening.end() + end.at + 1
    if at < len(text):
        yield Constant(text[at:])


@dataclass
class _Reader:
    """Reads words by JUEL's order of operators, one method for each."""

    text: str
    left: list[Word]
    at: int = 0
    depth: int = 0

    def whole(self) -> Tree:
        tree = self._choice()
        if self.at < len(self.left):
            raise self._odd(self.left[self.at].text)
        return tree

    def _choice(self) -> Tree:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise self._refused("LANG-016", "LANG-017")
        test = self._or()
        if self._take("?"):
            then = self._choice()
            self._need(":")
            test = Choice(test, then, self._choice())
        self.depth -= 1
        return test

    def _or(self) -> Tree:
        tree = self._and()
        while self._take("||", "or"):
            tree = Logic("or", tree, self._and())
        return tree

    def _and(self) -> Tree:
        tree = self._equality()
        while self._take("&&", "and"):
            tree = Logic("and", tree, self._equality())
        return tree

    def _equality(self) -> Tree:
        tree = self._order()
        while sign := self._take(*_EQUALITY):
            tree = Compare(_EQUALITY[sign], tree, self._order())  # type: ignore[arg-type]
        return tree

    def _order(self) -> Tree:
        tree = self._sum()
        while sign := self._take(*_ORDER):
            tree = Compare(_ORDER[sign], tree, self._sum())  # type: ignore[arg-type]
        return tree

    def _sum(self) -> Tree:
        tree = self._product()
        while sign := self._take("+", "-"):
            tree = Arithmetic(sign, tree, self._product())  # type: ignore[arg-type]
        return tree

    def _product(self) -> Tree:
        tree = self._unary()
        while sign := self._take("*", "/", "div", "%", "mod"):
            by = self._unary()
            if sign in ("%", "mod"):
                tree = _remainder(tree, by)
            else:
                tree = Arithmetic("*" if sign == "*" else "/", tree, by)
        return tree

    def _unary(self) -> Tree:
        signs: list[str] = []
        while sign := self._take("-", "!", "not", "empty"):
            signs.append(sign)
        if len(signs) > _DEEPEST:
            raise self._refused("LANG-016", "LANG-017")
        tree = self._postfix()
        for sign in reversed(signs):
            tree = Minus(tree) if sign == "-" else IsEmpty(tree) if sign == "empty" else Not(tree)
        return tree

    def _postfix(self) -> Tree:
        tree = self._atom()
        while sign := self._take(".", "["):
            tree = self._member(tree) if sign == "." else self._index(tree)
        if isinstance(tree, Path) and tree.names[0] in UNKNOWN:
            reason, advice = UNKNOWN[tree.names[0]]
            raise Untranslated(self.text, reason, advice)
        return _counted_from_one(tree)

    def _member(self, of: Tree) -> Tree:
        word = self._next()
        if word.kind != "name":
            raise self._odd(word.text)
        if self._take("("):
            return called(self.text, of, word.text, self._arguments())
        return self._inside(of, word.text)

    def _index(self, of: Tree) -> Tree:
        at = self._choice()
        self._need("]")
        if isinstance(at, Constant) and isinstance(at.value, str) and at.value.isidentifier():
            return self._inside(of, at.value)
        if isinstance(at, Constant) and not isinstance(at.value, bool | str | None):
            return Item(of, int(at.value))
        raise self._refused("LANG-018", "LANG-007")

    def _inside(self, of: Tree, name: str) -> Tree:
        if isinstance(of, Path):
            return Path((*of.names, name))
        if isinstance(of, Item | Member):
            return Member(of, name)
        raise self._refused("LANG-019", "LANG-020")

    def _refused(self, reason: str, advice: str) -> Untranslated:
        return Untranslated(self.text, detail(reason, text=self.text), detail(advice))

    def _arguments(self) -> tuple[Tree, ...]:
        found: list[Tree] = []
        if self._take(")"):
            return ()
        while True:
            found.append(self._choice())
            if self._take(")"):
                return tuple(found)
            self._need(",")

    def _atom(self) -> Tree:
        word = self._next()
        if word.kind == "number" and word.number is not None:
            return Constant(word.number)
        if word.kind == "text":
            return Constant(word.text)
        if word.text == "(":
            tree = self._choice()
            self._need(")")
            return tree
        if word.kind == "name" and word.text in _CONSTANTS:
            return Constant(_CONSTANTS[word.text])
        if word.kind != "name":
            raise self._odd(word.text)
        if self._take("("):
            return called(self.text, None, word.text, self._arguments())
        return Path((word.text,))

    def _next(self) -> Word:
        if self.at >= len(self.left):
            raise self._odd("its end")
        self.at += 1
        return self.left[self.at - 1]

    def _take(self, *signs: str) -> str | None:
        if self.at < len(self.left):
            word = self.left[self.at]
            if word.kind in ("sign", "word") and word.text in signs:
                self.at += 1
                return word.text
        return None

    def _need(self, sign: str) -> None:
        if self._take(sign) is None:
            odd = self.left[self.at].text if self.at < len(self.left) else "its end"
            raise self._odd(odd)

    def _odd(self, found: str) -> Untranslated:
        return Untranslated(
            self.text, detail("LANG-012", text=self.text, odd=found), detail("LANG-013")
        )


def _remainder(number: Tree, by: Tree) -> Tree:
    """Return JUEL's remainder, which has the sign of the dividend; FEEL's has the divisor's."""
    whole = Call("round down", (Arithmetic("/", number, by), Constant(Decimal(0))))
    return Arithmetic("-", number, Arithmetic("*", by, whole))


def _counted_from_one(tree: Tree) -> Tree:
    """Return what a variable means here: Camunda 7 counts the items of a loop from 0."""
    if tree == Path(("loopCounter",)):
        return Arithmetic("-", tree, Constant(Decimal(1)))
    return tree
