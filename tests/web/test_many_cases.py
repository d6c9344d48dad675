"""Acts on many cases of the list: held, let go on, and given other values, each with its reason."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import select

from engine.jobs import run_due
from engine.model.instance import instance_table
from engine.storage.database import Database
from tests.kit.sites import NOON

Browser = Callable[[str], FlaskClient]
Purchase = Callable[..., tuple[UUID, UUID]]
ACT = "/monitoring/cases/act"


def _do(site: Database, admin: FlaskClient, act: str, cases: list[UUID], **more: str) -> int:
    chosen = {"act": act, "of": "ticked", "case": [str(each) for each in cases]}
    looked = admin.post(ACT, data=chosen)
    assert looked.status_code == 200
    answer = admin.post(f"{ACT}/begin", data={**chosen, "reason": "بازرسی", **more})
    run_due(site, lambda: NOON)
    return answer.status_code


def _column(site: Database, name: str) -> list[object]:
    with site.reader() as session:
        column = instance_table.c[name]
        return list(session.scalars(select(column).order_by(instance_table.c.id)))


def test_ticked_cases_are_held_and_let_go_on(
    site: Database, a_purchase: Purchase, signed_in: Browser
):
    cases, admin = [a_purchase("P-1")[0], a_purchase("P-2")[0]], signed_in("admin")

    assert _do(site, admin, "suspend", cases) == 303
    assert _column(site, "state") == ["suspended", "suspended"]

    assert _do(site, admin, "resume", cases) == 303
    assert _column(site, "state") == ["running", "running"]


def test_ticked_cases_get_values_and_what_is_no_json_is_told_beside_its_field(
    site: Database, a_purchase: Purchase, signed_in: Browser
):
    cases, admin = [a_purchase("P-1")[0], a_purchase("P-2")[0]], signed_in("admin")

    for wrong in ("", "urgent", "[]", "{}", '{"a": NaN}'):
        assert _do(site, admin, "set_variables", cases, values=wrong) == 422
    assert _do(site, admin, "set_variables", cases, values='{"urgent": true}') == 303

    assert [each["urgent"] for each in _column(site, "variables")] == [True, True]  # type: ignore[index]
