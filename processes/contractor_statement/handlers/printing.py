"""What the papers of a statement say beside the values of its case."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.sdk import PaperRequest, paper_page
from processes.contractor_statement import documents
from processes.contractor_statement.queries.statements import certificate_lines, printed_statement


@paper_page("interim_statement", "certificate")
@paper_page("final_statement", "certificate")
def certificate(request: PaperRequest) -> Mapping[str, Any]:
    """Return the certificate: figures, deductions, the net in digits and words, and the lines."""
    page = printed_statement(request.session, request.instance_id)
    return documents.certificate(
        page,
        certificate_lines(request.session, page.statement.id),
        language=request.language,
        role_name=request.role_name,
        at=request.at,
    )


@paper_page("interim_statement", "payment_order")
@paper_page("final_statement", "payment_order")
def payment_order(request: PaperRequest) -> Mapping[str, Any]:
    """Return the payment order of a certificate; nothing where a balance was carried."""
    page = printed_statement(request.session, request.instance_id)
    if not page.orders:
        return {}
    return documents.payment_order(
        page,
        page.orders[-1],
        language=request.language,
        role_name=request.role_name,
        at=request.at,
    )


@paper_page("interim_statement", "minutes")
@paper_page("final_statement", "minutes")
def minutes(request: PaperRequest) -> Mapping[str, Any]:
    """Return what a meeting settled: the differences between those who measured, line by line."""
    return documents.minutes(
        printed_statement(request.session, request.instance_id), language=request.language
    )
