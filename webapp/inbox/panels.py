"""How the components of a form stand on a page: in panels, and by the outcomes that ask them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import groupby

from forms import DynamicList, Field, Group, Outcome
from forms.components import Component


@dataclass(frozen=True, slots=True)
class Way:
    """Fields that only some outcomes ask for."""

    outcomes: tuple[Outcome, ...]
    fields: tuple[Field, ...]

    @property
    def key(self) -> str:
        """What the outcomes are called in addresses."""
        return "-".join(each.value for each in self.outcomes)

    @property
    def label(self) -> str:
        """What the outcomes are called."""
        return " / ".join(each.label for each in self.outcomes)


@dataclass(frozen=True, slots=True)
class Panel:
    """Components that stand together: fields, facts only shown, or the table of lines."""

    components: tuple[Component, ...]
    kind: str  #: ``fields``, ``facts`` or ``lines``

    @property
    def is_lines(self) -> bool:
        """Tell whether this is the table of lines, which needs the whole width."""
        return self.kind == "lines"

    @property
    def is_facts(self) -> bool:
        """Tell whether everything here is only shown."""
        return self.kind == "facts"

    @property
    def rows(self) -> tuple[tuple[Component, ...], ...]:
        """The components in rows as the form lays them out."""
        return rows_of(self.components)


def panels_of(
    components: Iterable[Component], is_fact: Callable[[Component], bool]
) -> tuple[Panel, ...]:
    """Return components that follow each other, in parts that look different."""

    def kind_of(component: Component) -> str:
        if isinstance(component, Field) and component.type == "lineTable":
            return "lines"
        return "facts" if is_fact(component) else "fields"

    parts = groupby(components, kind_of)
    return tuple(Panel(tuple(inner), kind) for kind, inner in parts)


def rows_of(components: Iterable[Component]) -> tuple[tuple[Component, ...], ...]:
    """Return components in rows: those of one row of form-js that share its sixteen columns."""
    rows: list[list[Component]] = []
    for each in components:
        before = rows[-1][-1].layout if rows else None
        shares = (
            before is not None
            and each.layout.columns is not None
            and before.columns is not None
            and bool(each.layout.row)
            and each.layout.row == before.row
        )
        if shares:
            rows[-1].append(each)
        else:
            rows.append([each])
    return tuple(map(tuple, rows))


def outcomes_of(component: Component) -> frozenset[str]:
    """Return the outcomes a component is only for; empty when it is for all."""
    if isinstance(component, Field | DynamicList):
        return component.outcomes
    if isinstance(component, Group):
        inner = [outcomes_of(each) for each in component.components]
        return inner[0] if inner and all(each == inner[0] for each in inner) else frozenset()
    return frozenset()


def fields_of(component: Component) -> tuple[Field, ...]:
    """Return the fields in a component, rows left out."""
    if isinstance(component, Group):
        return tuple(field for each in component.components for field in fields_of(each))
    return (component,) if isinstance(component, Field) else ()
