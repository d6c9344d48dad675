"""What applicants attached, for the office: in the case that decides, then with the firm."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from flask import url_for
from flask.typing import ResponseReturnValue

from engine.sdk import Actor, Session
from processes.transactions.pages.blueprint import bp
from processes.transactions.queries import registrations as rows
from processes.transactions.records import BidderRegistration, RegistrationPaper
from webapp.sdk import (
    CaseFile,
    Content,
    case_files,
    current_actor,
    document_store,
    locale,
    not_found,
    reader,
    stored_file,
)


@bp.get("/registrations/<uuid:registration_id>/papers/<paper>")
def registration_paper(registration_id: UUID, paper: str) -> ResponseReturnValue:
    """Give a paper of a bidder's registration to the office."""
    with reader() as session:
        found = rows.papers_read(session, current_actor(), registration_id)
        for each in found.papers:
            if each.paper == paper:
                return stored_file(each.sha256, each.name)
    return not_found()


@case_files("bidder_registration")
def files_of_registration(session: Session, instance_id: UUID, actor: Actor) -> list[CaseFile]:
    """Return what the applicant of a case attached."""
    found = rows.papers_of_case(session, actor, instance_id)
    return [file for each in found for file in files_of(each)]


def files_of(found: BidderRegistration) -> list[CaseFile]:
    """Return what an applicant attached, in the order in which it is asked."""
    there = {each.paper: each for each in found.papers}
    return [
        CaseFile(
            asked.title[locale()],
            url_for("transactions.registration_paper", registration_id=found.id, paper=asked.paper),
            kind=there[asked.paper].kind.upper(),
            note=there[asked.paper].name,
            content=partial(_content, there[asked.paper]),
        )
        for asked in rows.papers_asked(found)
        if asked.paper in there
    ]


def _content(paper: RegistrationPaper) -> Content:
    with document_store().open(paper.sha256) as file:
        return Content(f"{paper.paper}-{paper.name}", "application/octet-stream", file.read())
