"""A form as it stands: what is typed and known, what of it is shown, asked, and worked out.

Made the same way for the page that shows a form and for the answer that is read from it, so
that both agree on what is hidden, read-only, required and computed. Each field is worked out
once, after what its expressions read (`forms.ordering`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from engine.errors import Problem
from engine.values import JalaliDate, local_date
from forms.components import Choice, Component, DynamicList, Field
from forms.expressions import Scope
from forms.kinds import KINDS, Refused, Typed, parts_of, refused, texts_of_kind, value_of
from forms.ordering import Asking
from forms.paths import ROWS, put, value_at
from forms.schema import Form

#: Gives the texts posted, or kept, at a path; ``None`` where nothing is known to be typed.
Texts = Callable[[str], list[str] | None]
MOST_CHOICES: Final = 20_000


@dataclass(slots=True)
class Place:
    """One field or list where it stands, with what there is in it."""

    of: Field | DynamicList
    path: str
    hidden: bool = False
    readonly: bool = False  #: only shown; so is what is computed
    asked: bool = False  #: an answer contains it: it is shown, typed, and for this outcome
    required: bool = False
    typed: Typed = field(default_factory=dict)  #: as posted or kept; of nothing, empty
    value: Any = None
    problems: tuple[Problem, ...] = ()
    choices: tuple[Choice, ...] = ()
    least: Decimal | None = None
    most: Decimal | None = None
    rows: tuple[Row, ...] = ()

    @property
    def is_typed(self) -> bool:
        """Tell whether something was posted or kept for it, be it nothing."""
        return bool(self.typed)


@dataclass(slots=True)
class Row:
    """One row of a dynamic list."""

    path: str  #: such as ``items/0``
    places: dict[str, Place] = field(default_factory=dict)  #: by key
    value: dict[str, Any] = field(default_factory=dict)
    scope: Scope = field(default_factory=dict)  #: what expressions in it see


@dataclass(slots=True)
class Sheet:
    """A form filled in so far."""

    form: Form
    places: dict[str, Place]  #: by path, those in rows too
    scope: Scope  #: what expressions see: the case's variables under what the form has
    now: datetime | None = None

    def is_hidden(self, component: Component, row: Row | None = None) -> bool:
        """Tell whether something is hidden, be it a field, a group, or only shown."""
        scope = self.scope if row is None else row.scope
        return any(feel.holds(scope, self.now) for feel in component.hide)

    def at(self, path: str) -> Place | None:
        """Return the place at a path, if the form has one there now."""
        return self.places.get(path)

    @property
    def tops(self) -> Iterator[Place]:
        """The fields and lists outside of rows, in document order."""
        for key, each in self.form.by_path.items():
            if "/" not in key:
                yield self.places[each.key]


def filled(
    form: Form,
    texts: Texts,
    variables: Mapping[str, Any],
    *,
    outcome: str | None = None,
    now: datetime | None = None,
) -> Sheet:
    """Work out how a form stands.

    Args:
        texts: what was typed, by path; where there is nothing, the case's variables stand.
        outcome: the outcome chosen, when one is.
        now: an aware moment, for conditions on the date.
    """
    filling = _Filling(form, texts, variables, form.outcome(outcome), outcome, now)
    scope = dict(variables)
    filling.level(form.orders[""], "", "", scope, variables)
    return Sheet(form, filling.places, scope, now)


@dataclass(slots=True)
class _Filling:
    form: Form
    texts: Texts
    variables: Mapping[str, Any]
    chosen: Any
    outcome: str | None
    now: datetime | None
    places: dict[str, Place] = field(default_factory=dict)

    def level(
        self,
        order: Sequence[Asking],
        before: str,
        plain: str,
        scope: Scope,
        known: Mapping[str, Any],
    ) -> Row:
        """Fill in the fields of the form, or of one row.

        Args:
            before: what their paths begin with; ``plain`` is that without the rows' numbers.
            known: what the case knows: its variables, or the stored row.
        """
        row = Row(before.rstrip("/"), scope=scope)
        for each in order:
            place = Place(each, f"{before}{each.key}")
            self.places[place.path] = row.places[each.key] = place
            place.hidden = any(feel.holds(scope, self.now) for feel in each.hide)
            if isinstance(each, DynamicList):
                self._list(place, each, f"{plain}{each.key}/", scope, known)
            else:
                self._field(place, each, scope, known)
            put(scope, each.key, place.value)
            put(row.value, each.key, place.value)
            if before:
                put(scope["this"], each.key, place.value)
        return row

    def _field(self, place: Place, field_: Field, scope: Scope, known: Mapping[str, Any]) -> None:
        place.choices = self._choices(field_, scope)
        place.readonly = field_.readonly or field_.computed is not None
        if place.hidden:
            return
        stored = value_at(known, field_.key)
        if field_.computed is not None:
            place.value = settled(field_, field_.computed.value(scope, self.now))
            return
        if field_.readonly or (
            field_.readonly_when is not None and field_.readonly_when.holds(scope, self.now)
        ):
            place.readonly, place.value = True, stored
            return
        place.asked = field_.is_asked_for(self.outcome)
        place.required = self._is_required(field_, scope)
        place.typed = self._typed(field_, place.path)
        if not place.is_typed:
            place.value = field_.default if stored is None else stored
            return
        if field_.type == "lineTable":
            return
        self._read(place, field_, scope)

    def _read(self, place: Place, field_: Field, scope: Scope) -> None:
        """Turn what was typed into the value, or into what is wrong with it."""
        said = (each for part in parts_of(field_) for each in place.typed.get(part, ()))
        if not any(each.strip() for each in said):
            place.value = [] if KINDS[field_.type].many else None
            if field_.type == "checkbox":
                place.value = False
            return
        try:
            place.value = value_of(self._as_it_stands(place, field_, scope), place.typed)
            self._not_passed(field_, place.value)
        except Refused as wrong:
            place.value = None
            problem = wrong.problem
            part = (problem.field or "").removeprefix(field_.key)
            place.problems = (Problem(problem.code, f"{place.path}{part}", problem.params),)

    def _as_it_stands(self, place: Place, field_: Field, scope: Scope) -> Field:
        """Return a field with the bounds and choices it has now."""
        place.least, place.most = field_.least, field_.most
        if field_.least_when is not None:
            place.least = _number(field_.least_when.value(scope, self.now))
        if field_.most_when is not None:
            place.most = _number(field_.most_when.value(scope, self.now))
        is_fixed = field_.least_when is None and field_.most_when is None
        if is_fixed and place.choices is field_.choices:
            return field_
        return replace(field_, least=place.least, most=place.most, choices=place.choices)

    def _not_passed(self, field_: Field, value: Any) -> None:
        if field_.not_before_today and self.now is not None:
            today = local_date(self.now).isoformat()
            if str(value)[:10] < today:
                raise refused("GEN-PASSED", field_)

    def _is_required(self, field_: Field, scope: Scope) -> bool:
        when = field_.required_when
        return (
            field_.required
            or (self.chosen is not None and field_.key in self.chosen.requires)
            or (when is not None and when.holds(scope, self.now))
        )

    def _typed(self, field_: Field, path: str) -> Typed:
        """Return what was posted or kept, by part; nothing at all when none of it was."""
        typed = {
            part: texts
            for part in texts_of_kind(field_)
            if (texts := self.texts(f"{path}/{part}" if part else path)) is not None
        }
        return typed if any(part in typed for part in parts_of(field_)) else {}

    def _choices(self, field_: Field, scope: Scope) -> tuple[Choice, ...]:
        if field_.choices_key is not None:
            return choices_of(value_at(scope, field_.choices_key))
        if field_.choices_from is not None:
            return choices_of(field_.choices_from.value(scope, self.now))
        return field_.choices

    def _list(
        self,
        place: Place,
        list_: DynamicList,
        plain: str,
        scope: Scope,
        known: Mapping[str, Any],
    ) -> None:
        """Fill in the rows: as many as were posted, else as the case has, else as it begins."""
        if place.hidden:
            place.value = None
            return
        stored = value_at(known, list_.key)
        stored = stored if isinstance(stored, list) else []
        place.readonly = list_.readonly
        place.asked = list_.is_asked_for(self.outcome)
        texts = None if list_.readonly or not list_.changes else self.texts(f"{place.path}/{ROWS}")
        if texts:
            place.typed = {ROWS: texts}
        count = _count(texts, len(stored) or (0 if list_.readonly else list_.first), list_.most)
        rows = []
        around = {**scope}
        for number in range(count):
            before = f"{place.path}/{number}"
            own = stored[number] if number < len(stored) else {}
            own = own if isinstance(own, Mapping) else {}
            scope_of_row = {**around, **own, "this": dict(own), "parent": around, "i": number + 1}
            rows.append(self.level(self.form.orders[plain], f"{before}/", plain, scope_of_row, own))
        place.rows = tuple(rows)
        place.value = stored if list_.readonly else [each.value for each in rows]


def choices_of(given: Any) -> tuple[Choice, ...]:
    """Return the choices that a value of a case offers: texts, or objects of value and label.

    >>> choices_of(["a", {"value": 1, "label": "One"}, None])
    (Choice(value='a', label='a'), Choice(value='1', label='One'))
    """
    found: dict[str, Choice] = {}
    for each in given if isinstance(given, list) else ():
        entry = each if isinstance(each, Mapping) else {"value": each}
        value = entry.get("value")
        if isinstance(value, str | int | Decimal) and len(found) < MOST_CHOICES:
            text = " ".join(str(value).split())
            found.setdefault(text, Choice(text, str(entry.get("label") or text)))
    return tuple(each for each in found.values() if each.value)


def settled(field_: Field, value: Any) -> Any:
    """Return what an expression computed as its field keeps it.

    A number is rounded half up to the decimals of the field, once: rials to whole ones
    (R-MON-02). What is of another kind than the field is nothing.
    """
    if field_.type in _PLACES:
        return _rounded(value, _PLACES[field_.type] if field_.places is None else field_.places)
    match field_.type:
        case "checkbox":
            fits = isinstance(value, bool)
        case "textfield" | "textarea":
            fits = isinstance(value, str)
        case "jalaliDate":
            fits = _is_day(value)
        case _:
            fits = True
    return value if fits else None


#: Decimals of computed numbers; ``None`` keeps them all.
_PLACES: Final[Mapping[str, int | None]] = {
    "rial": 0,
    "quantity": 3,
    "number": None,
    "percentage": None,
}


def _rounded(value: Any, places: int | None) -> Any:
    number = _number(value)
    if number is None or number.adjusted() > 17:
        return None
    if places is None:
        return value
    rounded = number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return int(rounded) if places == 0 else rounded


def _is_day(value: Any) -> bool:
    try:
        JalaliDate.of(datetime.fromisoformat(str(value)).date())
    except ValueError:
        return False
    return True


def _number(value: Any) -> Decimal | None:
    is_number = isinstance(value, int | Decimal) and not isinstance(value, bool)
    return Decimal(value) if is_number else None


def _count(texts: list[str] | None, otherwise: int, most: int) -> int:
    """Return how many rows there are; what was posted counts, within bounds."""
    if not texts:
        return otherwise
    text = texts[-1]
    return min(int(text), most) if text.isascii() and text.isdigit() and len(text) < 6 else 0
