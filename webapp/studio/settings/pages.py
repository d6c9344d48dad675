"""``process.toml`` of a draft in a page: who starts, whose work it is, until when, who may not."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.catalogue.config_text import no_toml
from engine.catalogue.rewriting import rewritten
from engine.commands import area_drafts
from engine.commands.analysts import must_be_analyst
from engine.errors import NotFound, RulesBroken
from engine.model.area_draft import DraftNotFound, FileMoved
from engine.queries import studio as queries
from engine.storage.database import Session
from webapp.findings import text_of_detail
from webapp.problems import text_of
from webapp.request import current_actor, locale, manner, now, reader, unit_of_work
from webapp.studio.settings.fields import Typed, acted, filled, rows_of, typed_of
from webapp.studio.settings.refused import kind_of, refused_of
from webapp.studio.settings.texts import BOTH, texts_said, texts_typed
from webapp.studio.settings.words import (
    HINTS,
    ROWS,
    TABLES,
    choices,
    known_names,
    label_of,
)
from webapp.versions.names import Names

bp = Blueprint("draft_settings", __name__, url_prefix="/studio/drafts/<uuid:draft_id>/settings")

SETTINGS: Final = "process.toml"
TEXTS: Final = {each: f"texts.{each}.toml" for each in BOTH}


class Stands:
    """The files of a draft that the page shows, as one version has them."""

    def __init__(self, session: Session, draft_id: UUID, versions: Mapping[str, int]) -> None:
        self.contents: dict[str, str] = {}
        self.versions: dict[str, int] = {}
        actor = current_actor()
        for name in (SETTINGS, *TEXTS.values()):
            number = versions.get(name) or None
            try:
                content, version = queries.file(session, draft_id, name, actor, number)
            except DraftNotFound:
                content, version = self._newest(session, draft_id, name)
            self.contents[name] = content.decode(errors="replace")
            self.versions[name] = number or version

    @staticmethod
    def _newest(session: Session, draft_id: UUID, name: str) -> tuple[bytes, int]:
        try:
            return queries.file(session, draft_id, name, current_actor())
        except DraftNotFound:
            return b"", 0

    @property
    def settings(self) -> dict[str, Any]:
        """What ``process.toml`` says.

        Raises:
            TOMLDecodeError: it is no TOML.
        """
        return tomllib.loads(self.contents[SETTINGS])

    @property
    def texts(self) -> dict[str, dict[str, Any]]:
        """What the texts of both languages say; nothing of what cannot be read."""
        return {each: _read(self.contents[name]) for each, name in TEXTS.items()}


def _read(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        return {}


@bp.get("/")
@bp.get("/<section_id>")
def show(draft_id: UUID, section_id: str = "area") -> ResponseReturnValue:
    """Show what is declared of the area, or of one of its processes."""
    with reader() as session:
        stands = Stands(session, draft_id, {})
    try:
        said = section_of(stands.settings, section_id)
    except (tomllib.TOMLDecodeError, RecursionError):
        flash(_("process.toml cannot be read; put it right as text first."), "wrong")
        return redirect(url_for("draft_files.show", draft_id=draft_id, name=SETTINGS), 303)
    typed = typed_of(said, kind_of(section_id))
    typed |= texts_typed(section_id, typed, stands.texts)
    return _page(draft_id, section_id, typed, stands.versions)


@bp.post("/<section_id>")
def save(draft_id: UUID, section_id: str) -> ResponseReturnValue:
    """Keep what was typed; an act on a row only changes the page."""
    must_be_analyst(current_actor())
    typed: Typed = request.form.to_dict(flat=False)
    act = "".join(typed.pop("act", []))
    versions = {
        name: int(text)
        for name in (SETTINGS, *TEXTS.values())
        if (text := "".join(typed.pop(f"version:{name}", []))).isdecimal() and len(text) < 9
    }
    if act:
        return _page(draft_id, section_id, acted(typed, act, kind_of(section_id)), versions)
    with reader() as session:
        stands = Stands(session, draft_id, versions)
    try:
        settings = stands.settings
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        wrong = text_of_detail(no_toml(SETTINGS, error), locale())
        return _page(draft_id, section_id, typed, versions, {"": wrong}), 422
    found = filled(typed, section_of(settings, section_id), kind_of(section_id))
    wanted = with_section(settings, section_id, found.said)
    text, is_anew = rewritten(stands.contents[SETTINGS], wanted)
    found.problems |= refused_of(text, section_id, typed)
    if found.problems:
        return _page(draft_id, section_id, typed, versions, found.problems), 422
    contents = {SETTINGS: text}
    for language, said in texts_said(section_id, typed, stands.texts).items():
        name = TEXTS[language]
        if said != stands.texts[language]:
            contents[name] = rewritten(stands.contents[name], said).text
    return _keep(draft_id, section_id, typed, contents, stands, is_anew=is_anew)


def _keep(
    draft_id: UUID,
    section_id: str,
    typed: Typed,
    contents: Mapping[str, str],
    stands: Stands,
    *,
    is_anew: bool,
) -> ResponseReturnValue:
    """Save the files that say something else; whoever was slower sees both of one that moved."""
    moved: FileMoved | None = None
    for name, text in contents.items():
        if text == stands.contents[name]:
            continue
        version = stands.versions[name]
        try:
            area_drafts.save(
                unit_of_work(),
                draft_id,
                name,
                text.encode(),
                version=version,
                actor=current_actor(),
                at=now(),
            )
        except FileMoved as late:
            moved = moved or late
        except RulesBroken as refused:
            problems = {"": " ".join(text_of(each) for each in refused.problems)}
            return _page(draft_id, section_id, typed, stands.versions, problems), 422
    if moved is not None:
        both = url_for("draft_files.both", draft_id=draft_id, name=moved.name, mine=moved.mine)
        return redirect(both, 303)
    flash(_("Kept."), "done")
    if is_anew:
        flash(_("The file was written anew: its comments stand in the history only."), "careful")
    return redirect(url_for("draft_settings.show", draft_id=draft_id, section_id=section_id), 303)


def section_of(settings: Mapping[str, Any], section_id: str) -> dict[str, Any]:
    """Return what the file says of the area, its data stores with it, or of a process."""
    said = settings.get(section_id)
    found = dict(said) if isinstance(said, dict) else {}
    stores = settings.get("data_stores")
    if section_id == "area" and stores is not None:
        found["data_stores"] = stores
    return found


def with_section(
    settings: Mapping[str, Any], section_id: str, said: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the whole of what the file is to say."""
    wanted, own = dict(settings), dict(said)
    if section_id == "area":
        stores = own.pop("data_stores", None)
        wanted.pop("data_stores", None)
        if stores:
            wanted["data_stores"] = stores
    return {**wanted, section_id: own}


