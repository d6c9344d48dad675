"""What the pages about keeping call classes of records and the moments they are counted from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask_babel import lazy_gettext as _l

from engine.catalogue.retention import END
from webapp.wording import Words

CLASSES: Final[Mapping[str, Any]] = {
    "financial": _l("financial documents"),
    "contract": _l("contracts"),
    "service": _l("services to citizens"),
    "other": _l("other records"),
}
#: tables people know something of; others are called by their names
TABLES: Final[Mapping[str, Any]] = {
    "act": _l("approvals"),
    "admin_event": _l("acts of administrators"),
    "comment": _l("comments"),
    "document": _l("documents"),
    "document_version": _l("versions of documents"),
    "event": _l("acts of cases"),
    "human_task": _l("tasks"),
    "instance": _l("cases"),
    "person": _l("accounts"),
}
_SINCE: Final[Mapping[str, Any]] = {
    END: _l("the end of the case"),
    "final_acceptance": _l("final acceptance"),
}


def since_text(name: str, words: Words) -> str:
    """Return what a moment is called; one that is a variable, as its process calls it."""
    return str(_SINCE.get(name) or words.variables.get(name, name))
