"""Renaming a variable in diagrams and decisions: by syntax in expressions, else by its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from engine.bpmn.vendor.marks import SPIFF
from engine.renaming.expressions import Language, Said, said_in_text
from engine.renaming.markup import Edit, Tag, in_attribute, in_text, spliced, tags, written
from engine.renaming.model import Asked, Change

#: attributes that name a variable, on any element
_NAMES: Final = frozenset(
    {
        "resultVariable",
        "elementVariable",
        "inputElement",
        "outputCollection",
        "initiator",
        "variableName",
        "errorCodeVariable",
        "errorMessageVariable",
        "escalationCodeVariable",
    }
)
#: …and on some
_NAMES_OF: Final[Mapping[str, frozenset[str]]] = {
    "input": frozenset({"target"}),
    "output": frozenset({"target"}),
    "in": frozenset({"source", "target"}),
    "out": frozenset({"source", "target"}),
    "formField": frozenset({"id"}),
    **dict.fromkeys(
        (
            "inputParameter",
            "outputParameter",
            "inputDataItem",
            "outputDataItem",
            "dataObject",
            "dataObjectReference",
            "dataInput",
            "dataOutput",
            "property",
        ),
        frozenset({"name"}),
    ),
}
#: attributes that are FEEL without an equals sign, too
_FEEL: Final = frozenset({"inputCollection", "outputElement", "collection", "sourceExpression"})
_FEEL_OF: Final = {"subscription": "correlationKey", "script": "expression"}
#: words for people and for tools
_WORDS: Final = frozenset({"name", "id", "label", "documentation"})
_WORDY: Final = frozenset({"documentation", "text", "header", "description", "userTaskForm"})
_FEEL_TEXTS: Final = frozenset(
    {
        "conditionExpression",
        "condition",
        "completionCondition",
        "activationCondition",
        "loopCondition",
        "loopCardinality",
        "messagePath",
        "dataPath",
        "from",
        "transformation",
    }
)
_OPEN_TEXTS: Final = frozenset(
    {"timeDate", "timeDuration", "timeCycle", "inputParameter", "outputParameter", "entry", "value"}
)
_NAMED_TEXTS: Final = frozenset({"to", "loopDataInputRef", "loopDataOutputRef"})
_PYTHON_TEXTS: Final = frozenset({"preScript", "postScript"})
#: what a file of decisions calls by a name of its own, which its expressions then mean
_DECIDED: Final = frozenset(
    {"decision", "businessKnowledgeModel", "decisionService", "formalParameter", "contextEntry"}
)
_TESTS: Final = frozenset({"inputEntry", "inputValues", "outputValues", "allowedValues"})
_PLAIN: Final = frozenset({"textAnnotation", "description"})


class Variables:
    """The places of one file that say a variable, and those of which nobody can tell."""

    def __init__(self, file: str, content: bytes, asked: Asked) -> None:
        self.file, self.content, self.asked = file, content, asked
        self.changes: list[Change] = []
        self.unclear: list[Change] = []
        self._edits: list[Edit] = []

    @property
    def after(self) -> bytes:
        """The file with the new name."""
        return spliced(self.content, self._edits)

    def attribute(self, tag: Tag, name: str, language: Language) -> None:
        """Look at what an attribute says."""
        said = tag.attributes[name]
        found = said_in_text(said[0], self.asked.old, language)
        spans = [in_attribute(self.content, said, *each) for each in found.spans]
        self._keep(tag, name.rpartition(":")[2], said[0], found, spans)

    def text(self, tag: Tag, language: Language) -> None:
        """Look at what an element says as its text."""
        found = said_in_text(tag.text, self.asked.old, language)
        spans = [in_text(self.content, tag, *each) for each in found.spans]
        key = tag.parent.kind if tag.kind == "text" and tag.parent else tag.kind
        self._keep(tag, key, tag.text, found, spans)

    def doubt(self, tag: Tag, key: str, value: str) -> None:
        """Note a place of which nobody can tell."""
        self.unclear.append(Change(self.file, tag.owner, key, value.strip(), ""))

    def _keep(
        self, tag: Tag, key: str, value: str, found: Said, spans: list[tuple[int, int] | None]
    ) -> None:
        places = [each for each in spans if each is not None]
        if not found.is_clear or len(places) < len(spans):
            self.doubt(tag, key, value)
        elif places:
            self._edits += [(*each, written(self.asked.new)) for each in places]
            after = found.anew(value, self.asked.new)
            change = Change(self.file, tag.owner, key, value.strip(), after.strip())
            if change not in self.changes:
                self.changes.append(change)


def in_diagram(file: str, content: bytes, asked: Asked, processes: frozenset[str]) -> Variables:
    """Rename a variable in a diagram.

    Args:
        processes: the area's own; what a call hands to another one is named there.

    Raises:
        Unreadable: it is no XML that we read.
    """
    found = Variables(file, content, asked)
    all_tags = tags(content)
    is_python = any(each.encode() in content for each in SPIFF)
    foreign = set(calling_outside(all_tags, processes))
    for tag in all_tags:
        abroad = _named_abroad(tag) if tag.owner in foreign else frozenset()
        for name in tag.attributes:
            language = _language(tag, name, is_python=is_python)
            if language is not None and name not in abroad:
                found.attribute(tag, name, language)
        text = _language_of_text(tag, is_python=is_python)
        if text is not None:
            found.text(tag, text)
        if _is_called_so(tag, asked.old):
            found.doubt(tag, tag.kind, asked.old)
    return found


def in_decisions(file: str, content: bytes, asked: Asked, *, are_outputs: bool) -> Variables:
    """Rename a variable in a file of decisions, where they read it.

    Args:
        are_outputs: what these decisions give becomes variables by its own names.

    Raises:
        Unreadable: it is no XML that we read.
    """
    found = Variables(file, content, asked)
    for tag in tags(content):
        name = tag.attributes.get("name", ("", 0, 0))[0]
        is_input = tag.kind == "inputData" or (tag.kind == "variable" and tag.inside == "inputData")
        if is_input and name == asked.old:
            found.attribute(tag, "name", "name")
        elif name == asked.old and (
            tag.kind in _DECIDED
            or (tag.kind == "variable" and tag.inside in _DECIDED)
            or (tag.kind == "output" and are_outputs)
        ):
            found.doubt(tag, tag.kind, name)
        if any(each.endswith("inputVariable") and tag.attributes[each][0] == asked.old
               for each in tag.attributes):  # fmt: skip
            found.doubt(tag, "inputVariable", asked.old)
        if tag.kind == "text" and tag.inside not in _PLAIN:
            found.text(tag, "tests" if tag.inside in _TESTS else "feel")
    return found


def _language(tag: Tag, name: str, *, is_python: bool) -> Language | None:
    local = name.rpartition(":")[2]
    if tag.kind == "property" and tag.inside == "properties":
        return None
    if local in _NAMES or local in _NAMES_OF.get(tag.kind, ()):
        return "name"
    if local in _FEEL or _FEEL_OF.get(tag.kind) == local:
        return "feel"
    if is_python and tag.kind == "parameter" and local == "value":
        return "python"
    if local in _WORDS or tag.kind in _WORDY:
        return None
    return "open"


def _language_of_text(tag: Tag, *, is_python: bool) -> Language | None:
    if tag.kind in _PYTHON_TEXTS:
        return "python"
    if tag.kind in _FEEL_TEXTS:
        return "python" if is_python and "${" not in tag.text else "feel"
    if tag.kind in _OPEN_TEXTS:
        return "open"
    if tag.kind in _NAMED_TEXTS:
        return "name"
    if tag.kind == "script":
        told = {each.rpartition(":")[2]: said[0] for each, said in tag.attributes.items()}
        around = {} if tag.parent is None else tag.parent.attributes
        spoken = told.get("scriptFormat") or around.get("scriptFormat", ("",))[0]
        return "python" if is_python and not spoken else "feel"
    return None


def _is_called_so(tag: Tag, name: str) -> bool:
    """Tell whether data is called so by its id, for want of a name."""
    is_data = tag.kind in ("dataObject", "property", "dataObjectReference") and tag.inside != (
        "properties"
    )
    return is_data and tag.attributes.get("id", ("",))[0] == name and "name" not in tag.attributes


def calling_outside(found: tuple[Tag, ...], processes: frozenset[str]) -> Iterator[str]:
    """Yield the call activities whose process is none of the area's."""
    for tag in found:
        key = {"callActivity": "calledElement", "calledElement": "processId"}.get(tag.kind)
        said = tag.attributes.get(key or "")
        if said is not None and said[0] not in processes:
            yield tag.owner


def _named_abroad(tag: Tag) -> frozenset[str]:
    """Return the attributes of a mapping that name what another process knows."""
    in_call = any(each.kind == "callActivity" for each in tag.around)
    if not in_call:
        return frozenset()
    if tag.kind in ("in", "input"):
        return frozenset({"target"})
    return (
        frozenset({"source", "sourceExpression"}) if tag.kind in ("out", "output") else frozenset()
    )
