"""What a component of a form can say, as one table: for the editor, for whoever reads a form.

`forms.parsing` reads a file by hand, property by property; this table is what it reads, told per
type, and a test holds the two together. What stands under ``divan`` and is not in it is refused.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from forms.documents import FILEPICKER

OWN: Final = "divan."  #: begins what form-js does not know


class As(enum.Enum):
    """How a property is written in the file, and so how it is asked for."""

    TEXT = "text"
    PROSE = "prose"  #: lines of text
    KEY = "key"  #: what the value is called
    FLAG = "flag"  #: true, or left out; see ``Property.otherwise``
    WHEN = "when"  #: true, left out, or FEEL that says when
    WHOLE = "whole"  #: a whole number
    NUMBER = "number"
    BOUND = "bound"  #: a number, or FEEL that works it out
    FEEL = "feel"
    ONE_OF = "one_of"
    NAMES = "names"  #: a list of names
    ROWS = "rows"  #: a list of objects


@dataclass(frozen=True, slots=True)
class Property:
    """One property: where it stands in the JSON of its component, and what it holds."""

    path: str  #: such as ``validate.max``
    kind: As = As.TEXT
    section: str = ""  #: of the texts in another language; empty: it is not for people
    values: tuple[str, ...] = ()  #: that a `As.ONE_OF` may have; the first is the default
    rows: tuple[Property, ...] = ()  #: what an object of a `As.ROWS` holds
    otherwise: bool = False  #: of a flag: true is what it is when it is left out
    multiplied: bool = False  #: of a row's text: looked up below the component's

    @property
    def way(self) -> tuple[str, ...]:
        """The names on the way to it."""
        return tuple(self.path.split("."))


KEY: Final = Property("key", As.KEY)
PATH: Final = Property("path", As.KEY)
LABEL: Final = Property("label", section="forms")
DESCRIPTION: Final = Property("description", section="descriptions")
HIDE: Final = Property("conditional.hide", As.FEEL)
LAYOUT: Final = (Property("layout.row"), Property("layout.columns", As.WHOLE))
REQUIRED: Final = Property("validate.required", As.WHEN)
READONLY: Final = Property("readonly", As.WHEN)
COMPUTED: Final = Property("divan.value", As.FEEL)
DEFAULT: Final = Property("defaultValue")
TICKED: Final = Property("defaultValue", As.FLAG)
NUMBERED: Final = Property("defaultValue", As.NUMBER)
OUTCOMES_OF_FIELD: Final = Property("divan.outcomes", As.NAMES)
SHOWN_AS: Final = Property("divan.kind", As.ONE_OF, values=("", "problems"))
LENGTHS: Final = (
    Property("validate.minLength", As.WHOLE),
    Property("validate.maxLength", As.WHOLE),
)
BOUNDS: Final = (Property("validate.min", As.BOUND), Property("validate.max", As.BOUND))
ADORNED: Final = (Property("appearance.prefixAdorner"), Property("appearance.suffixAdorner"))
DIGITS: Final = Property("decimalDigits", As.WHOLE)
NOT_PASSED: Final = Property("disallowPassedDates", As.FLAG)
CHOICES: Final = (
    Property(
        "values",
        As.ROWS,
        rows=(Property("value"), Property("label", section="options", multiplied=True)),
    ),
    Property("valuesKey"),
    Property("valuesExpression", As.FEEL),
    Property("divan.options"),
)
COLUMNS: Final = Property(
    "columns",
    As.ROWS,
    rows=(Property("key"), Property("label", section="options", multiplied=True)),
)

_BEGINS: Final = (KEY, LABEL, DESCRIPTION, REQUIRED)
_ENDS: Final = (READONLY, COMPUTED, HIDE, OUTCOMES_OF_FIELD, *LAYOUT)


def _asked(*special: Property, default: Property | None = DEFAULT) -> tuple[Property, ...]:
    begins = (*_BEGINS, default) if default is not None else _BEGINS
    return (*begins, *special, *_ENDS)


#: By type of component, in the order a page asks for them.
COMPONENTS: Final[Mapping[str, tuple[Property, ...]]] = {
    "textfield": _asked(
        *LENGTHS,
        Property("validate.pattern"),
        Property("validate.validationType", As.ONE_OF, values=("", "email", "phone")),
        *ADORNED,
        SHOWN_AS,
    ),
    "textarea": _asked(*LENGTHS, SHOWN_AS),
    "number": _asked(*BOUNDS, DIGITS, *ADORNED, default=NUMBERED),
    "rial": _asked(*BOUNDS, default=NUMBERED),
    "percentage": _asked(*BOUNDS, DIGITS, *ADORNED, default=NUMBERED),
    "quantity": _asked(*BOUNDS, *ADORNED, default=NUMBERED),
    "jalaliDate": _asked(NOT_PASSED),
    "jalaliDateRange": _asked(default=None),
    "datetime": _asked(
        Property("subtype", As.ONE_OF, values=("date", "time", "datetime")),
        Property("timeInterval", As.WHOLE),
        NOT_PASSED,
        Property(
            "timeSerializingFormat",
            As.ONE_OF,
            values=("utc_offset", "utc_normalized", "no_timezone"),
        ),
    ),
    "checkbox": _asked(default=TICKED),
    "radio": _asked(*CHOICES),
    "select": _asked(*CHOICES, Property("divan.search", As.FLAG)),
    "checklist": _asked(*CHOICES, default=None),
    "taglist": _asked(*CHOICES, default=None),
    "nationalId": _asked(),
    "legalId": _asked(),
    "iban": _asked(),
    "mobile": _asked(),
    "postalCode": _asked(),
    "signature": _asked(default=None),
    FILEPICKER: _asked(Property("accept"), Property("multiple", As.FLAG), default=None),
    "expression": (
        KEY,
        LABEL,
        Property("expression", As.FEEL),
        HIDE,
        OUTCOMES_OF_FIELD,
        *LAYOUT,
    ),
    "lineTable": (
        KEY,
        LABEL,
        Property("divan.source"),
        HIDE,
        OUTCOMES_OF_FIELD,
        *LAYOUT,
    ),
    "group": (
        LABEL,
        Property("path", As.KEY),
        Property("showOutline", As.FLAG, otherwise=True),
        Property("divan.page", As.FLAG),
        HIDE,
        *LAYOUT,
    ),
    "dynamiclist": (
        PATH,
        LABEL,
        DESCRIPTION,
        Property("divan.min", As.WHOLE),
        Property("divan.max", As.WHOLE),
        Property("defaultRepetitions", As.WHOLE),
        Property("allowAddRemove", As.FLAG, otherwise=True),
        Property("divan.groupedBy"),
        Property("readonly", As.FLAG),
        HIDE,
        OUTCOMES_OF_FIELD,
        *LAYOUT,
    ),
    "text": (Property("text", As.PROSE, section="forms"), HIDE, *LAYOUT),
    "table": (
        LABEL,
        Property("dataSource"),
        COLUMNS,
        Property("rowCount", As.WHOLE),
        HIDE,
        *LAYOUT,
    ),
    "image": (Property("source"), Property("alt", section="forms"), HIDE, *LAYOUT),
    "documentPreview": (
        LABEL,
        Property("dataSource"),
        Property("height", As.WHOLE),
        HIDE,
        *LAYOUT,
    ),
    "separator": (HIDE, *LAYOUT),
    "spacer": (Property("height", As.WHOLE), HIDE, *LAYOUT),
}

#: Of the form itself.
FORM: Final[tuple[Property, ...]] = (
    Property(
        "divan.outcomes",
        As.ROWS,
        rows=(
            Property("value"),
            Property("label", section="outcomes"),
            Property("kind", As.ONE_OF, values=("default", "primary", "danger")),
            Property("requires", As.NAMES),
        ),
    ),
    Property(
        "divan.rules",
        As.ROWS,
        rows=(
            Property("id"),
            Property("holds", As.FEEL),
            Property("message", section="rules"),
            Property("fields", As.NAMES),
            Property("outcomes", As.NAMES),
        ),
    ),
    Property("divan.check", As.FLAG),
)

#: Read for the sake of files that other editors wrote, beside what the table has: kept as they
#: are. Each with what stands for it here, or why it is refused.
OTHERS: Final[Mapping[str, str]] = {
    "disabled": "readonly",
    "dateLabel": "label",
    "increment": "timeInterval",
    "divan.required": "validate.required",
    "serializeToString": "refused: numbers stay numbers",
    "columnsExpression": "refused: name the columns",
}


def own_of(properties: tuple[Property, ...]) -> Iterator[str]:
    """Yield what of some properties stands under ``divan``, without that."""
    for each in properties:
        if each.path.startswith(OWN):
            yield each.path.removeprefix(OWN)


#: What may stand under ``divan`` of a component, and of the form.
OWN_OF_COMPONENTS: Final = frozenset(
    {name for each in COMPONENTS.values() for name in own_of(each)}
    | {each.removeprefix(OWN) for each in OTHERS if each.startswith(OWN)}
)
OWN_OF_FORM: Final = frozenset(own_of(FORM))
