"""What is different about a diagram, element by element."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final, NamedTuple, TypeAlias

from engine.bpmn.interchange import TEXT, step_of
from engine.changes import Added, Changed, Key, Moved, Part, Removed
from webapp.cases.phrases import in_words
from webapp.texts import N_
from webapp.versions.both import Both
from webapp.versions.durations import timer_in_words
from webapp.versions.names import KINDS, Drawn, Names, local
from webapp.versions.sentences import Entry, Mark, Rank, Sentence, Subject

#: what is said together: everything about one aspect of one element
Aspect: TypeAlias = tuple[str, str]
#: what tells the changes of a file
Teller: TypeAlias = Callable[[str, list[Entry], Both], Iterator[Sentence]]

_LINKS: Final = frozenset({"incoming", "outgoing"})
_TIMES: Final = frozenset({"timeDuration", "timeDate", "timeCycle"})
_ASKING: Final = frozenset({"exclusiveGateway", "inclusiveGateway", "complexGateway"})
#: attributes of elements and of extensions in them: what they are called, how much they matter
_SAID: Final[Mapping[str, tuple[str, Rank]]] = {
    "name": (N_("the name in the diagram"), Rank.TEXT),
    "documentation": (N_("the description"), Rank.TEXT),
    "text": (N_("the text"), Rank.TEXT),
    "isExecutable": (N_("can be run"), Rank.STEP),
    "cancelActivity": (N_("interrupts the step"), Rank.STEP),
    "isInterrupting": (N_("interrupts what goes on"), Rank.STEP),
    "errorCode": (N_("the code of the error"), Rank.WORK),
    "formId": (N_("the form"), Rank.FORM),
    "candidateGroups": (N_("who may do it"), Rank.WHO),
    "candidateUsers": (N_("who may do it by name"), Rank.WHO),
    "assignee": (N_("to whom it is given"), Rank.WHO),
    "dueDate": (N_("the deadline in the diagram"), Rank.DEADLINE),
    "followUpDate": (N_("when to follow up"), Rank.DEADLINE),
    "priority": (N_("the priority"), Rank.WORK),
    "decisionId": (N_("the decision that is asked"), Rank.AMOUNT),
    "resultVariable": (N_("what the result is called"), Rank.WORK),
    "processId": (N_("the process that is called"), Rank.STEP),
    "calledElement": (N_("the process that is called"), Rank.STEP),
    "type": (N_("what the system does"), Rank.WORK),
    "topic": (N_("what the system does"), Rank.WORK),
    "retries": (N_("how often it is tried"), Rank.WORK),
    "inputCollection": (N_("what it is repeated for"), Rank.STEP),
    "isSequential": (N_("one after the other"), Rank.STEP),
    "completionCondition": (N_("when repeating ends"), Rank.AMOUNT),
    "condition": (N_("what is waited for"), Rank.AMOUNT),
    "script": (N_("the script"), Rank.AMOUNT),
    "correlationKey": (N_("how a message is matched"), Rank.WORK),
}


def sentences(file: str, entries: Iterable[Entry], both: Both) -> Iterator[Sentence]:
    """Yield what is different about one diagram; each change is in one sentence or more."""
    diagram = _Diagram(file, both)
    aspects: dict[tuple[str, Aspect], list[Entry]] = defaultdict(list)
    for each in entries:
        aspects[diagram.aspect_of(each)].append(each)
    for (element_id, aspect), told in aspects.items():
        yield diagram.sentence(element_id, aspect, told)


class _Diagram:
    """One file in both versions."""

    def __init__(self, file: str, both: Both) -> None:
        self._file, self._both, self._saying = file, both, both.saying
        self._was, self._is = both.old.drawn(file), both.new.drawn(file)
        self._shapes = {
            part.mark: part.facts["bpmnElement"]
            for names in (both.old, both.new)
            for part in _drawing(names, file)
        }

    def _element(self, element_id: str) -> str:
        return self._both.element(self._file, element_id)

    def aspect_of(self, entry: Entry) -> tuple[str, Aspect]:
        """Return the element a change is about, and what about it."""
        names = [local(each.tag) for each in entry.way]
        if "BPMNDiagram" in names:
            return self._of_drawing(entry.way)
        if "flowNodeRef" in names:
            return self._of_lane(entry)
        if names[-1] in _LINKS and entry.way[-1].mark:
            return self._of_link(entry)
        at = max((at for at, each in enumerate(entry.way) if _is_element(each)), default=None)
        if at is None:
            return "", ("other", str(entry.number))
        element_id, inner = entry.way[at].mark, names[at + 1 :]
        if at == len(names) - 1 and not isinstance(entry.change, Changed):
            return self._whole(element_id, entry)
        return element_id, self._inside(element_id, inner, entry)

    def _of_drawing(self, way: tuple[Key, ...]) -> tuple[str, Aspect]:
        drawn = [self._shapes[each.mark] for each in way if each.mark in self._shapes]
        element_id = drawn[-1] if drawn else ""
        return element_id, self._came_or_went(element_id) or ("drawing", "")

    def _came_or_went(self, element_id: str) -> Aspect | None:
        if element_id in self._was and element_id not in self._is:
            return "removed", ""
        if element_id in self._is and element_id not in self._was:
            return "added", ""
        return None

    def _of_lane(self, entry: Entry) -> tuple[str, Aspect]:
        element_id = entry.way[-1].mark
        if isinstance(entry.change, Moved):
            return entry.way[-2].mark, ("order", "")
        return element_id, self._came_or_went(element_id) or ("lane", "")

    def _of_link(self, entry: Entry) -> tuple[str, Aspect]:
        """What an element says of its ways follows from where the ways lead."""
        flow = entry.way[-1].mark
        if isinstance(entry.change, Moved):
            return entry.way[-2].mark, ("order", "")
        told = self._came_or_went(flow)
        if told is None and flow in self._was and flow in self._is:
            told = (
                ("route", "") if self._ends(flow, self._was) != self._ends(flow, self._is) else None
            )
        return (flow, told) if told else (entry.way[-2].mark, ("order", ""))

    def _whole(self, element_id: str, entry: Entry) -> tuple[str, Aspect]:
        if isinstance(entry.change, Moved):
            is_way = local(entry.way[-1].tag) == "sequenceFlow" and self._is_asked(element_id)
            return element_id, ("turn" if is_way else "order", "")
        return element_id, self._came_or_went(element_id) or ("kind", "")

    def _is_asked(self, flow: str) -> bool:
        drawn = self._is.get(flow)
        source = self._is.get(drawn.part.facts.get("sourceRef", "")) if drawn else None
        return source is not None and local(source.part.tag) in _ASKING

    def _inside(self, element_id: str, inner: list[str], entry: Entry) -> Aspect:
        change = entry.change
        if isinstance(change, Changed) and not inner:
            if change.name in ("sourceRef", "targetRef"):
                return "route", ""
            return ("default", "") if change.name == "default" else ("fact", change.name)
        if inner[0] == "conditionExpression":
            return "when", ""
        if inner[0] in ("documentation", "text"):
            return "words", inner[0]
        if "timerEventDefinition" in inner:
            return "timer", ""
        return "other", str(entry.number)

    def _ends(self, flow: str, drawn: Mapping[str, Drawn]) -> tuple[str, str]:
        facts = drawn[flow].part.facts
        return facts.get("sourceRef", ""), facts.get("targetRef", "")

    def sentence(self, element_id: str, aspect: Aspect, entries: list[Entry]) -> Sentence:
        """Say what is different about one aspect of an element."""
        sayer: Callable[[str, str, list[Entry]], _Told] = getattr(self, f"_say_{aspect[0]}")
        text, rank, mark, codes = sayer(element_id, aspect[1], entries)
        changes = frozenset(each.number for each in entries)
        return Sentence(self._subject(element_id, aspect), text, rank, mark, changes, codes)

    def _subject(self, element_id: str, aspect: Aspect) -> Subject:
        drawn = self._is.get(element_id) or self._was.get(element_id)
        if drawn is None:
            return Subject("file", self._file)
        kind = local(drawn.part.tag)
        if kind == "sequenceFlow":  # told with the step it leaves, or with the one that came
            ends = [drawn.part.facts.get(each, "") for each in ("sourceRef", "targetRef")]
            new = [each for each in ends if self._came_or_went(each)]
            element_id = (new or ends)[0] or element_id
        if kind == "process":
            return Subject("process", self._file, element_id, element_id)
        return Subject("element", self._file, element_id, drawn.process)

    def _say_added(self, element_id: str, _: str, entries: list[Entry]) -> _Told:
        drawn, names = self._is[element_id], self._both.new
        if local(drawn.part.tag) == "sequenceFlow":
            text = N_("A way was added from %(source)s to %(target)s%(when)s")
            return self._way(text, drawn, names, "added")
        text = self._saying.say(
            N_("%(name)s was added: %(what)s%(where)s"),
            name=names.element(self._file, element_id),
            what=names.kind(self._file, element_id),
            where=self._place(element_id, drawn, names),
        )
        rank = Rank.WHO if local(drawn.part.tag) == "userTask" else Rank.STEP
        return _Told(text, _rank_of(drawn.part, rank), "added", self._facts(drawn.part))

    def _say_removed(self, element_id: str, _: str, entries: list[Entry]) -> _Told:
        drawn, names = self._was[element_id], self._both.old
        if local(drawn.part.tag) == "sequenceFlow":
            text = N_("The way from %(source)s to %(target)s%(when)s was removed")
            return self._way(text, drawn, names, "removed")
        text = self._saying.say(
            N_("%(name)s was removed: %(what)s%(where)s"),
            name=names.element(self._file, element_id),
            what=names.kind(self._file, element_id),
            where=self._place(element_id, drawn, names),
        )
        rank = Rank.WHO if local(drawn.part.tag) == "userTask" else Rank.STEP
        return _Told(text, _rank_of(drawn.part, rank), "removed", self._facts(drawn.part))

    def _place(self, element_id: str, drawn: Drawn, names: Names) -> str:
        """Say with whom a step is, after what and before what."""
        said = []
        lane = names.lane_of(self._file, element_id)
        if lane and local(drawn.part.tag) == "userTask":
            role = names.role(drawn.process, lane)
            said.append(self._saying.say(N_("done by %(role)s"), role=role))
        if before := [
            each.facts.get("sourceRef", "")
            for each in names.flows(self._file, element_id, "targetRef")
        ]:
            listed = self._saying.listed([names.element(self._file, each) for each in before])
            said.append(self._saying.say(N_("after %(steps)s"), steps=listed))
        if after := [
            each.facts.get("targetRef", "")
            for each in names.flows(self._file, element_id, "sourceRef")
        ]:
            listed = self._saying.listed([names.element(self._file, each) for each in after])
            said.append(self._saying.say(N_("before %(steps)s"), steps=listed))
        inner = [each for each in drawn.part.walk() if each is not drawn.part and _is_node(each)]
        if inner:
            listed = self._saying.listed([names.element(self._file, each.mark) for each in inner])
            said.append(self._saying.say(N_("with %(steps)s inside"), steps=listed))
        return "".join(self._saying.say(N_(", %(what)s"), what=each) for each in said)

    def _facts(self, part: Part) -> tuple[tuple[str, str], ...]:
        """Return all else that a part says that came or went, by its place in it."""
        return tuple(_facts_below(part))

    def _way(self, text: str, drawn: Drawn, names: Names, mark: Mark) -> _Told:
        facts = drawn.part.facts
        condition = _condition(drawn.part)
        when = (
            self._saying.say(N_(", taken when %(condition)s"), condition=said)
            if (said := self._condition(drawn, names))
            else ""
        )
        told = self._saying.say(
            text,
            source=names.element(self._file, facts.get("sourceRef", "")),
            target=names.element(self._file, facts.get("targetRef", "")),
            when=when,
        )
        code = (("FEEL", condition),) if condition else ()
        return _Told(told, Rank.AMOUNT if condition else Rank.STEP, mark, code)

    def _condition(self, drawn: Drawn, names: Names) -> str:
        condition = _condition(drawn.part)
        return in_words(condition, names.vocabulary(drawn.process)) if condition else ""

    def _say_kind(self, element_id: str, _: str, entries: list[Entry]) -> _Told:
        came = [each.change.part for each in entries if isinstance(each.change, Added)]
        went = [each.change.part for each in entries if isinstance(each.change, Removed)]
        before, after = self._both.old, self._both.new
        name = self._element(element_id)
        was, now = before.kind(self._file, element_id), after.kind(self._file, element_id)
        text = N_("%(name)s stands elsewhere now, as %(kind)s")
        if was != now:
            text = N_("%(name)s is %(kind)s now, it was %(was)s")
        codes = [(f"− {where}", said) for each in went for where, said in _facts_below(each)]
        codes += [(f"+ {where}", said) for each in came for where, said in _facts_below(each)]
        told = (
            self._saying.say(text, name=name, kind=now, was=was)
            if was != now
            else (self._saying.say(text, name=name, kind=now))
        )
        return _Told(told, Rank.WHO if was != now else Rank.STEP, "changed", tuple(codes))

    def _say_lane(self, element_id: str, _: str, entries: list[Entry]) -> _Told:
        drawn = self._is.get(element_id) or self._was.get(element_id)
        process = drawn.process if drawn else ""
        was, now = (
            self._both.old.lane_of(self._file, element_id),
            self._both.new.lane_of(self._file, element_id),
        )
        by_people = drawn is not None and local(drawn.part.tag) == "userTask"
        text = N_("%(name)s is done by %(now)s now, before by %(was)s")
        if not by_people:
            text = N_("%(name)s stands in the lane of %(now)s now, before in that of %(was)s")
        nobody = self._saying.say(N_("nobody"))
        told = self._saying.say(
            text,
            name=self._element(element_id),
            now=self._both.new.role(process, now) if now else nobody,
            was=self._both.old.role(process, was) if was else nobody,
        )
        return _Told(told, Rank.WHO if by_people else Rank.TEXT, "changed")

    def _say_when(self, flow: str, _: str, entries: list[Entry]) -> _Told:
        was, now = self._was[flow], self._is[flow]
        before, after = self._condition(was, self._both.old), self._condition(now, self._both.new)
        parts = {
            "source": self._element(now.part.facts.get("sourceRef", "")),
            "target": self._element(now.part.facts.get("targetRef", "")),
            "before": before,
            "after": after,
        }
        text = N_("From %(source)s to %(target)s: now when %(after)s; before when %(before)s")
        if not before:
            text = N_("From %(source)s to %(target)s: now only when %(after)s; before always")
        elif not after:
            text = N_("From %(source)s to %(target)s: now always; before only when %(before)s")
        codes = self._codes(_condition(was.part), _condition(now.part))
        used = {key: each for key, each in parts.items() if f"%({key})s" in text}
        return _Told(self._saying.say(text, **used), Rank.AMOUNT, "changed", codes)

    def _codes(self, before: str, after: str) -> tuple[tuple[str, str], ...]:
        labels = self._saying.say(N_("before")), self._saying.say(N_("now"))
        return tuple(
            (label, each) for label, each in zip(labels, (before, after), strict=True) if each
        )

    def _say_route(self, flow: str, _: str, entries: list[Entry]) -> _Told:
        was, now = self._ends(flow, self._was), self._ends(flow, self._is)
        text = N_("The way from %(a)s to %(b)s goes from %(c)s to %(d)s now")
        named = [self._both.old.element(self._file, each) for each in was]
        named += [self._both.new.element(self._file, each) for each in now]
        told = self._saying.say(text, **dict(zip("abcd", named, strict=True)))
        return _Told(told, Rank.STEP, "changed")

    def _say_default(self, element_id: str, _: str, entries: list[Entry]) -> _Told:
        what = self._saying.say(
            N_("The way from %(name)s when no other fits"), name=self._element(element_id)
        )
        nothing = self._saying.say(N_("none"))
        before, after = (
            names.element(self._file, drawn[flow].part.facts.get("targetRef", ""))
            if (flow := drawn[element_id].part.facts.get("default", "")) in drawn
            else nothing
            for names, drawn in ((self._both.old, self._was), (self._both.new, self._is))
        )
        return _Told(self._saying.turned(what, before, after), Rank.AMOUNT, "changed")

    def _say_turn(self, flow: str, _: str, entries: list[Entry]) -> _Told:
        facts = self._is[flow].part.facts
        text = N_("The way from %(source)s to %(target)s is looked at in another turn")
        told = self._saying.say(
            text,
            source=self._element(facts.get("sourceRef", "")),
            target=self._element(facts.get("targetRef", "")),
        )
        return _Told(told, Rank.AMOUNT, "moved")

    def _say_timer(self, element_id: str, _: str, entries: list[Entry]) -> _Told:
        was, now = (_timer(drawn[element_id].part) for drawn in (self._was, self._is))
        what = self._saying.say(N_("%(name)s, the time waited"), name=self._element(element_id))
        nothing = self._saying.say(N_("nothing"))
        before, after = (
            timer_in_words(each, self._saying) or each if each else nothing for each in (was, now)
        )
        told = self._saying.turned(what, before, after)
        return _Told(told, Rank.DEADLINE, "changed", self._codes(was, now))

    def _say_words(self, element_id: str, kind: str, entries: list[Entry]) -> _Told:
        before, after = (
            next(
                (
                    each.facts.get(TEXT)
                    for each in drawn[element_id].part.parts
                    if local(each.tag) == kind
                ),
                None,
            )
            for drawn in (self._was, self._is)
        )
        what = self._of(element_id, self._saying.say(_SAID[kind][0]))
        return _Told(self._saying.became(what, before, after), Rank.TEXT, "changed")

    def _of(self, element_id: str, what: str) -> str:
        name = self._element(element_id)
        return self._saying.say(N_("%(name)s, %(what)s"), name=name, what=what)

    def _say_fact(self, element_id: str, name: str, entries: list[Entry]) -> _Told:
        label, rank = _SAID.get(name, (local(name), Rank.REST))
        changes = [each.change for each in entries if isinstance(each.change, Changed)]
        before, after = changes[0].before, changes[0].after
        if name == "attachedToRef":
            what = self._of(element_id, self._saying.say(N_("the step it stands at")))
            text = self._saying.turned(
                what,
                self._both.old.element(self._file, before or ""),
                self._both.new.element(self._file, after or ""),
            )
            return _Told(text, Rank.STEP, "changed")
        what = self._of(element_id, self._saying.say(label))
        return _Told(self._saying.became(what, _truth(before), _truth(after)), rank, "changed")

    def _say_drawing(self, element_id: str, _: str, entries: list[Entry]) -> _Told:
        if not element_id:
            text = self._saying.say(N_("The drawing as a whole is written otherwise"))
            return _Told(text, Rank.DRAWING, "moved")
        text = N_("%(name)s stands elsewhere on the drawing, or in another size")
        drawn = self._is.get(element_id) or self._was.get(element_id)
        if drawn and local(drawn.part.tag) == "sequenceFlow":
            facts = drawn.part.facts
            said = self._saying.say(
                N_("The line from %(source)s to %(target)s is drawn otherwise"),
                source=self._element(facts.get("sourceRef", "")),
                target=self._element(facts.get("targetRef", "")),
            )
            return _Told(said, Rank.DRAWING, "moved")
        return _Told(self._saying.say(text, name=self._element(element_id)), Rank.DRAWING, "moved")

    def _say_order(self, element_id: str, _: str, entries: list[Entry]) -> _Told:
        text = N_("What %(name)s says of its ways or steps stands in another order in the file")
        name = self._element(element_id)
        return _Told(self._saying.say(text, name=name), Rank.DRAWING, "moved")

    def _say_other(self, element_id: str, _: str, entries: list[Entry]) -> _Told:
        """Say what there is no sentence for as it stands in the file, with its place."""
        [entry] = entries
        label, rank = _label(entry)
        at = max((at for at, each in enumerate(entry.way) if _is_element(each)), default=0)
        where = "/".join(step_of(each) for each in entry.way[at + 1 :])
        what = self._saying.say(label) if label else where
        what = self._of(element_id, what) if element_id else what
        match entry.change:
            case Changed(name=name, before=before, after=after):
                if not label:
                    what = f"{what}/{name}"
                return _Told(self._saying.became(what, before, after), rank, "changed")
            case Added(part=part):
                text = self._saying.say(N_("%(what)s, new"), what=what)
                return _Told(text, rank, "added", tuple(_facts_below(part)))
            case Removed(part=part):
                text = self._saying.say(N_("%(what)s no more"), what=what)
                return _Told(text, rank, "removed", tuple(_facts_below(part)))
        text = self._saying.say(N_("%(what)s in another place in the file"), what=what)
        return _Told(text, Rank.DRAWING, "moved")


class _Told(NamedTuple):
    """What a sentence says, how much it matters, how it is shown, and what is no prose in it."""

    text: str
    rank: Rank
    mark: Mark
    codes: tuple[tuple[str, str], ...] = ()


def _is_element(key: Key) -> bool:
    return bool(key.mark) and local(key.tag) in KINDS


def _is_node(part: Part) -> bool:
    name = local(part.tag)
    return bool(part.mark) and (
        name.endswith(("Task", "Event", "Gateway"))
        or name in ("task", "subProcess", "transaction", "callActivity")
    )


def _drawing(names: Names, file: str) -> Iterator[Part]:
    root = names.files.get(file)
    for top in root.parts if root else ():
        if local(top.tag) == "BPMNDiagram":
            yield from (each for each in top.walk() if "bpmnElement" in each.facts)


def _condition(flow: Part) -> str:
    found = (each for each in flow.parts if local(each.tag) == "conditionExpression")
    return next((each.facts.get(TEXT, "").strip() for each in found), "")


def _timer(part: Part) -> str:
    found = (each.facts.get(TEXT, "") for each in part.walk() if local(each.tag) in _TIMES)
    return next(found, "").strip()


def _rank_of(part: Part, rank: Rank) -> Rank:
    """Drawn only: notes, groups and their lines mean nothing to a case."""
    name = local(part.tag)
    return Rank.TEXT if name in ("textAnnotation", "group", "association") else rank


def _facts_below(part: Part) -> Iterator[tuple[str, str]]:
    """Yield each thing a part says, with its place inside it; its links are told by its ways."""
    todo = [(part, "")]
    while todo:
        each, where = todo.pop()
        for name, fact in each.facts.items():
            if (name, where) not in (("id", ""), ("name", "")):
                yield f"{where}/{local(name)}".lstrip("/").removesuffix(f"/{TEXT}"), fact
        todo.extend(
            (inner, f"{where}/{step_of(inner)}".lstrip("/"))
            for inner in reversed(each.parts)
            if local(inner.tag) not in _LINKS
        )


def _label(entry: Entry) -> tuple[str, Rank]:
    """Return what people call the fact that changed, where it has a name; and its weight."""
    change = entry.change
    inner = [local(each.tag) for each in entry.way]
    if isinstance(change, Changed):
        name = inner[-1] if change.name == TEXT else local(change.name)
        return _SAID.get(name, ("", Rank.WORK if "extensionElements" in inner else Rank.REST))
    part = change.part if isinstance(change, Added | Removed) else None
    known = [_SAID[local(each)] for each in (part.facts if part else ()) if local(each) in _SAID]
    return known[0] if len(known) == 1 else ("", Rank.WORK)


def _truth(text: str | None) -> str | bool | None:
    return {"true": True, "false": False}.get(text or "", text)
