"""All that is wrong with, or worth a look in, the files of one area, by one set of rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from engine import bpmn
from engine.catalogue.bundle import Bundle
from engine.catalogue.config import ConfigRefused
from engine.commands.fitting import must_fit
from engine.findings import Detail, Finding, entry
from forms import deploying
from webapp.findings import shown_detail


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found."""

    findings: tuple[Finding, ...]
    problems: tuple[Detail, ...]  #: of ``process.toml``, and of what does not fit together

    @property
    def refuses(self) -> bool:
        """Tell whether the files would be refused at deployment."""
        return bool(self.problems) or any(each.refuses for each in self.findings)


def checked(bundle: Bundle) -> Checked:
    """Return what a deployment would say of a bundle, and what is worth a look besides."""
    findings = [*bpmn.lint(bundle.diagrams, bundle.decisions), *bpmn.look(bundle.diagrams)]
    try:
        bundle.config  # noqa: B018 - reading it is the check
        findings += deploying.findings(bundle)
        if not any(each.refuses for each in findings):
            model = bpmn.compile_model(bundle.diagrams, bundle.decisions, deployed=True)
            must_fit(bundle, model)
    except ConfigRefused as refused:
        return Checked(tuple(findings), refused.problems)
    return Checked(tuple(findings), ())


def told(finding: Finding, language: str) -> dict[str, Any]:
    """Return a finding as a page tells it: the rule in the reader's language, then the detail."""
    known = entry(finding.rule)
    said = shown_detail(finding.detail, language)
    return {
        "rule": finding.rule,
        "element": finding.element_id,
        "name": finding.name or "",
        "refuses": finding.refuses,
        "title": known.title[language] if known else said,
        "advice": known.advice[language] if known else "",
        "detail": said if known else "",
    }
