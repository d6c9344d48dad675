"""Reading a form file: form-js JSON into components, every fault at once.

What is unknown and changes nothing is kept by (the file is stored as it came); what would
change how the form behaves, and is not done here, is refused with its place named.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from engine.findings import detail
from forms.components import (
    Component,
    DynamicList,
    Field,
    Group,
    Note,
    Outcome,
    Rule,
    View,
    asking,
    paths_in,
)
from forms.errors import FormUnreadable
from forms.expressions import ROW_NAMES, Feel, feel_of
from forms.kinds import KINDS
from forms.ordering import Waiting, in_order
from forms.paths import ROWS, is_own
from forms.properties import Json, Properties, is_key
from forms.vocabulary import OWN_OF_FORM

VIEWS: Final = frozenset({"separator", "spacer", "image", "table", "documentPreview"})
MOST_COMPONENTS: Final = 2000
DEEPEST: Final = 12  #: groups and lists inside one another
MOST_ROWS: Final = 500


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a form file says."""

    id: str
    components: tuple[Component, ...]
    outcomes: tuple[Outcome, ...]
    rules: tuple[Rule, ...]
    checks: bool


def parsed(json: Json) -> Parsed:
    """Read a form file.

    Raises:
        FormUnreadable: with every place outside the documented subset.
    """
    reading = _Reading()
    found = reading.form(json)
    if reading.faults:
        raise FormUnreadable(reading.faults)
    return found


