"""Where the texts of a JSON file stand, so that one is changed and no byte beside it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Final, NamedTuple

Path = tuple[str | int, ...]
_SPACE: Final = re.compile(r"[\s,]*")
_OTHER: Final = re.compile(r"[^\s,\]}]+")
_DEEPEST: Final = 100
_DECODER: Final = json.JSONDecoder()


class Text(NamedTuple):
    """One text of a file."""

    path: Path  #: the keys and numbers on the way to it
    start: int  #: where its quote stands
    end: int


def texts(file: str) -> Iterator[Text]:
    """Yield the texts of a JSON file that can be read, keys left out."""
    yield from _Walk(file).value((), 0)


def replaced(file: str, changes: dict[Path, str]) -> str:
    """Return the file with other texts at some paths, all else as it is written."""
    found = [each for each in texts(file) if each.path in changes]
    for each in reversed(found):
        said = json.dumps(changes[each.path], ensure_ascii=False)
        file = file[: each.start] + said + file[each.end :]
    return file


class _Walk:
    def __init__(self, file: str) -> None:
        self.file = file
        self.at = 0

    def value(self, path: Path, depth: int) -> Iterator[Text]:
        sign = self._sign()
        if depth > _DEEPEST:
            raise ValueError("too deep")
        if sign == '"':
            start = self.at
            self._text()
            yield Text(path, start, self.at)
        elif sign in "{[":
            self.at += 1
            yield from self._inside(path, depth + 1, is_object=sign == "{")
        else:
            other = _OTHER.match(self.file, self.at)
            self.at = other.end() if other else len(self.file)

    def _inside(self, path: Path, depth: int, *, is_object: bool) -> Iterator[Text]:
        number = 0
        while (sign := self._sign()) not in "]}":
            key: str | int = number
            if is_object:
                key = self._text()
                self.at = self.file.index(":", self.at) + 1
            yield from self.value((*path, key), depth)
            number += 1
        self.at += len(sign)

    def _sign(self) -> str:
        space = _SPACE.match(self.file, self.at)
        self.at = space.end() if space else self.at
        return self.file[self.at : self.at + 1]

    def _text(self) -> str:
        text, self.at = _DECODER.raw_decode(self.file, self.at)
        return str(text)
