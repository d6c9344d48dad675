"""How what is typed in one field becomes a value, by the type of its component.

Numbers and dates are read as people type them: Persian, Arabic or Latin digits, grouping
marks or none. Values are JSON: rials and whole numbers ``int``, rates and quantities
``Decimal``, dates ISO text.

A type of component is a `Kind` in `KINDS`. A room that brings another type, such as files
kept in the document store, registers it once when it is imported::

    KINDS["filepicker"] = Kind(_files, many=True, properties=frozenset({"accept", "multiple"}))

``read(field, typed)`` gives the value of the texts posted under the field's path (`Typed`),
or raises `Refused`; it is called only when something was posted. What it needs of the
component's JSON stands in ``field.extras``, for the ``properties`` it names. What needs a
database, such as whether a file belongs to the case, is checked by the command or by the
area. How the type looks is registered beside it in `webapp.inbox.drawing` (``DRAWN``), and
in a view (something that asks nothing) only there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final, TypeVar

from engine.errors import Problem
from engine.values import (
    TEHRAN,
    InvalidValue,
    JalaliDate,
    Rial,
    decimal_from,
    fold,
    iban,
    integer_from,
    is_postal_code,
    legal_id,
    mobile,
    national_code,
    normalise,
)
from forms.components import Field

Number = TypeVar("Number", int, Decimal)
#: The texts posted for one field: by the part of its path (``""`` is the path itself).
Typed = Mapping[str, list[str]]

#: Characters a text may have where its form says nothing; a form may say up to the larger.
LONGEST_TEXT: Final[Mapping[str, int]] = {"textfield": 10_000, "textarea": 100_000}
LONGEST_OF_ALL: Final = max(LONGEST_TEXT.values())
#: What tidying may take away (spaces, invisible marks); what is longer still is not even tidied.
SPARE: Final = 1000
QUANTITY_PLACES: Final = 3
UNIT: Final = "unit"  #: beside an amount: in what it is typed
TOMAN: Final = "toman"  #: ten rials; a display unit, never stored (R-MON-03)
LONGEST_DRAWING: Final = 8000  #: characters of a signature's path

#: The values' own codes, as forms name the same mistakes.
_CODES: Final = {"NUM-001": "GEN-NUMBER", "NUM-002": "GEN-WHOLE", "NUM-003": "GEN-DECIMALS"}


class Refused(Exception):
    """The text of one field cannot be taken."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Kind:
    """What a type of component is to the reading of answers."""

    read: Callable[[Field, Typed], Any]
    parts: tuple[str, ...] = ("",)  #: the texts it takes, each under the field's path
    beside: tuple[str, ...] = ()  #: texts that say how those are meant, and nothing alone
    many: bool = False  #: a list: several texts under one path
    chosen: bool = False  #: the answer is one of choices
    properties: frozenset[str] = frozenset()  #: of its JSON, kept in ``Field.extras``


def value_of(field: Field, typed: Typed) -> Any:
    """Return the value of what was typed in a field.

    Raises:
        Refused: the text is none, or not an allowed one.
    """
    longest = longest_of(field)
    said = (each for part, texts in typed.items() if part != "drawn" for each in texts)
    if any(len(each) > longest + SPARE for each in said):  # a drawing has a limit of its own
        raise _too_long(field)
    try:
        return KINDS[field.type].read(field, typed)
    except InvalidValue as error:
        code = _CODES.get(error.code, error.code)
        raise Refused(Problem(code, field.key, dict(error.params))) from error


def one(typed: Typed, part: str = "") -> str:
    """Return the text of a part that takes one; nothing when none was posted."""
    texts = typed.get(part)
    return texts[-1] if texts else ""


def refused(code: str, field: Field, part: str = "", **params: str) -> Refused:
    """Return the refusal of what stands in a field, or in one of its parts."""
    return Refused(Problem(code, f"{field.key}/{part}" if part else field.key, params))


def longest_of(field: Field) -> int:
    """Return how many characters a text typed in a field may have."""
    return field.longest or LONGEST_TEXT.get(field.type, LONGEST_TEXT["textfield"])


def _too_long(field: Field) -> Refused:
    bounds = {"min": str(field.shortest or 0), "max": str(longest_of(field))}
    return refused("GEN-LENGTH", field, **bounds)


