"""Prints the papers that steps call for: the number first, then the print, then the file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from engine.commands import jobs, papers
from engine.commands.documents import Content
from engine.connectors.site import SITE
from engine.documents.names import clean_name
from engine.model.job import Job
from engine.model.paper import Paper
from engine.queries.paper_page import page_of
from engine.storage.bundles import deployed
from engine.storage.cases import CaseStore
from engine.storage.database import Database

Clock = Callable[[], datetime]


class PressMissing(RuntimeError):
    """This process was given nothing to print with."""


def make_paper(database: Database, job: Job, clock: Clock) -> None:
    """Make the paper a step called for.

    Raises:
        PaperFailed: the template cannot be printed; it says where.
        LeaseLost: another worker has the job.
    """
    with database.reader() as session:
        instance = CaseStore(session.connection()).one(job.case_id)
        bundle = deployed(session, instance.definition_id).bundle
    declared = bundle.process(instance.process_id).papers.get(job.topic or "")
    uow = database.unit_of_work()
    if declared is None:  # the case went on in a version that prints it no more
        jobs.done(uow, job)
        return
    paper_id = papers.reserve(uow, job, declared, clock())
    press, store = SITE.press, SITE.documents
    if press is None or store is None:
        raise PressMissing(job.topic)
    with database.reader() as session:
        paper = session.get_one(Paper, paper_id)
        page = page_of(session, paper, declared, instance, bundle, press.role_name)
        code = paper.code
    printed = press.print(bundle.papers, declared.template, page, code)
    content = _kept(printed.body, f"{page['title']} {page['number']}.pdf")
    papers.file(uow, job, paper_id, content, printed.template, clock())


def _kept(body: bytes, name: str) -> Content:
    assert SITE.documents is not None
    with SITE.documents.receive(len(body)) as incoming:
        incoming.write(body)
        SITE.documents.keep(incoming)
        return Content(clean_name(name), "pdf", len(body), incoming.sha256, scanned=False)
