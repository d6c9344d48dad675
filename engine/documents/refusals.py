"""How a file is refused: one problem, which names the file."""

from __future__ import annotations

from engine.errors import Problem, RulesBroken

FIELD = "files"  #: where a page says it, unless a form's own field asked for the file


def refused(code: str, name: str, **params: str) -> RulesBroken:
    """Return the refusal of one file."""
    return RulesBroken([Problem(code, FIELD, {"name": name, **params})])
