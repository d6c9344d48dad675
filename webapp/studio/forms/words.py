"""What the form editor calls components and their properties, with what each is for."""

from __future__ import annotations

from typing import Final

from flask_babel import lazy_gettext as _l

from webapp.texts import N_
from webapp.versions.forms import TYPES

#: the palette, group by group: headings, and types in the order they are offered
PALETTE: Final = (
    (_l("Texts"), ("textfield", "textarea")),
    (_l("Numbers and amounts"), ("rial", "number", "quantity", "percentage", "expression")),
    (_l("Dates"), ("jalaliDate", "jalaliDateRange", "datetime")),
    (_l("Choices"), ("radio", "select", "checkbox", "checklist", "taglist")),
    (_l("Persons, accounts, addresses"), ("nationalId", "legalId", "iban", "mobile", "postalCode")),
    (_l("Documents and signatures"), ("filepicker", "signature", "documentPreview")),
    (_l("Rows"), ("dynamiclist", "lineTable", "table")),
    (_l("Order on the page"), ("group", "page", "text", "separator", "spacer", "image")),
)

PAGE: Final = "page"  #: of the palette: a group that is a page

_NAMES: Final = {
    "jalaliDateRange": N_("span of days"),
    "documentPreview": N_("document, only shown"),
    "text": N_("note"),
    "separator": N_("line between"),
    "spacer": N_("space between"),
    "image": N_("picture"),
    "page": N_("page of the form"),
    "button": N_("button of another tool"),
}

#: what each is for, in one line
USES: Final = {
    "textfield": _l("A name, a number of a letter, anything on one line."),
    "textarea": _l("Reasons and remarks, on several lines."),
    "rial": _l("Money; said in words and in tomans below, no decimals."),
    "number": _l("Any number, with limits and decimals as you like."),
    "quantity": _l("A measured amount, three decimals at most."),
    "percentage": _l("From 0 to 100, the sign may be typed."),
    "expression": _l("Worked out by FEEL from what stands in the form; nobody types it."),
    "jalaliDate": _l("One day of the Jalali calendar."),
    "jalaliDateRange": _l("From one day to another."),
    "datetime": _l("A day, a time of day, or both."),
    "radio": _l("One of a few, all of them seen."),
    "select": _l("One of many; searched for when there are very many."),
    "checkbox": _l("Yes or no."),
    "checklist": _l("Any of a few, all of them seen."),
    "taglist": _l("Any of a few, as short words side by side."),
    "nationalId": _l("Ten digits of a person, checked."),
    "legalId": _l("Eleven digits of a company or office, checked."),
    "iban": _l("An account, IR and 24 digits, checked."),
    "mobile": _l("A mobile number, in any way of writing it."),
    "postalCode": _l("Ten digits of an address."),
    "filepicker": _l("Documents handed in with the answer."),
    "signature": _l("The name typed, and drawn if one likes."),
    "documentPreview": _l("A document of the case, to be read here."),
    "dynamiclist": _l("The same questions again for each row; rows come and go."),
    "lineTable": _l("The lines of a statement, from the area."),
    "table": _l("Rows that the case has, only shown."),
    "group": _l("Fields under one heading."),
    "page": _l("A part of the form that is filled in before the next."),
    "text": _l("Words between the fields: headings, lists, links."),
    "separator": _l("A line across the page."),
    "spacer": _l("Some empty height."),
    "image": _l("A picture of this site or of the case."),
}

