"""What stands against a deployment: all of it at once, asked before and at its moment."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from engine import bpmn
from engine.catalogue.bundle import Bundle
from engine.catalogue.config import ConfigRefused
from engine.commands.models import examined
from engine.errors import RuleBroken
from engine.findings import Finding, detail, detail_from
from engine.model.deployment_request import DeploymentRequest
from engine.storage import deployment_requests as rows
from engine.storage.database import Session, UnitOfWork

#: Says all that stands against deploying a bundle, and what is worth a look, at a moment; forms
#: and tests are looked at too, which are no part of the engine.
Checks = Callable[[Session, Bundle, datetime], Iterable[Finding]]

#: of what the engine itself finds out about a deployment
MOVED_ON: Final = "DEP-001"  #: the area was deployed again since it was asked for
OTHER_AREA: Final = "DEP-002"  #: ``process.toml`` names another area than the draft is of


class DeploymentRefused(RuleBroken):
    """Something stands against it; ``findings`` says all of it at once."""

    code = "STU-012"

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("; ".join(f"{each.rule} {each.message}" for each in findings))
        self.findings = tuple(findings)


def must_pass(uow: UnitOfWork, bundle: Bundle, checks: Checks, at: datetime, *, area: str) -> None:
    """Refuse what may not be deployed, with everything that stands against it.

    Raises:
        DeploymentRefused: with all of it at once.
    """
    wrong = [each for each in found_in(uow, bundle, checks, at, area=area) if each.refuses]
    if wrong:
        raise DeploymentRefused(wrong)


def found_in(
    uow: UnitOfWork, bundle: Bundle, checks: Checks, at: datetime, *, area: str
) -> list[Finding]:
    """Return all that is found; the model is compiled here, outside of any transaction."""
    with uow.database.reader() as session:
        found = [*misplaced(bundle, area), *checks(session, bundle, at)]
    if not any(each.refuses for each in found):
        try:
            examined(bundle)
        except bpmn.ModelRefused as refused:
            found += refused.findings
    return found


def misplaced(bundle: Bundle, area: str) -> Iterator[Finding]:
    """Tell that the settings name another area than the draft is of."""
    try:
        named = bundle.config.area
    except ConfigRefused:
        return
    if named != area:
        params = {"named": named, "area": area}
        said = detail(OTHER_AREA, **params)
        yield Finding(OTHER_AREA, "process.toml", None, None, said, params)


def moved_on(session: Session, request: DeploymentRequest) -> Finding | None:
    """Tell that the area was deployed since: what was approved was compared with something else."""
    if rows.deployed_of(session, request.area) == request.base_id:
        return None
    return Finding(MOVED_ON, "", None, None, detail(MOVED_ON))


def as_plain(finding: Finding) -> dict[str, Any]:
    """Return a finding as it is kept with a request."""
    return {
        "rule": finding.rule,
        "file": finding.file,
        "element_id": finding.element_id,
        "name": finding.name,
        "message": finding.message,
        "params": dict(finding.params),
        "detail": finding.detail.as_plain(),
    }


def finding_from(kept: Mapping[str, Any]) -> Finding:
    """Return a finding that was kept."""
    told = kept.get("detail")
    facts = {key: value for key, value in kept.items() if key != "message"}
    said = detail("AT-SAID", said=kept["message"]) if told is None else detail_from(told)
    return Finding(**{**facts, "detail": said})
