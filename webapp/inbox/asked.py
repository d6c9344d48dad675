"""Which texts a step's form asks for: only those are kept as its draft."""

from __future__ import annotations

import re
from typing import Final

from forms.paths import ROWS
from webapp.inbox.step_form import StepForm

_LINE: Final = re.compile(r"[^/]{1,64}/[^/]{1,64}/(quantity|reason|note)")


def is_asked(step: StepForm, path: str) -> bool:
    """Tell whether a form asks for what stands at a path."""
    field, lines = step.form.field(path), step.form.lines
    if field is not None:
        return not field.readonly and field.type != "lineTable"
    before, _, part = path.rpartition("/")
    if part == ROWS and step.form.list_at(before) is not None:
        return True
    return lines is not None and path.startswith(f"{lines.key}/") and bool(_LINE.fullmatch(path))
