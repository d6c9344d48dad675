"""Renaming in diagrams and decisions: what refers to an id by the standard, and to a name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from engine.bpmn.grammar import grammar
from engine.renaming.markup import Edit, Tag, spliced, tags, written
from engine.renaming.model import Asked, Change, Kind

#: by what is renamed: the attributes of vendors and of the standard that name it from elsewhere
_NAMED: Final = {
    Kind.FORM: frozenset({"formRef", "formKey", "formId"}),
    Kind.DECISION: frozenset({"decisionRef", "decisionId"}),
    Kind.PROCESS: frozenset({"calledElement", "processId"}),
}
_WITH_NAME: Final = {Kind.MESSAGE: ("message", "name"), Kind.SIGNAL: ("signal", "name")}
_OWN: Final = frozenset({"id", "bpmnElement", "dmnElementRef"})


def in_diagram(file: str, content: bytes, asked: Asked, *, has_it: bool) -> Renaming:
    """Rename in a diagram.

    Args:
        has_it: the element or process that is renamed stands in this file.

    Raises:
        Unreadable: it is no XML that we read.
    """
    renaming = Renaming(file, content, asked)
    for tag in tags(content):
        for name, said in tag.attributes.items():
            if _is_meant(tag, name, asked, has_it):
                renaming.attribute(tag, name, said)
        if has_it and asked.kind in (Kind.STEP, Kind.PROCESS) and _is_reference(tag):
            renaming.text(tag)
    return renaming


def in_decisions(file: str, content: bytes, asked: Asked) -> Renaming:
    """Rename a decision in a file of decisions.

    Raises:
        Unreadable: it is no XML that we read.
    """
    renaming = Renaming(file, content, asked)
    found = tags(content)
    own = any(each.kind == "decision" and _says(each, "id", asked.old) for each in found)
    for tag in found if asked.kind is Kind.DECISION else ():
        for name, said in tag.attributes.items():
            is_own = own and name.rpartition(":")[2] in _OWN and not _is_mark(tag, name)
            if is_own or (name == "href" and (own or said[0].partition("#")[0])):
                renaming.attribute(tag, name, said)
    return renaming


class Renaming:
    """The places of one file that say the new name."""

    def __init__(self, file: str, content: bytes, asked: Asked) -> None:
        self.file, self.content, self.asked = file, content, asked
        self.changes: list[Change] = []
        self._edits: list[Edit] = []

    @property
    def after(self) -> bytes:
        """The file with the new name."""
        return spliced(self.content, self._edits)

    def attribute(self, tag: Tag, name: str, said: tuple[str, int, int]) -> None:
        """Rename what an attribute says: a name, the end of a qualified one, or of an address."""
        value, start, end = said
        before = next(
            (each for each in ("", "#", ":") if _end_of(value, each) == self.asked.old), None
        )
        if before is None:
            return
        kept = value[: len(value) - len(self.asked.old)]
        self._put(tag, name, value, kept + self.asked.new, start, end)

    def text(self, tag: Tag) -> None:
        """Rename what an element says as its text."""
        value = tag.text.strip()
        if _end_of(value, ":") == self.asked.old or value == self.asked.old:
            kept = tag.text.rpartition(self.asked.old)
            after = kept[0] + self.asked.new + kept[2]
            self._put(tag, tag.kind, tag.text, after, tag.texts[0][0], tag.texts[-1][1])

    def _put(self, tag: Tag, key: str, before: str, after: str, start: int, end: int) -> None:
        self._edits.append((start, end, written(after)))
        change = Change(self.file, tag.owner, key, before.strip(), after.strip())
        if change not in self.changes:
            self.changes.append(change)


def _end_of(value: str, sign: str) -> str:
    return value.rpartition(sign)[2] if sign and sign in value else value if not sign else ""


def _is_meant(tag: Tag, name: str, asked: Asked, has_it: bool) -> bool:
    local = name.rpartition(":")[2]
    if asked.kind in _WITH_NAME:
        return (tag.kind, name) == _WITH_NAME[asked.kind]
    if asked.kind is Kind.ERROR:
        return (tag.kind, name) == ("error", "errorCode")
    if local in _NAMED.get(asked.kind, ()):
        return True
    if not has_it or asked.kind not in (Kind.STEP, Kind.PROCESS):
        return False
    return (local in _OWN and not _is_mark(tag, name)) or _refers(tag, name)


def _is_mark(tag: Tag, name: str) -> bool:
    """Tell whether it is the id of a shape or line of the drawing, which nothing refers to."""
    return name == "id" and tag.kind.startswith(("BPMN", "DMN"))


def _refers(tag: Tag, name: str) -> bool:
    told = grammar(tag.kind)
    attribute = None if told is None else told.attributes.get(name)
    return attribute is not None and attribute.kind == "ref"


def _is_reference(tag: Tag) -> bool:
    around = grammar(tag.inside)
    place = None if around is None else around.children.get(tag.kind)
    return place is not None and place.is_reference


def _says(tag: Tag, name: str, value: str) -> bool:
    return name in tag.attributes and tag.attributes[name][0] == value


def ids_of(content: bytes, kind: str) -> Iterator[str]:
    """Yield the ids of the elements of a kind in a file."""
    for each in tags(content):
        if each.kind == kind and "id" in each.attributes:
            yield each.attributes["id"][0]
