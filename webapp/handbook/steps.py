"""The steps of a process in reading order: who, until when, what is asked, what leads where."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from webapp.cases.phrases import in_words
from webapp.formatting import digits
from webapp.handbook.book import LONGEST, MOST_STEPS, Fact, Step, Way, tidy
from webapp.handbook.forms import form_page
from webapp.handbook.source import Source, documentation, fact
from webapp.handbook.work import facts_of
from webapp.texts import N_
from webapp.versions.declared import OF_STEPS, deadline_in_words
from webapp.versions.names import at, local
from webapp.versions.sides import condition_of
from webapp.wording import role_name

_PEOPLE: Final = frozenset({"userTask", "manualTask"})
_BY_ITSELF: Final = frozenset({"serviceTask", "sendTask", "scriptTask", "businessRuleTask"})
#: gateways whose ways have no conditions, and what is said of each way instead
_TOGETHER: Final = {
    "parallelGateway": N_("at the same time"),
    "eventBasedGateway": N_("if this happens first"),
}
_ASKING: Final = frozenset({"exclusiveGateway", "inclusiveGateway", "complexGateway"})


def steps_of(source: Source) -> tuple[tuple[Step, ...], int]:
    """Return the steps of a process, and how many are left out."""
    ordered = [each for each in source.ordered() if not source.is_passed_by(each)]
    counts: dict[str, int] = {}
    numbers: dict[str, str] = {}
    for element_id in ordered[:MOST_STEPS]:
        outer = source.parent[element_id]
        counts[outer] = counts.get(outer, 0) + 1
        before = f"{numbers[outer]}." if outer in numbers else ""
        numbers[element_id] = f"{before}{counts[outer]}"
    steps = tuple(_step(source, each, numbers[each]) for each in ordered[:MOST_STEPS])
    return steps, len(ordered) - len(steps)


def _step(source: Source, element_id: str, number: str) -> Step:
    node = source.nodes[element_id]
    kind = local(node.tag)
    form_id = fact(node, "formId", "formRef", "formKey") if kind == "userTask" else ""
    return Step(
        element_id,
        digits(number, source.saying.manner),
        source.called(element_id),
        source.names.kind_of(node.tag),
        number.count("."),
        who_does(source, element_id),
        documentation(node),
        tuple(_declared(source, element_id)) + tuple(facts_of(source, element_id)),
        tuple(_ways(source, element_id)),
        form_page(source, form_id) if form_id else None,
    )


def who_does(source: Source, element_id: str) -> str:
    """Return who does a step: a role, the system, or nobody where nothing is done."""
    kind, saying = local(source.nodes[element_id].tag), source.saying
    if kind in _BY_ITSELF:
        return saying.say(N_("the system"))
    if kind not in _PEOPLE:
        return ""
    lane = source.lane_of.get(element_id) or _lane_around(source, element_id)
    role = source.declared("lanes", lane, "role") if lane else None
    if isinstance(role, str):
        return tidy(role_name(role, saying.manner.language))
    return source.names.step(source.process_id, lane) if lane else saying.say(N_("nobody is named"))


def _lane_around(source: Source, element_id: str) -> str:
    """Return the lane of the sub-process that a step stands in."""
    outer = source.parent[element_id]
    while outer and outer not in source.lane_of:
        outer = source.parent[outer]
    return source.lane_of.get(outer, "")


def _declared(source: Source, element_id: str) -> Iterator[Fact]:
    """Yield deadline, approval and other rules that ``process.toml`` has for a step."""
    names, saying = source.names, source.saying
    said = source.declared("tasks", element_id)
    due = at(said, "due") or source.declared("timers", element_id)
    if words := deadline_in_words(due, source.process_id, names, saying):
        yield Fact(saying.say(N_("Deadline")), tidy(words))
    for key, value in said.items() if isinstance(said, dict) else ():
        label = saying.say(OF_STEPS[key][0]) if key in OF_STEPS else ""
        if key == "escalate":
            yield Fact(label, tidy(role_name(str(value), saying.manner.language)))
        elif key == "point_of_no_return":
            yield from _no_return(source, element_id, label, value)
        elif value is True and label:
            yield Fact(label)
        elif label and value is not False and not isinstance(value, dict | list):
            yield Fact(label, tidy(saying.value(value)))


def _no_return(source: Source, element_id: str, label: str, value: object) -> Iterator[Fact]:
    if value is not False:
        reason = source.names.text("no_return", element_id) or (
            value if isinstance(value, str) else ""
        )
        yield Fact(label, tidy(reason))


def _ways(source: Source, element_id: str) -> Iterator[Way]:
    node = source.nodes[element_id]
    kind, default = local(node.tag), node.facts.get("default", "")
    ways = source.outgoing[element_id]
    for flow in ways:
        target = source.reached(flow.facts.get("targetRef", ""))
        code = tidy(condition_of(flow), LONGEST)
        name = source.names.text(source.process_id, flow.mark) or flow.facts.get("name", "")
        when = ""
        if code:
            when = tidy(in_words(code, source.vocabulary))
        elif flow.mark == default and len(ways) > 1:
            when = source.saying.say(N_("otherwise"))
        elif kind in _TOGETHER and len(ways) > 1:
            when = source.saying.say(_TOGETHER[kind])
        if name.strip() and kind in _ASKING:
            quoted = source.saying.quoted(tidy(" ".join(name.split()), 120))
            when = f"{quoted}: {when}" if when else quoted
        yield Way(when, code, source.called(target), target if target in source.nodes else "")
