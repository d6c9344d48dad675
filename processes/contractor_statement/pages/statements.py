"""Statements: the figures and who agreed to them, the certificate and the payment order."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias
from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale

from engine.sdk import Actor, Session
from processes.contractor_statement import documents
from processes.contractor_statement.pages.blueprint import KINDS, bp
from processes.contractor_statement.queries.statements import (
    OrderFacts,
    StatementPage,
    certificate_lines,
    statement_of_case,
    statement_page,
)
from processes.contractor_statement.texts import PROCESSES, AreaTexts
from webapp.sdk import (
    CaseFile,
    Content,
    case_files,
    current_actor,
    gettext,
    locale,
    not_found,
    now,
    pdf_content,
    pdf_response,
    reader,
    render,
    role_title,
    unit_title,
)

#: its template, what it says, and the name of its file
Paper: TypeAlias = tuple[Path, Mapping[str, Any], str]


@bp.get("/statements/<uuid:statement_id>")
def statement(statement_id: UUID) -> ResponseReturnValue:
    """Show one statement: claimed beside certified, deductions, approvals, differences."""
    with reader() as session:
        page = statement_page(session, current_actor(), statement_id)
        if page is None:
            return not_found()
        process = PROCESSES[page.statement.kind.value]
        texts = AreaTexts(locale())
        return render(
            "contractor_statement/statement.html",
            page=page,
            statement=page.statement,
            contract=page.contract,
            step_name=lambda each: texts.element(process, each.element_id, each.step),
            role_title=role_title,
        )


@bp.get("/statements/<uuid:statement_id>/certificate.pdf")
def certificate(statement_id: UUID) -> ResponseReturnValue:
    """Print the certificate of a statement, in the language of the page or ``?lang=``."""
    with reader() as session:
        page = statement_page(session, current_actor(), statement_id)
        if page is None or not page.is_certified:
            return not_found()
        return pdf_response(*_certificate(session, page, _language()))


@bp.get("/payment-orders/<uuid:statement_id>/<uuid:order_id>.pdf")
def payment_order(statement_id: UUID, order_id: UUID) -> ResponseReturnValue:
    """Print a payment order."""
    with reader() as session:
        page = statement_page(session, current_actor(), statement_id)
    order = next((each for each in page.orders if each.id == order_id), None) if page else None
    if page is None or order is None:
        return not_found()
    return pdf_response(*_payment_order(page, order, _language()))


def _certificate(session: Session, page: StatementPage, language: str) -> Paper:
    lines = certificate_lines(session, page.statement.id)
    with force_locale(language):
        model = _headed(page, language) | documents.certificate(
            page, lines, language=language, role_name=role_title, at=now()
        )
    name = f"certificate-{page.contract.contract_no}-{page.statement.no}.pdf"
    return documents.CERTIFICATE, model, name


def _payment_order(page: StatementPage, order: OrderFacts, language: str) -> Paper:
    with force_locale(language):
        model = _headed(page, language) | documents.payment_order(
            page, order, language=language, role_name=role_title, at=now()
        )
    return documents.ORDER, model, f"payment-order-{order.order_no}.pdf"


def _headed(page: StatementPage, language: str) -> dict[str, str]:
    """Return what the head of a print says that a paper of the case has from the engine."""
    return {"unit_name": unit_title(page.contract.unit, language)}


def _language() -> str:
    asked = request.args.get("lang", "")
    return asked if asked in ("fa", "en") else locale()


@case_files(*PROCESSES.values())
def files_of_case(session: Session, instance_id: UUID, actor: Actor) -> list[CaseFile]:
    """Return the statement, its certificate and its payment orders for the case's File tab."""
    found = statement_of_case(session, instance_id)
    page = None if found is None else statement_page(session, actor, found.id)
    if page is None:
        return []
    here = page.statement.id
    files = [
        CaseFile(
            gettext(
                "%(kind)s no. %(no)s", kind=KINDS[page.statement.kind.value], no=page.statement.no
            ),
            url_for("contractor_statement.statement", statement_id=here),
            note=gettext("Claimed and certified figures, deductions, differences"),
        ),
        CaseFile(
            gettext("Contract %(no)s", no=page.contract.contract_no),
            url_for("contractor_statement.contract", contract_id=page.contract.id),
        ),
    ]
    if page.is_certified:
        files.append(
            CaseFile(
                gettext("Payment certificate"),
                url_for("contractor_statement.certificate", statement_id=here),
                kind="PDF",
                content=lambda: pdf_content(*_certificate(session, page, locale())),
            )
        )
    files += [
        CaseFile(
            gettext("Payment order %(no)s", no=order.order_no),
            url_for("contractor_statement.payment_order", statement_id=here, order_id=order.id),
            kind="PDF",
            content=partial(_order_content, page, order),
        )
        for order in page.orders
    ]
    return files


def _order_content(page: StatementPage, order: OrderFacts) -> Content:
    return pdf_content(*_payment_order(page, order, locale()))
