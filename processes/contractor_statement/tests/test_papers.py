"""The papers of a statement: printed by its process, numbered, in its file."""

from __future__ import annotations

import io

from pypdf import PdfReader

from engine.connectors import SITE
from engine.queries import documents
from engine.storage import papers
from processes.contractor_statement.tests.walking import Case


def test_an_approved_statement_has_its_certificate_in_the_file(reviewed: Case):
    case = reviewed.do("sign_voucher").do("approve")

    [paper], [filed] = _papers(case)
    assert paper.number.startswith("D07-14")
    assert (paper.kind, paper.retention) == ("certificate", "financial")
    assert paper.number in filed.newest.name
    assert filed.newest.kind.name == "pdf"
    printed = _text(filed.newest.sha256)
    assert paper.number in printed
    assert "-".join([paper.code[:4], paper.code[4:8], paper.code[8:]]) in printed


def _papers(case: Case):
    with case.office.database.reader() as session:
        return (
            papers.of_case(session, case.instance_id),
            documents.of_case(session, case.instance_id, case.office.actor("fin_head")),
        )


def _text(sha256: str) -> str:
    assert SITE.documents is not None
    with SITE.documents.open(sha256) as file:
        return "".join(page.extract_text() for page in PdfReader(io.BytesIO(file.read())).pages)
