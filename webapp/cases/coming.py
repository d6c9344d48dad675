"""What can come next in a case, in words: under what condition, to whom, until when."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

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

MOST_NAMES: Final = 6  #: of one desk
MOST_TURNS: Final = 3  #: of one way, before its middle is left out
MOST_LINES: Final = 6  #: that stand on the page at once; the rest is unfolded


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
    first: str  #: what has to be so first, shortly; empty when it comes in any case
    then: str  #: what has to be so after that, shortly
    ways: tuple[str, ...]  #: all that has to be so, way by way, where that says more
    desk: str
    people: tuple[str, ...]
    more: int  #: people at the desk who are not named
    excluded: tuple[Excluded, ...]
    is_nobody: bool  #: nobody is at the desk who may do it
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class ComingGroup:
    """Steps that come when the same thing is so."""

    when: str  #: empty: in any case
    lines: tuple[ComingLine, ...]


@dataclass(frozen=True, slots=True)
class ComingList:
    """What can come next, the likeliest first."""

    groups: tuple[ComingGroup, ...] = ()
    folded: tuple[ComingGroup, ...] = ()  #: what no screen has room for
    folded_count: int = 0  #: lines in these


def coming_list(
    steps: tuple[ComingStep, ...], definition: Deployed, unit: str, passed: Collection[str] = ()
) -> ComingList:
    """Return what can come next as a page says it.

    Steps come before ends, and what leads on before what leads back.

    Args:
        passed: the elements where the case is or has been.
    """
    words = words_of(definition)
    likely = sorted(steps, key=lambda each: (each.coming.is_end, each.element.id in passed))
    groups: dict[str, list[ComingLine]] = {}
    for line in (_line(each, words, unit) for each in likely):
        groups.setdefault(line.first, []).append(line)
    shown: list[ComingGroup] = []
    folded: list[ComingGroup] = []
    count = 0
    for when, lines in groups.items():
        (folded if count >= MOST_LINES else shown).append(ComingGroup(when, tuple(lines)))
        count += len(lines)
    return ComingList(tuple(shown), tuple(folded), sum(len(each.lines) for each in folded))


def _line(step: ComingStep, words: Words, unit: str) -> ComingLine:
    first, then, ways = _when(step, words)
    able = [_name(each) for each in step.people or () if each.kept_apart is None]
    return ComingLine(
        step.element.id,
        words.element(step.element.id, step.element.name),
        step.coming.is_end,
        first,
        then,
        ways,
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


def _when(step: ComingStep, words: Words) -> tuple[str, str, tuple[str, ...]]:
    """Return what has to be so first and then on the shortest way; and, if it says more, all."""
    ways = step.coming.ways
    if any(not way for way in ways):
        return "", "", ()
    first, *rest = (_turn(each, words, step.moments, shortly=True) for each in ways[0])
    if len(rest) >= MOST_TURNS:
        rest = [rest[0], "…", rest[-1]]
    told = dict.fromkeys(
        _("; ").join(_turn(each, words, step.moments) for each in way) for way in ways
    )
    then = _("; ").join(rest)
    says_more = tuple(told) != (_("; ").join((first, *rest)),)
    return first, then, tuple(told) if says_more else ()


def _turn(
    turn: Turn, words: Words, moments: Mapping[str, datetime], *, shortly: bool = False
) -> str:
    """Say what has to be so; shortly is without the condition where the diagram has an answer."""
    element = words.elements[turn.element_id]
    if turn.joins:
        return _("when the other branches have arrived too")
    if turn.flow_id is None:
        return _awaited(element, words, moments.get(turn.element_id))
    flow = next(each for each in element.outgoing if each.id == turn.flow_id)
    said = _chosen(element, flow, words)
    return next(said) if shortly else " ".join(said)


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
