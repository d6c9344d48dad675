"""Elements of a diagram that came, went, or are of another kind now."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal

from engine.changes import Added, Part, Removed
from webapp.cases.phrases import in_words
from webapp.texts import N_
from webapp.versions.facts import Told, facts_in
from webapp.versions.names import Drawn, Names, local
from webapp.versions.sentences import Entry, Rank
from webapp.versions.sides import Sides, condition_of

_NOTES: Final = frozenset({"textAnnotation", "group", "association"})
_NODES: Final = ("Task", "Event", "Gateway", "task", "subProcess", "callActivity", "transaction")


def came_or_went(element_id: str, which: Literal["added", "removed"], sides: Sides) -> Told:
    """Say that an element came or went: what it is, whose, after and before what."""
    names = sides.both.new if which == "added" else sides.both.old
    drawn = names.drawn(sides.file)[element_id]
    kind = local(drawn.part.tag)
    if kind == "sequenceFlow":
        return _way(drawn, which, names, sides)
    text = N_("%(name)s was added: %(what)s%(where)s")
    if which == "removed":
        text = N_("%(name)s was removed: %(what)s%(where)s")
    said = sides.saying.say(
        text,
        name=names.element(sides.file, element_id),
        what=names.kind(sides.file, element_id),
        where="".join(
            sides.saying.say(N_(", %(what)s"), what=each)
            for each in _place(element_id, drawn, names, sides)
        ),
    )
    rank = Rank.TEXT if kind in _NOTES else Rank.WHO if kind == "userTask" else Rank.STEP
    return Told(said, rank, which, tuple(facts_in(drawn.part)))


def _place(element_id: str, drawn: Drawn, names: Names, sides: Sides) -> Iterator[str]:
    """Say with whom a step is, after what and before what, and what is inside it."""
    saying, file = sides.saying, sides.file
    lane = names.lane_of(file, element_id)
    if lane and local(drawn.part.tag) == "userTask":
        yield saying.say(N_("done by %(role)s"), role=names.role(drawn.process, lane))
    for text, end, other in (
        (N_("after %(steps)s"), "targetRef", "sourceRef"),
        (N_("before %(steps)s"), "sourceRef", "targetRef"),
    ):
        steps = [
            names.element(file, flow.facts.get(other, ""))
            for flow in names.flows(file, element_id, end)
        ]
        if steps:
            yield saying.say(text, steps=saying.listed(steps))
    inner = [each.mark for each in drawn.part.walk() if each is not drawn.part and _is_node(each)]
    if inner:
        listed = saying.listed([names.element(file, each) for each in inner])
        yield saying.say(N_("with %(steps)s inside"), steps=listed)


def _is_node(part: Part) -> bool:
    return bool(part.mark) and local(part.tag).endswith(_NODES)


def _way(drawn: Drawn, which: Literal["added", "removed"], names: Names, sides: Sides) -> Told:
    facts, saying = drawn.part.facts, sides.saying
    condition, when = condition_of(drawn.part), ""
    if condition:
        said = in_words(condition, names.vocabulary(drawn.process))
        when = saying.say(N_(", taken when %(condition)s"), condition=said)
    text = N_("A way was added from %(source)s to %(target)s%(when)s")
    if which == "removed":
        text = N_("The way from %(source)s to %(target)s%(when)s was removed")
    told = saying.say(
        text,
        source=names.element(sides.file, facts.get("sourceRef", "")),
        target=names.element(sides.file, facts.get("targetRef", "")),
        when=when,
    )
    codes = (("FEEL", condition),) if condition else ()
    return Told(told, Rank.AMOUNT if condition else Rank.STEP, which, codes)


def another_kind(element_id: str, entries: list[Entry], sides: Sides) -> Told:
    """Say that the same id is an element of another kind now, or stands elsewhere."""
    was = sides.both.old.kind(sides.file, element_id)
    now = sides.both.new.kind(sides.file, element_id)
    name, parts = sides.element(element_id), [each.change for each in entries]
    codes = [
        (f"{sign} {where}", said)
        for kind, sign in ((Removed, "−"), (Added, "+"))
        for each in parts
        if isinstance(each, Added | Removed) and isinstance(each, kind)
        for where, said in facts_in(each.part)
    ]
    if was == now:
        text = sides.saying.say(N_("%(name)s stands elsewhere now"), name=name)
        return Told(text, Rank.STEP, codes=tuple(codes))
    text = N_("%(name)s is now: %(kind)s; it was: %(was)s")
    said = sides.saying.say(text, name=name, kind=now, was=was)
    return Told(said, Rank.WHO, codes=tuple(codes))
