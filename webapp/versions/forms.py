"""What is different about a form, field by field."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from engine.changes import Added, Changed, Moved, Part, Removed
from engine.versions import ITEM, ITEMS, plain, value_of
from webapp.cases.phrases import in_words
from webapp.texts import N_
from webapp.versions.both import Both
from webapp.versions.facts import Told
from webapp.versions.sentences import Entry, Rank, Sentence, Subject

TYPES: Final[Mapping[str, str]] = {
    "rial": N_("amount in rials"),
    "quantity": N_("quantity"),
    "percentage": N_("percentage"),
    "jalaliDate": N_("date"),
    "datetime": N_("date or time"),
    "textfield": N_("text on one line"),
    "textarea": N_("text"),
    "number": N_("number"),
    "select": N_("choice from a list"),
    "radio": N_("choice of one"),
    "checkbox": N_("tick"),
    "checklist": N_("choice of several"),
    "taglist": N_("choice of several from a list"),
    "filepicker": N_("document"),
    "lineTable": N_("table of lines"),
    "dynamiclist": N_("list that repeats"),
    "group": N_("group"),
    "expression": N_("computed value"),
    "signature": N_("signature"),
    "table": N_("table"),
    "nationalId": N_("national ID"),
    "legalId": N_("national ID of an organisation"),
    "iban": N_("account number (Sheba)"),
    "postalCode": N_("postal code"),
    "mobile": N_("mobile number"),
    "html": N_("note"),
}
#: facts of a field by their path: what they are called, how much they matter
SAID: Final[Mapping[str, tuple[str, Rank]]] = {
    "label": (N_("the label"), Rank.FORM),
    "description": (N_("the hint"), Rank.TEXT),
    "text": (N_("the text"), Rank.TEXT),
    "type": (N_("what is asked for"), Rank.FORM),
    "readonly": (N_("is only shown"), Rank.FORM),
    "disabled": (N_("is only shown"), Rank.FORM),
    "defaultValue": (N_("what stands in it at first"), Rank.FORM),
    "validate/required": (N_("must be filled in"), Rank.FORM),
    "validate/min": (N_("the least"), Rank.AMOUNT),
    "validate/max": (N_("the most"), Rank.AMOUNT),
    "validate/minLength": (N_("the fewest characters"), Rank.FORM),
    "validate/maxLength": (N_("the most characters"), Rank.FORM),
    "validate/pattern": (N_("the pattern it must fit"), Rank.FORM),
    "conditional/hide": (N_("is hidden when"), Rank.AMOUNT),
    "expression": (N_("how it is computed"), Rank.AMOUNT),
    "value": (N_("how it is computed"), Rank.AMOUNT),
}


def sentences(file: str, entries: Iterable[Entry], both: Both) -> Iterator[Sentence]:
    """Yield what is different about one form; each change is in one sentence."""
    for each in entries:
        yield _Found(file, each, both).sentence()


class _Found:
    """One change of a form."""

    def __init__(self, file: str, entry: Entry, both: Both) -> None:
        self._file, self._entry, self._both = file, entry, both
        self._saying = both.saying
        was, now = both.old.form(file), both.new.form(file)
        self._id = str(now.get("id") or was.get("id") or file)

    def sentence(self) -> Sentence:
        """Say it."""
        text, rank, mark, codes = self._told()
        subject = Subject("form", self._file, self._id)
        return Sentence(subject, text, rank, mark, frozenset({self._entry.number}), codes)

    def _told(self) -> Told:
        change, way = self._entry.change, self._entry.way
        tags = [each.tag for each in way]
        if f"components{ITEMS}" not in tags:
            return self._of_form(tags)
        at = max(n for n, each in enumerate(tags) if each == f"components{ITEMS}") + 1
        if at >= len(tags):
            return self._plainly("/".join(tags[1:]), "", Rank.FORM)
        if at == len(tags) - 1 and not isinstance(change, Changed):
            return self._component(change)
        component, path = way[: at + 1], [each.removesuffix(ITEMS) for each in tags[at + 1 :]]
        name = self._name(component)
        if "values" in path:
            return self._choice(name, path)
        if isinstance(change, Changed):
            path.append(change.name)
        return self._fact(name, "/".join(path))

    def _of_form(self, tags: list[str]) -> Told:
        change = self._entry.change
        if f"outcomes{ITEMS}" in tags:
            what = self._saying.say(N_("The answers to choose from"))
            if isinstance(change, Added | Removed):
                said = value_of(change.part)
                label = said.get("label") if isinstance(said, dict) else said
                text = N_("The answer %(name)s was added to choose from")
                if isinstance(change, Removed):
                    text = N_("The answer %(name)s was removed from the choice")
                told = self._saying.say(text, name=self._saying.quoted(str(label)))
                return Told(told, Rank.STEP, self._entry.mark, tuple(_all(change.part)))
            return self._plainly(what, what, Rank.STEP)
        where = "/".join(each.removesuffix(ITEMS) for each in tags[1:])
        rank = Rank.FORM if "divan" in tags else Rank.REST
        return self._plainly(where, "", rank)

    def _component(self, change: Added | Removed | Moved) -> Told:
        if isinstance(change, Moved):
            text = N_("The field %(name)s stands elsewhere in the form")
            told = self._saying.say(text, name=self._name(self._entry.way))
            return Told(told, Rank.TEXT, "moved")
        said = value_of(change.part)
        said = said if isinstance(said, dict) else {}
        names = self._both.new if isinstance(change, Added) else self._both.old
        text = N_("The field %(name)s was added: %(type)s%(rest)s")
        if isinstance(change, Removed):
            text = N_("The field %(name)s was removed: %(type)s%(rest)s")
        must = said.get("validate")
        is_required = isinstance(must, dict) and must.get("required") is True
        told = self._saying.say(
            text,
            name=names.field(self._id, said),
            type=self._type(said.get("type")),
            rest=self._saying.say(N_(", must be filled in")) if is_required else "",
        )
        return Told(told, Rank.FORM, self._entry.mark, tuple(_all(change.part)))

    def _type(self, said: Any) -> str:
        is_known = isinstance(said, str) and said in TYPES
        return self._saying.say(TYPES[said]) if is_known else str(said or "")

    def _name(self, way: tuple[Any, ...]) -> str:
        """Return what the component at a way of the older version is called."""
        part = self._both.old.files.get(self._file)
        for key in way[1:]:
            same = [
                each
                for each in (part.parts if part else ())
                if (each.tag, each.mark) == (key.tag, key.mark)
            ]
            part = same[key.turn] if key.turn < len(same) else None
        said = value_of(part) if part is not None else {}
        return self._newest(said if isinstance(said, dict) else {}, way[-1].mark)

    def _newest(self, was: Mapping[str, Any], mark: str) -> str:
        """Return the label a field has in the older version; its key where there is none."""
        return self._both.old.field(self._id, was) if was else self._saying.quoted(mark)

    def _choice(self, name: str, path: list[str]) -> Told:
        change = self._entry.change
        if isinstance(change, Added | Removed) and path[-1] == ITEM:
            said = value_of(change.part)
            label = said.get("label") or said.get("value") if isinstance(said, dict) else said
            text = N_("%(name)s offers %(choice)s too")
            if isinstance(change, Removed):
                text = N_("%(name)s offers %(choice)s no more")
            told = self._saying.say(text, name=name, choice=self._saying.quoted(str(label)))
            return Told(told, Rank.FORM, self._entry.mark, tuple(_all(change.part)))
        if isinstance(change, Moved):
            text = N_("%(name)s offers its choices in another order")
            return Told(self._saying.say(text, name=name), Rank.TEXT, "moved")
        what = self._saying.say(
            N_("%(name)s, %(what)s"), name=name, what=self._saying.say(N_("the choices"))
        )
        return self._plainly(what, what, Rank.FORM)

    def _fact(self, name: str, path: str) -> Told:
        label, rank = SAID.get(path, ("", Rank.FORM))
        said = self._saying.say(label) if label else path
        what = self._saying.say(N_("%(name)s, %(what)s"), name=name, what=said)
        change = self._entry.change
        if isinstance(change, Added | Removed) and change.part.facts and not change.part.parts:
            return self._several(name, path, change)
        if not isinstance(change, Changed):
            return self._plainly(what, what, rank)
        before, after = plain(change.before), plain(change.after)
        if path == "type":
            words = [None if each is None else self._type(each) for each in (before, after)]
            return Told(self._saying.became_said(what, *words), rank, "changed")
        feel = [str(each or "") for each in (before, after)]
        if any(each.startswith("=") for each in feel):
            return self._expression(what, rank, feel)
        return Told(self._saying.became(what, before, after), rank, "changed")

    def _several(self, name: str, path: str, change: Added | Removed) -> Told:
        """Say facts that came or went together, such as the first limits of a field."""
        said, ranks = [], []
        for fact, written in change.part.facts.items():
            label, rank = SAID.get(f"{path}/{fact}", ("", Rank.FORM))
            what = self._saying.say(label) if label else f"{path}/{fact}"
            pair = (None, plain(written)) if isinstance(change, Added) else (plain(written), None)
            said.append(self._saying.became(what, *pair))
            ranks.append(rank)
        text = self._saying.about(name, self._saying.listed(said))
        return Told(text, min(ranks), self._entry.mark)

    def _expression(self, what: str, rank: Rank, feel: list[str]) -> Told:
        said = [
            in_words(each, names.vocabulary("")) if each else None
            for each, names in zip(feel, (self._both.old, self._both.new), strict=True)
        ]
        labels = self._saying.say(N_("before")), self._saying.say(N_("now"))
        codes = tuple((label, each) for label, each in zip(labels, feel, strict=True) if each)
        return Told(self._saying.became_said(what, *said), rank, "changed", codes)

    def _plainly(self, where: str, what: str, rank: Rank) -> Told:
        """Say what there is no sentence for as it stands in the file, with its place."""
        change = self._entry.change
        match change:
            case Changed(name=name, before=before, after=after):
                told = what or f"{where}/{name}".lstrip("/")
                text = self._saying.became(told, plain(before), plain(after))
                return Told(text, rank, "changed")
            case Added(part=part):
                text = self._saying.say(N_("%(what)s, new"), what=what or where)
                return Told(text, rank, "added", tuple(_all(part)))
            case Removed(part=part):
                text = self._saying.say(N_("%(what)s, no more"), what=what or where)
                return Told(text, rank, "removed", tuple(_all(part)))
        text = self._saying.say(N_("%(what)s in another place in the file"), what=what or where)
        return Told(text, Rank.TEXT, "moved")


def _all(part: Part) -> Iterator[tuple[str, str]]:
    """Yield each thing a part says with its place inside it, as the file has it."""
    todo = [(part, "")]
    while todo:
        each, where = todo.pop()
        for name, fact in each.facts.items():
            yield f"{where}/{name}".strip("/"), fact
        todo.extend(
            (inner, f"{where}/{inner.tag.removesuffix(ITEMS)}") for inner in reversed(each.parts)
        )
