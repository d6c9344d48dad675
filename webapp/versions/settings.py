"""What is different about ``process.toml``: roles, deadlines, approvals, four-eyes rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from engine.changes import Changed
from engine.versions import ITEMS
from webapp.texts import N_
from webapp.versions.both import Both
from webapp.versions.declared import (
    OF_STEPS,
    deadline_in_words,
    desk_in_words,
    rest_of_rule,
)
from webapp.versions.names import at
from webapp.versions.sentences import Entry, Mark, Rank, Sentence, Subject

_OF_PROCESSES: Final[Mapping[str, tuple[str, Rank]]] = {
    "title": (N_("The title"), Rank.TEXT),
    "start_form": (N_("The form cases start with"), Rank.FORM),
    "amount": (N_("What counts as the amount of a case"), Rank.AMOUNT),
    "unit": (N_("The unit of cases that an event starts"), Rank.WHO),
    "returns": (N_("Steps may be sent back to earlier ones"), Rank.STEP),
}


def sentences(file: str, entries: Iterable[Entry], both: Both) -> Iterator[Sentence]:
    """Yield what is different about the settings of an area."""
    told = list(entries)
    was, now = both.old.config, both.new.config
    for section in dict.fromkeys((*was, *now)):
        if was.get(section) != now.get(section) or _below(told, section):
            yield from _Section(file, section, told, both).sentences()


def _below(entries: Iterable[Entry], *path: str) -> frozenset[int]:
    """Return the changes at a path or below it, and those of what holds it."""
    found = set()
    for each in entries:
        way = [key.tag.removesuffix(ITEMS) for key in each.way[1:]]
        if isinstance(each.change, Changed):
            way.append(each.change.name)
        length = min(len(way), len(path))
        if way[:length] == list(path[:length]):
            found.add(each.number)
    return frozenset(found)


class _Section:
    """One section of the file in both versions: a process, or what is said of the area."""

    def __init__(self, file: str, section: str, entries: list[Entry], both: Both) -> None:
        self._file, self._id, self._entries, self._both = file, section, entries, both
        self._saying = both.saying
        self._told: set[int] = set()

    def sentences(self) -> Iterator[Sentence]:
        """Yield what is different about it."""
        was, now = at(self._both.old.config, self._id), at(self._both.new.config, self._id)
        if not isinstance(was, dict | None) or not isinstance(now, dict | None):
            yield self._plain((self._id,), self._saying.quoted(self._id), Rank.REST, was, now)
            return
        old, new = was or {}, now or {}
        for member in dict.fromkeys((*old, *new)):
            if old.get(member) != new.get(member) or (member in old) != (member in new):
                yield from self._member(member, old.get(member), new.get(member))
        rest = _below(self._entries, self._id) - self._told
        if rest:
            text = self._saying.say(
                N_("What %(name)s says stands in another order"),
                name=self._saying.quoted(self._both.new.process(self._id)),
            )
            subject = Subject("process", self._file, self._id, self._id)
            yield Sentence(subject, text, Rank.DRAWING, "moved", rest)

    def _member(self, member: str, was: Any, now: Any) -> Iterator[Sentence]:
        old, new = was if isinstance(was, dict) else {}, now if isinstance(now, dict) else {}
        inner = [key for key in dict.fromkeys((*old, *new)) if old.get(key) != new.get(key)]
        sayers = {
            "lanes": self._lane,
            "tasks": self._step,
            "timers": self._timer,
            "columns": self._column,
            "messages": self._message,
        }
        is_known = isinstance(was or {}, dict) and isinstance(now or {}, dict)
        if member in sayers and is_known:
            for key in inner:
                yield from sayers[member](key, old.get(key), new.get(key))
        elif member == "not_same_person" and _are_rules(was) and _are_rules(now):
            yield from self._separations(was or [], now or [])
        elif member == "start_lanes":
            yield self._start_lanes(was, now)
        else:
            label, rank = _OF_PROCESSES.get(member, ("", Rank.REST))
            what = self._saying.say(label) if label else member
            yield self._plain((self._id, member), what, rank, was, now)

    def _sentence(
        self, text: str, rank: Rank, mark: Mark, *path: str, element: str = ""
    ) -> Sentence:
        changes = _below(self._entries, self._id, *path)
        self._told |= changes
        subject = Subject("process", self._file, self._id, self._id)
        if element:
            drawn = self._both.file_of(self._id)
            subject = Subject("element", drawn or self._file, element, self._id)
        return Sentence(subject, text, rank, mark, changes)

    def _plain(
        self, path: tuple[str, ...], what: str, rank: Rank, was: Any, now: Any, element: str = ""
    ) -> Sentence:
        text = self._saying.became(what, was, now)
        return self._sentence(text, rank, _mark(was, now), *path[1:], element=element)

    def _of(self, element: str, what: str) -> str:
        name = self._both.step(self._id, element)
        return self._saying.say(N_("%(name)s, %(what)s"), name=name, what=what)

    def _lane(self, lane: str, was: Any, now: Any) -> Iterator[Sentence]:
        text = self._saying.became_said(
            self._of(lane, self._saying.say(N_("whose work it is"))),
            desk_in_words(was, self._both.old, self._saying),
            desk_in_words(now, self._both.new, self._saying),
        )
        yield self._sentence(text, Rank.WHO, _mark(was, now), "lanes", lane, element=lane)

    def _step(self, step: str, was: Any, now: Any) -> Iterator[Sentence]:
        old, new = was if isinstance(was, dict) else {}, now if isinstance(now, dict) else {}
        for key in dict.fromkeys((*old, *new)):
            before, after = old.get(key), new.get(key)
            if before == after and (key in old) == (key in new):
                continue
            path = (self._id, "tasks", step, key)
            if key == "due":
                yield self._due(step, before, after, "tasks", step, "due")
            elif key == "escalate":
                yield self._roles(step, before, after)
            else:
                label, rank = OF_STEPS.get(key, ("", Rank.WORK))
                what = self._of(step, self._saying.say(label) if label else key)
                yield self._plain(path, what, rank, before, after, step)
        if not old and not new:
            yield self._plain((self._id, "tasks", step), self._of(step, step), Rank.REST, was, now)

    def _roles(self, step: str, was: Any, now: Any) -> Sentence:
        what = self._of(step, self._saying.say(OF_STEPS["escalate"][0]))
        before, after = (
            None if each is None else names.role_called(str(each))
            for each, names in ((was, self._both.old), (now, self._both.new))
        )
        text = self._saying.became_said(what, before, after)
        return self._sentence(
            text, Rank.WHO, _mark(was, now), "tasks", step, "escalate", element=step
        )

    def _timer(self, timer: str, was: Any, now: Any) -> Iterator[Sentence]:
        yield self._due(timer, was, now, "timers", timer)

    def _due(self, step: str, was: Any, now: Any, *path: str) -> Sentence:
        what = self._of(step, self._saying.say(N_("the deadline")))
        before, after = (
            deadline_in_words(each, self._id, self._both.new, self._saying) for each in (was, now)
        )
        text = self._saying.became_said(what, before, after)
        return self._sentence(text, Rank.DEADLINE, _mark(was, now), *path, element=step)

    def _column(self, column: str, was: Any, now: Any) -> Iterator[Sentence]:
        label = self._both.new.vocabulary(self._id).name(column)
        what = self._saying.say(N_("Column of lists %(name)s"), name=self._saying.quoted(label))
        yield self._plain((self._id, "columns", column), what, Rank.TEXT, was, now)

    def _message(self, message: str, was: Any, now: Any) -> Iterator[Sentence]:
        said = self._both.new.message(self._id, message) or message
        what = self._saying.say(
            N_("What people may send: %(name)s"), name=self._saying.quoted(said)
        )
        yield self._plain((self._id, "messages", message), what, Rank.WHO, was, now)

    def _start_lanes(self, was: Any, now: Any) -> Sentence:
        before, after = (
            None
            if lanes is None
            else self._saying.listed([names.role(self._id, str(each)) for each in lanes])
            if isinstance(lanes, list)
            else self._saying.value(lanes)
            for lanes, names in ((was, self._both.old), (now, self._both.new))
        )
        what = self._saying.say(N_("Who may start a case"))
        text = self._saying.became_said(what, before, after)
        return self._sentence(text, Rank.WHO, _mark(was, now), "start_lanes")

    def _separations(self, was: list[Any], now: list[Any]) -> Iterator[Sentence]:
        gone = [each for each in was if each not in now]
        came = [each for each in now if each not in was]
        for rule in gone:
            same = [each for each in came if _steps(each) == _steps(rule)]
            if same:
                came.remove(same[0])
                yield self._separation_changed(rule, same[0])
            else:
                text = N_("No more: %(steps)s of one case need different people%(rest)s")
                yield self._separation(text, rule, "removed")
        for rule in came:
            text = N_("New: %(steps)s of one case need different people%(rest)s")
            yield self._separation(text, rule, "added")

    def _separation_changed(self, was: Mapping[str, Any], now: Mapping[str, Any]) -> Sentence:
        text = N_("%(steps)s of one case need different people")
        what = self._saying.say(text, steps=self._named(now))
        said = self._saying.turned(
            what, *(rest_of_rule(each, self._both.new, self._saying) for each in (was, now))
        )
        return self._sentence(said, Rank.WHO, "changed", "not_same_person")

    def _separation(self, text: str, rule: Mapping[str, Any], mark: Mark) -> Sentence:
        rest = f" ({said})" if (said := rest_of_rule(rule, self._both.new, self._saying)) else ""
        told = self._saying.say(text, steps=self._named(rule), rest=rest)
        return self._sentence(told, Rank.WHO, mark, "not_same_person")

    def _named(self, rule: Mapping[str, Any]) -> str:
        steps = rule.get("steps")
        if not isinstance(steps, list):
            return self._saying.value(steps)
        return self._saying.listed([self._both.step(self._id, str(each)) for each in steps])


def _steps(rule: Mapping[str, Any]) -> str:
    steps = rule.get("steps")
    return repr(sorted(map(str, steps)) if isinstance(steps, list) else steps)


def _are_rules(said: Any) -> bool:
    return said is None or (isinstance(said, list) and all(isinstance(each, dict) for each in said))


def _mark(was: Any, now: Any) -> Mark:
    return "added" if was is None else "removed" if now is None else "changed"
