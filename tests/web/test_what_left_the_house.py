"""What has left the house stays given, and the page says so in words: letters and messages."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from engine.catalogue.bundle import Bundle
from engine.commands import deployments, instances, tasks
from engine.model.instance import TaskState
from engine.model.job import JobKind, JobState, job_table
from engine.model.person import Actor
from engine.storage.database import Database
from tests.kit.sites import NOON
from tests.unit.bpmn.diagrams import NAMED, process, thrown
from tests.web.conftest import text_of

Browser = Callable[[str], FlaskClient]

LETTER = (
    '<serviceTask id="out" name="نامه به پیمانکار"><extensionElements>'
    '<zeebe:taskDefinition type="letter"/></extensionElements></serviceTask>'
)
MESSAGE = thrown("out", '<messageEventDefinition messageRef="msg"/>').replace(
    'id="out"', 'id="out" name="نامه به پیمانکار"'
)
CONFIG = """
[area]
id = "notice"
[notice]
title = "ابلاغ"
start_lanes = ["buyer"]
[notice.lanes]
buyer = { role = "PROC_OFFICER", in = "case" }
[notice.tasks.out]
connector = "mail"
[notice.tasks.out.input]
to = "x@firm.example"
subject = "ابلاغ"
body = "ابلاغ شد."
"""


@pytest.fixture
def answered(
    site: Database, actor_of: Callable[[str], Actor], request: pytest.FixtureRequest
) -> UUID:
    """A step of the buyer's that he has answered, before a letter or a message."""
    lane = '<lane id="buyer"><flowNodeRef>write</flowNodeRef><flowNodeRef>read</flowNodeRef></lane>'
    body = (
        f'<laneSet id="l">{lane}</laneSet><startEvent id="s"/><endEvent id="e"/>{request.param}'
        '<userTask id="write" name="نوشتن"/><userTask id="read" name="خواندن"/>'
    )
    drawn = process(
        body, "s -> write; write -> out; out -> read; read -> e", process_id="notice", extra=NAMED
    )
    said = CONFIG if request.param is LETTER else CONFIG.partition("[notice.tasks.out]")[0]
    files = {"notice.bpmn": drawn, "process.toml": said.encode()}
    uow, buyer = site.unit_of_work(), actor_of("buyer")
    deployments.deploy(uow, Bundle(files), at=NOON)
    values = {"unit_code": "D07", "contract": "1"}
    [task] = instances.start(uow, "notice", values, actor=buyer, at=NOON).opened
    tasks.claim(uow, task, actor=buyer, at=NOON)
    tasks.complete(uow, task, {}, actor=buyer, at=NOON)
    return task


def _state(site: Database, task: UUID) -> TaskState:
    with site.unit_of_work() as uow:
        return uow.cases.of_task(task)[1].state


@pytest.mark.parametrize("answered", [MESSAGE], indirect=True, ids=["message"])
def test_a_message_that_was_sent_keeps_the_answer(
    answered: UUID, site: Database, signed_in: Browser
):
    page = signed_in("buyer").post(f"/tasks/{answered}/recall", follow_redirects=True)

    said = "پس گرفتنی نیست: «نامه به پیمانکار» در بیرون اثر گذاشته است."
    assert said in text_of(page.text)
    assert _state(site, answered) is TaskState.COMPLETED


@pytest.mark.parametrize("answered", [LETTER], indirect=True, ids=["letter"])
@pytest.mark.parametrize(
    ("state", "attempts", "said"),
    [
        pytest.param(JobState.DONE, 1, "در بیرون اثر گذاشته است.", id="sent"),
        pytest.param(JobState.LEASED, 1, "همین حالا در حال اجراست", id="being sent"),
        pytest.param(JobState.READY, 1, "در بیرون اثر گذاشته است.", id="perhaps sent"),
        pytest.param(JobState.READY, 0, "پس گرفته شد", id="not sent yet"),
    ],
)
def test_a_letter_keeps_the_answer_once_somebody_has_begun_to_send_it(
    answered: UUID, site: Database, signed_in: Browser, state: JobState, attempts: int, said: str
):
    with site.unit_of_work() as uow:
        uow.session.execute(
            update(job_table)
            .where(job_table.c.kind == JobKind.SERVICE.value)
            .values(state=state.value, attempts=attempts)
        )
        uow.commit()

    page = signed_in("buyer").post(f"/tasks/{answered}/recall", follow_redirects=True)

    assert said in text_of(page.text)
    gone = (state, attempts) == (JobState.READY, 0)
    assert _state(site, answered) is (TaskState.CLAIMED if gone else TaskState.COMPLETED)
    with site.reader() as session:
        [left] = session.scalars(
            select(job_table.c.state).where(job_table.c.kind == JobKind.SERVICE.value)
        )
    assert left == (JobState.CANCELLED if gone else state).value
