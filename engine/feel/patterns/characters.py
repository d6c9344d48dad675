r"""Sets of characters: ``\d``, ``\p{Lu}``, ``[a-z-[aeiou]]`` (XML Schema part 2, appendix F)."""

import re
import unicodedata
from collections.abc import Callable

from engine.feel.patterns.tree import Characters

_CATEGORY = re.compile(r"L[ultmo]?|M[nce]?|N[dlo]?|P[cdseifo]?|Z[slp]?|S[mcko]?|C[cfon]?")

#: The blocks of Unicode a pattern may name, as ``\p{IsArabic}``: first and last code point.
_BLOCKS = {
    "BasicLatin": (0x00, 0x7F),
    "Latin-1Supplement": (0x80, 0xFF),
    "LatinExtended-A": (0x100, 0x17F),
    "LatinExtended-B": (0x180, 0x24F),
    "IPAExtensions": (0x250, 0x2AF),
    "SpacingModifierLetters": (0x2B0, 0x2FF),
    "CombiningDiacriticalMarks": (0x300, 0x36F),
    "Greek": (0x370, 0x3FF),
    "GreekandCoptic": (0x370, 0x3FF),
    "Cyrillic": (0x400, 0x4FF),
    "Armenian": (0x530, 0x58F),
    "Hebrew": (0x590, 0x5FF),
    "Arabic": (0x600, 0x6FF),
    "Syriac": (0x700, 0x74F),
    "Devanagari": (0x900, 0x97F),
    "Thai": (0xE00, 0xE7F),
    "Georgian": (0x10A0, 0x10FF),
    "HangulJamo": (0x1100, 0x11FF),
    "LatinExtendedAdditional": (0x1E00, 0x1EFF),
    "GreekExtended": (0x1F00, 0x1FFF),
    "GeneralPunctuation": (0x2000, 0x206F),
    "CurrencySymbols": (0x20A0, 0x20CF),
    "Arrows": (0x2190, 0x21FF),
    "MathematicalOperators": (0x2200, 0x22FF),
    "Hiragana": (0x3040, 0x309F),
    "Katakana": (0x30A0, 0x30FF),
    "CJKUnifiedIdeographs": (0x4E00, 0x9FFF),
    "HangulSyllables": (0xAC00, 0xD7A3),
    "ArabicPresentationForms-A": (0xFB50, 0xFDFF),
    "ArabicPresentationForms-B": (0xFE70, 0xFEFF),
}


def one_of(character: str) -> Characters:
    """Return the set of one character."""
    return Characters(lambda found: found == character, re.escape(character))


def between(first: str, last: str) -> Characters:
    """Return the set of all characters from one to another."""
    written = f"{re.escape(first)}-{re.escape(last)}"
    return Characters(lambda found: first <= found <= last, written)


def except_for(characters: Characters) -> Characters:
    """Return all other characters."""
    holds = characters.holds
    return Characters(
        lambda found: not holds(found), characters.inner, negated=not characters.negated
    )


def category(name: str) -> Characters | None:
    r"""Return the set ``\p{name}``; ``None`` when there is none."""
    if name.startswith("Is"):
        ends = _BLOCKS.get(name[2:])
        return ends and Characters(lambda found: ends[0] <= ord(found) <= ends[1], None)
    if not _CATEGORY.fullmatch(name):
        return None
    return Characters(lambda found: unicodedata.category(found).startswith(name), None)


def _word(found: str) -> bool:
    return unicodedata.category(found)[0] not in "PZC"


def _initial(found: str) -> bool:
    return found in "_:" or unicodedata.category(found)[0] == "L"


def _name_part(found: str) -> bool:
    return found in "-._:·" or unicodedata.category(found) in _NAME_PARTS


_NAME_PARTS = frozenset(("Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl"))
_Holds = Callable[[str], bool]
_CLASSES: dict[str, tuple[_Holds, str | None]] = {
    "d": (lambda found: unicodedata.category(found) == "Nd", r"\d"),
    "s": (lambda found: found in " \t\n\r", r" \t\n\r"),
    "w": (_word, None),
    "i": (_initial, None),
    "c": (_name_part, None),
}


def class_of(letter: str) -> Characters | None:
    r"""Return the set of ``\d``, ``\S`` and the like; ``None`` when there is none."""
    known = _CLASSES.get(letter.lower())
    if known is None:
        return None
    characters = Characters(*known)
    return characters if letter.islower() else except_for(characters)


def union(sets: list[Characters], negated: bool) -> Characters:
    """Return what is in one of the sets, or in none of them."""

    def holds(found: str) -> bool:
        return any(each.holds(found) for each in sets) is not negated

    written = [each.inner for each in sets if each.inner is not None and not each.negated]
    inner = "".join(written) if len(written) == len(sets) else None
    return Characters(holds, inner, negated)


def without(characters: Characters, others: Characters) -> Characters:
    """Return what is in one set and not in another."""
    return Characters(lambda found: characters.holds(found) and not others.holds(found), None)
