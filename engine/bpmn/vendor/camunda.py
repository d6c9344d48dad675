"""Camunda 7: attributes and extension elements of ``camunda:``.

Source: Camunda Platform 7.21 manual, BPMN 2.0 reference, extension attributes and elements.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from engine.bpmn.deciding import SHAPES, DecisionCall, Shape
from engine.bpmn.languages import juel_setting
from engine.bpmn.source import child, text_of
from engine.bpmn.vendor import texts
from engine.bpmn.vendor.marks import CAMUNDA, camunda, every, first, inside, told
from engine.bpmn.vendor.said import ALL, Binding, Called, Form, Listener, Mapped
from engine.findings import Detail, detail

#: as the modeler itself writes that a called case has its caller's business key
_CALLERS_KEY = re.compile(r"\s*[$#]\{\s*execution\.(processBusinessKey|businessKey)\s*\}\s*")
_CODE = ("class", "delegateExpression", "expression")
_BINDINGS: dict[str, Binding] = {
    "latest": "latest",
    "deployment": "deployment",
    "version": "version",
    "versionTag": "versionTag",
}


def form(node: etree._Element) -> Form | None:
    """Return the form: ``formRef`` with its binding, or ``formKey``."""
    ref = camunda(node, "formRef")
    key = texts.name(ref or camunda(node, "formKey"))
    if key is None:
        return None
    binding = _BINDINGS.get(camunda(node, "formRefBinding") or "") if ref else None
    return Form(key, binding, camunda(node, "formRefVersion") if ref else None)


def topic(node: etree._Element) -> str | None:
    """Return an external task's topic; also that of an event that sends a message."""
    event = child(node, "messageEventDefinition")
    own = camunda(node, "topic") or (None if event is None else camunda(event, "topic"))
    return texts.name(own)


def code(node: etree._Element) -> str | None:
    """Return the Java class, bean or method a task names."""
    return next((told for each in _CODE if (told := camunda(node, each))), None)


def retries(node: etree._Element) -> str | None:
    """Return ``R3/PT10S`` or ``PT2S,PT30S``."""
    return text_of(first(node, CAMUNDA, "failedJobRetryTimeCycle")) or None


def decision(node: etree._Element) -> DecisionCall | None:
    """Return the decision asked; its rows are a list unless told otherwise."""
    asked = camunda(node, "decisionRef")
    if asked is None:
        return None
    mapped = camunda(node, "mapDecisionResult") or "resultList"
    shape: Shape = next((each for each in SHAPES if each == mapped), "resultList")
    return DecisionCall(asked, camunda(node, "resultVariable"), shape)


def odd_decision(node: etree._Element) -> Detail | None:
    """Return what is wrong with how a decision is asked."""
    mapped = camunda(node, "mapDecisionResult")
    if mapped is not None and mapped not in SHAPES:
        return detail("BPMN-033-4", known=", ".join(SHAPES))
    binding = camunda(node, "decisionRefBinding") or "deployment"
    if binding not in ("deployment", "latest"):
        return detail("BPMN-033-5")
    return None


def decision_binding(node: etree._Element) -> Binding | None:
    """Return which version of the decision is asked."""
    return _BINDINGS.get(camunda(node, "decisionRefBinding") or "")


def script(node: etree._Element) -> tuple[str, str] | None:
    """Return a FEEL script and the variable its value goes to."""
    text, result = text_of(child(node, "script")), camunda(node, "resultVariable")
    told = node.get("scriptFormat") or node.get("scriptLanguage")  # of a global script task
    spoken = str(told or "").lower()
    return (text, result) if text and result and spoken == "feel" else None


def inputs(node: etree._Element) -> Iterator[Mapped]:
    """Yield the input parameters of ``inputOutput``."""
    return _parameters(node, "inputParameter")


def outputs(node: etree._Element) -> Iterator[Mapped]:
    """Yield the output parameters of ``inputOutput``."""
    return _parameters(node, "outputParameter")


def _parameters(node: etree._Element, of: str) -> Iterator[Mapped]:
    for io in every(node, CAMUNDA, "inputOutput"):
        for each in inside(io, CAMUNDA, of):
            yield Mapped(str(each.get("name") or ""), _content(each))