def _text(field: Field, typed: Typed) -> str:
    text = normalise(one(typed))
    if not (field.shortest or 0) <= len(text) <= longest_of(field):
        raise _too_long(field)
    if field.pattern and re.fullmatch(field.pattern, text, re.ASCII) is None:
        raise refused("GEN-PATTERN", field)
    if field.subtype and _WRITTEN_AS[field.subtype].fullmatch(text) is None:
        raise refused(f"GEN-{field.subtype.upper()}", field)
    return text


_WRITTEN_AS: Final = {
    "email": re.compile(r"[^\s@<>(),;:\"]{1,64}@[^\s@<>(),;:\".]+(\.[^\s@<>(),;:\".]+)+"),
    "phone": re.compile(r"\+?[0-9][0-9 ()-]{2,19}"),
}


def _number(field: Field, typed: Typed) -> int | Decimal:
    if field.places == 0:
        return _in_range(field, integer_from(one(typed)))
    return _in_range(field, decimal_from(one(typed), places=field.places))


def _rial(field: Field, typed: Typed) -> int:
    in_toman = one(typed, UNIT) == TOMAN
    if one(typed, UNIT) not in ("", TOMAN):
        raise refused("GEN-CHOICE", field)
    try:
        number = integer_from(one(typed))
    except InvalidValue as error:
        raise refused("MON-003" if in_toman else "MON-001", field) from error
    amount = Rial(number * 10 if in_toman else number).amount
    if amount < 0 and (field.least is None or field.least >= 0):
        raise refused("MON-002", field, value=str(amount))
    _between(field, amount, field.least, field.most, "MON-004" if in_toman else "GEN-RANGE")
    return amount


def _percentage(field: Field, typed: Typed) -> Decimal:
    text = normalise(one(typed)).removesuffix("%").removesuffix("٪").strip()
    rate = decimal_from(text, places=field.places)
    least = Decimal(0) if field.least is None else field.least
    most = Decimal(100) if field.most is None else field.most
    return _between(field, rate, least, most)


def _quantity(field: Field, typed: Typed) -> Decimal:
    try:
        quantity = decimal_from(one(typed), places=QUANTITY_PLACES)
    except InvalidValue as error:
        if error.code != "NUM-003":
            raise
        raise refused("STM-004", field) from error
    if quantity < 0 and (field.least is None or field.least >= 0):
        raise refused("STM-005", field)
    return _in_range(field, quantity)


def _jalali_date(_: Field, typed: Typed) -> str:
    return JalaliDate.parse(one(typed)).gregorian().isoformat()


def _date_range(field: Field, typed: Typed) -> dict[str, str]:
    ends = {}
    for part in ("from", "to"):
        text = one(typed, part)
        if not text.strip():
            raise refused("GEN-REQUIRED", field, part)
        try:
            ends[part] = JalaliDate.parse(text).gregorian().isoformat()
        except InvalidValue as error:
            raise refused(error.code, field, part) from error
    if ends["to"] < ends["from"]:
        raise refused("GEN-ORDER", field, "to")
    return ends


def _moment(field: Field, typed: Typed) -> str:
    """Read a form-js ``datetime``: a date, a time, or both by the clock of Tehran."""
    if field.subtype == "time":
        return _time(field, one(typed)).isoformat("minutes")
    if field.subtype == "date":
        return _date(one(typed)).isoformat()
    for part in ("date", "time"):
        if not one(typed, part).strip():
            raise refused("GEN-REQUIRED", field, part)
    try:
        on = _date(one(typed, "date"))
    except InvalidValue as error:
        raise refused(error.code, field, "date") from error
    at = datetime.combine(on, _time(field, one(typed, "time"), "time"))
    return (at.replace(tzinfo=TEHRAN) if field.zoned else at).isoformat(timespec="minutes")


def _date(text: str) -> date:
    """Read a day, of the Gregorian calendar when its year can be none of the Jalali one."""
    plain = normalise(text)
    if _GREGORIAN.fullmatch(plain):
        try:
            return date(*map(int, re.split("[/-]", plain)))
        except ValueError as error:
            raise InvalidValue("CAL-001", "no such date", value=plain) from error
    return JalaliDate.parse(plain).gregorian()


_GREGORIAN: Final = re.compile(r"(1[89]|2[0-9])[0-9]{2}([/-])[0-9]{1,2}\2[0-9]{1,2}")
_TIME: Final = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")


