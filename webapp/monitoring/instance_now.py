"""Where a case stands: its tokens, the path it took, and the cases around it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from flask import request
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from engine import bpmn
from engine.commands.models import model_of
from engine.model.event import Event, EventKind
from engine.model.job import ASIDE
from engine.queries.instance_page import WatchedCase, kin_of
from engine.storage.database import Session
from webapp.cases.map import map_of
from webapp.wording import words_of

WAITS: Final[Mapping[type[Any], LazyString]] = {
    bpmn.HumanWait: _l("for a person"),
    bpmn.ServiceWait: _l("for a job"),
    bpmn.TimerWait: _l("for its time"),
    bpmn.MessageWait: _l("for a message"),
    bpmn.SignalWait: _l("for a signal"),
    bpmn.ConditionWait: _l("for a condition"),
    bpmn.StoreWait: _l("for a row"),
    bpmn.CallWait: _l("for another case"),
}


@dataclass(frozen=True, slots=True)
class TokenLine:
    """One token of a case, where it waits and for what."""

    token: str
    element_id: str
    name: str
    waits: str
    since: datetime | None
    beside: str | None  #: the activity at whose border it waits
    is_held: bool = False  #: an administrator keeps workers from what it waits for


def now_tab(session: Session, case: WatchedCase) -> Mapping[str, Any]:
    """Return what the tab shows."""
    tokens = token_lines(case)
    is_drawn = request.args.get("view") == "drawing"
    standing = replace(case.progress, calls=case.progress.calls | _standing_at(tokens))
    shown = map_of(standing, case.definition, case.unit, (), drawn=is_drawn)
    marks = json.loads(shown.marks) | dict.fromkeys(path_of(case.progress.trail), "passed")
    marks |= dict.fromkeys(_standing_at(tokens), "now")
    return {
        "tokens": tokens,
        "counts": Counter(each.name for each in tokens),
        "map": shown,
        "marks": json.dumps(marks, ensure_ascii=False),
        "is_drawn": is_drawn,
        "kin": kin_of(session, case.id),
    }


def token_lines(case: WatchedCase) -> list[TokenLine]:
    """Return the tokens of a case that has not ended."""
    if case.is_over:
        return []
    waits = bpmn.waiting(model_of(case.definition.bundle), case.process_id, case.stored)
    now = case.now
    since = {each.token: each.created_at for each in now.listens}
    since |= {each.token: each.created_at for each in now.jobs}
    since |= {each.token: each.created_at for each in now.tasks}
    held = {each.token for each in now.jobs if each.state in ASIDE}
    return list(lines_of_waits(case, waits, since, held))


def _standing_at(tokens: Iterable[TokenLine]) -> frozenset[str]:
    return frozenset(each.element_id for each in tokens if each.beside is None)


def lines_of_waits(
    case: WatchedCase,
    waits: Iterable[bpmn.Wait],
    since: Mapping[str, datetime],
    held: Collection[str] = (),
) -> Iterator[TokenLine]:
    """Yield waits in words."""
    words = words_of(case.definition)
    for each in waits:
        beside = getattr(each, "attached_to", None)
        yield TokenLine(
            each.token,
            each.element_id,
            words.element(each.element_id, getattr(each, "name", None)),
            str(WAITS[type(each)]),
            since.get(each.token),
            words.element(beside) if beside else None,
            each.token in held,
        )


def path_of(trail: Iterable[Event]) -> Iterator[str]:
    """Yield the flows a case went along, as far as its history names them."""
    for event in trail:
        if event.kind is EventKind.DECIDED:
            yield str(event.facts.get("flow"))
            yield from map(str, event.facts.get("beside", ()))
        elif event.kind is EventKind.PASSED:
            yield from map(str, event.facts.get("flows", ()))