class _Reading(Properties):
    """One reading of one file, component by component."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0
        self.nameless = 0

    def form(self, json: Json) -> Parsed:
        own = self.own(json, "", OWN_OF_FORM)
        if json.get("type", "default") != "default":
            self.fault("FORM-001", "", "type", detail("FORM-001-1", kind=json["type"]))
        components = self._components(json, _Around(), "")
        outcomes = tuple(self.each(own, "outcomes", self._outcome, ""))
        rules = tuple(self.each(own, "rules", self._rule, ""))
        found = Parsed(
            str(json.get("id", "")), components, outcomes, rules, own.get("check") is True
        )
        self._check(found)
        return found

    def _components(self, json: Json, around: _Around, place: str) -> tuple[Component, ...]:
        read = self.each(json, "components", lambda each: self._component(each, around), place)
        return tuple(each for each in read if each is not None)

    def _component(self, json: Json, around: _Around) -> Component | None:
        self.count += 1
        kind, place = json.get("type"), str(json.get("key") or json.get("id") or "")
        if self.count == MOST_COMPONENTS + 1:
            self.fault("FORM-011", place, "", detail("FORM-011-1", most=MOST_COMPONENTS))
        if self.count > MOST_COMPONENTS:
            return None
        if around.depth > DEEPEST:
            self.fault("FORM-011", place, "", detail("FORM-011-2", most=DEEPEST))
            return None
        return self._of_type(kind, json, around, place)

    def _of_type(self, kind: object, json: Json, around: _Around, place: str) -> Component | None:
        match kind:
            case "text":
                return self._note(json, around, place)
            case "group":
                return self._group(json, around, place)
            case "dynamiclist":
                return self._list(json, around, place)
            case "button":  # left out: every form has its own
                if json.get("action", "submit") != "submit":
                    self.fault("FORM-005", place, "action", detail("FORM-005-1"))
            case str() if kind in VIEWS:
                return self._view(json, around, place)
            case str() if kind in KINDS:
                return self._field(json, around, place)
            case _:
                self.fault("FORM-001", place, "type", detail("FORM-001-2", kind=kind))
        return None

    def _note(self, json: Json, around: _Around, place: str) -> Note:
        place, text = str(json.get("id") or place), str(json.get("text", ""))
        if text.startswith("=") or "{{" in text:
            self.fault("FORM-005", place, "text", detail("FORM-005-2"))
        return Note(place, text, self._hidden(json, around, place), self.layout(json, place))

    def _view(self, json: Json, around: _Around, place: str) -> View:
        if not place:
            self.nameless += 1
            place = f"view{self.nameless}"
        given = json.get("source") if json["type"] == "image" else json.get("dataSource")
        if "columnsExpression" in json:
            self.fault("FORM-005", place, "columnsExpression", detail("FORM-005-3"))
        source_from = self.feel(given, place, "source")
        columns = self.each(json, "columns", _column, place)
        return View(
            type=json["type"],
            id=place,
            label=self.said(json, "alt" if json["type"] == "image" else "label", place),
            source=None if source_from or given is None else str(given),
            source_from=source_from,
            columns=tuple(columns),
            height=self.whole(json.get("height"), place, "height"),
            rows=self.whole(json.get("rowCount"), place, "rowCount"),
            hide=self._hidden(json, around, place),
            layout=self.layout(json, place),
            extras=json,
        )

    def _group(self, json: Json, around: _Around, place: str) -> Group:
        path, own = json.get("path"), self.own(json, place)
        if path is not None and path != "" and not is_key(path):
            self.fault("FORM-002", place, "path", detail("FORM-002-1", path=path))
        is_page = own.get("page") is True
        if is_page and around.depth:
            self.fault("FORM-008", place, "divan.page", detail("FORM-008-1"))
        if not place:
            self.nameless += 1
            place = f"group{self.nameless}"
        hide = self._hidden(json, around, place)
        inner = around.deeper(hide=hide, path=str(path) if path else "")
        return Group(
            place,
            self.said(json, "label", place),
            self._components(json, inner, place),
            hide=hide,
            is_page=is_page,
            outlined=json.get("showOutline", True) is not False,
            layout=self.layout(json, place),
        )

    def _list(self, json: Json, around: _Around, place: str) -> DynamicList:
        own = self.own(json, place)
        key = self._key(json, "path", around, place)
        least = self.whole(own.get("min"), key, "divan.min") or 0
        most = self.whole(own.get("max"), key, "divan.max")
        most = 100 if most is None else most
        if not least <= most <= MOST_ROWS:
            self.fault("FORM-006", key, "divan.max", detail("FORM-006-1", most=MOST_ROWS))
        first = self.whole(json.get("defaultRepetitions", 1), key, "defaultRepetitions")
        components = self._components(json, _Around(depth=around.depth + 1), key)
        if any(each.key == ROWS for each in asking(components)):
            self.fault("FORM-002", f"{key}/{ROWS}", "key", detail("FORM-002-2"))
        changes = json.get("allowAddRemove", True) is not False
        grouped_by = own.get("groupedBy")
        shown = {each.key for each in asking(components) if each.readonly}
        if grouped_by is not None and grouped_by not in shown:
            told = detail("FORM-006-8", given=grouped_by)
            self.fault("FORM-006", key, "divan.groupedBy", told)
        if changes:
            self._check_rows(key, components)
        return DynamicList(
            key=key,
            label=self.said(json, "label", key),
            components=components,
            description=self.said(json, "description", key),
            least=least,
            most=most,
            first=min(max(first or 0, least), most),
            changes=changes,
            grouped_by=grouped_by,
            readonly=json.get("readonly") is True or json.get("disabled") is True,
            outcomes=self.names(own, "outcomes", key),
            hide=self._hidden(json, around, key),
            layout=self.layout(json, key),
        )

    def _field(self, json: Json, around: _Around, place: str) -> Field:
        kind, own = KINDS[json["type"]], self.own(json, place)
        key = self._key(json, "key", around, place)
        rules = self.inner(json, "validate", key)
        looks = self.inner(json, "appearance", key)
        readonly = json.get("readonly", json.get("disabled", False))
        if json.get("serializeToString"):
            self.fault("FORM-005", key, "serializeToString", detail("FORM-005-4"))
        return Field(
            type=json["type"],
            key=key,
            label=self.said(json, "label", key) or self.said(json, "dateLabel", key) or key,
            description=self.said(json, "description", key),
            required=rules.get("required") is True,
            least=self.number(rules.get("min"), key, "validate.min"),
            most=self.number(rules.get("max"), key, "validate.max"),
            shortest=self.whole(rules.get("minLength"), key, "validate.minLength"),
            longest=self.longest(rules, key),
            pattern=self.pattern(rules, key),
            places=self.whole(json.get("decimalDigits"), key, "decimalDigits"),
            choices=self.choices(json, key) if kind.chosen else (),
            readonly=readonly is True or json.get("disabled") is True,
            outcomes=self.names(own, "outcomes", key),
            kind=own.get("kind"),
            source=own.get("source") or own.get("options"),
            hide=self._hidden(json, around, key),
            required_when=self.feel(rules.get("required"), key, "validate.required")
            or self.feel(own.get("required"), key, "divan.required"),
            readonly_when=self.feel(readonly, key, "readonly")
            or self.feel(json.get("disabled"), key, "disabled"),
            computed=self.computed(json, own, key),
            least_when=self.feel(rules.get("min"), key, "validate.min"),
            most_when=self.feel(rules.get("max"), key, "validate.max"),
            choices_key=self.choices_key(json, key) if kind.chosen else None,
            choices_from=self.choices_from(json, key) if kind.chosen else None,
            default=json.get("defaultValue"),
            prefix=self.said(looks, "prefixAdorner", key),
            suffix=self.said(looks, "suffixAdorner", key),
            searches=own.get("search") is True,
            subtype=self.subtype(json, rules, key),
            step=self.number(json.get("timeInterval", json.get("increment")), key, "increment"),
            not_before_today=json.get("disallowPassedDates") is True,
            zoned=json.get("timeSerializingFormat", "utc_offset") != "no_timezone",
            layout=self.layout(json, key),
            extras={name: json[name] for name in kind.properties if name in json},
        )

    def _outcome(self, json: Json) -> Outcome:
        value = str(json.get("value", ""))
        if not value:
            self.fault("FORM-002", "outcomes", "value", detail("FORM-002-3"))
        return Outcome(
            value=value,
            label=str(json.get("label", value)),
            kind=str(json.get("kind", "default")),
            requires=self.names(json, "requires", value),
        )

    def _rule(self, json: Json) -> Rule:
        rule_id = str(json.get("id", ""))
        holds = self.feel(json.get("holds"), rule_id, "holds")
        if not rule_id or holds is None or not json.get("message"):
            self.fault("FORM-006", rule_id, "divan.rules", detail("FORM-006-2"))
        return Rule(
            rule_id,
            holds or Feel("true"),
            str(json.get("message", "")),
            tuple(sorted(self.names(json, "fields", rule_id))),
            self.names(json, "outcomes", rule_id),
        )

    def _key(self, json: Json, name: str, around: _Around, place: str) -> str:
        key = json.get(name) or (json.get("key") if name == "path" else None)
        if not key:
            self.fault("FORM-002", place, name, detail("FORM-002-4", type=json["type"], name=name))
            return place or f"nameless{self.count}"
        key = around.path + str(key)
        if not is_key(key) or is_own(key) or key.partition(".")[0] in ROW_NAMES:
            self.fault("FORM-002", place, name, detail("FORM-002-5", key=key))
        return key

    def _hidden(self, json: Json, around: _Around, place: str) -> tuple[Feel, ...]:
        """Return what hides a component: its own condition, after those around it."""
        given = self.inner(json, "conditional", place).get("hide")
        own = self.feel(given, place, "conditional.hide")
        if given and feel_of(given) is None:
            own = self.feel(f"={given}", place, "conditional.hide")
        return around.hide + ((own,) if own is not None else ())

    def _check(self, form: Parsed) -> None:
        """Look at what concerns several components."""
        seen: set[str] = set()
        for path, _ in paths_in(form.components):
            if path in seen:
                self.fault("FORM-003", path, "key", detail("FORM-003-1"))
            seen.add(path)
        for outcome in form.outcomes:
            for each in sorted(outcome.requires - seen):
                self.fault("FORM-010", outcome.value, "requires", detail("FORM-010-1", field=each))
        for rule in form.rules:
            for each in sorted({*rule.fields} - seen):
                self.fault("FORM-010", rule.id, "fields", detail("FORM-010-1", field=each))
        self._check_pages(form)
        self._check_order(form)

    def _check_rows(self, key: str, components: tuple[Component, ...]) -> None:
        """Refuse what is only shown in rows that move: nobody knows whose row it was."""
        for each in asking(components):
            if each.readonly or (isinstance(each, Field) and each.readonly_when is not None):
                place = f"{key}/{each.key}"
                self.fault("FORM-012", place, "readonly", detail("FORM-012-1"))

    def _check_pages(self, form: Parsed) -> None:
        pages = [each for each in form.components if isinstance(each, Group) and each.is_page]
        if not pages:
            return
        outside = tuple(each for each in form.components if each not in pages)
        for each in asking(outside):
            if isinstance(each, DynamicList) or not (each.readonly or each.computed):
                self.fault("FORM-008", each.key, "", detail("FORM-008-2"))

    def _check_order(self, form: Parsed) -> None:
        levels = [tuple(asking(form.components))]
        levels += [
            each.fields for _, each in paths_in(form.components) if isinstance(each, DynamicList)
        ]
        for level in levels:
            try:
                in_order(level)
            except Waiting as waiting:
                self.fault("FORM-007", waiting.keys[0], "", detail("FORM-007-1", waiting=waiting))


@dataclass(frozen=True, slots=True)
class _Around:
    """What stands around a component: conditions, the path of groups, how deep it is."""

    hide: tuple[Feel, ...] = ()
    path: str = ""
    depth: int = 0

    def deeper(self, hide: tuple[Feel, ...], path: str) -> _Around:
        return _Around(hide, f"{self.path}{path}." if path else self.path, self.depth + 1)


def _column(json: Json) -> tuple[str, str]:
    return str(json.get("key", "")), str(json.get("label", json.get("key", "")))
