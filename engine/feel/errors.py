"""What can be wrong with a FEEL text, and why an evaluation answered null."""

from decimal import DecimalException

MAX_TEXT = 20_000  #: characters of one expression


class FeelSyntaxError(ValueError):
    """A text is not FEEL. ``line`` and ``column`` count from 1 and say where."""

    def __init__(self, line: int, column: int, expected: str, found: str) -> None:
        super().__init__(f"line {line}, column {column}: expected {expected}, found {found}")
        self.line = line
        self.column = column
        self.expected = expected
        self.found = found


class NullBecause(Exception):
    """The value of a part is null, for the reason given; never leaves this package."""


class LimitReached(Exception):
    """An evaluation took more steps than one may take; never leaves this package."""


#: What computing with values that a person chose may raise; FEEL answers null.
UNDEFINED = (NullBecause, DecimalException, OverflowError)


def reason_of(error: Exception) -> str:
    """Return why a part is null, from one of the ``UNDEFINED`` errors."""
    if isinstance(error, NullBecause):
        return str(error)
    return f"a result outside what FEEL can hold ({type(error).__name__})"


def syntax_error(text: str, at: int, expected: str, found: str) -> FeelSyntaxError:
    """Return the error for the character offset ``at`` of ``text``."""
    line, column = position(text, at)
    return FeelSyntaxError(line, column, expected, found)


def position(text: str, at: int) -> tuple[int, int]:
    """Return line and column, from 1, of a character offset."""
    return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
