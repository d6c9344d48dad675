"""The tests of a draft: listed, run by a button, edited in fields, with what they reach."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine import scenarios
from engine.catalogue.bundle import TEST, TESTS, Bundle
from engine.commands import area_drafts
from engine.commands.analysts import must_be_analyst
from engine.commands.models import model_of
from engine.errors import Problem, RulesBroken
from engine.model.area_draft import DraftNotFound, FileMoved
from engine.queries import studio as queries
from engine.scenarios import Outcome, Scenario, ScenarioRefused
from forms.given import read_given
from webapp.checking import checked
from webapp.problems import text_of
from webapp.request import current_actor, locale, now, reader, unit_of_work
from webapp.scenarios.words import WRONG, Words
from webapp.studio.scenarios.fields import KINDS, RUNNING, Typed, field_of, missing
from webapp.studio.scenarios.marks import Painted, painted
from webapp.studio.stage import STAGE

bp = Blueprint("scenarios", __name__, url_prefix="/studio/drafts/<uuid:draft_id>/tests")

_NAME: Final = re.compile(r"[^\W_][\w-]{0,80}")


@bp.get("")
def show(draft_id: UUID) -> ResponseReturnValue:
    """List the tests of a draft."""
    return _list(draft_id)


@bp.post("/run")
def run(draft_id: UUID) -> ResponseReturnValue:
    """Run one of them, or all, and show what came of it."""
    must_be_analyst(current_actor())
    _page, bundle = _draft(draft_id)
    if checked(bundle).refuses:
        return _list(draft_id, problems=[_("A draft that would be refused cannot be run.")]), 422
    asked = request.form.get("name")
    names = [asked] if asked in bundle.tests else sorted(bundle.tests)
    outcomes = [
        scenarios.run_file(STAGE, bundle, each, reader=read_given) for each in names if each
    ]
    return _list(draft_id, outcomes)


def _list(draft_id: UUID, outcomes: Sequence[Outcome] = (), problems: Sequence[str] = ()) -> str:
    page, bundle = _draft(draft_id)
    words = Words.of(bundle, locale())
    known = list(words.names)
    tests = [_test(name, each, known, words) for name, each in sorted(bundle.tests.items())]
    return render_template(
        "studio/scenarios/tests.html",
        draft=page,
        tests=tests,
        versions={each.name: each.version for each in page.files},
        outcomes={each.name: each for each in outcomes},
        broken=sum(not each.is_green for each in outcomes),
        painted=_painted(bundle, outcomes, words),
        words=words,
        refusals={each.name: _refusals(each) for each in outcomes},
        problems=problems,
        may_change=current_actor().is_analyst,
        nav="studio",
    )


def _test(name: str, content: bytes, known: Sequence[str], words: Words) -> dict[str, Any]:
    """Return what the list says of one test before it is run."""
    try:
        scenario = scenarios.read(content)
    except ScenarioRefused as refused:
        wrong = [words.problem(each) for each in refused.problems]
        return {"name": name, "title": "", "steps": 0, "wrong": wrong, "look": []}
    look = [words.problem(each) for each in missing(scenario, known, known)] if known else []
    title = scenario.titled(words.language)
    steps = len(scenario.steps)
    return {"name": name, "title": title, "steps": steps, "wrong": [], "look": look}


def _refusals(outcome: Outcome) -> dict[int, list[str]]:
    """Return in words why steps were refused, by their numbers."""
    return {
        each.number: [text_of(problem) for problem in each.seen.refusal.problems]
        for each in outcome.steps
        if each.seen is not None and each.seen.refusal is not None
    }


def _painted(bundle: Bundle, outcomes: Sequence[Outcome], words: Words) -> tuple[Painted, ...]:
    return painted(scenarios.coverage(bundle, outcomes), words) if outcomes else ()


@bp.get("/new")
def new(draft_id: UUID) -> ResponseReturnValue:
    """Show the fields of a new test."""
    _draft(draft_id)
    must_be_analyst(current_actor())
    at = scenarios.moment_text(now().replace(second=0, microsecond=0))
    return edit_page(draft_id, "", Typed(at=at, blocks=({"kind": "start"},)), 0)


@bp.get("/edit/<path:name>")
def edit(draft_id: UUID, name: str) -> ResponseReturnValue:
    """Show a test in fields; one that is none is shown as text."""
    _, bundle = _draft(draft_id)
    name = name.removeprefix(TESTS).removesuffix(TEST)
    file = f"{TESTS}{name}{TEST}"
    if file not in bundle.tests:
        raise DraftNotFound(f"{draft_id} {file}")
    try:
        scenario = scenarios.read(bundle.tests[file])
    except ScenarioRefused:
        return redirect(url_for("draft_files.show", draft_id=draft_id, name=file))
    with reader() as session:
        _, version = queries.file(session, draft_id, file, current_actor())
    return edit_page(draft_id, name, Typed.of(scenario), version)


@bp.post("/edit", defaults={"name": ""})
@bp.post("/edit/<name>")
def save(draft_id: UUID, name: str) -> ResponseReturnValue:
    """Keep the fields as a test, or change how many steps they have."""
    must_be_analyst(current_actor())
    typed = Typed.posted(request.form.to_dict())
    version = request.form.get("version", 0, type=int)
    called = name or request.form.get("name", "").strip()
    if act := request.form.get("act", ""):
        return edit_page(draft_id, name, typed.changed(act), version, called=called)
    try:
        scenario = typed.scenario()
        if not _NAME.fullmatch(called):
            raise ScenarioRefused([Problem("GEN-PATTERN", "name")])
        _keep(draft_id, called, scenario, version)
    except FileMoved as moved:
        file = f"{TESTS}{called}{TEST}"
        return redirect(
            url_for("draft_files.both", draft_id=draft_id, name=file, mine=moved.mine), 303
        )
    except RulesBroken as refused:
        return edit_page(draft_id, name, typed, version, refused.problems, called=called), 422
    flash(_("Kept."), "done")
    return redirect(url_for("scenarios.show", draft_id=draft_id), 303)


def _keep(draft_id: UUID, name: str, scenario: Scenario, version: int) -> None:
    _, bundle = _draft(draft_id)
    before = bundle.files.get(f"{TESTS}{name}{TEST}", b"").decode(errors="replace")
    text = scenarios.written(scenario, scenarios.names_of(bundle), before)
    area_drafts.save(
        unit_of_work(),
        draft_id,
        f"{TESTS}{name}{TEST}",
        text.encode(),
        version=version,
        actor=current_actor(),
        at=now(),
    )


@bp.post("/remove/<name>")
def remove(draft_id: UUID, name: str) -> ResponseReturnValue:
    """Take a test out of the draft; the history keeps it."""
    version = request.form.get("version", 0, type=int)
    file, uow = f"{TESTS}{name}{TEST}", unit_of_work()
    area_drafts.remove(uow, draft_id, file, version=version, actor=current_actor(), at=now())
    flash(_("Removed. The history keeps it."), "done")
    return redirect(url_for("scenarios.show", draft_id=draft_id), 303)


def edit_page(
    draft_id: UUID,
    name: str,
    typed: Typed,
    version: int,
    problems: Sequence[Problem] = (),
    *,
    called: str = "",
    look_over: bool = False,
) -> str:
    """Return the fields of a test as they were typed, each problem beside its field."""
    page, bundle = _draft(draft_id)
    words = Words.of(bundle, locale())
    errors: dict[str, list[str]] = {}
    for each in problems:
        told = words.problem(each) if each.code in WRONG else text_of(each)
        errors.setdefault("name" if each.field == "name" else field_of(each), []).append(told)
    return render_template(
        "studio/scenarios/test.html",
        draft=page,
        name=name,
        called=called or name,
        typed=typed,
        version=version,
        errors=errors,
        names=words.names,
        ends=_ends(bundle, words.names),
        kinds=_kinds(),
        running=RUNNING,
        look_over=look_over,
        may_change=current_actor().is_analyst,
        nav="studio",
    )


def _kinds() -> dict[str, str]:
    said = {
        "start": _("a case begins"),
        "answer": _("a step is answered"),
        "succeed": _("work outside succeeds"),
        "fail": _("work outside fails"),
        "message": _("a message comes"),
        "signal": _("a signal is given"),
        "move": _("it becomes a moment"),
        "wait": _("time passes"),
    }
    return {each: said[each] for each in KINDS}


def _ends(bundle: Bundle, names: Mapping[str, str]) -> dict[str, str]:
    """Return the end events of the draft's processes by id; none where it cannot be read."""
    if not names:
        return {}
    return {
        element.id: names.get(element.id, element.id)
        for process in model_of(bundle).processes.values()
        for element in process.elements
        if element.kind == "endEvent" and element.parent is None
    }


def _draft(draft_id: UUID) -> tuple[queries.DraftPage, Bundle]:
    actor = current_actor()
    with reader() as session:
        page = queries.draft(session, draft_id, actor, now())
        return page, queries.bundle(session, draft_id, actor)