def _content(node: etree._Element) -> str:
    """Return the FEEL of a parameter, an entry or a value: text, script, list or map."""
    inner = next(inside(node, CAMUNDA, "list", "map", "script"), None)
    if inner is None:
        return texts.value(text_of(node)) or "null"
    what = etree.QName(inner).localname
    if what == "script":
        return _script_text(inner)
    if what == "map":
        entries = inside(inner, CAMUNDA, "entry")
        return texts.context((str(each.get("key") or ""), _content(each)) for each in entries)
    return texts.listed(_item(each) for each in inner if isinstance(each.tag, str))


def _item(node: etree._Element) -> str:
    is_script = etree.QName(node).localname == "script"
    return _script_text(node) if is_script else _content(node)


def _script_text(node: etree._Element) -> str:
    """Return a script's FEEL; of another language, its text in a form that is not FEEL."""
    spoken = str(node.get("scriptFormat") or "").lower()
    if spoken in ("juel", "feel"):
        return texts.expression(text_of(node)) or "null"
    return f"{{% script in {spoken or 'an unknown language'} %}}"


def called(node: etree._Element) -> Called | None:
    """Return what a call activity calls, with ``camunda:in`` and ``camunda:out``."""
    process = texts.name(node.get("calledElement"))
    if process is None:
        return None
    binding = _BINDINGS.get(camunda(node, "calledElementBinding") or "")
    version = camunda(node, "calledElementVersion" + ("Tag" * (binding == "versionTag")))
    going_in, coming_out = _passed(node, "in"), _passed(node, "out")
    keys = (each.get("businessKey") for each in every(node, CAMUNDA, "in"))
    key = next((each for each in keys if each), None)
    keeps_key = _CALLERS_KEY.fullmatch(key or "") is not None
    return Called(
        process,
        binding,
        texts.name(version),
        None if keeps_key else texts.value(key),
        keeps_key,
        everything_in=ALL in going_in or not going_in,
        everything_out=ALL in coming_out or not coming_out,
        inputs=tuple(Mapped(*each) for each in going_in.items() if each[0] != ALL),
        outputs=tuple(Mapped(*each) for each in coming_out.items() if each[0] != ALL),
    )


def _passed(node: etree._Element, way: str) -> dict[str, str]:
    return dict(passed(every(node, CAMUNDA, way)))


def passed(marks: Iterator[etree._Element]) -> Iterator[tuple[str, str]]:
    """Yield what ``camunda:in`` or ``out`` hand over: names and FEEL; ``ALL`` for everything."""
    for each in marks:
        if each.get("variables") == "all":
            yield ALL, ""
        elif target := told(each, "target"):
            source = told(each, "source") or texts.expression(told(each, "sourceExpression"))
            yield target, source or ""


def listeners(node: etree._Element) -> Iterator[Listener]:
    """Yield execution and task listeners."""
    for each in every(node, CAMUNDA, "executionListener", "taskListener"):
        is_task = etree.QName(each).localname == "taskListener"
        feel = _listened(each)
        yield Listener(
            "task" if is_task else "execution",
            str(each.get("event") or "start"),
            feel,
            code=None if feel else _listening_code(each),
        )


def _listened(listener: etree._Element) -> str | None:
    """Return the FEEL of a listener: a script, or an expression that only sets a variable."""
    script = next(inside(listener, CAMUNDA, "script"), None)
    if script is not None:
        spoken = str(script.get("scriptFormat") or "").lower()
        return texts.expression(text_of(script)) if spoken == "feel" else None
    setting = juel_setting(listener.get("expression") or "")
    return texts.context([setting]) if setting else None


def _listening_code(listener: etree._Element) -> str:
    script = next(inside(listener, CAMUNDA, "script"), None)
    if script is not None:
        return f"a script in {script.get('scriptFormat') or 'an unknown language'}"
    return next((told for each in _CODE if (told := listener.get(each))), "nothing")


def properties(node: etree._Element) -> Iterator[tuple[str, str]]:
    """Yield the words of ``camunda:properties``."""
    for group in every(node, CAMUNDA, "properties"):
        for each in inside(group, CAMUNDA, "property"):
            yield str(each.get("name") or each.get("id") or ""), str(each.get("value") or "")


def starters(node: etree._Element) -> tuple[str, ...]:
    """Return who may start a process: users and groups."""
    both = (camunda(node, f"candidateStarter{each}") for each in ("Users", "Groups"))
    return tuple(part.strip() for each in both if each for part in each.split(",") if part.strip())
