"""What a person reads of a decision that rules made: which of them."""

from __future__ import annotations

from collections.abc import Callable

from flask.testing import FlaskClient

from engine.catalogue.bundle import Bundle
from engine.commands import deployments, instances
from engine.model.person import Actor
from engine.storage.database import Database
from tests.unit.bpmn.diagrams import NOON, process
from tests.unit.dmn.drawn import decision, file, inputs, table
from tests.web.conftest import text_of

Browser = Callable[[str], FlaskClient]

CONFIG = """
[area]
id = "fees"
[p]
start_lanes = ["buyer"]
[p.lanes]
buyer = { role = "PROC_OFFICER", in = "case" }
"""
BODY = (
    '<startEvent id="s"/><businessRuleTask id="fee" name="کارمزد"><extensionElements>'
    '<zeebe:calledDecision decisionId="fees" resultVariable="fee"/></extensionElements>'
    '</businessRuleTask><endEvent id="e"/>'
)


def test_the_trail_names_the_rules_that_decided(
    site: Database, actor_of: Callable[[str], Actor], signed_in: Browser
):
    rules = [(("< 100",), ("1",)), ((">= 100",), ("2",))]
    columns = decision(table(("amount",), rules), id="fees", needs=("amount",))
    files = {
        "p.bpmn": process(BODY, "s -> fee; fee -> e"),
        "fees.dmn": file(inputs(amount="number"), columns),
        "process.toml": CONFIG.encode(),
    }
    uow, buyer = site.unit_of_work(), actor_of("buyer")
    deployments.deploy(uow, Bundle(files), at=NOON)
    case = instances.start(uow, "p", {"amount": 150}, actor=buyer, at=NOON).instance_id

    text = text_of(signed_in("buyer").get(f"/cases/{case}").text)

    assert "با قاعده‌ها تصمیم گرفته شد: «کارمزد»" in text
    assert "ردیف ۲ از «fees»: amount دست‌کم ۱۰۰ است → fees: ۲" in text
    assert "آنچه دیده شد: amount: ۱۵۰" in text
