"""A decision made by a case stands in its history; one that its model forbids stops the case."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine import bpmn
from engine.catalogue.bundle import Bundle
from engine.commands import deployments
from engine.storage.database import Database
from tests.storage.events import NOON, anyone_starts, begin, case, heard
from tests.unit.bpmn.diagrams import process
from tests.unit.dmn.drawn import decision, file, inputs, output, table

pytestmark = pytest.mark.both_databases

BODY = (
    '<startEvent id="s"/><businessRuleTask id="fee" name="Fee"><extensionElements>'
    '<zeebe:calledDecision decisionId="fees" resultVariable="fee"/></extensionElements>'
    '</businessRuleTask><endEvent id="e"/>'
)


def _deploy(database: Database, *rules: tuple[str, str]) -> None:
    deployments.deploy(database.unit_of_work(), fees_bundle(*rules), at=NOON)


def fees_bundle(*rules: tuple[str, str]) -> Bundle:
    """Return an area whose process decides on a fee by these rules for the amount."""
    rows = [((test,), (value,)) for test, value in rules]
    columns = table(("amount",), rows, outputs=[output("fee")])
    return fees_area(file(inputs(amount="number"), decision(columns, id="fees", needs=("amount",))))


def fees_area(model: bytes) -> Bundle:
    """Return an area whose process asks a decision ``fees``."""
    files = {
        "p.bpmn": process(BODY, "s -> fee; fee -> e"),
        "fees.dmn": model,
        "process.toml": f'[area]\nid = "fees"\n{anyone_starts("p")}'.encode(),
    }
    return Bundle(files)


def test_the_history_tells_which_rules_were_hit_and_what_they_saw(database: Database):
    _deploy(database, ("< 100", "1"), (">= 100", "2.5"))

    instance_id = begin(database, "p", amount=Decimal("100.5"))

    [told] = heard(database, "evaluated", instance_id=instance_id)
    [made] = told.facts["decisions"]
    [seen] = made["tables"]
    assert (told.element_id, told.name) == ("fee", "Fee")
    assert made["inputs"] == seen["inputs"] == {"amount": Decimal("100.5")}
    assert [each["number"] for each in seen["rules"]] == [2]
    assert case(database, instance_id).state == "finished"


def test_what_the_model_forbids_leaves_no_case_behind(database: Database):
    _deploy(database, ("< 100", "1"), ("amount > 50", "2"))

    with pytest.raises(bpmn.DecisionFailed, match="rules 1, 2"):
        begin(database, "p", amount=70)

    assert heard(database, "evaluated") == []


def test_a_gap_is_told_to_whoever_deploys(database: Database):
    bundle = fees_bundle(("< 100", "1"))
    deployments.deploy(database.unit_of_work(), bundle, at=NOON)

    with database.reader() as session:
        told = deployments.warnings(session, bundle)

    assert told == ["fees.dmn table: DMN-041 no rule is hit when amount is >= 100"]


def test_rules_that_overlap_are_refused_at_deployment(database: Database):
    with pytest.raises(bpmn.ModelRefused) as refused:
        _deploy(database, ("< 100", "1"), ("> 50", "2"))

    assert [each.rule for each in refused.value.findings] == ["DMN-040"]
