"""The versions of an area, and any two of them beside each other."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup, escape

from engine.catalogue.bundle import Bundle
from engine.errors import NotFound
from engine.queries import deployment_requests, studio
from engine.queries.versions import Published, published
from engine.storage import bundles
from engine.storage.database import Session
from engine.versions import compare
from webapp.addresses import address
from webapp.cases.drawing import Drawing, answer_with
from webapp.cases.map import viewer_texts
from webapp.formatting import mixed
from webapp.request import current_actor, locale, manner, now, reader
from webapp.versions.both import Both
from webapp.versions.names import Names
from webapp.versions.sentences import Mark
from webapp.versions.summary import Summary, summary_of
from webapp.versions.tables import Table, tables_of
from webapp.wording import area_title

bp = Blueprint("versions", __name__, url_prefix="/studio")

_QUOTED: Final = re.compile(r"(“[^”]*”|«[^»]*»)")
_BDI: Final = Markup('<bdi class="quoted">{}</bdi>')
DRAFT: Final = "draft-"  #: what the address of a draft begins with; its id follows
ASKED: Final = "asked-"  #: …and of what somebody asked to deploy


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two versions compared."""

    key: str  #: what the address calls it
    title: str
    bundle: Bundle


@dataclass(frozen=True, slots=True)
class Drawn:
    """One diagram as one version has it."""

    title: str
    url: str
    marks: str  #: JSON: element -> mark
    labels: str  #: JSON: element -> name, where the language is not the model's


@dataclass(frozen=True, slots=True)
class Diagram:
    """One diagram in both versions, where they have it."""

    file: str
    title: str
    before: Drawn | None
    after: Drawn | None


@dataclass(frozen=True, slots=True)
class Compared:
    """Two versions beside each other."""

    old: Side
    new: Side
    summary: Summary
    diagrams: tuple[Diagram, ...]
    tables: tuple[Table, ...]


@bp.get("/<area>/compare")
def show(area: str) -> ResponseReturnValue:
    """Show the versions of an area, and what is different about two of them."""
    actor = current_actor()
    with reader() as session:
        versions = published(session, area, actor)
        asked = _asked(versions)
        sides = [_side(session, area, versions, each) for each in asked] if all(asked) else []
        newest = bundles.bundle(session, versions[0].bundle_id)
    compared = _compared(area, *sides) if len(sides) == 2 else None
    return render_template(
        "versions/compare.html",
        area=area,
        title=area_title(newest, locale()),
        versions=versions,
        called=_called(versions, newest),
        asked=asked,
        compared=compared,
        may_begin=actor.is_analyst,
        drafts=[each for each in sides if each.key.startswith((DRAFT, ASKED))],
        texts=viewer_texts(locale()),
        nav="studio",
    )


def _asked(versions: tuple[Published, ...]) -> tuple[str, str]:
    """Return which two are asked for; unless said the newest and the one before it."""
    usual = [str(each.number) for each in versions[:2]]
    new = request.args.get("to") or usual[0]
    before = str(int(new) - 1) if new.isdecimal() and int(new) > 1 else ""
    old = request.args.get("from") or (usual[0] if new.startswith((DRAFT, ASKED)) else before)
    return old, new


def _side(session: Session, area: str, versions: tuple[Published, ...], key: str) -> Side:
    """Return a version by what an address calls it.

    Raises:
        NotFound: there is no such version or draft of this area.
    """
    if key.startswith(DRAFT):
        return _draft(session, area, key)
    if key.startswith(ASKED):
        return _asked_for(session, area, key)
    found = next((each for each in versions if str(each.number) == key), None)
    if found is None:
        raise NotFound(f"no version {key} of {area}")
    return Side(key, _("version %(number)s", number=key), bundles.bundle(session, found.bundle_id))


def _asked_for(session: Session, area: str, key: str) -> Side:
    """Return what somebody asked to deploy, as it stood then."""
    try:
        found = deployment_requests.one(session, UUID(key.removeprefix(ASKED)), current_actor())
    except ValueError as error:
        raise NotFound(key) from error
    if found.request.area != area:
        raise NotFound(key)
    title = _("asked for: “%(title)s”", title=found.request.draft)
    return Side(key, title, found.bundle)


def _draft(session: Session, area: str, key: str) -> Side:
    try:
        draft_id = UUID(key.removeprefix(DRAFT))
    except ValueError as error:
        raise NotFound(key) from error
    draft = studio.draft(session, draft_id, current_actor(), now())
    if draft.area != area:
        raise NotFound(key)
    title = _("draft “%(title)s”", title=draft.title)
    return Side(key, title, studio.bundle(session, draft_id, current_actor()))


def _called(versions: tuple[Published, ...], newest: Bundle) -> Mapping[str, str]:
    """Return what the newest version calls processes in the reader's language."""
    names = {each.process_id: each.name for one in versions for each in one.processes}
    return {key: newest.text(locale(), key, "title", default=name) for key, name in names.items()}


def _compared(area: str, old: Side, new: Side) -> Compared:
    both = Both(compare(old.bundle, new.bundle), manner())
    summary = summary_of(both)
    files = sorted({*old.bundle.diagrams, *new.bundle.diagrams})
    shown = [each for each in files if each in both.versions.touched or summary.marks(each)]
    diagrams = tuple(_diagram(area, each, old, new, summary, both) for each in shown)
    return Compared(old, new, summary, diagrams, tables_of(both))


def _diagram(area: str, file: str, old: Side, new: Side, summary: Summary, both: Both) -> Diagram:
    marks = summary.marks(file)
    before, after = _on_side("added", marks), _on_side("removed", marks)
    names = both.new if file in new.bundle.files else both.old
    return Diagram(
        file,
        names.title_of(file),
        _drawn(area, file, old, before, both.old),
        _drawn(area, file, new, after, both.new),
    )


def _on_side(other: Mark, marks: Mapping[str, Mark]) -> Mapping[str, Mark]:
    return {key: each for key, each in marks.items() if each != other}


def _drawn(
    area: str, file: str, side: Side, marks: Mapping[str, Mark], names: Names
) -> Drawn | None:
    if file not in side.bundle.files:
        return None
    of = side.bundle.id[:16]
    url = address("versions.drawing", area=area, key=side.key, file=file, of=of)
    return Drawn(side.title, url, _json(marks), _json(names.labels(file)))


@bp.app_template_filter("apart")
def apart(text: str) -> Markup:
    """Show a sentence with what it quotes isolated: two Persian names keep their order in English.

    Codes in a Persian sentence are isolated too; in an English one they stand among their like.
    """
    plain = mixed if locale() == "fa" else escape
    return Markup().join(
        _BDI.format(each) if _QUOTED.fullmatch(each) else plain(each)
        for each in _QUOTED.split(text)
    )


def _json(facts: Mapping[str, str]) -> str:
    return json.dumps(facts, ensure_ascii=False)


@bp.get("/<area>/versions/<key>/<path:file>")
def drawing(area: str, key: str, file: str) -> ResponseReturnValue:
    """Give the drawing of one version of a diagram."""
    with reader() as session:
        versions = published(session, area, current_actor())
        content = _side(session, area, versions, key).bundle.diagrams.get(file)
    if content is None:
        raise NotFound(file)
    return answer_with(Drawing.of(content))
