"""The page of a file of decisions, one of its tables to be edited."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from flask import render_template

from engine.dmn import sheets
from engine.dmn.sheets import Drawn, Sheet
from engine.errors import NotFound, Problem
from engine.model.area_draft import DraftNotFound
from engine.queries import studio as queries
from webapp.problems import text_of
from webapp.request import current_actor, now, reader
from webapp.studio.decisions.blemishes import policy_names, told_of, type_names
from webapp.studio.decisions.posted import policies
from webapp.studio.decisions.trying import Answer, tried
from webapp.studio.drafts.presence import editing_at
from webapp.studio.words import SHEET, texts

SAMPLES: Final = 3  #: empty rows for samples


@dataclass(frozen=True, slots=True)
class DecisionFile:
    """A file of decisions as a request found it."""

    draft_id: UUID
    name: str
    content: bytes
    version: int
    others: Mapping[str, bytes]  #: the decisions of the draft, by file


@dataclass(slots=True)
class Shown:
    """What a page shows beside the table."""

    samples: list[list[str]] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    problems: tuple[Problem, ...] = ()
    pasted: str = ""


def decision_file(draft_id: UUID, name: str, number: int = 0) -> DecisionFile:
    """Return a file as it stands, or as one save made it where that is still there."""
    if not name.endswith(".dmn"):
        raise NotFound(name)
    actor = current_actor()
    with reader() as session:
        others = queries.bundle(session, draft_id, actor).decisions
        content, version = queries.file(session, draft_id, name, actor)
        if number and number != version:
            try:
                content, version = queries.file(session, draft_id, name, actor, number)
            except DraftNotFound:  # a later save stands for it: then this one lies beside that
                version = number
    return DecisionFile(draft_id, name, content, version, others)


def chosen_of(drawn: tuple[Drawn, ...], asked: str | None) -> Drawn | None:
    """Return the decision asked for; without one the first table, else the first of all."""
    for each in drawn:
        if each.id == asked:
            return each
    tables = (each for each in drawn if each.kind == "table")
    return next(tables, next(iter(drawn), None))


def table_page(
    found: DecisionFile, drawn: tuple[Drawn, ...], chosen: Drawn | None, sheet: Sheet, shown: Shown
) -> str:
    """Return the page of a file with one of its tables."""
    return frame(found, drawn, chosen, **parts_of(found, sheet, shown))


def parts_of(found: DecisionFile, sheet: Sheet, shown: Shown) -> dict[str, Any]:
    """Return what the parts of a page that hold the table are made of."""
    files = {**found.others, found.name: found.content}
    told = told_of(sheets.examined(files, found.name, sheet.decision_id), sheet)
    wanted = max(SAMPLES, len(shown.samples))
    blank = [[""] * len(sheet.inputs)]
    hits: dict[int, list[int]] = {}
    for number, answer in enumerate(shown.answers, 1):
        for rule in answer.rules:
            hits.setdefault(rule - 1, []).append(number)
    return {
        "draft_id": found.draft_id,
        "name": found.name,
        "version": found.version,
        "sheet": sheet,
        "told": told,
        "headings": sheets.headings(sheet),
        "types": type_names(),
        "policies": policies(),
        "policy_names": policy_names(),
        "policy": f"{sheet.hit_policy} {sheet.aggregation}".strip(),
        "samples": shown.samples + blank * (wanted - len(shown.samples)),
        "answers": shown.answers,
        "hits": hits,
        "problems": [text_of(each) for each in shown.problems],
        "pasted": shown.pasted,
        "may_change": current_actor().is_analyst,
    }


def frame(
    found: DecisionFile,
    drawn: tuple[Drawn, ...],
    chosen: Drawn | None,
    *,
    text: str = "",
    unreadable: str = "",
    **known: Any,
) -> str:
    """Return the page of a file, with what its parts are made of where a table is shown."""
    actor = current_actor()
    with reader() as session:
        page = queries.draft(session, found.draft_id, actor, now())
    shown = {
        "draft_id": found.draft_id,
        "name": found.name,
        "version": found.version,
        "may_change": actor.is_analyst,
        **known,
    }
    return render_template(
        "studio/decisions/decisions.html",
        draft=page,
        drawn=drawn,
        chosen=chosen,
        text=text,
        unreadable=unreadable,
        editing=editing_at(found.draft_id),
        texts=texts(SHEET),
        nav="studio",
        **shown,
    )


def answers_to(found: DecisionFile, sheet: Sheet, samples: list[list[str]]) -> list[Answer]:
    """Return what the table as it is typed says of the samples."""
    files = {**found.others, found.name: found.content}
    return tried(files, sheet, samples, now())
