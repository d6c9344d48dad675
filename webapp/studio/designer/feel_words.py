"""The functions of FEEL as the designer offers them: how each is called, and what it is for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from flask_babel import lazy_gettext as _l

from engine.feel.builtins import BUILTINS
from engine.feel.builtins.registry import Parameter

#: what each function is for, in one line
HELP: Final[Mapping[str, Any]] = {
    "count": _l("How many items a list has."),
    "sum": _l("The sum of numbers."),
    "mean": _l("The average of numbers."),
    "product": _l("Numbers multiplied."),
    "median": _l("The number in the middle."),
    "mode": _l("The numbers that occur most often."),
    "stddev": _l("The standard deviation of numbers."),
    "min": _l("The least of the values."),
    "max": _l("The greatest of the values."),
    "all": _l("Whether all are true."),
    "any": _l("Whether at least one is true."),
    "get value": _l("The value of a context under a key."),
    "get entries": _l("The keys and values of a context as a list."),
    "context put": _l("A context with one value changed."),
    "context merge": _l("Several contexts in one; the last one counts."),
    "context": _l("A context made of keys and values."),
    "is defined": _l("Whether a value is there at all."),
    "get or else": _l("The value, or another one where it is null."),
    "not": _l("The opposite of true or false."),
    "is": _l("Whether both are the same value of the same kind."),
    "number": _l("A text as a number."),
    "string": _l("A value as a text."),
    "decimal": _l("Rounded to so many places, halves to the even one."),
    "floor": _l("Rounded down to a whole number or so many places."),
    "ceiling": _l("Rounded up to a whole number or so many places."),
    "round up": _l("Rounded away from zero."),
    "round down": _l("Rounded towards zero."),
    "round half up": _l("Rounded; halves away from zero."),
    "round half down": _l("Rounded; halves towards zero."),
    "round half even": _l("Rounded; halves to the even one."),
    "abs": _l("Without its sign."),
    "modulo": _l("What a division leaves over."),
    "sqrt": _l("The square root."),
    "log": _l("The natural logarithm."),
    "exp": _l("e to the power of the number."),
    "odd": _l("Whether the number is odd."),
    "even": _l("Whether the number is even."),
    "list contains": _l("Whether a list has an item."),
    "append": _l("A list with items added."),
    "concatenate": _l("Several lists one after the other."),
    "distinct values": _l("A list without repetitions."),
    "union": _l("Several lists in one without repetitions."),
    "index of": _l("The places where a list has an item."),
    "reverse": _l("A list the other way round."),
    "flatten": _l("A list without lists inside."),
    "sublist": _l("A part of a list; the first place is 1."),
    "insert before": _l("A list with an item put before a place."),
    "remove": _l("A list without the item at a place."),
    "list replace": _l("A list with an item exchanged."),
    "sort": _l("A list in the order that a function says."),
    "date": _l("A civil date."),
    "time": _l("A time of the day."),
    "date and time": _l("A moment."),
    "duration": _l("A span of time such as P3D."),
    "years and months duration": _l("Years and months from one date to another."),
    "today": _l("The date of today."),
    "now": _l("This moment."),
    "day of week": _l("The name of the weekday."),
    "month of year": _l("The name of the month."),
    "day of year": _l("Which day of the year it is."),
    "week of year": _l("Which week of the year it is."),
    "last day of month": _l("The last day of its month."),
    "before": _l("Whether the one ends before the other begins."),
    "after": _l("Whether the one begins after the other ends."),
    "meets": _l("Whether the first range ends where the second begins."),
    "met by": _l("Whether the first range begins where the second ends."),
    "overlaps": _l("Whether two ranges have something in common."),
    "overlaps before": _l("Whether the first range runs into the second."),
    "overlaps after": _l("Whether the first range runs out of the second."),
    "finishes": _l("Whether it ends a range."),
    "finished by": _l("Whether a range ends with it."),
    "includes": _l("Whether a range has it inside."),
    "during": _l("Whether it lies inside a range."),
    "starts": _l("Whether it begins a range."),
    "started by": _l("Whether a range begins with it."),
    "coincides": _l("Whether both are the same."),
    "range": _l("A text as a range."),
    "substring": _l("A part of a text; the first letter is 1."),
    "string length": _l("How many characters a text has."),
    "upper case": _l("In capitals."),
    "lower case": _l("In small letters."),
    "trim": _l("Without spaces at both ends."),
    "contains": _l("Whether a text has another inside."),
    "starts with": _l("Whether a text begins so."),
    "ends with": _l("Whether a text ends so."),
    "substring before": _l("What stands before another text."),
    "substring after": _l("What stands after another text."),
    "matches": _l("Whether a text fits a pattern."),
    "replace": _l("A text with what fits a pattern exchanged."),
    "split": _l("A text cut at a separator, as a list."),
    "extract": _l("What fits a pattern in a text, as a list."),
    "string join": _l("Texts joined with something between."),
}


def feel_functions() -> list[dict[str, Any]]:
    """Return every function by its name, with its ways of being called and its line of help."""
    return [
        {
            "name": name,
            "calls": [_called(name, each) for each in BUILTINS[name].signatures],
            "help": str(HELP.get(name, "")),
        }
        for name in sorted(BUILTINS)
    ]


def _called(name: str, parameters: Sequence[Parameter]) -> str:
    return f"{name}({', '.join(map(_parameter, parameters))})"


def _parameter(parameter: Parameter) -> str:
    if parameter.repeated:
        return f"{parameter.name}…"
    return f"{parameter.name}?" if parameter.optional else parameter.name
