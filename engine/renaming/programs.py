"""Where the programs of an area say a name, which no analyst can change."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path


def said_in(folder: Path, word: str) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Yield the programs of a folder that say a word as a text, each with its lines.

    Tests of the folder are no programs. A text that is the word and means something else is
    yielded too: nobody but its author knows.
    """
    for path in sorted(folder.rglob("*.py")):
        file = path.relative_to(folder)
        if file.parts[0] == "tests":
            continue
        text = path.read_text(encoding="utf-8")
        nodes = ast.walk(ast.parse(text)) if word in text else ()
        found = {
            each.lineno for each in nodes if isinstance(each, ast.Constant) and each.value == word
        }
        if found:
            yield file.as_posix(), tuple(sorted(found))
