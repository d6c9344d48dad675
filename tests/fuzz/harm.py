"""Files made to harm who reads them; ``python -m tests.fuzz.harm`` tells what reading all takes."""

from __future__ import annotations

import sys
from collections.abc import Callable

from engine import bpmn, dmn
from tests.fuzz import memory
from tests.unit.bpmn.diagrams import process, users
from tests.unit.dmn.drawn import decision, file, literal

MB = 1024 * 1024
DIAGRAM = process('<startEvent id="s"/><endEvent id="e"/>' + users("a"), "s -> a; a -> e")
MODEL = file(decision(literal("1")))
_BOMB = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))

#: what is done to a file that is in order
HARM: dict[str, Callable[[bytes], bytes]] = {
    "a bomb of entities": lambda whole: (
        f'<!DOCTYPE a [<!ENTITY l0 "lol">{_BOMB}]>'.encode() + whole.replace(b"it", b"&l9;")
    ),
    "one long entity, often": lambda whole: (
        f'<!DOCTYPE a [<!ENTITY x "{"x" * 50_000}">]>'.encode() + whole + b"&x;" * 50_000
    ),
    "an entity of the machine": lambda whole: (
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + whole
    ),
    "an entity of the network": lambda whole: (
        b'<!DOCTYPE a [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x"> %x;]>' + whole
    ),
    "a document type elsewhere": lambda whole: (
        b'<!DOCTYPE a SYSTEM "http://127.0.0.1:9/x.dtd">' + whole
    ),
    "a bomb in another encoding": lambda whole: (
        f'<?xml version="1.0" encoding="utf-16"?><!DOCTYPE a [{_BOMB}]><a>&l9;</a>'.encode("utf-16")
    ),
    "elements inside one another": lambda whole: b"<a>" * 300_000 + whole,
    "elements inside one another, closed": lambda whole: b"<a>" * 1_000 + b"</a>" * 1_000,
    "a hundred megabytes of space": lambda whole: whole + b" " * (100 * MB),
    "a hundred megabytes of one text": lambda whole: b"<a>" + b"x" * (100 * MB) + b"</a>",
    "a hundred megabytes of elements": lambda whole: b"<a>" + b"<b/>" * (25 * MB) + b"</a>",
    "as many elements as the largest file takes": lambda whole: (
        b"<a>" + b"<b/>" * (2 * MB - 10) + b"</a>"
    ),
    "as many attributes as the largest file takes": lambda whole: (
        b"<a " + b" ".join(b'b%d=""' % each for each in range(600_000)) + b"/>"
    ),
    "nothing": lambda whole: b"",
    "zeros": lambda whole: b"\x00" * MB,
}


def main() -> int:
    """Let every door read every file within the bound, and print the peak in bytes."""
    memory.bound()
    for harm in HARM.values():
        bpmn.lint({"it": harm(DIAGRAM)})
        dmn.lint({"it": harm(MODEL)})
    print(memory.peak())
    return 0


if __name__ == "__main__":
    sys.exit(main())
