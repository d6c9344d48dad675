"""The answers of a form once more before it is sent, each with the way back to change it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from forms import DynamicList, Field, Group
from forms.components import Choice, Component, asking
from forms.sheet import Place
from webapp.inbox.step_form import StepForm


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer as it stands."""

    field: Field
    path: str
    label: str
    value: Any
    typed: str  #: what was typed, where it is no value
    choices: tuple[Choice, ...]
    page: str  #: where it is changed
    address: str  #: of that place; nothing for what is worked out, or where pages have none


@dataclass(frozen=True, slots=True)
class Part:
    """The answers of one page."""

    title: str
    answers: tuple[Answered, ...]


def parts_of(step: StepForm) -> tuple[Part, ...]:
    """Return the answers page by page, those of a form of one page together."""
    if not step.pages:
        return (Part("", tuple(_answers(step, step.form.components, ""))),)
    return tuple(
        Part(each.label, tuple(_answers(step, each.components, each.id))) for each in step.pages
    )


def _answers(step: StepForm, components: tuple[Component, ...], page: str) -> Iterator[Answered]:
    for each in asking(components):
        yield from _of_place(step, step.place(each.key), page)


def _of_place(step: StepForm, place: Place, page: str) -> Iterator[Answered]:
    if place.hidden:
        return
    if isinstance(place.of, DynamicList):
        for row in place.rows:
            for each in row.places.values():
                yield from _of_place(step, each, page)
        return
    of = place.of
    if of.type == "lineTable" or (of.readonly and not of.computed) or of.outcomes:
        return
    typed = "" if place.readonly else next(iter(step.typed_at(place.path).get("", [])), "")
    asked = f"?page={page}" if page else ""
    yield Answered(
        of,
        place.path,
        step.label_of(place.path),
        place.value,
        typed if place.problems else "",
        place.choices,
        "" if place.readonly else page,
        "" if place.readonly or not step.address else f"{step.address}{asked}#{place.path}",
    )


def progress_of(step: StepForm) -> tuple[tuple[Group, bool], ...]:
    """Return the pages of a form, each with whether it is the one shown."""
    return tuple((each, each is step.current) for each in step.pages)