def _time(field: Field, text: str, part: str = "") -> time:
    found = _TIME.fullmatch(normalise(text))
    if found is None:
        raise refused("GEN-TIME", field, part)
    at = time(int(found[1]), int(found[2]))
    if field.step and (at.hour * 60 + at.minute) % int(field.step):
        raise refused("GEN-STEP", field, part, step=str(field.step))
    return at


def _choice(field: Field, typed: Typed) -> str:
    text = one(typed)
    if any(each.value == text for each in field.choices):
        return text
    if field.searches:
        folded = fold(text)
        named = {each.value for each in field.choices if fold(each.label) == folded}
        if len(named) == 1:
            return named.pop()
    raise refused("GEN-CHOICE", field)


def _several(field: Field, typed: Typed) -> list[str]:
    texts = typed.get("", [])
    if {*texts} - {each.value for each in field.choices}:
        raise refused("GEN-CHOICE", field)
    return [each.value for each in field.choices if each.value in texts]


def _ticked(_: Field, typed: Typed) -> bool:
    return one(typed) not in ("", "false", "0")


def _postal_code(field: Field, typed: Typed) -> str:
    if not is_postal_code(one(typed)):
        raise refused("ID-004", field)
    return normalise(one(typed))


def _signature(field: Field, typed: Typed) -> dict[str, str | None]:
    """Read a signature: the name typed, which is the act, and the drawing beside it, if any."""
    name, drawn = normalise(one(typed)), one(typed, "drawn").strip()
    if not name:
        raise refused("GEN-SIGNATURE", field)
    if len(name) > 200:
        raise refused("GEN-LENGTH", field, min="1", max="200")
    if drawn and (len(drawn) > LONGEST_DRAWING or _DRAWING.fullmatch(drawn) is None):
        raise refused("GEN-DRAWING", field, "drawn")
    return {"name": name, "drawn": drawn or None}


#: Strokes of an SVG path on a field of 600 by 200: moves and lines of whole numbers only.
_DRAWING: Final = re.compile(r"(?:[ML][0-9]{1,3} [0-9]{1,3})(?: ?[ML][0-9]{1,3} [0-9]{1,3})*+")


def _in_range(field: Field, number: Number) -> Number:
    return _between(field, number, field.least, field.most)


def _between(
    field: Field,
    number: Number,
    least: Decimal | None,
    most: Decimal | None,
    code: str = "GEN-RANGE",
) -> Number:
    if (least is not None and number < least) or (most is not None and number > most):
        bounds = {
            name: format(bound, "f")
            for name, bound in (("min", least), ("max", most))
            if bound is not None
        }
        raise refused(code, field, **bounds)
    return number


def _never(field: Field, _: Typed) -> Any:
    raise refused("GEN-UNKNOWN", field)


KINDS: Final[dict[str, Kind]] = {
    "textfield": Kind(_text),
    "textarea": Kind(_text),
    "number": Kind(_number),
    "rial": Kind(_rial, beside=(UNIT,)),
    "percentage": Kind(_percentage),
    "quantity": Kind(_quantity),
    "jalaliDate": Kind(_jalali_date),
    "jalaliDateRange": Kind(_date_range, parts=("from", "to")),
    "datetime": Kind(_moment),
    "nationalId": Kind(lambda _, typed: national_code(one(typed))),
    "legalId": Kind(lambda _, typed: legal_id(one(typed))),
    "iban": Kind(lambda _, typed: iban(one(typed))),
    "mobile": Kind(lambda _, typed: mobile(one(typed))),
    "postalCode": Kind(_postal_code),
    "select": Kind(_choice, chosen=True),
    "radio": Kind(_choice, chosen=True),
    "checklist": Kind(_several, many=True, chosen=True),
    "taglist": Kind(_several, many=True, chosen=True),
    "checkbox": Kind(_ticked),
    "signature": Kind(_signature, parts=("", "drawn")),
    "expression": Kind(_never),
    "lineTable": Kind(_never),  # read line by line: `forms.line_table`
}


def parts_of(field: Field) -> tuple[str, ...]:
    """Return the texts a field takes, as parts of its path."""
    if field.type == "datetime" and field.subtype == "datetime":
        return ("date", "time")
    return KINDS[field.type].parts


def texts_of_kind(field: Field) -> tuple[str, ...]:
    """Return all texts a page has for a field, those beside its parts too."""
    return parts_of(field) + KINDS[field.type].beside
