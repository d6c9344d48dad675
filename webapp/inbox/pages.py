"""The list of work in its views."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask import session as web_session
from flask.typing import ResponseReturnValue

from engine.commands.saved_filters import desks_headed
from engine.model.person import Actor
from engine.queries import inbox
from engine.queries.inbox import VIEWS, InboxPage, View
from engine.queries.work_rows import WorkRow
from engine.storage.bundles import Deployed, all_latest
from webapp.addresses import address
from webapp.inbox import next_task
from webapp.inbox.columns import WIDTHS, choices_of, columns_of
from webapp.inbox.filters import Filters, asks, chips, read_filters
from webapp.inbox.rows import lines_of
from webapp.inbox.saved import saved_filters
from webapp.inbox.ticking import may_be_many
from webapp.people.asked import texts_of
from webapp.request import current_actor, now, reader
from webapp.sdk import AREAS

bp = Blueprint("inbox", __name__)


@bp.get("/")
def home() -> ResponseReturnValue:
    """Lead to the inbox, or where nothing waits to the page that an area calls home."""
    return redirect(url_for(_home(current_actor())), 303)


def _home(actor: Actor) -> str:
    homes = [each for each in AREAS.navigation.values() if each.is_home and each.is_for(actor)]
    if homes:
        with reader() as session:
            if not inbox.page(session, actor, "inbox", at=now()).rows:
                return homes[0].endpoint
    return "inbox.index"


@bp.get("/inbox")
def index() -> ResponseReturnValue:
    """Show one page of one view; a filter that cannot be read is said beside its field."""
    view = view_of(request.args.get("view"))
    went_on = web_session.pop("went_on", None)
    actor = current_actor()
    with reader() as session:
        is_asked = asks(request.args.to_dict(flat=False)) or _opens("filters")
        definitions = all_latest(session) if is_asked or _opens("columns") else []
        filters = _filters(definitions) if is_asked else Filters.of_search(_search())
        shares = desks_headed(definitions, actor) if is_asked else ()
        page = InboxPage(view, filters.asked, (), None)
        if not filters.problems:
            after = request.args.get("after")
            page = inbox.page(session, actor, view, filters.asked, at=now(), after=after)
        mine_next = inbox.next_of(session, actor, UUID(went_on)) if went_on else ()
        saved = saved_filters(session) if view == "inbox" and page.has_filters else ()
        columns = columns_of(view, page.rows, actor.preferences["inbox.columns"])
        choices = choices_of(view, definitions, columns) if _opens("columns") else ()
    if view == "inbox":
        next_task.keep_list(request.args)
    return render_template(
        "inbox/list.html",
        page=page,
        filters=filters,
        problems=texts_of(filters.problems),
        chips=list(chips(filters)),
        saved=saved,
        shares=shares,
        columns=columns,
        shown=[(each.key, each.label, each.is_number, at) for at, each in enumerate(columns)],
        choices=choices,
        widths=WIDTHS,
        lines=lines_of(page.rows, columns),
        mine_next=lines_of(mine_next),
        late=page.late,
        can_complete=view == "inbox" and any(map(may_be_many, _one_of_each_step(page.rows))),
        nav=view,
        here=address_of_list,
        opens_filters=bool(filters.form.fields) and (_opens("filters") or bool(filters.problems)),
    ), 422 if filters.problems else 200


def _one_of_each_step(rows: Iterable[WorkRow]) -> Iterable[WorkRow]:
    """Return one row of each step that some are of: what a step allows is asked of it once."""
    return {(id(each.definition), each.process_id, each.element_id): each for each in rows}.values()


def view_of(name: str | None) -> View:
    """Return the view of a name; the inbox for one there is not."""
    return next((each for each in VIEWS if each == name), "inbox")


def address_of_list(**changed: Any) -> str:
    """Return the address of this list with something else asked; ``None`` asks it no more."""
    kept: Mapping[str, Any] = {
        key: each
        for key, each in request.args.items()
        if each and key not in ("after", "filters", "columns", "saved")
    }
    asked = {key: each for key, each in {**kept, **changed}.items() if each not in (None, "")}
    if asked.get("view") == "inbox":
        del asked["view"]
    return address("inbox.index", **asked)


def _filters(definitions: Sequence[Deployed]) -> Filters:
    raw = request.args.to_dict(flat=False)
    return read_filters(raw, definitions, current_actor(), now())


def _search() -> str:
    return request.args.get("q", "")


def _opens(what: str) -> bool:
    return bool(request.args.get(what))
