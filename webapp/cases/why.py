"""Why a case went the way it went: conditions and rows in words, with the values seen then.

The values are those kept with the decision when it was made; conditions and tables are those
of the definition the case runs by, which never changes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from engine.bpmn import Element, Flow
from engine.commands.models import model_of
from engine.dmn.boxes import Rule, TableBox
from engine.model.event import Event, EventKind
from webapp.cases.meanings import Meanings, meanings_of
from webapp.cases.phrases import cell_in_words, in_words
from webapp.wording import Words

Verdict = Literal["taken", "not_so", "not_asked", "otherwise"]
Labelled = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Way:
    """One way out of a gateway, and what became of it."""

    name: str
    condition: str  #: in words; empty for the way that is taken when no other is
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a decision table that was met."""

    table: str
    number: int
    tests: tuple[str, ...]  #: in words
    outputs: Labelled
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reasons:
    """Why a decision fell as it did."""

    seen: Labelled  #: the values looked at, as they were then
    ways: tuple[Way, ...] = ()  #: those taken first
    rows: tuple[Row, ...] = ()
    made_by: str = ""  #: the model of a decision and its version


def reasons_of(event: Event, words: Words) -> Reasons | None:
    """Return why a gateway or a decision table decided so; of other events nothing."""
    if event.kind is EventKind.DECIDED:
        return _of_gateway(event, words)
    if event.kind is EventKind.EVALUATED:
        return _of_tables(event, words)
    return None


def _of_gateway(event: Event, words: Words) -> Reasons:
    meanings = meanings_of(words, event.element_id)
    seen = event.facts.get("seen") or {}
    told = tuple((meanings.name(key), meanings.shown(key, value)) for key, value in seen.items())
    gateway = words.model_element(event.element_id)
    taken = {event.facts.get("flow"), *event.facts.get("beside", ())}
    if gateway is None or not any(each.id in taken for each in gateway.outgoing):
        return Reasons(told, tuple(_kept_way(event, words, meanings)))
    ways = _ways(gateway, frozenset(each for each in taken if each), words, meanings)
    return Reasons(told, tuple(sorted(ways, key=lambda each: each.verdict != "taken")))


def _ways(
    gateway: Element, taken: frozenset[str], words: Words, meanings: Meanings
) -> Iterator[Way]:
    is_over = False
    for flow in gateway.outgoing:
        name = words.element(flow.id, flow.name) if flow.name else words.element(flow.target)
        condition = condition_in_words(flow, meanings)
        if flow.id in taken:
            yield Way(name, condition, "taken")
            is_over = gateway.kind == "exclusiveGateway" and not flow.is_default
        elif flow.is_default or not condition:
            yield Way(name, "", "otherwise")
        else:
            yield Way(name, condition, "not_asked" if is_over else "not_so")


def _kept_way(event: Event, words: Words, meanings: Meanings) -> Iterator[Way]:
    """Say what the event alone knows: the case went on in a version without this gateway."""
    condition = event.facts.get("condition")
    name = words.element(event.facts.get("flow"), event.facts.get("flow_name"))
    yield Way(name, in_words(condition, meanings) if condition else "", "taken")


def condition_in_words(flow: Flow, meanings: Meanings) -> str:
    """Return when a flow is taken; nothing of the one taken when no other is."""
    return in_words(flow.condition, meanings) if flow.condition and not flow.is_default else ""


def _of_tables(event: Event, words: Words) -> Reasons:
    meanings = meanings_of(words)
    seen: dict[str, Any] = {}
    rows: list[Row] = []
    for made in event.facts.get("decisions", ()):
        for table in made.get("tables", ()):
            seen |= _inputs(made, table, words, meanings)
            rows += _rows(made, table, words, meanings)
    told = tuple((meanings.name(key), meanings.shown(key, value)) for key, value in seen.items())
    version, model = str(event.facts.get("version", ""))[:8], str(event.facts.get("model", ""))
    if len(rows) == 1:  # of several tables none is called as the model they stand in
        model = rows[0].table
    return Reasons(told, rows=tuple(rows), made_by=f"{model} {version}".strip())


def _inputs(
    made: Mapping[str, Any], table: Mapping[str, Any], words: Words, meanings: Meanings
) -> dict[str, Any]:
    """Return what a table looked at, by variable where a column looks at one: it has words."""
    drawn = _drawn(words, made["id"], table.get("id"))
    variables = {each.label: each.text for each in drawn.inputs} if drawn else {}
    return {
        variables[label] if variables.get(label) in meanings.labels else label: value
        for label, value in table.get("inputs", {}).items()
    }


def _rows(
    made: Mapping[str, Any], table: Mapping[str, Any], words: Words, meanings: Meanings
) -> Iterator[Row]:
    drawn = _drawn(words, made["id"], table.get("id"))
    for hit in table.get("rules", ()):
        rule = _rule(drawn, hit)
        tests = tuple(_tests(drawn, rule, meanings)) if drawn and rule else ()
        outputs = tuple(
            (meanings.name(key), meanings.shown(key, value))
            for key, value in hit.get("outputs", {}).items()
        )
        name = words.decision(str(made["id"]), str(made.get("name")))
        yield Row(name, hit["number"], tests, outputs, tuple(hit.get("notes", ())))


def _drawn(words: Words, decision_id: str, table_id: str | None) -> TableBox | None:
    decisions = model_of(words.definition.bundle).decisions
    return decisions.table(decision_id, table_id) if decisions else None


def _rule(drawn: TableBox | None, hit: Mapping[str, Any]) -> Rule | None:
    rules = drawn.rules if drawn else ()
    return next((each for each in rules if each.number == hit["number"]), None)


def _tests(drawn: TableBox, rule: Rule, meanings: Meanings) -> Iterator[str]:
    for given, cell in zip(drawn.inputs, rule.tests, strict=False):
        said = cell_in_words(given.text, cell, meanings)
        if said:
            yield said
