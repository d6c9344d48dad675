"""Where a name stands, in a sentence: what of which step, field, table or setting says it."""

from __future__ import annotations

from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup, escape

from engine.catalogue.bundle import Bundle
from engine.catalogue.config import ConfigRefused
from engine.renaming import Change, Kind, flows_of, offered
from engine.renaming.forms import labels_of
from webapp.scenarios.words import Words

#: by attribute or child of a diagram; ``%(name)s`` is the element
_DRAWN: Final[dict[str, Any]] = {
    "conditionExpression": _l("The condition of “%(name)s”"),
    "condition": _l("What “%(name)s” waits for"),
    "completionCondition": _l("When the repetition of “%(name)s” is over"),
    "loopCondition": _l("When “%(name)s” is repeated"),
    "loopCardinality": _l("How often “%(name)s” is repeated"),
    "inputCollection": _l("The list that “%(name)s” goes through"),
    "collection": _l("The list that “%(name)s” goes through"),
    "inputElement": _l("What one of the list is called in “%(name)s”"),
    "elementVariable": _l("What one of the list is called in “%(name)s”"),
    "outputCollection": _l("The list that “%(name)s” fills"),
    "outputElement": _l("What “%(name)s” puts into its list"),
    "source": _l("A value that “%(name)s” takes or hands on"),
    "target": _l("The name of a value that “%(name)s” takes or hands on"),
    "resultVariable": _l("Where the answer of “%(name)s” is kept"),
    "expression": _l("What “%(name)s” computes"),
    "script": _l("What “%(name)s” computes"),
    "correlationKey": _l("By what the case of the message “%(name)s” is found"),
    "timeDate": _l("The time of “%(name)s”"),
    "timeDuration": _l("The time of “%(name)s”"),
    "timeCycle": _l("The time of “%(name)s”"),
    "dueDate": _l("The deadline of “%(name)s”"),
    "assignee": _l("Who does “%(name)s”"),
    "candidateGroups": _l("Who does “%(name)s”"),
    "candidateUsers": _l("Who does “%(name)s”"),
    "priority": _l("The priority of “%(name)s”"),
    "bpmnElement": _l("The drawing of “%(name)s”"),
    "sourceRef": _l("Where “%(name)s” begins"),
    "targetRef": _l("Where “%(name)s” leads"),
    "flowNodeRef": _l("A step in the lane “%(name)s”"),
    "attachedToRef": _l("The step that “%(name)s” is attached to"),
    "default": _l("The way “%(name)s” takes when no condition holds"),
    "calledElement": _l("The process that “%(name)s” calls"),
    "processId": _l("The process that “%(name)s” calls"),
    "formId": _l("The form of “%(name)s”"),
    "formRef": _l("The form of “%(name)s”"),
    "decisionId": _l("The decision that “%(name)s” asks"),
    "decisionRef": _l("The decision that “%(name)s” asks"),
}
_DECIDED: Final[dict[str, Any]] = {"": _l("The decision “%(name)s”")}
#: by property of a form; ``%(name)s`` is the label of the field
_ASKED: Final[dict[str, Any]] = {
    "key": _l("The value of the field “%(name)s”"),
    "path": _l("The value of the list or group “%(name)s”"),
    "conditional.hide": _l("When the field “%(name)s” is hidden"),
    "validate.required": _l("When the field “%(name)s” has to be filled in"),
    "validate.min": _l("The least value of the field “%(name)s”"),
    "validate.max": _l("The greatest value of the field “%(name)s”"),
    "readonly": _l("When the field “%(name)s” is only shown"),
    "divan.value": _l("How the field “%(name)s” is worked out"),
    "expression": _l("How the field “%(name)s” is worked out"),
    "dataSource": _l("What the table “%(name)s” shows"),
    "valuesKey": _l("The choices of the field “%(name)s”"),
    "valuesExpression": _l("The choices of the field “%(name)s”"),
    "divan.rules.holds": _l("The rule “%(name)s” over several fields"),
    "fields": _l("The fields of the rule “%(name)s”"),
    "requires": _l("What an outcome cannot do without"),
}
#: by the last table of `process.toml` around it; ``%(name)s`` is the process
_SET: Final[dict[str, Any]] = {
    "columns": _l("A column of the lists of “%(name)s”"),
    "personal": _l("What “%(name)s” keeps of a person"),
    "values": _l("A value on a paper of “%(name)s”"),
    "input": _l("What a call of “%(name)s” sends outside"),
    "output": _l("What “%(name)s” keeps of an answer from outside"),
    "lanes": _l("A desk of “%(name)s”"),
    "tasks": _l("A step of “%(name)s”"),
    "due": _l("A deadline of “%(name)s”"),
    "timers": _l("A timer of “%(name)s”"),
    "papers": _l("When a paper of “%(name)s” is printed"),
    "amount": _l("The amount of “%(name)s”"),
    "messages": _l("A message that people may send to “%(name)s”"),
    "not_same_person": _l("A four-eyes rule of “%(name)s”"),
}

_OTHER: Final = _l("In “%(name)s”")


class Places:
    """The places of an area's files in the words of one language."""

    def __init__(self, bundle: Bundle, language: str) -> None:
        self._words = Words.of(bundle, language)
        self._bundle = bundle
        self._flows = dict(flows_of(bundle))
        self._lanes = {each.name: each.title for each in offered(bundle) if each.kind is Kind.STEP}

    def sentence(self, each: Change) -> Markup:
        """Say where a change stands."""
        kind = "test" if each.file.endswith(".test.toml") else each.file.rpartition(".")[2]
        match kind:
            case "bpmn":
                said = self._by(_DRAWN, each.key, self._element(each.place))
            case "dmn":
                said = self._by(_DECIDED, "", self._words.name(each.place))
            case "form" if each.key:
                said = self._by(_ASKED, each.key, self._label(each))
            case "form":
                said = escape(_("the name of the file"))
            case "test":
                said = escape(_("A value or step that a test gives or expects"))
            case "typ":
                said = escape(_("A value on a paper"))
            case _:
                said = self._of_settings(each)
        return said

    def _element(self, element: str) -> str:
        """Return what an element is called; a flow without a name by where it goes."""
        said = self._words.names.get(element)
        if said is None and element in self._flows:
            return self._words.flow(element, *self._flows[element])
        return said or self._lanes.get(element) or element

    def _of_settings(self, each: Change) -> Markup:
        if each.file.startswith("texts."):
            return escape(_("What people read for it"))
        process, *tables = f"{each.place}.{each.key}".split(".")
        table = next((one for one in reversed(tables) if one in _SET), "")
        return self._by(_SET, table, self._words.name(process))

    def _by(self, said: dict[str, Any], key: str, name: str) -> Markup:
        named = Markup("<bdi>{}</bdi>").format(name)
        return escape(str(said.get(key, _OTHER))) % {"name": named}

    def _label(self, each: Change) -> str:
        form = each.file.rpartition("/")[2].removesuffix(".form")
        label = labels_of(self._bundle.files[each.file]).get(each.place) or each.place
        try:
            return self._bundle.text(self._words.language, "forms", form, each.place, default=label)
        except ConfigRefused:
            return label
