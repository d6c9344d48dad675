"""Where the rail beside each page leads, printed once for all whose rail says the same."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final, NamedTuple

from flask import Flask, render_template, request
from markupsafe import Markup

from engine.queries.case_list import may_watch
from engine.queries.duties import watches
from engine.queries.keeping import may_read as keeps
from engine.queries.studio import may_read
from webapp.manner import Manner
from webapp.request import current_actor, manner
from webapp.sdk import AREAS

#: Languages, roles and pages make some dozens; how much is late makes the rest.
_KEPT: Final = 512


class _Shown(NamedTuple):
    """All that a rail depends on; nothing in it tells who reads it."""

    manner: Manner
    mounted: str
    nav: str
    page: str | None  #: the endpoint
    late: int
    has_units: bool
    may_watch: bool
    is_admin: bool
    may_draw: bool  #: sees the analysts' workshop
    may_except: bool  #: watches over four-eyes rules, or grants exceptions
    areas: tuple[str, ...]


def init_app(app: Flask) -> None:
    """Let templates print it."""

    @lru_cache(maxsize=_KEPT)
    def known(shown: _Shown) -> Markup:
        entries = [AREAS.navigation[each] for each in shown.areas]
        return Markup(render_template("_rail.html", entries=entries, **shown._asdict()))  # noqa: S704 - a template's

    def rail(nav: Any = "", late: Any = 0) -> Markup:
        return known(_shown(str(nav or ""), int(late or 0)))

    app.jinja_env.globals["rail"] = rail


def _shown(nav: str, late: int) -> _Shown:
    actor = current_actor()
    areas = tuple(name for name, each in AREAS.navigation.items() if each.is_for(actor))
    return _Shown(
        manner(),
        request.root_path,
        nav,
        request.endpoint,
        late,
        bool(actor.units),
        may_watch(actor) or keeps(actor),
        actor.is_admin,
        may_read(actor),
        watches(actor) or "UNIT_HEAD" in actor.roles,
        areas,
    )
