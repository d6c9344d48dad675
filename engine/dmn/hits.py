"""Hit policies: what a table answers when these rules are hit (DMN 1.5, clause 8.2.8)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from engine import feel
from engine.dmn.around import Around
from engine.dmn.boxes import AGGREGATIONS, Output, Rule, TableBox
from engine.dmn.types import Constrained, Named


@dataclass(frozen=True, slots=True)
class Hit:
    """One rule whose tests are met, and its output."""

    rule: Rule
    value: object


class Violated(ValueError):
    """The rules hit are not what the hit policy says they are."""


class Policy(Protocol):
    """Makes one value of the hits, which stand in the order of the rules."""

    def answer(self, hits: Sequence[Hit]) -> object:
        """Return the table's value; ``Violated`` when these hits must not be."""


@dataclass(frozen=True, slots=True)
class SingleHit:
    """U, A, P and F: one output, or null when no rule is hit."""

    choose: Callable[[Sequence[Hit]], Hit]

    def answer(self, hits: Sequence[Hit]) -> object:
        return self.choose(hits).value if hits else None


@dataclass(frozen=True, slots=True)
class ManyHits:
    """R, O and C: the list of all outputs."""

    order: Callable[[Sequence[Hit]], Sequence[Hit]]

    def answer(self, hits: Sequence[Hit]) -> object:
        return [each.value for each in self.order(hits)]


@dataclass(frozen=True, slots=True)
class Aggregated:
    """C+, C#, C< and C>: one number, or the least or greatest value, of all outputs."""

    function: str  #: of FEEL

    def answer(self, hits: Sequence[Hit]) -> object:
        if self.function == "count":
            return Decimal(len(hits))
        values = [each.value for each in hits]
        if not values:
            return None
        found = feel.evaluate(f"{self.function}(outputs)", {"outputs": values})
        if found is None:
            raise Violated(f"there is no {self.function} of these outputs")
        return found


def result_of(box: TableBox, around: Around) -> Policy:
    """Return the policy a table names; one that the standard lacks is violated by every hit."""
    ranked = _Ranked([_priorities(each, box, around) for each in box.outputs])
    if box.hit_policy == "COLLECT" and box.aggregation in AGGREGATIONS:
        return Aggregated(str(box.aggregation).lower())
    policies: Mapping[str, Policy] = {
        "UNIQUE": SingleHit(_only),
        "ANY": SingleHit(_any),
        "FIRST": SingleHit(lambda hits: hits[0]),
        "PRIORITY": SingleHit(lambda hits: min(hits, key=ranked.rank)),
        "RULE ORDER": ManyHits(lambda hits: hits),
        "OUTPUT ORDER": ManyHits(lambda hits: sorted(hits, key=ranked.rank)),
        "COLLECT": ManyHits(lambda hits: hits),
    }
    return policies.get(box.hit_policy, SingleHit(_unknown))


def _only(hits: Sequence[Hit]) -> Hit:
    if len(hits) > 1:
        numbers = ", ".join(str(each.rule.number) for each in hits)
        raise Violated(f"the table is unique, but rules {numbers} are hit")
    return hits[0]


def _any(hits: Sequence[Hit]) -> Hit:
    if any(each.value != hits[0].value for each in hits):
        numbers = ", ".join(str(each.rule.number) for each in hits)
        raise Violated(f"rules {numbers} are hit and do not agree")
    return hits[0]


def _unknown(_: Sequence[Hit]) -> Hit:
    raise Violated("there is no such hit policy")


class _Ranked:
    """Orders hits by the priority of their outputs, the first output column before the next."""

    def __init__(self, priorities: Sequence[tuple[str | None, Sequence[object]]]) -> None:
        self._priorities = priorities

    def rank(self, hit: Hit) -> tuple[int, ...]:
        """Return the places of a hit's outputs; what is not listed comes last."""
        return tuple(
            _place(hit.value.get(name) if isinstance(hit.value, Mapping) else hit.value, values)
            for name, values in self._priorities
        )


def _place(value: object, values: Sequence[object]) -> int:
    return values.index(value) if value in values else len(values)


def _priorities(
    output: Output, box: TableBox, around: Around
) -> tuple[str | None, Sequence[object]]:
    """Return an output's name and its values in the order they are listed."""
    if output.allowed:
        return output.name, values_of(output.allowed)
    wanted = around.types.of(output.type_ref or (box.type_ref if len(box.outputs) == 1 else None))
    if not output.type_ref and len(box.outputs) > 1:
        wanted = _component(around.types.of(box.type_ref), output.name)
    return output.name, _listed(wanted)


def _component(wanted: feel.Type, name: str | None) -> feel.Type:
    match wanted:
        case Named():
            return _component(wanted.find(), name)
        case feel.ListType(item):
            return _component(item, name)
        case feel.ContextType(entries) if name:
            return dict(entries).get(name, wanted)
    return wanted


def _listed(wanted: feel.Type) -> Sequence[object]:
    match wanted:
        case Named():
            return _listed(wanted.find())
        case feel.ListType(item):
            return _listed(item)
        case Constrained(tests=tests):
            return values_of(tests.text)
    return ()


def values_of(tests: str) -> Sequence[object]:
    """Return the values a list of allowed ones names; empty when it names none."""
    try:
        found = feel.evaluate(f"[{tests}]", {})
    except feel.FeelSyntaxError:
        return ()
    return found if isinstance(found, list) else ()
