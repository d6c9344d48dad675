"""Reading the properties of a component of a form file, and what is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from engine.feel import FeelSyntaxError
from engine.findings import Detail, detail, not_parsed
from forms.components import Choice, Layout
from forms.errors import Fault
from forms.expressions import Feel, feel_of
from forms.kinds import LONGEST_OF_ALL
from forms.vocabulary import OWN_OF_COMPONENTS

Json = Mapping[str, Any]

_KEY: Final = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*")


class Properties:
    """One reading of one file, and what is wrong with it so far."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def each(self, json: Json, name: str, read: Callable[[Json], Any], place: str) -> Iterator[Any]:
        """Yield what each entry of a list of objects is read as; anything else is a fault."""
        given = json.get(name) or ()
        if not isinstance(given, Sequence) or isinstance(given, str):
            self.fault("FORM-006", place, name, detail("FORM-006-3"))
            return
        for each in given:
            if isinstance(each, Mapping):
                yield read(each)
            else:
                self.fault("FORM-006", place, name, detail("FORM-006-4"))

    def own(
        self, json: Json, place: str, known: frozenset[str] = OWN_OF_COMPONENTS
    ) -> Mapping[str, Any]:
        """Return what stands under ``divan``."""
        own = self.inner(json, "divan", place)
        for name in own:
            if name not in known:
                self.fault("FORM-005", place, f"divan.{name}", detail("FORM-005-5"))
        return own

    def inner(self, json: Json, name: str, place: str) -> Mapping[str, Any]:
        """Return a property that is an object; an empty one where it is missing."""
        given = json.get(name) or {}
        if isinstance(given, Mapping):
            return given
        self.fault("FORM-006", place, name, detail("FORM-006-5"))
        return {}

    def feel(self, given: object, place: str, name: str) -> Feel | None:
        """Return the expression of a property that begins with ``=``."""
        feel = feel_of(given)
        if feel is None:
            return None
        try:
            feel.compiled  # noqa: B018 - compiling is the check
        except FeelSyntaxError as error:
            self.fault("FORM-004", place, name, not_parsed(error))
            return None
        return feel

    def computed(self, json: Json, own: Json, key: str) -> Feel | None:
        """Return what works the value of a field out."""
        if json["type"] == "expression":
            found = self.feel(json.get("expression"), key, "expression")
            if found is None and feel_of(json.get("expression")) is None:
                self.fault("FORM-004", key, "expression", detail("FORM-004-1"))
            return found
        return self.feel(own.get("value"), key, "divan.value")

    def choices(self, json: Json, key: str) -> tuple[Choice, ...]:
        """Return the choices that stand in the file."""
        ways = [each for each in ("valuesKey", "valuesExpression") if json.get(each)]
        ways += ["values"] * bool(json.get("values"))
        if len(ways) > 1:
            self.fault("FORM-009", key, ways[1], detail("FORM-009-1", way=ways[0]))
        choices = tuple(self.each(json, "values", _choice, key))
        values = [each.value for each in choices]
        for each in sorted({each for each in values if values.count(each) > 1}):
            self.fault("FORM-009", key, "values", detail("FORM-009-2", value=each))
        if any("\n" in each or not each for each in values):
            self.fault("FORM-009", key, "values", detail("FORM-009-3"))
        return choices

    def choices_key(self, json: Json, key: str) -> str | None:
        """Return the variable that holds the choices."""
        given = json.get("valuesKey")
        if given is not None and not is_key(given):
            self.fault("FORM-009", key, "valuesKey", detail("FORM-009-4", given=given))
        return str(given) if given else None

    def choices_from(self, json: Json, key: str) -> Feel | None:
        """Return what works the choices out."""
        given = json.get("valuesExpression")
        if given and feel_of(given) is None:
            self.fault("FORM-004", key, "valuesExpression", detail("FORM-004-1"))
        return self.feel(given, key, "valuesExpression")

    def pattern(self, rules: Json, key: str) -> str | None:
        """Return the pattern of a text, one that browsers read alike."""
        pattern = rules.get("pattern")
        if pattern is None:
            return None
        try:
            re.compile(pattern)
        except (re.error, TypeError) as error:
            self.fault("FORM-006", key, "validate.pattern", detail("FORM-006-14", why=error))
            return None
        if _ONLY_PYTHON.search(pattern):
            self.fault("FORM-006", key, "validate.pattern", detail("FORM-006-6"))
        if _ENDLESS.search(pattern):
            self.fault("FORM-006", key, "validate.pattern", detail("FORM-006-7"))
        return str(pattern)

    def subtype(self, json: Json, rules: Json, key: str) -> str:
        """Return which datetime, or which kind of text, a field asks for."""
        if json["type"] == "datetime":
            subtype = json.get("subtype", "date")
            if subtype not in ("date", "time", "datetime"):
                self.fault("FORM-006", key, "subtype", detail("FORM-006-8", given=subtype))
                return "date"
            return str(subtype)
        given = rules.get("validationType", "")
        if given in ("", "custom"):
            return ""
        if given not in ("email", "phone"):
            self.fault(
                "FORM-006", key, "validate.validationType", detail("FORM-006-8", given=given)
            )
            return ""
        return str(given)

    def said(self, json: Json, name: str, place: str) -> str:
        """Return a text for people."""
        text = json.get(name) or ""
        if not isinstance(text, str):
            self.fault("FORM-006", place, name, detail("FORM-006-9"))
            return ""
        if text.startswith("=") or "{{" in text:
            self.fault("FORM-005", place, name, detail("FORM-005-2"))
        return text

    def names(self, json: Json, name: str, place: str) -> frozenset[str]:
        """Return a property that is a list of names."""
        given = json.get(name) or ()
        if not isinstance(given, Sequence) or isinstance(given, str):
            self.fault("FORM-006", place, name, detail("FORM-006-3"))
            return frozenset()
        return frozenset(map(str, given))

    def layout(self, json: Json, place: str) -> Layout:
        """Return where a component stands."""
        given = self.inner(json, "layout", place)
        columns = self.whole(given.get("columns"), place, "layout.columns")
        if columns is not None and not 1 <= columns <= 16:
            self.fault("FORM-006", place, "layout.columns", detail("FORM-006-10"))
            columns = None
        return Layout(str(given.get("row") or ""), columns)

    def whole(self, given: object, place: str, name: str) -> int | None:
        """Return a whole number from 0."""
        number = self.number(given, place, name)
        if number is None:
            return None
        if number != number.to_integral_value() or not 0 <= number < 10**6:
            self.fault("FORM-006", place, name, detail("FORM-006-11", given=given))
            return None
        return int(number)

    def longest(self, rules: Json, place: str) -> int | None:
        """Return how many characters a text may have."""
        longest = self.whole(rules.get("maxLength"), place, "validate.maxLength")
        if longest is not None and longest > LONGEST_OF_ALL:
            self.fault(
                "FORM-006", place, "validate.maxLength", detail("FORM-006-12", most=LONGEST_OF_ALL)
            )
        return longest

    def number(self, given: object, place: str, name: str) -> Decimal | None:
        """Return a number; an expression is none."""
        if given is None or given == "" or feel_of(given) is not None:
            return None
        try:
            number = Decimal(str(given))
            if number.is_finite() and not isinstance(given, bool):
                return number
        except InvalidOperation:
            pass
        self.fault("FORM-006", place, name, detail("FORM-006-13", given=given))
        return None

    def fault(self, rule: str, place: str, name: str, told: Detail) -> None:
        """Note a fault."""
        self.faults.append(Fault(rule, place, name, told))


#: Constructs of Python's patterns that JavaScript has not, or reads otherwise.
_ONLY_PYTHON: Final = re.compile(r"\(\?[P(aiLmsux#>]|\\[AZ]|[*+?}]\+|\(\?<[=!]")
#: A group that repeats and holds a repetition: it may take for ever on a hostile text.
_ENDLESS: Final = re.compile(r"\([^()]*[*+][^()]*\)[*+{]")


def is_key(given: object) -> bool:
    """Tell whether a text can name a value: words, joined by dots."""
    return isinstance(given, str) and len(given) <= 200 and _KEY.fullmatch(given) is not None


def _choice(json: Json) -> Choice:
    value = str(json.get("value", ""))
    return Choice(value, str(json.get("label", value)))
