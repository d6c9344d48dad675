"""What a new version meets: desks with nobody at them, and the cases that run."""

from __future__ import annotations

import pytest
from sqlalchemy import delete

from engine import bpmn
from engine.catalogue.bundle import Bundle
from engine.commands.models import model_of
from engine.model.person import Grant, Unit
from engine.queries.impact import impact
from engine.queries.positions import missing_desks
from engine.storage.database import Database
from tests.storage.conftest import CONFIG, NOON, ORDER, TODAY

FILES = {"order.bpmn": ORDER.encode(), "process.toml": CONFIG.encode()}


def _missing(order: Database, config: str = CONFIG) -> list[tuple[str, str, bool]]:
    bundle = Bundle({**FILES, "process.toml": config.encode()})
    with order.reader() as session:
        found = missing_desks(session, bundle, model_of(bundle), TODAY)
        return [(each.rule, each.params["unit"], each.refuses) for each in found]


@pytest.fixture
def units(order: Database, people) -> None:
    with order.unit_of_work() as uow:
        for code, parent in (("CITY", None), ("D07", "CITY"), ("D15", "CITY")):
            uow.session.add(Unit(code=code, title_fa=code, title_en=code, parent_code=parent))
            uow.session.flush()
        uow.commit()


def test_a_role_that_nobody_has_anywhere_refuses_and_one_missing_in_a_unit_is_worth_a_look(
    order, people, units, a_case
):
    assert _missing(order) == []
    a_case()
    with order.unit_of_work() as uow:
        uow.session.execute(delete(Grant).where(Grant.role == "HEAD"))
        uow.commit()
    assert _missing(order) == [("DEP-010", "", True)]

    with order.unit_of_work() as uow:
        uow.session.add(Grant(person_id=people["head"], role="HEAD", unit_code="D15"))
        uow.commit()
    assert _missing(order) == [("DEP-013", "D07", False)]


@pytest.mark.parametrize(
    ("place", "found"),
    [
        pytest.param("D07", [], id="a unit where somebody has it"),
        pytest.param("D15", [("DEP-011", "D15", True)], id="a unit where nobody has it"),
        pytest.param("D99", [("DEP-012", "D99", True)], id="no unit"),
        pytest.param("anywhere", [("DEP-011", "*", True)], id="anywhere"),
        pytest.param("party:seller", [("DEP-014", "", False)], id="an organisation outside"),
    ],
)
def test_a_lane_is_held_against_the_place_it_names(order, units, place, found):
    said = f'head = {{ role = "HEAD", in = "{place}" }}'
    config = CONFIG.replace('head = { role = "HEAD", in = "case" }', said)

    assert _missing(order, config) == found


def test_running_cases_are_counted_by_step_and_tried_in_memory(order, a_case):
    a_case()
    a_case()
    gone = ORDER.replace('"prepare"', '"draw_up"').replace(">prepare<", ">draw_up<")
    new = bpmn.compile_model({"order.bpmn": gone.encode()}, {})

    with order.reader() as session:
        [met] = impact(session, "order", new, NOON, model_of=model_of)
        [same] = impact(session, "order", model_of(Bundle(FILES)), NOON, model_of=model_of)

    assert (met.cases, met.tried, met.can_migrate) == (2, 2, 0)
    waits = {each.element_id: (each.cases, each.still_there) for each in met.at}
    assert waits["prepare"] == (2, False)
    kept = {each.element_id: each.cases for each in met.hindrances}
    assert kept == {"prepare": 2, "withdrawal": 2}
    assert (same.can_migrate, same.hindrances) == (2, ())
