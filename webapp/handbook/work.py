"""What an element waits for or does: timers, messages, calls, decisions, the system's own work."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Final

from engine.catalogue.handlers import REGISTRY
from engine.changes import Part
from webapp.cases.phrases import in_words
from webapp.handbook.book import Fact, tidy
from webapp.handbook.source import Source, fact, said_in
from webapp.texts import N_
from webapp.versions.diagrams import time_of
from webapp.versions.durations import timer_in_words
from webapp.versions.names import at, local

#: what an event is about, by its definition
_EVENTS: Final = {
    "messageEventDefinition": ("messageRef", N_("Message")),
    "signalEventDefinition": ("signalRef", N_("Signal")),
    "errorEventDefinition": ("errorRef", N_("Error")),
    "escalationEventDefinition": ("escalationRef", N_("Escalation")),
}
_SIGNS: Final = {
    "terminateEventDefinition": N_("ends the whole case"),
    "compensateEventDefinition": N_("undoes what was done"),
    "cancelEventDefinition": N_("cancels the transaction"),
}
_REPEATED: Final = ("multiInstanceLoopCharacteristics", "standardLoopCharacteristics")
_WAITING: Final = frozenset({"receiveTask", "sendTask"})


def facts_of(source: Source, element_id: str) -> Iterator[Fact]:
    """Yield what is to be known of an element beside its declared rules."""
    node = source.nodes[element_id]
    kind, saying = local(node.tag), source.saying
    if host := node.facts.get("attachedToRef"):
        yield Fact(saying.say(N_("At the step")), source.called(host))
        keeps_on = node.facts.get("cancelActivity") == "false"
        text = N_("the step goes on beside it") if keeps_on else N_("interrupts the step")
        yield Fact(saying.say(text))
    yield from _event(source, node)
    if kind == "callActivity":
        yield from _call(source, node)
    if kind == "businessRuleTask":
        yield from _decision(source, node)
    if kind in ("serviceTask", "sendTask", "businessRuleTask"):
        yield from _service(source, element_id, node)
    if kind == "scriptTask" and (script := fact(node, "expression", "script") or _script(node)):
        yield Fact(saying.say(N_("computes")), code=tidy(script))
    if kind in _WAITING and (message := node.facts.get("messageRef")):
        yield Fact(saying.say(N_("Message")), _named(source, message))
    yield from _people(source, node)
    yield from _repeated(source, node)


def _event(source: Source, node: Part) -> Iterator[Fact]:
    saying = source.saying
    for each in node.parts:
        kind = local(each.tag)
        if kind == "timerEventDefinition" and (time := time_of(each)):
            words = timer_in_words(time, saying)
            if words is None and time.startswith("="):
                words = in_words(time, source.vocabulary)
            label = saying.say(N_("Time"))
            yield Fact(label, tidy(words or ""), tidy(time))
        elif kind in _EVENTS:
            reference, label = _EVENTS[kind]
            named = each.facts.get(reference, "")
            yield Fact(saying.say(label), _named(source, named) or saying.say(N_("any")))
        elif kind == "conditionalEventDefinition":
            code = next((said_in(i) for i in each.parts if local(i.tag) == "condition"), "")
            words = in_words(code, source.vocabulary) if code else ""
            yield Fact(saying.say(N_("waits until")), tidy(words), tidy(code))
        elif kind == "linkEventDefinition":
            yield from _link(source, node, each.facts.get("name", ""))
        elif kind in _SIGNS:
            yield Fact(saying.say(_SIGNS[kind]))


def _link(source: Source, node: Part, name: str) -> Iterator[Fact]:
    """Tell where a link leads, or what leads to it, by the steps around: its name is for tools."""
    leads = local(node.tag) == "intermediateThrowEvent"
    beyond = source.linked(name, "intermediateCatchEvent" if leads else "intermediateThrowEvent")
    ends = source.after if leads else source.before
    steps = dict.fromkeys(source.called(step) for each in beyond for step in ends(each))
    label = N_("Goes on at") if leads else N_("Comes from")
    yield Fact(source.saying.say(label), source.saying.listed(list(steps)))


def _named(source: Source, reference: str) -> str:
    """Return what a message, signal or error is called."""
    part = source.definition_of(reference)
    if part is None:
        return tidy(reference)
    name = part.facts.get("name") or part.facts.get("errorCode") or reference
    return tidy(source.names.message(source.process_id, name) or name)


def _call(source: Source, node: Part) -> Iterator[Fact]:
    called = fact(node, "processId", "calledElement")
    if not called:
        return
    label, is_code = source.saying.say(N_("Calls the process")), called.startswith("=")
    if is_code:
        yield Fact(label, code=tidy(called))
    else:
        yield Fact(label, tidy(source.names.process(called)), link=called)


def _decision(source: Source, node: Part) -> Iterator[Fact]:
    decision = fact(node, "decisionId", "decisionRef")
    if decision:
        label = source.saying.say(N_("asks the decision"))
        yield Fact(label, tidy(decision), link=f"#decision-{decision}")


def _service(source: Source, element_id: str, node: Part) -> Iterator[Fact]:
    saying, topic = source.saying, fact(node, "topic", "type")
    if topic and topic != "external":
        yield Fact(saying.say(N_("what the system does")), code=tidy(topic))
        if about := _purpose(topic):
            yield Fact(saying.say(N_("as its authors say")), about)
    for way, label in (("input", N_("is sent")), ("output", N_("is kept of the answer"))):
        told = source.declared("tasks", element_id, way)
        for key, value in told.items() if isinstance(told, dict) else ():
            code = value if isinstance(value, str) else saying.value(value)
            name = tidy(source.vocabulary.name(key), 60)
            yield Fact(f"{saying.say(label)}: {name}", code=tidy(code))


def _purpose(topic: str) -> str:
    """Return what the code behind a topic says it does, its first paragraph."""
    handler = REGISTRY.services.get(topic) or REGISTRY.records.get(topic)
    about = inspect.getdoc(handler) if inspect.isroutine(handler) else None
    return tidy(" ".join((about or "").partition("\n\n")[0].split()))


def _script(node: Part) -> str:
    return next((said_in(each) for each in node.parts if local(each.tag) == "script"), "")


def _people(source: Source, node: Part) -> Iterator[Fact]:
    saying = source.saying
    for label, names in (
        (N_("who may do it"), ("candidateGroups",)),
        (N_("who may do it by name"), ("candidateUsers",)),
        (N_("to whom it is given"), ("assignee",)),
        (N_("the deadline in the diagram"), ("dueDate",)),
        (N_("when to follow up"), ("followUpDate",)),
        (N_("the priority"), ("priority",)),
    ):
        if local(node.tag) != "userTask" or not (said := fact(node, *names)):
            continue
        words = timer_in_words(said, saying)
        if said.startswith("=") and words is None:
            words = in_words(said, source.vocabulary)
        yield Fact(saying.say(label), tidy(words or ""), tidy(said))


def _repeated(source: Source, node: Part) -> Iterator[Fact]:
    saying = source.saying
    for each in node.parts:
        if local(each.tag) not in _REPEATED:
            continue
        of = fact(each, "inputCollection", "collection") or next(
            (
                said_in(i)
                for i in each.parts
                if local(i.tag) in ("loopCardinality", "loopCondition")
            ),
            "",
        )
        in_turn = each.facts.get("isSequential") == "true"
        text = N_("is done for each, one after the other") if in_turn else N_("is done for each")
        yield Fact(saying.say(text), tidy(in_words(of, source.vocabulary)) if of else "", tidy(of))
        end = next((said_in(i) for i in each.parts if local(i.tag) == "completionCondition"), "")
        if end:
            words = tidy(in_words(end, source.vocabulary))
            yield Fact(saying.say(N_("repeating ends when")), words, tidy(end))


def lanes_in(source: Source) -> Iterator[tuple[str, str]]:
    """Yield the lanes of a process that steps stand in or that are declared, with their roles."""
    declared = source.declared("lanes")
    known = declared if isinstance(declared, dict) else {}
    lanes = dict.fromkeys([*source.lane_of.values(), *known])
    for lane in lanes:
        yield lane, str(at(known, lane, "role") or "")
