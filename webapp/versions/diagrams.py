"""What is different about a diagram, element by element."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final, TypeAlias

from engine.bpmn.interchange import TEXT
from engine.changes import Changed, Part
from webapp.cases.phrases import in_words
from webapp.texts import N_
from webapp.versions.aspects import Aspect, aspect_of
from webapp.versions.both import Both
from webapp.versions.durations import timer_in_words
from webapp.versions.facts import FACTS, Told, unsaid
from webapp.versions.names import Names, local
from webapp.versions.sentences import Entry, Rank, Sentence, Subject
from webapp.versions.sides import Sides, condition_of, ends_of
from webapp.versions.whole import another_kind, came_or_went

#: what tells the changes of a file
Teller: TypeAlias = Callable[[str, list[Entry], Both], Iterator[Sentence]]

_TIMES: Final = frozenset({"timeDuration", "timeDate", "timeCycle"})


def sentences(file: str, entries: Iterable[Entry], both: Both) -> Iterator[Sentence]:
    """Yield what is different about one diagram; each change is in one sentence."""
    sides = Sides(file, both)
    aspects: dict[Aspect, list[Entry]] = defaultdict(list)
    for each in entries:
        aspects[aspect_of(each, sides)].append(each)
    for aspect, told in aspects.items():
        text, rank, mark, codes = _told(aspect, told, sides)
        changes = frozenset(each.number for each in told)
        yield Sentence(_subject(aspect.element, sides), text, rank, mark, changes, codes)


def _subject(element_id: str, sides: Sides) -> Subject:
    """Return what a change is told with: one of a way with the step it leaves, or that came."""
    drawn = sides.drawn(element_id)
    if drawn is None:
        return Subject("file", sides.file)
    if local(drawn.part.tag) == "sequenceFlow":
        ends = [drawn.part.facts.get(each, "") for each in ("sourceRef", "targetRef")]
        new = [each for each in ends if sides.came_or_went(each)]
        element_id = (new or ends)[0] or element_id
    if local(drawn.part.tag) == "process":
        return Subject("process", sides.file, element_id, element_id)
    return Subject("element", sides.file, element_id, drawn.process)


def _told(aspect: Aspect, entries: list[Entry], sides: Sides) -> Told:
    element = aspect.element
    match aspect.what:
        case "added" | "removed" as which:
            return came_or_went(element, which, sides)
        case "kind":
            return another_kind(element, entries, sides)
        case "words":
            return _words(element, aspect.detail, sides)
        case "fact":
            return _fact(element, entries, sides)
        case "other":
            name = sides.element(element) if element else ""
            return unsaid(entries[0], name, sides.saying)
    return _SAYERS[aspect.what](element, sides)


def _lane(element_id: str, sides: Sides) -> Told:
    drawn, saying = sides.drawn(element_id), sides.saying
    process = drawn.process if drawn else ""
    by_people = drawn is not None and local(drawn.part.tag) == "userTask"
    text = N_("%(name)s stands in the lane of %(now)s now, before in that of %(was)s")
    if by_people:
        text = N_("%(name)s is done by %(now)s now, before by %(was)s")
    was, now = (
        names.role(process, lane)
        if (lane := names.lane_of(sides.file, element_id))
        else saying.say(N_("nobody"))
        for names in (sides.both.old, sides.both.new)
    )
    said = saying.say(text, name=sides.element(element_id), now=now, was=was)
    return Told(said, Rank.WHO if by_people else Rank.TEXT)


def _when(flow: str, sides: Sides) -> Told:
    was, now = sides.was[flow], sides.now[flow]
    feel = condition_of(was.part), condition_of(now.part)
    before, after = (
        in_words(each, names.vocabulary(now.process)) if each else ""
        for each, names in zip(feel, (sides.both.old, sides.both.new), strict=True)
    )
    ways = dict(zip(("source", "target"), _named_ends(flow, sides), strict=True))
    if not before:
        text = N_("From %(source)s to %(target)s: now only when %(after)s; before always")
        said = sides.saying.say(text, **ways, after=after)
    elif not after:
        text = N_("From %(source)s to %(target)s: now always; before only when %(before)s")
        said = sides.saying.say(text, **ways, before=before)
    else:
        text = N_("From %(source)s to %(target)s: now when %(after)s; before when %(before)s")
        said = sides.saying.say(text, **ways, before=before, after=after)
    return Told(said, Rank.AMOUNT, codes=sides.saying.codes(*feel))


def _named_ends(flow: str, sides: Sides) -> list[str]:
    drawn = sides.now if flow in sides.now else sides.was
    return [sides.element(each) for each in ends_of(flow, drawn)]


def _route(flow: str, sides: Sides) -> Told:
    old, new = sides.both.old, sides.both.new
    was = [old.element(sides.file, each) for each in ends_of(flow, sides.was)]
    now = [new.element(sides.file, each) for each in ends_of(flow, sides.now)]
    text = N_("The way from %(a)s to %(b)s goes from %(c)s to %(d)s now")
    said = sides.saying.say(text, a=was[0], b=was[1], c=now[0], d=now[1])
    return Told(said, Rank.STEP)


def _default(element_id: str, sides: Sides) -> Told:
    what = sides.saying.say(
        N_("The way from %(name)s when no other fits"), name=sides.element(element_id)
    )
    before, after = (
        _default_of(element_id, names, sides) for names in (sides.both.old, sides.both.new)
    )
    return Told(sides.saying.turned(what, before, after), Rank.AMOUNT)


def _default_of(element_id: str, names: Names, sides: Sides) -> str:
    drawn = names.drawn(sides.file)
    flow = drawn[element_id].part.facts.get("default", "")
    if flow not in drawn:
        return sides.saying.say(N_("none"))
    return names.element(sides.file, ends_of(flow, drawn)[1])


def _turn(flow: str, sides: Sides) -> Told:
    source, target = _named_ends(flow, sides)
    text = N_("The way from %(source)s to %(target)s is looked at in another turn")
    said = sides.saying.say(text, source=source, target=target)
    return Told(said, Rank.AMOUNT, "moved")


def _timer(element_id: str, sides: Sides) -> Told:
    saying = sides.saying
    was, now = (time_of(drawn[element_id].part) for drawn in (sides.was, sides.now))
    what = saying.about(sides.element(element_id), saying.say(N_("the time waited")))
    before, after = (
        timer_in_words(each, saying) or each if each else saying.say(N_("nothing"))
        for each in (was, now)
    )
    said = saying.turned(what, before, after)
    return Told(said, Rank.DEADLINE, codes=saying.codes(was, now))


def time_of(part: Part) -> str:
    """Return when a timer fires, as its element says it; nothing of what has no timer."""
    found = (each.facts.get(TEXT, "") for each in part.walk() if local(each.tag) in _TIMES)
    return next(found, "").strip()


def _words(element_id: str, kind: str, sides: Sides) -> Told:
    before, after = (
        next(
            (
                each.facts.get(TEXT)
                for each in drawn[element_id].part.parts
                if local(each.tag) == kind
            ),
            None,
        )
        for drawn in (sides.was, sides.now)
    )
    what = sides.saying.about(sides.element(element_id), sides.saying.say(FACTS[kind][0]))
    return Told(sides.saying.became(what, before, after), Rank.TEXT)


def _fact(element_id: str, entries: list[Entry], sides: Sides) -> Told:
    saying, change = sides.saying, entries[0].change
    assert isinstance(change, Changed)
    if change.name == "attachedToRef":
        what = saying.about(sides.element(element_id), saying.say(N_("the step it stands at")))
        was = sides.both.old.element(sides.file, change.before or "")
        now = sides.both.new.element(sides.file, change.after or "")
        return Told(saying.turned(what, was, now), Rank.STEP)
    label, rank = FACTS.get(change.name, ("", Rank.REST))
    what = saying.say(label) if label else local(change.name)
    what = saying.about(sides.element(element_id), what)
    return Told(saying.became(what, _truth(change.before), _truth(change.after)), rank)


def _truth(text: str | None) -> str | bool | None:
    return {"true": True, "false": False}.get(text or "", text)


def _drawing(element_id: str, sides: Sides) -> Told:
    if not element_id:
        text = sides.saying.say(N_("The drawing as a whole is written otherwise"))
        return Told(text, Rank.DRAWING, "moved")
    drawn = sides.drawn(element_id)
    if drawn and local(drawn.part.tag) == "sequenceFlow":
        source, target = _named_ends(element_id, sides)
        text = N_("The line from %(source)s to %(target)s is drawn otherwise")
        said = sides.saying.say(text, source=source, target=target)
        return Told(said, Rank.DRAWING, "moved")
    text = N_("%(name)s stands elsewhere on the drawing, or in another size")
    said = sides.saying.say(text, name=sides.element(element_id))
    return Told(said, Rank.DRAWING, "moved")


def _order(element_id: str, sides: Sides) -> Told:
    text = N_("What %(name)s says stands in another order in the file; nothing follows from it")
    said = sides.saying.say(text, name=sides.element(element_id))
    return Told(said, Rank.DRAWING, "moved")


_SAYERS: Final[Mapping[str, Callable[[str, Sides], Told]]] = {
    "lane": _lane,
    "route": _route,
    "when": _when,
    "default": _default,
    "turn": _turn,
    "timer": _timer,
    "drawing": _drawing,
    "order": _order,
}
