"""The service task of a registration: what the officer is shown of it."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from engine.sdk import Answers, Json, Records, record_task
from processes.transactions.answers.finding import told
from processes.transactions.queries.registrations import findings, papers_asked, registration
from processes.transactions.records import BidderRegistration
from processes.transactions.texts import in_each_language


@record_task("look_at_registration", replaced=True)
def look_at_registration(records: Records, answers: Answers) -> Mapping[str, Json]:
    """Bring what the applicant said, and what the register and the site know of the id."""
    found = registration(records.session, UUID(answers.text("registration_id")))
    found.instance_id = records.instance_id
    return {
        "registration_number": found.number,
        "bidder_kind": found.kind.value,
        "applicant": found.name,
        "identifier": found.identifier,
        "company_no": found.registration_no,
        "economic_code": found.economic_code,
        "iban": found.iban,
        "postal_code": found.postal_code,
        "address": found.address,
        "representative": found.representative,
        "representative_code": found.representative_code,
        "mobile": found.mobile,
        "email": found.email,
        "papers": papers_shown(found),
        "findings": told(findings(records.session, found, records.at)),
    }


def papers_shown(found: BidderRegistration) -> list[Json]:
    """Return the applicant's papers as a table of a form shows them, in the order they are asked.

    The case keeps names and addresses; who reads the papers is asked when one is opened.
    """
    there = {each.paper: each for each in found.papers}
    return [
        {
            "title": {
                "text": dict(asked.title),
                "address": f"/areas/transactions/registrations/{found.id}/papers/{asked.paper}",
            },
            "file": paper.name,
            "type": paper.kind.upper(),
            "kilobytes": -(-paper.size // 1024),
            "scan": in_each_language("papers", "scanned" if paper.scanned else "not_scanned"),
        }
        for asked in papers_asked(found)
        if (paper := there.get(asked.paper)) is not None
    ]
