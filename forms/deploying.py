"""Checking the forms of a bundle before it is deployed: every place outside the subset."""

from __future__ import annotations

from collections.abc import Iterator

from engine.catalogue.bundle import Bundle
from engine.findings import Finding, detail
from forms.errors import FormUnreadable
from forms.schema import Form


def findings(bundle: Bundle) -> Iterator[Finding]:
    """Yield what is wrong with each form: its id is the element, the place in the message.

    Raises:
        ConfigRefused: a file is no JSON, has no id, or shares one.
    """
    for form_id, json in bundle.forms.items():
        try:
            Form.parse(json)
        except FormUnreadable as unreadable:
            for each in unreadable.faults:
                place = " ".join(filter(None, (each.component, each.property)))
                yield Finding(
                    each.rule,
                    f"forms/{form_id}.form",
                    each.component or form_id,
                    None,
                    detail("AT-PLACE", place=place, what=each.detail) if place else each.detail,
                    {"form": form_id, "component": each.component, "property": each.property},
                )