#: by the path of a property: what it is called, and what may be written there
PROPERTIES: Final = {
    "key": (_l("Name of the value"), _l("Letters, digits and _; what conditions call it.")),
    "path": (_l("Name of the value"), _l("The list, or the object that holds the group's values.")),
    "label": (_l("Label"), ""),
    "description": (_l("Help below the label"), ""),
    "text": (_l("Text"), _l("# begins a heading, * a list; **bold**, *italic*, [link](/page).")),
    "alt": (_l("What the picture shows, in words"), ""),
    "source": (_l("Address, or = and FEEL"), _l("On this site: /static/… or a document.")),
    "validate.required": (_l("Must be filled in"), ""),
    "readonly": (_l("Only shown"), ""),
    "defaultValue": (_l("Stands there at first"), ""),
    "validate.minLength": (_l("Fewest characters"), ""),
    "validate.maxLength": (_l("Most characters"), ""),
    "validate.pattern": (_l("Pattern"), _l("A regular expression for the whole text.")),
    "validate.validationType": (_l("Written as"), ""),
    "validate.min": (_l("Least"), _l("A number, or = and FEEL.")),
    "validate.max": (_l("Most"), _l("A number, or = and FEEL.")),
    "decimalDigits": (_l("Decimals"), ""),
    "appearance.prefixAdorner": (_l("Before the field"), ""),
    "appearance.suffixAdorner": (_l("After the field"), _l("A unit, such as m².")),
    "divan.kind": (_l("Shown as"), ""),
    "disallowPassedDates": (_l("Not before today"), ""),
    "subtype": (_l("Asks for"), ""),
    "timeInterval": (_l("Steps of minutes"), ""),
    "timeSerializingFormat": (_l("Kept"), ""),
    "values": (_l("Choices"), ""),
    "valuesKey": (_l("Choices from a variable"), _l("Instead of the choices above.")),
    "valuesExpression": (_l("Choices by FEEL"), _l("Instead of the choices above.")),
    "divan.options": (_l("Choices from the area"), _l("A source that the area's program has.")),
    "divan.search": (_l("Searched for, not listed"), ""),
    "divan.value": (_l("Worked out by (FEEL)"), _l("Then nobody types it.")),
    "conditional.hide": (_l("Hidden when (FEEL)"), ""),
    "divan.outcomes": (_l("Only asked for these answers"), _l("Names, with commas between.")),
    "layout.row": (_l("Row"), _l("What has the same word here stands side by side.")),
    "layout.columns": (_l("Width in columns"), _l("1 to 16.")),
    "accept": (_l("Kinds of files"), _l(".pdf,.jpg")),
    "multiple": (_l("Several documents"), ""),
    "expression": (_l("Worked out by (FEEL)"), ""),
    "divan.source": (_l("Lines from"), _l("A source that the area's program has.")),
    "dataSource": (_l("Rows from"), _l("A variable, or = and FEEL.")),
    "columns": (_l("Columns"), ""),
    "rowCount": (_l("Rows on a page"), ""),
    "height": (_l("Height in pixels"), ""),
    "showOutline": (_l("With a frame"), ""),
    "divan.page": (_l("A page of its own"), ""),
    "divan.min": (_l("Fewest rows"), ""),
    "divan.max": (_l("Most rows"), ""),
    "defaultRepetitions": (_l("Rows at first"), ""),
    "allowAddRemove": (_l("Rows may be added and removed"), ""),
    "divan.groupedBy": (
        _l("Rows stand together by"),
        _l("Key of a field of the rows that is only shown; each group can be folded."),
    ),
    "divan.rules": (_l("Rules over several fields"), ""),
    "divan.check": (_l("The answers are shown once more before they are sent"), ""),
}
#: of the form itself, where a path of a component means something else there
OF_FORM: Final = {"divan.outcomes": (_l("Answers the step can end with"), "")}

#: in a list of objects
ROWS: Final = {
    "value": _l("Value"),
    "label": _l("Label"),
    "key": _l("Value"),
    "kind": _l("Looks"),
    "requires": _l("Needs the fields"),
    "id": _l("Name"),
    "holds": _l("Holds when (FEEL)"),
    "message": _l("Said when it does not"),
    "fields": _l("Beside the fields"),
    "outcomes": _l("Only for the answers"),
}

#: the values of properties that have a few, by path
VALUES: Final = {
    "validate.validationType": {
        "": _l("any text"),
        "email": _l("e-mail address"),
        "phone": _l("telephone number"),
    },
    "divan.kind": {"": _l("it is"), "problems": _l("problems, in sentences")},
    "subtype": {"date": _l("a day"), "time": _l("a time"), "datetime": _l("a day and a time")},
    "timeSerializingFormat": {
        "utc_offset": _l("with its offset from UTC"),
        "utc_normalized": _l("in UTC"),
        "no_timezone": _l("without a zone"),
    },
    "kind": {
        "default": _l("ordinary"),
        "primary": _l("the main one"),
        "danger": _l("a refusal"),
    },
}


def kind_name(kind: str) -> str:
    """Return the message id of what a type of component is called; the type where it has none."""
    return _NAMES.get(kind) or TYPES.get(kind) or kind
