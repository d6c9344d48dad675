"""What the browser is told of a form: what it checks, hides and works out before it is sent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from flask_babel import gettext as _

from forms import DynamicList, Field, Group
from forms.browser import browser_field, browser_rules, browser_tree
from forms.components import Component
from forms.expressions import Feel
from webapp.inbox.step_form import StepForm
from webapp.problems import unfilled
from webapp.request import locale

#: What the browser may find wrong before the form is sent.
_CODES: Final = (
    *("GEN-NUMBER", "GEN-WHOLE", "GEN-DECIMALS", "GEN-RANGE", "GEN-LENGTH", "GEN-PATTERN"),
    *("GEN-EMAIL", "GEN-PHONE", "GEN-TIME", "GEN-STEP", "GEN-ORDER", "GEN-REQUIRED"),
    *("GEN-SIGNATURE", "GEN-DRAWING", "CAL-001", "STM-004", "STM-005"),
    *("MON-001", "MON-002", "MON-003", "MON-004"),
    *("ID-001", "ID-002", "ID-003", "ID-004", "PAY-003"),
)


def browser_form(step: StepForm) -> dict[str, Any]:
    """Return what `frontend/src/forms` needs of the page that is shown."""
    components = dict(_components(step.on_page, ""))
    fields = {path: each for path, each in components.items() if isinstance(each, Field)}
    rules = {path: found for path, each in components.items() if (found := _rules(each))}
    return {
        "fields": {path: browser_field(each) for path, each in fields.items()},
        "lists": [path for path, each in components.items() if isinstance(each, DynamicList)],
        "rules": rules,
        "known": _known(step, components) if rules else {},
        "evaluate": f"{step.helper}/form" if rules and step.helper else None,
        "texts": _texts(locale()),
    }


def for_browser(value: Any) -> Any:
    """Return a value as the browser reads it: a number as ``{"n": "12.5"}``, exact."""
    if isinstance(value, Mapping):
        return {str(key): for_browser(each) for key, each in value.items()}
    if isinstance(value, list):
        return [for_browser(each) for each in value]
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return {"n": format(Decimal(value), "f")}
    return value


def _components(components: Iterable[Component], before: str) -> Iterator[tuple[str, Component]]:
    for each in components:
        if isinstance(each, Field | DynamicList):
            yield f"{before}{each.key}", each
        else:
            yield f"{before}{each.id}", each
        if isinstance(each, Group):
            yield from _components(each.components, before)
        elif isinstance(each, DynamicList):
            yield from _components(each.components, f"{before}{each.key}/")


def _rules(component: Component) -> dict[str, Any]:
    if isinstance(component, Field | DynamicList):
        return browser_rules(component)
    return {"hide": [browser_tree(each) for each in component.hide]} if component.hide else {}


def _known(step: StepForm, components: Mapping[str, Component]) -> dict[str, Any]:
    """Return what expressions read that stands on another page, or only in the case."""
    tops = {
        reference.partition(".")[0] for feel in _feel(components) for reference in feel.references
    }
    asked = {
        path.partition(".")[0]
        for path, each in components.items()
        if isinstance(each, Field | DynamicList) and not each.readonly
    }
    return {top: for_browser(step.sheet.scope.get(top)) for top in sorted(tops - asked)}


def _feel(components: Mapping[str, Component]) -> Iterator[Feel]:
    for each in components.values():
        yield from each.expressions if isinstance(each, Field | DynamicList) else each.hide


@lru_cache
def _texts(language: str) -> Mapping[str, str]:
    """Return all that is said in a language, the page's: looked up once, every form has it."""
    return {
        **{code: unfilled(code, language) for code in _CODES},
        "tomans": _("%(amount)s tomans", amount="{amount}"),
        "open": _("Open the calendar"),
        "choose": _("Choose a date"),
        "previous": _("Previous month"),
        "next": _("Next month"),
        "close": _("Close"),
        "yes": _("yes"),
        "no": _("no"),
        "rials": _("rials"),
    }
