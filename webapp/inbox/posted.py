"""What was posted of a form that may have several pages, together with what it holds elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from engine.errors import Problem
from forms import DynamicList
from forms.components import asking
from forms.errors import Raw
from forms.kinds import texts_of_kind
from forms.paths import MARK, ROWS
from forms.reading import ASKED
from forms.sheet import Place
from webapp.inbox.step_form import StepForm

PAGE: Final = f"{MARK}page"  #: the page that was posted
GO: Final = f"{MARK}go"  #: where to: ``next``, ``back``
ADD: Final = f"{MARK}add"  #: the list that gets a row
REMOVE: Final = f"{MARK}remove"  #: the row that goes

Posted = dict[str, list[str]]


def is_move(raw: Raw) -> bool:
    """Tell whether a form was posted to go on in it, not to be sent."""
    return any(each in raw for each in (GO, ADD, REMOVE))


def posted_on(step: StepForm, raw: Posted) -> StepForm:
    """Return a form with what was posted, and with what other pages of it hold besides."""
    page = one(raw, PAGE) or None
    if not step.form.pages and not step.form.checks:
        return replace(step, page=page, raw=raw)
    step = replace(step, page=page)
    return replace(step, raw=asked_elsewhere(step, {**elsewhere(step), **raw}))


def asked_elsewhere(step: StepForm, raw: Posted) -> Posted:
    """Return what was posted with the questions of other pages named as asked.

    A page names what it asks because of a condition (`forms.reading.ASKED`); what others ask is
    said on them, and shown on the check.
    """
    if ASKED not in raw:
        return raw
    here = {place.of.key for place in places_on_page(step)}
    others = [path for path in step.sheet.places if path.partition("/")[0] not in here]
    return {**raw, ASKED: [*raw[ASKED], *others]}


def elsewhere(step: StepForm) -> Posted:
    """Return the texts of all that stands on other pages: drafts, else what the case knows."""
    here = {place.path for place in places_on_page(step)}
    texts: Posted = {}
    for place in step.sheet.tops:
        if place.path not in here:
            texts.update(_texts_of(step, place))
    return texts


def texts_on_page(step: StepForm) -> Posted:
    """Return the texts in all fields of the page that is shown, empty ones too."""
    texts: Posted = {}
    for place in places_on_page(step):
        texts.update(_texts_of(step, place))
    return texts


def places_on_page(step: StepForm) -> Iterator[Place]:
    """Yield the fields and lists of the page that is shown."""
    for each in asking(step.on_page):
        yield step.place(each.key)


def _texts_of(step: StepForm, place: Place) -> Posted:
    """Return what stands in a field, or in all rows of a list, as a page would post it."""
    if place.hidden or place.readonly:
        return {}
    if isinstance(place.of, DynamicList):
        texts: Posted = {f"{place.path}/{ROWS}": [str(len(place.rows))]}
        for row in place.rows:
            for each in row.places.values():
                texts.update(_texts_of(step, each))
        return texts
    if place.of.type == "lineTable":
        return {}
    typed = step.typed_at(place.path)
    return {
        f"{place.path}/{part}" if part else place.path: typed.get(part, [])
        for part in texts_of_kind(place.of)
    }


def left_over(step: StepForm, problems: Iterable[Problem]) -> list[tuple[str, str]]:
    """Return label and text of what was typed and is not asked here any more.

    The page that was sent was older than the form, or its answers rule each other out: the
    text has no field to come back in, and is not lost by that.
    """
    raw = step.raw or {}
    paths = [each.field or "" for each in problems if each.code == "GEN-UNKNOWN"]
    return [(step.label_of(path) or path, ", ".join(raw[path])) for path in paths if path in raw]


def one(raw: Mapping[str, list[str]], name: str) -> str:
    """Return the text posted under a name; nothing when there is none."""
    texts = raw.get(name)
    return texts[-1] if texts else ""
