"""The table in which is said what becomes of every element, and both drawings with it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from flask_babel import gettext as _

from engine import bpmn
from engine.commands.models import model_of
from engine.queries.migrating import Crossing
from engine.storage.bundles import Deployed
from webapp.addresses import address
from webapp.cases.drawing import drawing_of
from webapp.kinds import KINDS
from webapp.wording import Words, words_of

TO: Final = "to."  #: begins the name of a field; the process and the element follow
ACCEPT: Final = "accept."  #: …and the process
STAYS: Final = ""  #: nothing is said: a case that stands there cannot go
DROPPED: Final = "-"

#: what a row may become: value and text
Option = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Row:
    """One element of the older version."""

    field: str
    element_id: str
    name: str
    kind: str
    waiting: int  #: open tasks that stand there
    chosen: str
    options: tuple[Option, ...]

    @property
    def is_plain(self) -> bool:
        """Tell whether it stays what it is."""
        return self.chosen == self.element_id


@dataclass(frozen=True, slots=True)
class Drawn:
    """One version's drawing, as `versions/_parts.html` shows it."""

    title: str
    url: str
    marks: str  #: JSON: element -> mark
    labels: str  #: JSON: element -> name in the language of the page


@dataclass(frozen=True, slots=True)
class Drawings:
    """Both drawings beside each other."""

    file: str
    title: str
    before: Drawn
    after: Drawn


@dataclass(frozen=True, slots=True)
class Table:
    """The table as it is filled in."""

    to_look_at: tuple[Row, ...]  #: those that do not stay what they are
    plain: tuple[Row, ...]
    may_repeat: tuple[Option, ...]  #: steps of the newer version
    accepted: frozenset[str]
    drawings: Drawings


def table_of(crossing: Crossing, plan: bpmn.Plan) -> Table:
    """Return the table for a plan."""
    old, new = words_of(crossing.old), words_of(crossing.new)
    rows = [_row(each, plan, crossing, old, new) for each in _elements(crossing)]
    process_id = crossing.new.process_id
    steps = [each for each in new.elements.values() if each.kind.endswith(("Task", "task"))]
    return Table(
        tuple(each for each in rows if not each.is_plain),
        tuple(each for each in rows if each.is_plain),
        tuple((each.id, new.element(each.id, each.name)) for each in steps),
        plan.accepted.get(process_id, frozenset()),
        _drawings(crossing, plan, old, new),
    )


def proposed_plan(crossing: Crossing) -> bpmn.Plan:
    """Return the plan that is proposed, to be read before it is followed."""
    elements: dict[str, dict[str, str | None]] = {}
    for each in _elements(crossing):
        told = elements.setdefault(each.process_id, {})
        if each.says:
            told[each.element_id] = each.target
    old, new = model_of(crossing.old.bundle), model_of(crossing.new.bundle)
    return bpmn.planned(old, new, elements)


def posted_plan(crossing: Crossing, chosen: Mapping[str, list[str]]) -> bpmn.Plan:
    """Return the plan that was filled in; the flows into joins go with it."""
    old, new = model_of(crossing.old.bundle), model_of(crossing.new.bundle)
    elements: dict[str, dict[str, str | None]] = {}
    for each in _elements(crossing):
        said = "".join(chosen.get(_field(each), [STAYS])[:1])
        told = elements.setdefault(each.process_id, {})
        if said == DROPPED and each.may_drop:
            told[each.element_id] = None
        elif said in each.targets:
            told[each.element_id] = said
    process_id = crossing.new.process_id
    accepted = frozenset(chosen.get(f"{ACCEPT}{process_id}", ())) & set(
        words_of(crossing.new).elements
    )
    return bpmn.planned(old, new, elements, {process_id: accepted} if accepted else {})


def _elements(crossing: Crossing) -> tuple[bpmn.Mappable, ...]:
    old, new = crossing.old, crossing.new
    return bpmn.mappable(model_of(old.bundle), model_of(new.bundle), old.process_id)


def _field(each: bpmn.Mappable) -> str:
    return f"{TO}{each.process_id}.{each.element_id}"


def _row(each: bpmn.Mappable, plan: bpmn.Plan, crossing: Crossing, old: Words, new: Words) -> Row:
    is_main = each.process_id == crossing.old.process_id
    says = plan.says(each.process_id, each.element_id)
    target = plan.element(each.process_id, each.element_id)
    name = old.element(each.element_id, each.name) if is_main else each.name or each.element_id
    return Row(
        _field(each),
        each.element_id,
        name,
        _(KINDS.get(each.kind, each.kind)),
        crossing.waiting.get(each.element_id, 0) if is_main else 0,
        (target or DROPPED) if says else STAYS,
        tuple(_options(each, new.element if is_main else lambda found: found)),
    )


def _options(each: bpmn.Mappable, named: Callable[[str], str]) -> Iterator[Option]:
    yield STAYS, _("nothing: a case that stands there stays in its version")
    if each.may_drop:
        yield DROPPED, _("dropped: it is awaited no more")
    alike = sorted(each.targets, key=lambda found: found != each.element_id)
    for found in alike:
        name = named(found)
        yield found, name if name == found else f"{name} · {found}"


def _drawings(crossing: Crossing, plan: bpmn.Plan, old: Words, new: Words) -> Drawings:
    process_id = crossing.old.process_id
    becomes = {each: plan.element(process_id, each) for each in old.elements}
    came_from = {target: each for each, target in becomes.items() if target}
    before = {
        each: "removed" if target is None else "changed"
        for each, target in becomes.items()
        if target != each
    }
    after = {
        each: "added" if each not in came_from else "changed"
        for each in new.elements
        if came_from.get(each) != each
    }
    return Drawings(
        process_id,
        new.process,
        _drawn(crossing.old, old, before),
        _drawn(crossing.new, new, after),
    )


def _drawn(definition: Deployed, words: Words, marks: Mapping[str, str]) -> Drawn:
    url = address("migrating.drawing", definition_id=definition.id, of=drawing_of(definition).hash)
    title = _("version %(number)s", number=definition.version)
    return Drawn(title, url, _json(marks), _json(words.overlay))


def _json(facts: Mapping[str, str]) -> str:
    return json.dumps(dict(facts), ensure_ascii=False)


def missing(rows: Iterable[Row]) -> int:
    """Return how many open tasks stand where the plan says nothing."""
    return sum(each.waiting for each in rows if each.chosen == STAYS)
