"""Comments that people wrote into the file of a test, kept when the file is written anew."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

_DEEDS: Final = ("answer", "succeed", "fail", "message", "signal", "move", "wait", "start")
#: what a comment cannot begin in, and what lists are held together by
_TOKEN: Final = re.compile(
    r'"""[\s\S]*?"""|\'\'\'[\s\S]*?\'\'\'|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'|#[^\n]*|[\[{]|[\]}]|\n'
)
#: a statement by its table and its key; of a header the key is empty
Place = tuple[str, str]


@dataclass(slots=True)
class _Statement:
    """A header, or a key with its value, and the comments that belong to it."""

    text: str  #: as it stands, its own lines
    above: list[str]
    behind: str = ""
    place: Place = ("", "")

    @property
    def is_header(self) -> bool:
        """Tell whether a table begins here."""
        return self.text.startswith("[")


def with_comments(before: str, after: str, names: Collection[str] = ()) -> str:
    """Return a file with the comments of the file that stood before.

    A comment on its own lines stays above what it stood above, wherever that went; when that is
    gone, it comes to the end. A comment behind a value stays where the new file says nothing
    there itself.

    Args:
        before: the file that stood, which can be read.
        after: the file as it was written anew.
        names: what the writer itself says behind values, which is no comment of people.
    """
    old, new = _statements(before), _statements(after)
    known = {each.place: each for each in new}
    left: list[str] = []
    for each in old:
        if all(name in names for name in each.behind.removeprefix("#").strip().split("، ")):
            each.behind = ""
        target = known.get(each.place)
        if target is None:
            left += each.above + ([each.behind] if each.behind else [])
            continue
        target.above = each.above + target.above
        target.behind = target.behind or each.behind
    return _text(new, left)


def _text(statements: list[_Statement], left: list[str]) -> str:
    lines: list[str] = []
    for each in statements:
        if lines and each.is_header:
            lines.append("")
        lines += each.above
        if each.text:
            lines.append(f"{each.text}  {each.behind}" if each.behind else each.text)
    return "\n".join([*lines, *dict.fromkeys(left)]) + "\n"


def _statements(text: str) -> list[_Statement]:
    """Return what a file says, in order; the last is its end."""
    found: list[_Statement] = []
    above: list[str] = []
    for body, comments in _lines(text):
        if not body:
            above += comments
        elif len(comments) == 1 and "\n" not in body:
            found.append(_Statement(body, above, comments[0]))
            above = []
        else:
            found.append(_Statement(body, above + comments))
            above = []
    found.append(_Statement("", above))
    _place(found)
    return found


def _lines(text: str) -> Iterator[tuple[str, list[str]]]:
    """Yield each statement without its comments, and they; a line of a comment alone has none."""
    depth, begun, at = 0, 0, 0
    body, comments = "", []
    for token in _TOKEN.finditer(text + "\n"):
        said = token[0]
        if said.startswith("#"):
            body += text[at : token.start()]
            comments.append(said)
            at = token.end()
        elif said in "[{":
            depth += 1
        elif said in "]}":
            depth -= 1
        elif said == "\n" and depth <= 0:
            body += text[at : token.start()]
            yield body.strip(" \t\r\n"), comments
            depth, begun, at = 0, token.end(), token.end()
            body, comments = "", []
    if begun < len(text):
        yield text[begun:].strip(" \t\r\n"), []


def _place(statements: list[_Statement]) -> None:
    """Say where each stands: a step by what it does, for it may be moved among the others."""
    seen: Counter[str] = Counter()
    table, step = "", ""
    for index, each in enumerate(statements):
        if not each.is_header:
            each.place = (table, each.text.partition("=")[0].strip() if each.text else "end")
            continue
        name = each.text.strip("[] ")
        if name == "step":
            deed = _deed(statements[index + 1 :])
            seen[deed] += 1
            step = f"{deed} {seen[deed]}"
        table = f"{step}/{name}" if name.partition(".")[0] == "step" else name
        each.place = (table, "")


def _deed(following: list[_Statement]) -> str:
    for each in following:
        if each.is_header:
            break
        if each.text.partition("=")[0].strip() in _DEEDS:
            return each.text
    return ""
