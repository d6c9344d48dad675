"""What a person is known by in texts, and what stands there when the person is anonymous.

Pure. A name is found however it is spelled: with Arabic letters, a half space, digits of any
script. A user name that is an ordinary word is replaced only where a user name stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from typing import Any, Final

from engine.values.digits import (
    ARABIC_DIGITS,
    LATIN_DIGITS,
    PERSIAN_DIGITS,
    normalise,
    persian_digits,
)

SHORTEST: Final = 3  #: letters; what is shorter would be found in every other word
#: columns and members of JSON in which a user name stands, beside those that end in ``_by``
_USERNAMES: Final = frozenset(
    {
        "actor",
        "asked_for",
        "assignee",
        "author",
        "by",
        "decided_for",
        "for",
        "from",
        "held_for",
        "holder",
        "owner",
        "person",
        "to",
        "username",
        "was",
    }
)
_ALIKE: Final[Mapping[str, str]] = {
    **dict.fromkeys("یيى", "[یيى]"),
    **dict.fromkeys("کك", "[کك]"),
    **{
        one[0]: f"[{''.join(one)}]"
        for one in zip(LATIN_DIGITS, PERSIAN_DIGITS, ARABIC_DIGITS, strict=True)
    },
    " ": "[\\s\u200c]+",
}
_PLAIN_WORD: Final = re.compile(r"[A-Za-z]+")


def holds_username(name: str) -> bool:
    """Tell whether a user name stands in a column, or a member of JSON, of this name.

    >>> holds_username("posted_by"), holds_username("title")
    (True, False)
    """
    return name in _USERNAMES or name.endswith("_by")


@dataclass(frozen=True)
class Likeness:
    """What is looked for, and what it becomes."""

    alias: str
    username: str | None = None
    texts: tuple[str, ...] = field(default=())  #: names, numbers, addresses
    #: of which the person may have several where no two are the same; each becomes one of its own
    accounts: tuple[str, ...] = field(default=())

    def and_of(self, more: Iterable[str]) -> Likeness:
        """Return it with more texts that are looked for."""
        return Likeness(self.alias, self.username, (*self.texts, *more), self.accounts)

    @cached_property
    def sought(self) -> tuple[str, ...]:
        """Every text that is looked for anywhere, the longest first."""
        known = (*self.texts, *self.accounts)
        texts = {" ".join(normalise(each).replace("\u200c", " ").split()) for each in known}
        if self.username and not _PLAIN_WORD.fullmatch(self.username):
            texts.add(self.username)
        elif self.username:
            texts.add(f"@{self.username}")
        return tuple(sorted((each for each in texts if len(each) >= SHORTEST), key=len)[::-1])

    @cached_property
    def _pattern(self) -> re.Pattern[str] | None:
        ways = "|".join(map(_way, self.sought))
        return re.compile(rf"(?<!\w)(?:{ways})(?!\w)", re.IGNORECASE) if ways else None

    @cached_property
    def _of_accounts(self) -> tuple[re.Pattern[str], ...]:
        return tuple(re.compile(rf"(?<!\w){_way(each)}(?!\w)") for each in self.accounts)

    def spellings(self) -> Iterator[str]:
        """Yield in small letters what a database looks for: no text has it without having one."""
        for each in self.sought:
            digits = (each, persian_digits(each))
            letters = (("ی", "ک"), ("ي", "ك"))
            spaces = (" ", "\u200c")
            for text, (ye, ke), space in product(dict.fromkeys(digits), letters, spaces):
                yield text.lower().replace("ی", ye).replace("ک", ke).replace(" ", space)

    def in_text(self, text: str) -> str:
        """Return a text in which the alias stands wherever the person was."""
        for number, each in enumerate(self._of_accounts, 1):
            text = each.sub(f"{self.alias}-{number}", text)
        return text if self._pattern is None else self._pattern.sub(self.alias, text)

    def in_column(self, name: str, value: str) -> str:
        """Return what a column of this name holds then."""
        if holds_username(name) and value == self.username:
            return self.alias
        return self.in_text(value)

    def in_json(self, value: Any, name: str = "") -> Any:
        """Return what a value of JSON says then; numbers stay."""
        if isinstance(value, str):
            return self.in_column(name, value)
        if isinstance(value, Mapping):
            return {key: self.in_json(each, str(key)) for key, each in value.items()}
        if isinstance(value, list):
            return [self.in_json(each, name) for each in value]
        return value


def _way(sought: str) -> str:
    return "".join(_ALIKE.get(each, re.escape(each)) for each in sought)
