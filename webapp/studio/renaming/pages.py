"""A name of a draft is given another: every place is shown before, all of them are saved as one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import groupby
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from engine.catalogue.bundle import Bundle
from engine.catalogue.config import ConfigRefused
from engine.catalogue.find import find_areas
from engine.commands import drafts_whole
from engine.commands.analysts import must_be_analyst
from engine.errors import Problem, RulesBroken
from engine.model.area_draft import DraftMoved
from engine.queries import studio as queries
from engine.queries.renaming import standing
from engine.renaming import Asked, Kind, Offered, Standing, offered, problem_of, renamed, said_in
from engine.storage.database import Session
from webapp.findings import shown_detail
from webapp.problems import text_of
from webapp.request import current_actor, locale, now, reader, services, unit_of_work
from webapp.studio.renaming.places import Places

bp = Blueprint("draft_rename", __name__, url_prefix="/studio/drafts/<uuid:draft_id>/rename")

KINDS: Final = {
    Kind.PROCESS: _l("Processes"),
    Kind.STEP: _l("Steps, events, lanes and flows of %(process)s"),
    Kind.FORM: _l("Forms"),
    Kind.DECISION: _l("Decisions"),
    Kind.MESSAGE: _l("Messages"),
    Kind.SIGNAL: _l("Signals"),
    Kind.ERROR: _l("Errors"),
    Kind.VARIABLE: _l("Variables"),
}
LONGEST: Final = 200  #: letters of a name that is typed


@bp.get("")
def show(draft_id: UUID) -> ResponseReturnValue:
    """Ask what is to be called what, and show every place that would change."""
    return _page(draft_id, *_asked(request.args))


@bp.post("")
def rename(draft_id: UUID) -> ResponseReturnValue:
    """Rename it everywhere, as one save."""
    must_be_analyst(current_actor())
    asked, typed = _asked(request.form)
    version = request.form.get("version", 0, type=int)
    if asked is None:
        return _page(draft_id, asked, typed), 422
    with reader() as session:
        area = queries.draft(session, draft_id, current_actor(), now()).area
    try:
        changed = drafts_whole.rename(
            unit_of_work(),
            draft_id,
            asked,
            against=partial(_against, area),
            version=version,
            actor=current_actor(),
            at=now(),
        )
    except DraftMoved:
        return _page(draft_id, asked, typed, [Problem("STU-006", None)]), 409
    except RulesBroken as refused:
        return _page(draft_id, asked, typed, refused.problems), 422
    flash(
        _("Renamed; files that changed: %(count)s. The history can put it back.", count=changed),
        "done",
    )
    return redirect(url_for("studio.draft", draft_id=draft_id), 303)


def _asked(sent: Any) -> tuple[Asked | None, dict[str, str]]:
    """Return what is asked for, and what was typed; the first is none while it is not whole."""
    typed = {each: sent.get(each, "").strip()[:LONGEST] for each in ("what", "new")}
    parts = typed["what"].split(":", 2)
    if len(parts) != 3 or not typed["new"] or parts[0] not in {each.value for each in Kind}:
        return None, typed
    return Asked(Kind(parts[0]), parts[2], typed["new"], parts[1]), typed


def _against(area: str, session: Session, bundle: Bundle, asked: Asked) -> Iterable[Standing]:
    return standing(session, area, bundle, asked, _programs(area, asked.old))


def _programs(area: str, word: str) -> Iterator[tuple[str, tuple[int, ...]]]:
    for each in find_areas(services().settings.process_folders):
        if each.name == area:
            yield from said_in(each.folder, word)


def _page(
    draft_id: UUID, asked: Asked | None, typed: dict[str, str], problems: Sequence[Problem] = ()
) -> str:
    actor = current_actor()
    with reader() as session:
        page = queries.draft(session, draft_id, actor, now())
        bundle = queries.bundle(session, draft_id, actor)
        code, found, told = None, None, []
        if asked is not None:
            code = problem_of(bundle, asked)
            found = None if code else renamed(bundle, asked)
            against = _against(page.area, session, bundle, asked) if found else ()
            told = [(each.refuses, shown_detail(each.why, locale())) for each in against]
    wrong = text_of(Problem(code, "new", {"name": typed["new"]})) if code else ""
    return render_template(
        "studio/renaming/rename.html",
        draft=page,
        groups=_groups(bundle),
        typed=typed,
        wrong=wrong,
        problems=[text_of(each) for each in problems if each.field is None],
        found=found,
        by_file={
            file: list(each)
            for file, each in groupby(found.changes if found else (), key=lambda each: each.file)
        },
        standing=told,
        in_words=Places(bundle, locale()).sentence,
        refuses=any(refuses for refuses, _why in told),
        may_change=actor.is_analyst,
        nav="studio",
    )


def _groups(bundle: Bundle) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the names by what they are, each with what the page sends and says."""
    order, called = list(Kind), _Called(bundle)
    names = sorted(
        offered(bundle), key=lambda each: (order.index(each.kind), each.process, called.of(each))
    )
    return [
        (
            str(KINDS[kind]) % {"process": process},
            [(f"{kind.value}:{process}:{each.name}", called.of(each)) for each in several],
        )
        for (kind, process), several in groupby(names, key=lambda each: (each.kind, each.process))
    ]


class _Called:
    """What people call the names of a draft, in the language of the page."""

    def __init__(self, bundle: Bundle) -> None:
        try:
            self._texts: Any = bundle.texts.get(locale(), {})
        except ConfigRefused:
            self._texts = {}

    def of(self, each: Offered) -> str:
        """Return a name with what people call it."""
        title = next((said for way in self._ways(each) if (said := self._text(way))), each.title)
        return each.name if title == each.name else f"{title} ({each.name})"

    def _ways(self, each: Offered) -> Iterator[tuple[str, ...]]:
        match each.kind:
            case Kind.PROCESS:
                yield each.name, "title"
            case Kind.MESSAGE:
                yield "messages", each.name
            case Kind.VARIABLE:
                yield "variables", each.name
                yield "columns", each.name
                forms = self._texts.get("forms")
                yield from (("forms", form, each.name) for form in forms or ())
            case _:
                yield each.process, each.name

    def _text(self, way: tuple[str, ...]) -> str:
        said: Any = self._texts
        for key in way:
            said = said.get(key) if isinstance(said, dict) else None
        return said if isinstance(said, str) else ""
