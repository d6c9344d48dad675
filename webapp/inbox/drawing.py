"""What a form only shows, and how types of components that other rooms bring are drawn.

A room that brings a component puts a function into `DRAWN` under its type when it is imported.
Of a question it is given the form, the component, the path it stands at and the problems by
path, and returns the whole field with its label, its messages and its controls, whose names
begin with the path::

    DRAWN["filepicker"] = lambda drawn: Markup(render_template("files/_picker.html", at=drawn))

Of something only shown (``image`` of the document store, ``documentPreview``) the path is where
it stands; what its ``source`` or ``dataSource`` says is in ``drawn.value``. Reading and checking
are registered in `forms.kinds.KINDS`. A type nobody draws shows its label alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from markupsafe import Markup

from forms import Field, View
from forms.paths import value_at
from forms.sheet import Row
from webapp.formatting import of_expression, prose, quantity
from webapp.problems import sentences
from webapp.request import manner
from webapp.texts import N_, texts_in

if TYPE_CHECKING:
    from webapp.inbox.step_form import StepForm


@dataclass(frozen=True, slots=True)
class Drawn:
    """One component to be drawn."""

    step: StepForm
    component: Field | View
    path: str
    value: Any
    problems: Mapping[str, Sequence[str]]  #: texts by path
    asks: bool = True  #: else an answer is only shown, beside its label


#: a rate or a mark as a case keeps it; what is longer may be a code
_SHORT_NUMBER: Final = re.compile(r"[0-9]{1,3}(\.[0-9]+)?")

DRAWN: Final[dict[str, Callable[[Drawn], Markup]]] = {}


def drawn_view(step: StepForm, view: View, row: Row | None = None) -> Markup:
    """Draw what is only shown."""
    scope = step.sheet.scope if row is None else row.scope
    value: Any = view.source
    if view.source_from is not None:
        value = view.source_from.value(scope, step.sheet.now)
    elif view.source is not None and view.type == "table":
        value = value_at(scope, view.source)
    draw = DRAWN.get(view.type, _label)
    return draw(Drawn(step, view, view.id, value, {}))


def _label(drawn: Drawn) -> Markup:
    return Markup('<p class="muted">%s</p>') % drawn.component.label


def _separator(_: Drawn) -> Markup:
    return Markup('<hr class="wide">')


def _spacer(drawn: Drawn) -> Markup:
    height = drawn.component.height if isinstance(drawn.component, View) else None
    lines = max(1, min(10, (height or 60) // 30))
    return Markup('<div class="spacer lines-%d" aria-hidden="true"></div>') % lines


def _image(drawn: Drawn) -> Markup:
    """Draw a picture of this site; addresses elsewhere are not fetched (CSP)."""
    address = str(drawn.value or "")
    if not address.startswith(("/static/", "/areas/", "data:image/png;base64,")):
        return _label(drawn)
    return Markup('<img class="form-image" src="%s" alt="%s">') % (address, drawn.component.label)


def _table(drawn: Drawn) -> Markup:
    view, rows = drawn.component, drawn.value if isinstance(drawn.value, list) else []
    assert isinstance(view, View)
    head = Markup("").join(Markup('<th scope="col">%s</th>') % name for _, name in view.columns)
    body = Markup("").join(
        Markup("<tr>%s</tr>")
        % Markup("").join(_cell(drawn, name, value_at(each, key)) for key, name in view.columns)
        for each in rows
        if isinstance(each, Mapping)
    )
    if not body:
        nothing = texts_in(manner().language).gettext(N_("None."))
        body = Markup('<tr><td colspan="%d" class="muted">%s</td></tr>') % (
            len(view.columns),
            nothing,
        )
    return Markup(
        '<div class="table-scroll wide" role="region" tabindex="0" aria-label="%s">'
        '<table class="list as-cards">'
        "<caption>%s</caption><thead><tr>%s</tr></thead><tbody>%s</tbody></table></div>"
    ) % (view.label, view.label, head, body)


def _are_problems(told: object) -> bool:
    """Tell whether a value is problems as a case keeps them."""
    if not isinstance(told, list) or not told:
        return False
    return all(isinstance(each, dict) and each.keys() == {"code", "params"} for each in told)


def _cell(drawn: Drawn, name: str, value: Any) -> Markup:
    if _are_problems(value):
        value = " ".join(sentences(value, drawn.step.words))
    address = ""
    if isinstance(value, Mapping) and str(value.get("address", "")).startswith("/areas/"):
        value, address = value.get("text"), str(value["address"])
    shown = of_expression(value)
    if isinstance(value, str) and shown == value:
        shown = quantity(value) if _SHORT_NUMBER.fullmatch(value) else prose(value)
    inside = Markup("<bdi>%s</bdi>") % shown if shown else ""  # a card leaves out what is empty
    if inside and address:
        inside = Markup('<a href="%s"><bdi class="quoted">%s</bdi></a>') % (address, shown)
    return Markup('<td data-label="%s">%s</td>') % (name, inside)


DRAWN.update(separator=_separator, spacer=_spacer, image=_image, table=_table)