def _page(
    draft_id: UUID,
    section_id: str,
    typed: Typed,
    versions: Mapping[str, int],
    problems: Mapping[str, str] | None = None,
) -> str:
    actor = current_actor()
    with reader() as session:
        page = queries.draft(session, draft_id, actor, now())
        bundle = queries.bundle(session, draft_id, actor)
    names = known_names(bundle, manner())
    sections = tuple(_sections(names))
    if section_id not in {key for key, _title in sections}:
        raise NotFound(f"nothing of {section_id} in draft {draft_id}")
    lanes = [name for at in rows_of(typed, "lanes") for name in typed.get(f"lanes.{at}.name", [])]
    return render_template(
        "studio/settings/settings.html",
        draft=page,
        section_id=section_id,
        sections=sections,
        section=kind_of(section_id),
        scope="area" if section_id == "area" else "process",
        typed=typed,
        versions=versions,
        problems={path: _(text) for path, text in (problems or {}).items()},
        choices=choices(names, section_id, lanes),
        rows_of=rows_of,
        label_of=label_of,
        hints=HINTS,
        tables=TABLES,
        rows=ROWS,
        may_change=actor.is_analyst,
        nav="studio",
    )


def _sections(names: Names) -> Iterator[tuple[str, str]]:
    """Yield the area and its processes, drawn or declared, with their titles."""
    yield "area", _("The area")
    declared = (each for each in names.config if each not in ("area", "data_stores"))
    for key in dict.fromkeys([*names.processes, *declared]):
        yield key, names.process(key)
