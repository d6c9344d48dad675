"""From the text of a pattern to its tree (XML Schema part 2, appendix F; F&O 3.1, 5.6.1)."""

from engine.feel.errors import NullBecause
from engine.feel.patterns.characters import (
    between,
    category,
    class_of,
    except_for,
    one_of,
    union,
    without,
)
from engine.feel.patterns.tree import (
    Characters,
    Choice,
    Edge,
    Group,
    Piece,
    Reference,
    Repeat,
    Row,
)

MAX_GROUPS = 50  #: inside one another
MAX_COUNT = 1000  #: in ``{n,m}``
_SPECIAL = ".\\?*+{}()|[]^$"
_ESCAPED = "\\|.?*+(){}-[]^$"
_COUNTS: dict[str, tuple[int, int | None]] = {"?": (0, 1), "*": (0, None), "+": (1, None)}
_CONTROLS = {"n": "\n", "r": "\r", "t": "\t"}


class PatternParser:
    """Reads one pattern; ``groups`` is how many it numbers."""

    def __init__(self, text: str, *, dot_all: bool = False, spaced: bool = False) -> None:
        self.text = text
        self.at = 0
        self.groups = 0
        self.spaced = spaced  #: white space outside of sets means nothing
        self._closed: set[int] = set()
        self._depth = 0
        if dot_all:
            self._dot = Characters(lambda _found: True, r"\s\S")
        else:
            self._dot = Characters(lambda found: found not in "\n\r", r"\n\r", negated=True)

    def whole(self) -> Piece:
        """Return the tree of the whole text.

        Raises:
            NullBecause: it is no pattern.
        """
        tree = self._choice()
        if self.at < len(self.text):
            raise self._wrong("a group is closed that was not opened")
        return tree

    def _wrong(self, reason: str) -> NullBecause:
        return NullBecause(f"“{self.text}” is no pattern: {reason} (at {self.at + 1})")

    def _next(self) -> str:
        while self.spaced and self.text[self.at : self.at + 1] in (" ", "\t", "\n", "\r"):
            self.at += 1
        return self.text[self.at : self.at + 1]

    def _take(self) -> str:
        found = self.text[self.at : self.at + 1]
        if not found:
            raise self._wrong("it ends too early")
        self.at += 1
        return found

    def _choice(self) -> Piece:
        branches = [self._row()]
        while self._next() == "|":
            self._take()
            branches.append(self._row())
        return branches[0] if len(branches) == 1 else Choice(tuple(branches))

    def _row(self) -> Piece:
        parts: list[Piece] = []
        while self._next() not in ("", "|", ")"):
            parts.append(self._repeated(self._atom()))
        return parts[0] if len(parts) == 1 else Row(tuple(parts))

    def _repeated(self, body: Piece) -> Piece:
        sign = self._next()
        if sign not in ("?", "*", "+", "{"):
            return body
        least, most = self._counts() if sign == "{" else _COUNTS[sign]
        self._take()
        if isinstance(body, Edge):
            raise self._wrong("an edge is repeated")
        greedy = self._next() != "?"
        if not greedy:
            self._take()
        return Repeat(body, least, most, greedy)

    def _counts(self) -> tuple[int, int | None]:
        """Read ``{2}``, ``{2,}`` or ``{2,5}`` up to its last bracket."""
        end = self.text.find("}", self.at)
        low, comma, high = self.text[self.at + 1 : max(end, self.at)].partition(",")
        counts = [each for each in (low, high) if each]
        if not low or not all(each.isascii() and each.isdigit() for each in counts):
            raise self._wrong("a count is no number")
        least = int(low)
        most = int(high) if high else None if comma else least
        if max(map(int, counts)) > MAX_COUNT or (most is not None and most < least):
            raise self._wrong(f"counts go up, to at most {MAX_COUNT}")
        self.at = end
        return least, most

    def _atom(self) -> Piece:
        found = self._take()
        match found:
            case ".":
                return self._dot
            case "^" | "$":
                return Edge(found)
            case "(":
                return self._group()
            case "[":
                return self._set()
            case "\\":
                return self._escape()
        if found in _SPECIAL:
            raise self._wrong(f"‘{found}’ stands where a character is expected")
        return one_of(found)

    def _group(self) -> Piece:
        self._depth += 1
        if self._depth > MAX_GROUPS:
            raise self._wrong(f"more than {MAX_GROUPS} groups inside one another")
        number = None
        if self._next() == "?":
            self._take()
            if self._take() != ":":
                raise self._wrong("a group begins with ( or (?:")
        else:
            self.groups += 1
            number = self.groups
        body = self._choice()
        if self._take() != ")":
            raise self._wrong("a group is not closed")
        self._depth -= 1
        if number:
            self._closed.add(number)
        return Group(number, body)

    def _escape(self) -> Piece:
        letter = self.text[self.at : self.at + 1]
        if letter in "123456789" and letter:
            return self._reference()
        return self._escaped()

    def _reference(self) -> Piece:
        """Read the number of a group: as many digits as there are groups before it."""
        number = int(self._take())
        while (more := self.text[self.at : self.at + 1]) and more in "0123456789":
            if number * 10 + int(more) not in self._closed:
                break
            number = number * 10 + int(self._take())
        if number not in self._closed:
            raise self._wrong(f"there is no group {number} before")
        return Reference(number)

    def _escaped(self) -> Characters:
        letter = self._take()
        if letter in _CONTROLS:
            return one_of(_CONTROLS[letter])
        if letter in _ESCAPED:
            return one_of(letter)
        if letter in "pP":
            return self._category(letter)
        known = class_of(letter)
        if known is None:
            raise self._wrong(f"there is no \\{letter}")
        return known

    def _category(self, letter: str) -> Characters:
        end = self.text.find("}", self.at)
        known = category(self.text[self.at + 1 : end]) if end > 0 else None
        if self._take() != "{" or known is None:
            raise self._wrong("there is no such category or block")
        self.at = end + 1
        return known if letter == "p" else except_for(known)

    def _set(self) -> Characters:
        """Read a set after its ``[``."""
        negated = self.text[self.at : self.at + 1] == "^"
        self.at += negated
        members: list[Characters] = []
        while True:
            found = self._take()
            if found == "]" and members:
                return union(members, negated)
            if found == "-" and members and self.text[self.at : self.at + 1] == "[":
                self._take()
                self._depth += 1
                if self._depth > MAX_GROUPS:
                    raise self._wrong(f"more than {MAX_GROUPS} sets inside one another")
                others = self._set()
                self._depth -= 1
                if self._take() != "]":
                    raise self._wrong("a set that takes others away ends with them")
                return without(union(members, negated), others)
            members.append(self._member(found))

    def _member(self, found: str) -> Characters:
        """Return one part of a set: a class, a character or a range of characters."""
        if found in "[]":
            raise self._wrong(f"‘{found}’ inside a set is written \\{found}")
        first = self._character(found)
        if isinstance(first, Characters):
            return first
        if self.text[self.at : self.at + 1] != "-" or self.text[self.at + 1 : self.at + 2] in "[]":
            return one_of(first)
        self._take()
        last = self._character(self._take())
        if isinstance(last, Characters) or last < first:
            raise self._wrong("a range goes from one character to a later one")
        return between(first, last)

    def _character(self, found: str) -> str | Characters:
        if found != "\\":
            return found
        letter = self.text[self.at : self.at + 1]
        if letter and (letter in _ESCAPED or letter in _CONTROLS):
            self._take()
            return _CONTROLS.get(letter, letter)
        return self._escaped()
