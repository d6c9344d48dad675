"""How the text of one field becomes a value, by the type of its component.

Numbers and dates are read as people type them: Persian, Arabic or Latin digits, grouping
marks or none. Values are JSON: rials and whole numbers ``int``, rates and quantities
``Decimal``, dates ISO text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final, TypeVar

from engine.errors import Problem
from engine.values import (
    InvalidValue,
    JalaliDate,
    Rial,
    decimal_from,
    iban,
    integer_from,
    legal_id,
    national_code,
    normalise,
)
from forms.schema import Field

Value = str | int | Decimal
Number = TypeVar("Number", int, Decimal)

LONGEST_TEXT: Final = 4000
QUANTITY_PLACES: Final = 3

#: The values' own codes, as forms name the same mistakes.
_CODES: Final = {"NUM-001": "GEN-NUMBER", "NUM-002": "GEN-WHOLE", "NUM-003": "GEN-DECIMALS"}


def value_of(field: Field, typed: str) -> Value:
    """Return the value of what was typed in a field.

    Raises:
        Refused: the text is none, or not an allowed one.
    """
    try:
        return _READERS[field.type](field, typed)
    except InvalidValue as error:
        code = _CODES.get(error.code, error.code)
        raise Refused(Problem(code, field.key, dict(error.params))) from error


class Refused(Exception):
    """The text of one field cannot be taken."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


def _text(field: Field, typed: str) -> str:
    text = normalise(typed)
    longest = field.longest or LONGEST_TEXT
    if len(text) > longest or len(text) < (field.shortest or 0):
        raise _refused("GEN-LENGTH", field, min=str(field.shortest or 0), max=str(longest))
    if field.pattern and re.fullmatch(field.pattern, text) is None:
        raise _refused("GEN-PATTERN", field)
    return text


def _number(field: Field, typed: str) -> int | Decimal:
    if field.places == 0:
        return _in_range(field, integer_from(typed))
    return _in_range(field, decimal_from(typed, places=field.places))


def _rial(field: Field, typed: str) -> int:
    amount = Rial.from_text(typed).amount
    if amount < 0 and (field.least is None or field.least >= 0):
        raise _refused("MON-002", field, value=str(amount))
    _in_range(field, Decimal(amount))
    return amount


def _percentage(field: Field, typed: str) -> Decimal:
    text = normalise(typed).removesuffix("%").removesuffix("٪").strip()
    rate = decimal_from(text, places=field.places)
    least = Decimal(0) if field.least is None else field.least
    most = Decimal(100) if field.most is None else field.most
    return _between(field, rate, least, most)


def _quantity(field: Field, typed: str) -> Decimal:
    try:
        quantity = decimal_from(typed, places=QUANTITY_PLACES)
    except InvalidValue as error:
        if error.code != "NUM-003":
            raise
        raise _refused("STM-004", field) from error
    if quantity < 0 and (field.least is None or field.least >= 0):
        raise _refused("STM-005", field)
    return _in_range(field, quantity)


def _jalali_date(_: Field, typed: str) -> str:
    return JalaliDate.parse(typed).gregorian().isoformat()


def _choice(field: Field, typed: str) -> str:
    if all(each.value != typed for each in field.choices):
        raise _refused("GEN-CHOICE", field)
    return typed


def _in_range(field: Field, number: Number) -> Number:
    return _between(field, number, field.least, field.most)


def _between(field: Field, number: Number, least: Decimal | None, most: Decimal | None) -> Number:
    if (least is not None and number < least) or (most is not None and number > most):
        bounds = {
            name: format(bound, "f")
            for name, bound in (("min", least), ("max", most))
            if bound is not None
        }
        raise _refused("GEN-RANGE", field, **bounds)
    return number


def _refused(code: str, field: Field, **params: str) -> Refused:
    return Refused(Problem(code, field.key, params))


_READERS: Final[Mapping[str, Callable[[Field, str], Value]]] = {
    "textfield": _text,
    "textarea": _text,
    "number": _number,
    "rial": _rial,
    "percentage": _percentage,
    "quantity": _quantity,
    "jalaliDate": _jalali_date,
    "nationalId": lambda _, typed: national_code(typed),
    "legalId": lambda _, typed: legal_id(typed),
    "iban": lambda _, typed: iban(typed),
    "select": _choice,
    "radio": _choice,
}
