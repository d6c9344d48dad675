"""The page of a run: what was played, where it stands, and the form of one open step."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

from flask import render_template, request, url_for
from flask_babel import gettext as _

from engine.catalogue.bundle import Bundle
from engine.commands.analysts import must_be_analyst
from engine.commands.models import model_of
from engine.errors import Problem
from engine.play import (
    Act,
    OpenTask,
    Played,
    Proposed,
    Run,
    Seen,
    Start,
    actor_at,
    played,
    starter_of,
)
from engine.play.written import read
from engine.queries import studio as queries
from engine.storage.bundles import latest
from engine.storage.database import Session
from webapp.checking import Checked, checked, told
from webapp.findings import shown_detail
from webapp.inbox.browser_form import browser_form
from webapp.inbox.check import parts_of
from webapp.inbox.posted import elsewhere
from webapp.inbox.step_form import StepForm
from webapp.lines.model import LinePage
from webapp.lines.page import line_page
from webapp.problems import text_of, texts_by_field
from webapp.request import current_actor, locale, now, reader
from webapp.studio.play.reading import form_of
from webapp.studio.play.standing import Standing, proposed_to, standing
from webapp.studio.play.told import act_lines
from webapp.studio.stage import STAGE
from webapp.wording import words_of


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft with what the actor plays with it."""

    page: queries.DraftPage
    bundle: Bundle
    began_at: datetime
    acts: tuple[Act, ...]
    version: int  #: of the run

    def play(self, acts: tuple[Act, ...] | None = None) -> AbstractContextManager[Played]:
        """Play all of its acts, or others."""
        return played(STAGE, self.bundle, self.acts if acts is None else acts, at=self.began_at)


@dataclass(frozen=True, slots=True)
class Asked:
    """What of the page is asked for, and what was wrong with what was just posted."""

    task: str | None = None  #: the open step whose form is shown, as ``element.number``
    start: str | None = None  #: the process whose start form is shown
    step: StepForm | None = None  #: the form as it was posted
    problems: tuple[Problem, ...] = ()
    details: str = ""
    waits: tuple[str, ...] = ()  #: the held step or message that was posted
    typed: Mapping[str, str] = field(default_factory=dict)  #: with it
    after: int | None = None  #: shows what stood after this act
    case: int = 1

    @classmethod
    def of_address(cls) -> Asked:
        """Return what the address asks for."""
        asked = request.args
        return cls(
            asked.get("task"),
            asked.get("start"),
            after=asked.get("after", type=int),
            case=asked.get("case", 1, type=int),
        )


def draft_played(draft_id: UUID) -> Draft:
    """Return a draft with the actor's run of it.

    Raises:
        NotAtThisDesk: the actor is no analyst.
        DraftNotFound: there is none.
    """
    actor = current_actor()
    with reader() as session:
        page = queries.draft(session, draft_id, actor, now())
        must_be_analyst(actor)
        bundle = queries.bundle(session, draft_id, actor)
        kept = queries.kept_run(session, draft_id, actor)
    if kept is None:
        return Draft(page, bundle, now(), (), 0)
    acts = tuple(read(each) for each in kept.acts)
    return Draft(page, bundle, kept.began_at if acts else now(), acts, kept.version)


def play_page(draft: Draft, asked: Asked) -> str:
    """Return the page, or why the draft cannot run."""
    found = checked(draft.bundle)
    if found.refuses:
        return _refused(draft, found)
    with draft.play() as whole, whole.database.reader() as session:
        seen, after = whole.run.seen, asked.after
        if after is None or not 0 < after < len(seen):
            return _Page(draft, whole.run, asked, session).drawn()
        with draft.play(draft.acts[:after]) as earlier, earlier.database.reader() as then:
            return _Page(draft, whole.run, asked, then, earlier.run.last, after).drawn()


def _refused(draft: Draft, found: Checked) -> str:
    refusing = sorted((each for each in found.findings if each.refuses), key=lambda each: each.file)
    return render_template(
        "studio/play/refused.html",
        draft=draft.page,
        config_problems=[shown_detail(each, locale()) for each in found.problems],
        findings={
            file: [told(each, locale()) for each in several]
            for file, several in groupby(refusing, key=lambda each: each.file)
        },
        nav="studio",
    )


