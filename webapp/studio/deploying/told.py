"""What a check found and what a deployment meets, as the pages say it in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _

from engine.catalogue.bundle import Bundle
from engine.commands.deployment_checks import finding_from
from engine.errors import Problem
from engine.findings import Finding, entry
from engine.queries.impact import Hindrance, Impact
from engine.versions import compare
from webapp.findings import shown_detail
from webapp.problems import text_of
from webapp.request import locale, manner
from webapp.studio.deploying.checks import CHECKS, TESTING
from webapp.versions.both import Both
from webapp.versions.summary import Summary, summary_of
from webapp.wording import Words, role_name, words_of


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that was found, with the place it leads to."""

    refuses: bool
    text: str
    advice: str
    where: str  #: the element, else the file
    address: str | None
    rule: str
    detail: str  #: what exactly, where the text does not say it


@dataclass(frozen=True, slots=True)
class Outcome:
    """One check and all it found."""

    key: str
    title: str
    reasons: tuple[Reason, ...]

    @property
    def state(self) -> str:
        """How it ended: ``refuses``, ``look`` or ``done``; ``waits``: it is not over."""
        if any(each.refuses for each in self.reasons):
            return "refuses"
        if any(each.rule == TESTING for each in self.reasons):
            return "waits"
        return "look" if self.reasons else "done"


@dataclass(frozen=True, slots=True)
class Met:
    """The running cases of one version of a process, in words."""

    title: str
    version: int
    cases: int
    at: tuple[tuple[str, int, bool], ...]  #: step, cases, and whether it is still there
    tried: int
    can_migrate: int
    hindrances: tuple[tuple[str, str, int], ...]  #: step, why, cases
    is_gone: bool


def outcomes_of(found: Mapping[str, Iterable[Finding]], draft_id: UUID) -> tuple[Outcome, ...]:
    """Return what the checks found in words; what refuses stands first in each."""
    return tuple(
        Outcome(
            key,
            str(CHECKS[key].title),
            tuple(reason_of(each, draft_id) for each in sorted(findings, key=_weight)),
        )
        for key, findings in found.items()
    )


def _weight(finding: Finding) -> bool:
    return not finding.refuses


def reason_of(finding: Finding, draft_id: UUID) -> Reason:
    """Return a finding in words, with the address of its place in a draft."""
    known = entry(finding.rule)
    text = known.title[locale()] if known else _said(finding)
    detail = "" if finding.detail.code == finding.rule else shown_detail(finding.detail, locale())
    return Reason(
        finding.refuses,
        text,
        known.advice[locale()] if known else "",
        finding.name or finding.element_id or finding.file,
        _address(finding, draft_id),
        finding.rule,
        detail,
    )


def _said(finding: Finding) -> str:
    params = dict(finding.params)
    if "role" in params:
        params["role"] = role_name(params["role"], locale())
    return text_of(Problem(finding.rule, None, params))


def _address(finding: Finding, draft_id: UUID) -> str | None:
    if not finding.file:
        return None
    if finding.file.endswith(".bpmn"):
        page = url_for("drawing.show", draft_id=draft_id, name=finding.file)
        return f"{page}#{finding.element_id}" if finding.element_id else page
    return url_for("draft_files.show", draft_id=draft_id, name=finding.file)


def kept_reasons(problems: Iterable[Mapping[str, Any]], draft_id: UUID) -> tuple[Reason, ...]:
    """Return what was kept of a deployment that failed."""
    return tuple(reason_of(finding_from(each), draft_id) for each in problems)


def met_by(found: Iterable[Impact]) -> tuple[Met, ...]:
    """Return what runs now, with the names of steps in the reader's language."""
    return tuple(_met(each) for each in found)


def _met(impact: Impact) -> Met:
    words = words_of(impact.definition)
    return Met(
        words.process,
        impact.definition.version,
        impact.cases,
        tuple(
            (words.element(each.element_id, each.name), each.cases, each.still_there)
            for each in impact.at
        ),
        impact.tried,
        impact.can_migrate,
        tuple(_hindrance(each, words) for each in impact.hindrances),
        impact.is_gone,
    )


def _hindrance(found: Hindrance, words: Words) -> tuple[str, str, int]:
    why = shown_detail(found.why, words.language)
    return words.element(found.element_id, found.name), why, found.cases


def difference(old: Bundle | None, new: Bundle) -> Summary:
    """Return in sentences what makes the new version of the one that is deployed."""
    return summary_of(Both(compare(old or Bundle({}), new), manner()))


def words_of_states() -> Mapping[str, str]:
    """Return what the states of a request are called."""
    return {
        "asked": _("waits for approval"),
        "planned": _("approved, waits for its moment"),
        "done": _("deployed"),
        "refused": _("refused"),
        "withdrawn": _("withdrawn"),
        "failed": _("not deployed: something stood against it"),
    }
