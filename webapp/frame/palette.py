"""What the command palette finds on the server, as its script shows it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypedDict

from engine.queries.find import Found, FoundCase, FoundTask
from engine.storage.bundles import Deployed
from engine.values import fold
from webapp.addresses import address
from webapp.formatting import mixed
from webapp.request import locale
from webapp.wording import words_of


class Line(TypedDict):
    """One thing found: where it is, what it is called, and what tells it from its like."""

    address: str
    title: str
    under: str


def lines_of(found: Found, text: str) -> dict[str, list[Line]]:
    """Return what was found by kind, in the reader's language and order."""
    sought = fold(text)
    processes = [each for each in found.processes if _is_called(each, sought)]
    return {
        "tasks": [_task(each) for each in found.tasks],
        "cases": [_case(each) for each in found.cases],
        "start": [_start(each) for each in processes],
    }


def _task(found: FoundTask) -> Line:
    return {
        "address": address("tasks.show", task_id=found.id),
        "title": words_of(found.definition).element(found.element_id, found.name),
        "under": _joined([mixed(found.title, locale()), found.business_key]),
    }


def _case(found: FoundCase) -> Line:
    return {
        "address": address("cases.show", instance_id=found.id),
        "title": mixed(found.title, locale()),
        "under": _joined([words_of(found.definition).process, found.business_key]),
    }


def _start(definition: Deployed) -> Line:
    words = words_of(definition)
    return {
        "address": address("start.show", process_id=definition.process_id),
        "title": words.process,
        "under": words.about,
    }


def _is_called(definition: Deployed, sought: str) -> bool:
    """Tell whether a process is meant, in either language."""
    both = (words_of(definition, each) for each in ("fa", "en"))
    return any(sought in fold(f"{each.process} {each.about}") for each in both)


def _joined(parts: Iterable[str | None]) -> str:
    return " · ".join(each for each in parts if each)
