"""The place a parser has reached in its tokens, and the bounds on how deep it goes."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from engine.feel.errors import FeelSyntaxError, syntax_error
from engine.feel.lexer import Token, tokens_of
from engine.feel.names import OddNames, continues_name
from engine.feel.nodes import Node
from engine.feel.types import Type

MAX_NESTING = 64  #: expressions inside one another


class Cursor(ABC):
    """Reads tokens one by one; the grammar is in the classes that derive from it."""

    def __init__(self, text: str, names: Iterable[str], types: Mapping[str, Type]) -> None:
        self.text = text
        self.types = types  #: declared outside, by name
        self.tokens = tokens_of(text)
        self.index = 0
        self.odd_names = OddNames(names)
        self.ends_range = False  #: ``[`` closes a range here and opens no filter
        self._nested = 0

    @abstractmethod
    def expression(self, power: int) -> Node:
        """Return the longest expression here whose operators bind closer than ``power``."""

    @property
    def current(self) -> Token:
        return self.tokens[self.index]

    @property
    def following(self) -> Token:
        return self.tokens[min(self.index + 1, len(self.tokens) - 1)]

    def take(self) -> Token:
        token = self.tokens[self.index]
        self.index = min(self.index + 1, len(self.tokens) - 1)
        return token

    def operator(self) -> str:
        """Return the symbol or keyword here, else nothing."""
        token = self.tokens[self.index]
        return token.text if token.kind in ("symbol", "keyword") else ""

    def at_symbol(self, symbol: str) -> bool:
        return self.operator() == symbol

    def expect(self, symbol: str) -> Token:
        if self.operator() != symbol:
            raise self.error(f"‘{symbol}’")
        return self.take()

    def separate(self, closing: str) -> None:
        """Take the comma between two parts; ``closing`` ends them, but not after a comma."""
        if not self.at_symbol(closing):
            self.expect(",")
            if self.at_symbol(closing):
                raise self.error("another part after the comma")

    def expect_end(self) -> None:
        if self.current.kind != "end":
            raise self.error("an operator or the end")

    def error(self, expected: str) -> FeelSyntaxError:
        return syntax_error(self.text, self.current.start, expected, str(self.current))

    @contextmanager
    def nesting(self) -> Iterator[None]:
        self._nested += 1
        if self._nested > MAX_NESTING:
            raise self.error(f"at most {MAX_NESTING} expressions inside one another")
        yield
        self._nested -= 1

    @contextmanager
    def inside(self, range_end: bool = False) -> Iterator[None]:
        """Read between brackets, where an outer range's end means nothing."""
        outer, self.ends_range = self.ends_range, range_end
        yield
        self.ends_range = outer

    def variable_name(self, *, entry: bool = False) -> str:
        """Take a whole name, of one or more words, as it is used."""
        odd = self.odd_names.match(self.text, self.current.start, entry=entry)
        if odd is None:
            return self._joined_words()
        name, end = odd
        plain_end = self._end_of_words()
        if plain_end > end:
            return self._joined_words()
        while self.current.start < end and self.current.kind != "end":
            self.take()
        return name

    def _joined_words(self) -> str:
        if self.current.kind != "name":
            raise self.error("a name")
        words = [self.take().text]
        while continues_name(self.current):
            words.append(self.take().text)
        return " ".join(words)

    def _end_of_words(self) -> int:
        at = self.index
        while continues_name(self.tokens[at]):
            at += 1
        return self.tokens[at - 1].end if at > self.index else 0

    def property_name(self) -> str:
        """Take the name after a dot; a keyword may stand there too."""
        odd = self.odd_names.match(self.text, self.current.start, entry=True)
        if odd is None and self.current.kind == "keyword":
            return self.take().text
        return self.variable_name(entry=True)

    def label(self) -> str | None:
        """Take the name and colon of a named argument or a context entry, if one is here."""
        at = self.index
        if self.tokens[at].kind == "string" and self.tokens[at + 1].text == ":":
            self.index = at + 2
            return self.tokens[at].text
        while self.tokens[at].text in _IN_LABELS or self.tokens[at].kind in _LABEL_KINDS:
            at += 1
        if at == self.index or self.tokens[at].text != ":":
            return None
        written = self.text[self.current.start : self.tokens[at - 1].end]
        self.index = at + 1
        return " ".join(written.split())


_LABEL_KINDS = ("name", "keyword", "number", "unknown")
_IN_LABELS = ("+", "-", "*", "/", ".", "**")
