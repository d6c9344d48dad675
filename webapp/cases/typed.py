"""What somebody typed into a form and could not send, with the labels of the form."""

from __future__ import annotations

from flask_babel import gettext as _

from forms import FILEPICKER, Field, Form
from forms.errors import Raw
from forms.kinds import KINDS, TOMAN, UNIT
from forms.paths import ROWS, is_own, parted
from webapp.formatting import digits


def typed_in_words(form: Form, typed: Raw) -> list[tuple[str, str]]:
    """Return label and text of everything a person typed, as the page had it.

    Choices stand with their labels, an amount with its unit; how many rows a list has and
    other names of the page's own are left out.
    """
    rows = []
    for path, given in typed.items():
        field = form.field(path)
        said = ", ".join(_said(field, each) for each in _texts(field, given) if each.strip())
        if not said or is_own(path) or _says_nothing_alone(form, path):
            continue
        unit = f" {_('tomans')}" if _text(typed, f"{path}/{UNIT}") == TOMAN else ""
        rows.append((_label(form, path), f"{said}{unit}"))
    return rows


def _texts(field: Field | None, given: str | list[str]) -> list[str]:
    if isinstance(given, list):
        return given
    return parted(given) if field is not None and KINDS[field.type].many else [given]


def _text(typed: Raw, path: str) -> str:
    given = typed.get(path, "")
    return given if isinstance(given, str) else next(iter(given), "")


def _says_nothing_alone(form: Form, path: str) -> bool:
    before, _slash, part = path.rpartition("/")
    if part == ROWS and form.list_at(before) is not None:
        return True
    field = form.field(path)
    return field is not None and bool(before) and part in KINDS[field.type].beside


def _said(field: Field | None, text: str) -> str:
    if field is None:
        return text
    if field.type == "checkbox":
        return _("yes")
    if field.type == FILEPICKER:
        return _("a document")
    return field.label_of(text) if field.choices else text


def _label(form: Form, path: str) -> str:
    """Return what a path is called: the lists around it with the numbers of their rows first."""
    parts, around = path.split("/"), []
    for at, each in enumerate(parts[1:], 1):
        before = "/".join(parts[:at])
        found = form.list_at(before)
        if each.isdigit() and found is not None:
            around.append(f"{found.label} ({digits(int(each) + 1)})")
    return ": ".join([*around, form.label_of(path) or _of_line(form, parts)])


def _of_line(form: Form, parts: list[str]) -> str:
    """Return what a cell of the line table is called: its line and which of its columns."""
    lines = form.lines
    if lines is None or parts[0] != lines.key or len(parts) != 3:
        return "/".join(parts)
    columns = {"quantity": _("Quantity"), "reason": _("Reason"), "note": _("Note")}
    return f"{parts[1]}: {columns.get(parts[2], parts[2])}"
