"""What can come next in a case, in words: under what condition, to whom, until when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from engine.bpmn import Element, Flow, Turn
from engine.commands.coming import Able, ComingStep
from engine.errors import DutiesNotSeparate
from engine.storage.bundles import Deployed
from webapp.cases.meanings import meanings_of
from webapp.cases.why import condition_in_words
from webapp.formatting import moment_text
from webapp.request import current_actor, locale
from webapp.wording import Words, desk_name, words_of

MOST_NAMES = 6  #: of one desk


@dataclass(frozen=True, slots=True)
class Excluded:
    """Somebody at the desk whom a four-eyes rule keeps from the step."""

    name: str
    why: str


@dataclass(frozen=True, slots=True)
class ComingLine:
    """One step, or end, that can come next."""

    element_id: str
    name: str
    is_end: bool
    ways: tuple[str, ...]  #: what has to be so, way by way; empty when it comes in any case
    desk: str
    people: tuple[str, ...]
    more: int  #: people at the desk who are not named
    excluded: tuple[Excluded, ...]
    is_nobody: bool  #: nobody is at the desk who may do it
    due_at: datetime | None


def coming_lines(
    steps: tuple[ComingStep, ...], definition: Deployed, unit: str
) -> tuple[ComingLine, ...]:
    """Return what can come next as a page says it."""
    words = words_of(definition)
    return tuple(_line(each, words, unit) for each in steps)


def _line(step: ComingStep, words: Words, unit: str) -> ComingLine:
    ways = step.coming.ways
    said = (
        ()
        if any(not way for way in ways)
        else tuple(_way(way, words, step.moments) for way in ways)
    )
    able = [_name(each) for each in step.people or () if each.kept_apart is None]
    return ComingLine(
        step.element.id,
        words.element(step.element.id, step.element.name),
        step.coming.is_end,
        tuple(dict.fromkeys(said)),
        desk_name(step.desk, unit),
        tuple(able[:MOST_NAMES]),
        max(0, len(able) - MOST_NAMES),
        tuple(
            _excluded(each, each.kept_apart, words)
            for each in step.people or ()
            if each.kept_apart is not None
        ),
        step.people is not None and not able,
        step.due_at,
    )


def _way(turns: tuple[Turn, ...], words: Words, moments: Mapping[str, datetime]) -> str:
    return _("; ").join(_turn(each, words, moments) for each in turns)


def _turn(turn: Turn, words: Words, moments: Mapping[str, datetime]) -> str:
    element = words.elements[turn.element_id]
    if turn.joins:
        return _("when the other branches have arrived too")
    if turn.flow_id is None:
        return _awaited(element, words, moments.get(turn.element_id))
    flow = next(each for each in element.outgoing if each.id == turn.flow_id)
    return " ".join(_chosen(element, flow, words))


def _chosen(element: Element, flow: Flow, words: Words) -> Iterator[str]:
    """Yield question and answer as the diagram has them, and the condition."""
    condition = condition_in_words(flow, meanings_of(words, element.id))
    if flow.name:
        yield f"{words.element(element.id, element.name)} {words.element(flow.id, flow.name)}"
        if condition:
            yield f"({condition})"
    elif condition:
        yield _("if %(condition)s", condition=condition)
    else:
        others = (each for each in element.outgoing if each.id != flow.id)
        meanings = meanings_of(words, element.id)
        said = [condition_in_words(each, meanings) for each in others]
        yield _("unless %(condition)s", condition=_(" or ").join(each for each in said if each))


def _awaited(element: Element, words: Words, at: datetime | None) -> str:
    name = words.element(element.id, element.name)
    if element.trigger == "timer" and at is not None:
        return _("when the time comes, likely on %(at)s: %(event)s", at=moment_text(at), event=name)
    if element.trigger == "timer":
        return _("when the time comes: %(event)s", event=name)
    return _("when this happens: %(event)s", event=name)


def _excluded(able: Able, apart: DutiesNotSeparate, words: Words) -> Excluded:
    step = words.element(apart.done_element_id)
    why = _("did “%(step)s” in this case (%(rule)s)", step=step, rule=apart.code)
    return Excluded(_name(able), why)


def _name(able: Able) -> str:
    name = able.names[locale()]
    if able.stands is not None:
        name = _("%(name)s for %(other)s", name=name, other=able.stands.name(locale()))
    return _("%(name)s (you)", name=name) if able.username == current_actor().username else name