@dataclass(frozen=True, slots=True)
class _Page:
    draft: Draft
    run: Run
    asked: Asked
    session: Session  #: of the run as it is shown
    earlier: Seen | None = None  #: what stood after an act that others follow
    after: int = field(default=0)

    def drawn(self) -> str:
        seen = self.earlier or (self.run.last if self.run.seen else None)
        return render_template(
            "studio/play/play.html",
            draft=self.draft.page,
            version=self.draft.version,
            acts=tuple(act_lines(self.run.seen, self.draft.acts, self.draft.bundle)),
            after=self.after or len(self.draft.acts),
            is_end=self.earlier is None,
            is_broken_off=self.run.is_broken_off,
            at=seen.at if seen else self.draft.began_at,
            stands=self._standing(seen),
            processes=_processes(self.draft.bundle),
            spans=spans(),
            told=[text_of(each) for each in self.asked.problems] if not self.asked.step else [],
            details=self.asked.details,
            waits=self.asked.waits,
            typed=self.asked.typed,
            nav="studio",
            **(self._form(seen) if self.earlier is None else {}),
        )

    def _standing(self, seen: Seen | None) -> Standing | None:
        if seen is None or not seen.cases:
            return None
        return standing(self.session, seen, self.asked.case)

    def _form(self, seen: Seen | None) -> Mapping[str, Any]:
        """Return the one form the page shows: of a start, or of the open step that is chosen."""
        draft_id = self.draft.page.id
        if self.asked.start:
            to = asked_to_start(self.session, self.asked.start, self.run)
            address = url_for("play.start", draft_id=draft_id, process_id=self.asked.start)
            return {**self._shown(to, address), "starting": self.asked.start}
        task = _chosen(seen, self.asked.task) if seen else None
        if seen is None or task is None:
            return {}
        to = proposed_to(self.session, seen, task, None)
        address = url_for(
            "play.answer", draft_id=draft_id, element=task.element, number=task.number
        )
        return {**self._shown(to, address), "chosen": task}

    def _shown(self, to: Proposed, address: str) -> dict[str, Any]:
        step = self.asked.step or form_of(to)
        words = words_of(to.definition)
        return {
            "step": step,
            "words": words,
            "address": address,
            "actor_name": to.actor.username,
            "browser": browser_form(step),
            "carried": elsewhere(step) if step.pages or step.form.checks else {},
            "parts": parts_of(step) if step.is_check else (),
            "problems": [
                (each.field, text_of(each, words))
                for each in self.asked.problems
                if self.asked.step
            ],
            "line_model": _lines(step, texts_by_field(self.asked.problems, words)),
        }


def _chosen(seen: Seen, key: str | None) -> OpenTask | None:
    named = (each for each in seen.tasks if f"{each.element}.{each.number}" == key)
    return next(named, next(iter(seen.tasks), None))


def _lines(step: StepForm, problems: Mapping[str, list[str]]) -> LinePage | None:
    lines = step.form.lines
    if step.table is None or lines is None:
        return None
    typed = {path: str(text) for path, text in request.form.items()} if step.raw else {}
    return line_page(step.table, raw=typed, problems=problems, locale=locale(), key=lines.key)


def asked_to_start(session: Session, process_id: str, run: Run) -> Proposed:
    """Return what an answer to the start form of a process is read by.

    Raises:
        DefinitionNotFound: the draft has no such process.
    """
    definition = latest(session, process_id)
    config = definition.bundle.process(process_id)
    actor = actor_at("")
    if config.start_lanes:
        actor = starter_of(session, definition, Start(process_id))
    at = run.last.at if run.seen else run.began_at
    return Proposed(session, definition, config.start_form, actor, at)


def spans() -> tuple[tuple[str, str, timedelta], ...]:
    """Return how far time can be moved, in words."""
    return (
        ("hour", _("one hour"), timedelta(hours=1)),
        ("day", _("one day"), timedelta(days=1)),
        ("week", _("one week"), timedelta(days=7)),
        ("month", _("one month"), timedelta(days=30)),
        ("year", _("one year"), timedelta(days=365)),
    )


def _processes(bundle: Bundle) -> tuple[tuple[str, str], ...]:
    """Return the processes of a draft with their titles."""
    return tuple(
        (key, bundle.text(locale(), key, "title", default=bundle.process(key).title))
        for key in sorted(model_of(bundle).processes)
    )
