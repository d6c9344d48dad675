"""What is different about the decisions of a file, rule by rule and cell by cell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from engine.bpmn.interchange import DRAWING, TEXT, step_of
from engine.changes import Added, Changed, Key, Moved, Part, Removed
from webapp.formatting import digits
from webapp.texts import N_
from webapp.versions.both import Both
from webapp.versions.facts import Told
from webapp.versions.names import Names, local
from webapp.versions.rules import asked_in_words, children_of, column_name, rule_in_words, text_of
from webapp.versions.sentences import Codes, Entry, Rank, Sentence, Subject

_ELEMENTS: Final = frozenset(
    {"decision", "inputData", "businessKnowledgeModel", "decisionService", "itemDefinition"}
)
_ENTRIES: Final = frozenset({"inputEntry", "outputEntry", "annotationEntry"})
_COLUMNS: Final = frozenset({"input", "output"})


def sentences(file: str, entries: Iterable[Entry], both: Both) -> Iterator[Sentence]:
    """Yield what is different about one file of decisions; each change is in one sentence."""
    for each in entries:
        yield _Found(file, each, both).sentence()


class _Found:
    """One change of a file of decisions."""

    def __init__(self, file: str, entry: Entry, both: Both) -> None:
        self._file, self._entry, self._both = file, entry, both
        self._saying = both.saying
        self._names = [local(each.tag) for each in entry.way]

    def sentence(self) -> Sentence:
        """Say it."""
        text, rank, mark, codes = self._told()
        top = self._key(_ELEMENTS)
        subject = Subject("decision", self._file, top.mark if top else "")
        return Sentence(subject, text, rank, mark, frozenset({self._entry.number}), codes)

    def _told(self) -> Told:
        change, last = self._entry.change, self._names[-1]
        if any(each.tag[1:].partition("}")[0] in DRAWING for each in self._entry.way):
            text = self._saying.say(N_("The drawing of the decisions is another"))
            return Told(text, Rank.DRAWING, "moved")
        rule = self._key({"rule"})
        if last == "rule" and not isinstance(change, Changed):
            return self._rule(change)
        if rule and self._key(_ENTRIES) and isinstance(change, Changed) and change.name == TEXT:
            return self._cell(change)
        if isinstance(change, Changed) and change.name == "hitPolicy":
            what = self._saying.say(N_("Which rule counts when several fit"))
            text = self._saying.became(what, change.before or "UNIQUE", change.after or "UNIQUE")
            return Told(text, Rank.AMOUNT, "changed")
        return self._other()

    def _key(self, names: frozenset[str] | set[str]) -> Key | None:
        found = (each for each in reversed(self._entry.way) if local(each.tag) in names)
        return next(found, None)

    def _rule(self, change: Added | Removed | Moved) -> Told:
        if isinstance(change, Added):
            text = N_("Rule %(number)s was added: %(rule)s")
            number, said = self._numbered(change.part, self._both.new)
            told = self._saying.say(text, number=number, rule=said)
            return Told(told, Rank.AMOUNT, "added", self._cells(change.part, self._both.new))
        old = self._part(self._entry.way, self._both.old)
        number, said = self._numbered(old, self._both.old)
        if isinstance(change, Removed):
            told = self._saying.say(
                N_("Rule %(number)s was removed: %(rule)s"), number=number, rule=said
            )
            return Told(told, Rank.AMOUNT, "removed", self._cells(change.part, self._both.old))
        after = self._number_at(change.at)
        text = N_("Rule %(number)s is rule %(after)s now: %(rule)s")
        told = self._saying.say(text, number=number, after=after, rule=said)
        return Told(told, Rank.AMOUNT, "moved")

    def _part(self, way: tuple[Key, ...], names: Names) -> Part | None:
        """Return what stands at a way of the older version."""
        part = names.files.get(self._file)
        for key in way[1:]:
            same = [
                each
                for each in (part.parts if part else ())
                if (each.tag, each.mark) == (key.tag, key.mark)
            ]
            part = same[key.turn] if key.turn < len(same) else None
        return part

    def _table(self, names: Names) -> Part | None:
        at = max((at for at, each in enumerate(self._names) if each == "decisionTable"), default=-1)
        if at < 0:
            return None
        if names is self._both.old:
            return self._part(self._entry.way[: at + 1], names)
        place = (Key("file", self._file, 0), *self._entry.way[: at + 1])
        pair = self._both.versions.comparison.pairs.get(place)
        return pair[1] if pair else None

    def _numbered(self, rule: Part | None, names: Names) -> tuple[str, str]:
        table = self._table(names)
        rules = children_of(table, "rule")
        number = next((at for at, each in enumerate(rules, 1) if each is rule), None)
        if number is None and rule is not None:
            number = next((at for at, each in enumerate(rules, 1) if each == rule), 0)
        said = rule_in_words(rule, table, names, self._saying) if rule and table else ""
        return digits(number or 0, self._saying.manner), said

    def _number_at(self, at: int) -> str:
        table = self._table(self._both.new)
        before = table.parts[:at] if table else ()
        count = sum(local(each.tag) == "rule" for each in before)
        return digits(count + 1, self._saying.manner)

    def _cells(self, rule: Part, names: Names) -> Codes:
        """Return the cells of a rule as they stand, each with its column."""
        table = self._table(names)
        columns = [*children_of(table, "input"), *children_of(table, "output")]
        cells = [*children_of(rule, "inputEntry"), *children_of(rule, "outputEntry")]
        told = [
            (column_name(column), text_of(cell))
            for column, cell in zip(columns, cells, strict=False)
        ]
        notes = [("", text_of(each)) for each in children_of(rule, "annotationEntry")]
        return tuple(told + [each for each in notes if each[1]])

    def _cell(self, change: Changed) -> Told:
        at = max(at for at, each in enumerate(self._names) if each == "rule")
        rule = self._part(self._entry.way[: at + 1], self._both.old)
        number, _ = self._numbered(rule, self._both.old)
        entry = self._part(self._entry.way[: at + 2], self._both.old)
        kind = self._names[at + 1]
        place = next((n for n, each in enumerate(children_of(rule, kind)) if each is entry), 0)
        columns = children_of(self._table(self._both.old), kind.removesuffix("Entry"))
        column = columns[place] if place < len(columns) else None
        before, after = change.before or "", change.after or ""
        what = self._saying.say(
            N_("Rule %(number)s, %(column)s"),
            number=number,
            column=self._saying.quoted(column_name(column) if column else kind),
        )
        if column is not None and kind == "inputEntry":
            anything = self._saying.say(N_("whatever it is"))
            said = [
                asked_in_words(column, cell, names) or anything
                for cell, names in ((before, self._both.old), (after, self._both.new))
            ]
        else:
            said = [
                before or self._saying.say(N_("nothing")),
                after or self._saying.say(N_("nothing")),
            ]
        rank = Rank.TEXT if kind == "annotationEntry" else Rank.AMOUNT
        codes = ((self._saying.say(N_("before")), before), (self._saying.say(N_("now")), after))
        return Told(self._saying.turned(what, *said), rank, "changed", codes)

    def _other(self) -> Told:
        """Say what there is no sentence for as it stands in the file, with its place."""
        change = self._entry.change
        at = max((n for n, each in enumerate(self._names) if each in _ELEMENTS), default=0)
        where = "/".join(step_of(each) for each in self._entry.way[at:])
        rank = Rank.AMOUNT if len(self._names) > at + 1 else Rank.STEP
        match change:
            case Changed(name=name, before=before, after=after):
                if name in ("name", "label", "description", "exporter", "exporterVersion"):
                    rank = Rank.TEXT
                what = where if name == TEXT else f"{where}/{name}"
                return Told(self._saying.became(what, before, after), rank, "changed")
            case Added(part=part):
                told = self._saying.say(N_("%(what)s, new"), what=where)
                return Told(told, rank, "added", tuple(_all(part)))
            case Removed(part=part):
                told = self._saying.say(N_("%(what)s, no more"), what=where)
                return Told(told, rank, "removed", tuple(_all(part)))
        told = self._saying.say(N_("%(what)s in another place in the file"), what=where)
        is_column = self._names[-1] in _COLUMNS
        return Told(told, Rank.AMOUNT if is_column else Rank.DRAWING, "moved")


def _all(part: Part) -> Iterator[tuple[str, str]]:
    for each in part.walk():
        for name, fact in each.facts.items():
            yield (step_of(each) if name == TEXT else f"{step_of(each)}/{name}"), fact
