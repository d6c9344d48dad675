"""What the things of a version are called, fit to be deployed or not, in one language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from engine.changes import Part
from engine.versions import value_of
from webapp.cases.meanings import Meanings
from webapp.kinds import KINDS
from webapp.texts import N_
from webapp.versions.amounts import Amounts
from webapp.versions.sentences import Saying
from webapp.wording import role_name

#: how values of a field are written, by its type: as a business column of that kind
_KINDS: Final = {"jalaliDate": "date", "rial": "rial", "number": "number", "quantity": "number"}


def local(tag: str) -> str:
    """Return the name of a tag without its namespace."""
    return tag.rpartition("}")[2]


@dataclass(frozen=True, slots=True)
class Drawn:
    """An element of a diagram, where it stands."""

    part: Part
    process: str  #: id; of what stands in no process, nothing


class Names:
    """Names of one version of an area."""

    def __init__(self, tree: Part, saying: Saying) -> None:
        self._saying = saying
        self.files: Mapping[str, Part] = {
            each.mark: each.parts[0] for each in tree.parts if each.parts
        }

    def drawn(self, file: str) -> Mapping[str, Drawn]:
        """Return the elements of a diagram by id."""
        if file not in self._drawn:
            self._drawn[file] = dict(_elements(self.files.get(file)))
        return self._drawn[file]

    @cached_property
    def _drawn(self) -> dict[str, dict[str, Drawn]]:
        return {}

    @cached_property
    def processes(self) -> Mapping[str, tuple[str, Part]]:
        """The processes of all diagrams by id, each with its file."""
        return {
            top.mark: (file, top)
            for file, root in self.files.items()
            if file.endswith(".bpmn")
            for top in root.parts
            if local(top.tag) == "process"
        }

    @cached_property
    def config(self) -> Mapping[str, Any]:
        """What ``process.toml`` says; nothing where it cannot be read."""
        return self._value("process.toml")

    @cached_property
    def _texts(self) -> Mapping[str, Any]:
        return self._value(f"texts.{self._saying.manner.language}.toml")

    def _value(self, file: str) -> Mapping[str, Any]:
        root = self.files.get(file)
        found = value_of(root) if root is not None else {}
        return found if isinstance(found, dict) else {}

    def text(self, *path: str) -> str | None:
        """Return what the language lays over a name."""
        return told if isinstance(told := at(self._texts, *path), str) else None

    def message(self, process_id: str, name: str) -> str | None:
        """Return what a process calls a message: by its own words, else by those of its area."""
        return self.text(process_id, "messages", name) or self.text("messages", name)

    def element(self, file: str, element_id: str) -> str:
        """Return what an element is called, in quotation marks; without a name its kind."""
        drawn = self.drawn(file).get(element_id)
        if drawn is None:
            return self._saying.quoted(element_id)
        if local(drawn.part.tag) == "process":
            return self._saying.quoted(self.process(element_id))
        said = self.text(drawn.process, element_id) or drawn.part.facts.get("name")
        if said:
            return self._saying.quoted(" ".join(said.split()))
        return f"{self.kind(file, element_id)} {self._saying.quoted(element_id)}"

    def labels(self, file: str) -> Mapping[str, str]:
        """Return what the language lays over the names in a diagram, by id."""
        found = {key: self.text(each.process, key) for key, each in self.drawn(file).items()}
        return {key: each for key, each in found.items() if each}

    def title_of(self, file: str) -> str:
        """Return what the first process of a diagram is called."""
        found = (key for key, (name, _) in self.processes.items() if name == file)
        return next((self.process(key) for key in found), file)

    def kind(self, file: str, element_id: str) -> str:
        """Return what sort of element it is."""
        drawn = self.drawn(file).get(element_id)
        return self.kind_of(drawn.part.tag) if drawn else ""

    def kind_of(self, tag: str) -> str:
        """Return what people call a kind of element."""
        return self._saying.say(KINDS.get(local(tag), local(tag)))

    def process(self, process_id: str) -> str:
        """Return the title of a process."""
        told = self.text(process_id, "title") or at(self.config, process_id, "title")
        _, drawn = self.processes.get(process_id, ("", None))
        name = drawn.facts.get("name") if drawn else None
        return told if isinstance(told, str) else name or process_id

    def step(self, process_id: str, element_id: str) -> str:
        """Return what an element of a process is called, in quotation marks."""
        file, _ = self.processes.get(process_id, ("", None))
        return self.element(file, element_id)

    @property
    def area(self) -> str:
        """The title of the area."""
        told = self.text("area", "title") or at(self.config, "area", "title")
        return told if isinstance(told, str) else ""

    def role(self, process_id: str, lane_id: str) -> str:
        """Return the role that a lane stands for; where none is declared, the lane's name."""
        role = at(self.config, process_id, "lanes", lane_id, "role")
        return self.role_called(role) if isinstance(role, str) else self.step(process_id, lane_id)

    def role_called(self, role: str) -> str:
        """Return what people call a role, in quotation marks."""
        return self._saying.quoted(role_name(role, self._saying.manner.language))

    def lane_of(self, file: str, element_id: str) -> str | None:
        """Return the innermost lane that an element stands in."""
        found = None
        for each in self.drawn(file).values():
            if local(each.part.tag) == "lane" and any(
                part.mark == element_id and local(part.tag) == "flowNodeRef"
                for part in each.part.parts
            ):
                found = each.part.mark
        return found

    def flows(self, file: str, element_id: str, end: str) -> Iterator[Part]:
        """Yield the ways that begin (``sourceRef``) or end (``targetRef``) at an element."""
        for each in self.drawn(file).values():
            if local(each.part.tag) == "sequenceFlow" and each.part.facts.get(end) == element_id:
                yield each.part

    def shows_form(self, form_id: str) -> list[str]:
        """Return the names of the steps that show a form, and of the processes it starts."""
        found = [
            self.element(file, key)
            for file in self.files
            if file.endswith(".bpmn")
            for key, each in self.drawn(file).items()
            if any(inner.facts.get("formId") == form_id for inner in _extensions(each.part))
        ]
        found += [
            self._saying.quoted(self.process(key))
            for key, each in self.config.items()
            if at(each, "start_form") == form_id
        ]
        return list(dict.fromkeys(found))

    def form(self, file: str) -> Mapping[str, Any]:
        """Return a form as its file says it."""
        return self._value(file)

    def field(self, form_id: str, component: Mapping[str, Any]) -> str:
        """Return the label of a field, in quotation marks."""
        key = str(component.get("key") or component.get("id") or "")
        said = self.text("forms", form_id, key) or component.get("label") or key
        return self._saying.quoted(str(said or component.get("text") or component.get("type")))

    def vocabulary(self, process_id: str) -> Meanings:
        """Return what the variables of a process are called, and their values."""
        if process_id not in self._vocabularies:
            self._vocabularies[process_id] = self._vocabulary(process_id)
        return self._vocabularies[process_id]

    @cached_property
    def _vocabularies(self) -> dict[str, Meanings]:
        return {}

    def _vocabulary(self, process_id: str) -> Meanings:
        labels: dict[str, str] = {"outcome": self._saying.say(N_("the outcome"))}
        kinds: dict[str, str] = {}
        choices: dict[str, dict[str, str]] = {}
        for form_id, each in self._fields:
            key = str(each["key"])
            labels.setdefault(
                key, self.text("forms", form_id, key) or str(each.get("label") or key)
            )
            kinds.setdefault(key, _KINDS.get(str(each.get("type")), ""))
            told, offered = choices.setdefault(key, {}), each.get("values")
            for choice in offered if isinstance(offered, list) else ():
                if isinstance(choice, dict):
                    value = str(choice.get("value"))
                    label = self.text("options", form_id, key, value) or choice.get("label")
                    told.setdefault(value, str(label or value))
        choices["outcome"] = self._outcomes(self._forms_of(process_id))
        columns = at(self.config, process_id, "columns")
        if isinstance(columns, dict):
            kinds |= {key: str(each) for key, each in columns.items()}
            labels |= {key: said for key in columns if (said := self.text("columns", key))}
        variables = at(self._texts, "variables")
        if isinstance(variables, dict):
            labels |= {key: str(each) for key, each in variables.items()}
        return Amounts(self._saying.manner, labels, kinds, choices, {})

    def _forms_of(self, process_id: str) -> set[str] | None:
        """Return the forms of a process's steps; ``None``, which is all, where it draws none."""
        drawn = (
            each
            for file in self.files
            if file.endswith(".bpmn")
            for each in self.drawn(file).values()
            if each.process == process_id
        )
        extended = (inner.facts.get("formId") for each in drawn for inner in _extensions(each.part))
        return {each for each in extended if each} or None

    def _outcomes(self, form_ids: set[str] | None) -> dict[str, str]:
        """Return what the answers of some forms are called, as far as these call them alike."""
        called: dict[str, set[str]] = {}
        for file in self.files:
            form = self.form(file) if file.endswith(".form") else {}
            form_id, outcomes = str(form.get("id")), at(form, "divan", "outcomes")
            if form_ids is not None and form_id not in form_ids:
                continue
            for each in outcomes if isinstance(outcomes, list) else ():
                value, label = str(at(each, "value")), at(each, "label")
                said = self.text("outcomes", form_id, value) or str(label)
                called.setdefault(value, set()).add(said)
        return {value: labels.pop() for value, labels in called.items() if len(labels) == 1}

    @cached_property
    def _fields(self) -> list[tuple[str, Mapping[str, Any]]]:
        """The fields of all forms, each with its form."""
        forms = [self.form(file) for file in self.files if file.endswith(".form")]
        return [
            (str(form.get("id")), each)
            for form in forms
            for each in components(form)
            if each.get("key")
        ]


def _elements(root: Part | None) -> Iterator[tuple[str, Drawn]]:
    for top in reversed(root.parts) if root else ():  # of elements with one id the first counts
        process = top.mark if local(top.tag) == "process" else ""
        for part in reversed(list(top.walk())):
            if part.mark and local(part.tag) in KINDS:
                yield part.mark, Drawn(part, process)


def components(form: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the components of a form or of a group in it, those inside groups too."""
    inner = form.get("components")
    for each in inner if isinstance(inner, list) else ():
        if isinstance(each, dict):
            yield each
            yield from components(each)


def at(said: Any, *path: str) -> Any:
    """Return what stands at a path; ``None`` where there is nothing."""
    for key in path:
        said = said.get(key) if isinstance(said, dict) else None
    return said


def _extensions(part: Part) -> Iterator[Part]:
    for each in part.parts:
        if local(each.tag) == "extensionElements":
            yield from each.parts
