"""Papers: made behind the steps that call for them, with numbers that have no gaps."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from engine.catalogue.bundle import Bundle
from engine.catalogue.config import ConfigRefused
from engine.commands import deployments, instances, tasks
from engine.commands.papers import jobs_of_papers
from engine.connectors import SITE
from engine.jobs.run import run_due
from engine.model.event import event_table
from engine.model.sign_in import Method
from engine.queries import documents
from engine.storage import papers
from engine.storage.database import Database
from engine.storage.document_store import FolderStore
from tests.storage.conftest import CLERK, CONFIG, HEAD, NOON, ORDER
from webapp.documents.press import Press

pytestmark = pytest.mark.both_databases

PAPERS = """
[order.papers.slip]
title = "برگه"
after = ["price", "approve"]
when = "=amount > 3"
template = "letter"
series = "slips"
retention = "short"
values = { amount = "rial", price = "rial" }
"""


@pytest.fixture(autouse=True)
def press(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(SITE, "press", Press())
    monkeypatch.setattr(SITE, "documents", FolderStore(tmp_path))


@pytest.fixture
def printing(database: Database) -> Database:
    """A database in which the process prints a slip."""
    deployments.deploy(database.unit_of_work(), bundle(PAPERS), at=NOON)
    return database


def bundle(more: str) -> Bundle:
    return Bundle({"order.bpmn": ORDER.encode(), "process.toml": (CONFIG + more).encode()})


def priced(database: Database, amount: int):
    """Start a case and have it priced; return its id and the open approval."""
    uow = database.unit_of_work()
    case = instances.start(uow, "order", {"amount": amount}, actor=CLERK, at=NOON)
    tasks.claim(uow, case.opened[0], actor=CLERK, at=NOON)
    tasks.complete(uow, case.opened[0], {}, actor=CLERK, at=NOON)
    run_due(database, lambda: NOON)
    return case.instance_id


def events_of(database: Database, case) -> list[str]:
    with database.reader() as session:
        asked = select(event_table.c.kind).where(event_table.c.instance_id == case)
        return list(session.scalars(asked.order_by(event_table.c.seq)))


def papers_of(database: Database, case):
    with database.reader() as session:
        return papers.of_case(session, case), documents.of_case(session, case, CLERK)


def test_a_step_leaves_its_paper_in_the_file(printing: Database):
    case = priced(printing, 5)

    [paper], [filed] = papers_of(printing, case)
    assert (paper.number, paper.series, paper.retention) == ("D07-1405-0001", "slips", "short")
    assert (filed.number, filed.code) == (paper.number, paper.code)
    assert filed.newest.name == "برگه D07-1405-0001.pdf"
    assert filed.element_id == "price"
    assert events_of(printing, case)[-1] == "paper_made"
    assert SITE.documents is not None
    with SITE.documents.open(filed.newest.sha256) as file:
        assert file.read(5) == b"%PDF-"


def test_a_paper_whose_condition_does_not_hold_is_not_made(printing: Database):
    case = priced(printing, 2)

    assert papers_of(printing, case) == ([], ())


def test_a_later_paper_of_the_same_kind_takes_the_place_of_the_one_before(printing: Database):
    case = priced(printing, 5)
    with printing.unit_of_work() as uow:
        [approval] = uow.cases.one(case).tasks
    tasks.claim(printing.unit_of_work(), approval.id, actor=HEAD, at=NOON)
    tasks.complete(
        printing.unit_of_work(), approval.id, {}, actor=HEAD, at=NOON, confirmed_by=Method.PASSWORD
    )
    run_due(printing, lambda: NOON)

    made, filed = papers_of(printing, case)
    assert [each.number for each in made] == ["D07-1405-0001", "D07-1405-0002"]
    assert [each.counts for each in filed] == [False, True]
    assert "D07-1405-0002" in filed[0].withdrawn_reason


def test_printing_that_failed_keeps_its_number_and_the_next_paper_has_the_next(
    printing: Database, monkeypatch: pytest.MonkeyPatch
):
    with monkeypatch.context() as closed:
        closed.setattr(SITE, "press", None)
        failed = priced(printing, 5)
    [waiting], filed = papers_of(printing, failed)
    assert (waiting.document_id, filed) == (None, ())

    other = priced(printing, 6)
    run_due(printing, lambda: NOON + timedelta(minutes=10))

    [first], [_] = papers_of(printing, failed)
    [second], [_] = papers_of(printing, other)
    assert [first.number, second.number] == ["D07-1405-0001", "D07-1405-0002"]
    assert first.code == waiting.code


def test_a_paper_is_found_by_its_code_as_somebody_types_it(printing: Database):
    [paper], _ = papers_of(printing, priced(printing, 5))
    typed = f"{paper.code[:4]}-{paper.code[4:8]} {paper.code[8:]}".lower().replace("0", "o")

    with printing.reader() as session:
        found = papers.by_code(session, typed)
        assert found is not None
        assert found.id == paper.id
        assert papers.by_code(session, "nothing") is None


def test_a_process_without_papers_plans_none(order: Database, a_case):
    case, _ = a_case()

    with order.unit_of_work() as uow:
        instance = uow.cases.one(case)
        assert jobs_of_papers(bundle(""), instance, (), NOON) == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        pytest.param('after = "nowhere"', "nowhere is not in the diagram", id="no element"),
        pytest.param('title = "x"', "needs after", id="no moment"),
        pytest.param('after = "price"\nwhen = "=1 +"', "expected an expression", id="no FEEL"),
        pytest.param('after = "price"\nvalues = { a = "money" }', "is none of", id="no kind"),
        pytest.param('after = "price"\ncolour = "red"', "does not know 'colour'", id="no key"),
        pytest.param('after = "price"\nsigned_by = "approve"', "is a table", id="no signers"),
        pytest.param(
            'after = "price"\nsigned_by = { approve = "yes" }',
            "signs nothing",
            id="a step unsigned",
        ),
    ],
)
def test_a_wrong_declaration_is_refused_when_it_is_deployed(
    database: Database, wrong: str, said: str
):
    with pytest.raises(ConfigRefused, match=said):
        deployments.deploy(
            database.unit_of_work(), bundle(f"[order.papers.slip]\n{wrong}\n"), at=NOON
        )
