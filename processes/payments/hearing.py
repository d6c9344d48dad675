"""What other areas tell: a payment that they ordered is to be paid here."""

from __future__ import annotations

import hashlib

from engine.sdk import Problem, RulesBroken, Session, hears, new_id
from engine.values import Rial
from engine.values.payment import PaymentOrdered
from processes.payments.queries.finding import (
    basis_told,
    is_account_known,
    live_order,
    payee_known,
)
from processes.payments.records import Basis, BasisLeg, Payee, PayeeIban

_PAYEE = "payee"
_OURS = "payments"


@hears(PaymentOrdered)
def take_basis(session: Session, fact: PaymentOrdered) -> None:
    """Keep what another area ordered to be paid, with the parts that go elsewhere (R-PAY-09).

    Told again under the same number, after its payment came back, it is the same basis: two
    orders never pay it (R-PAY-01).

    Raises:
        RulesBroken: ``PAY-010`` it changed, and an order of what it was is live or was paid.
    """
    about = fact.basis
    if about.area == _OURS or fact.amount <= Rial.ZERO:
        return
    payee = payee_known(session, fact.payee_id, fact.payee_name)
    _propose_account(session, payee, fact)
    basis = basis_told(session, about.kind, about.number, fact.order_no)
    if basis is None:
        basis = Basis(
            id=new_id(),
            kind=about.kind,
            reference=about.number,
            source_no=fact.order_no,
            area=about.area,
            record_id=about.id,
            case_id=about.instance_id,
            unit=fact.unit,
            vat=Rial.ZERO,
            entered_at=fact.at,
            entered_by=fact.by or about.area,
        )
        session.add(basis)
    elif basis.digest == _digest(fact):
        return
    else:
        _must_be_free(session, basis)
    _fill(session, basis, fact, payee)


def _propose_account(session: Session, payee: Payee, fact: PaymentOrdered) -> None:
    """Keep an account that is new here as told; two people check it before it is paid to."""
    if not is_account_known(session, payee, fact.payee_iban):
        session.add(
            PayeeIban(
                payee_id=payee.id,
                iban=fact.payee_iban,
                proposed_at=fact.at,
                proposed_by=fact.by or fact.basis.area,
            )
        )


def _must_be_free(session: Session, basis: Basis) -> None:
    order = live_order(session, basis)
    if order is not None:
        raise RulesBroken([Problem("PAY-010", None, {"order": order})])


def _fill(session: Session, basis: Basis, fact: PaymentOrdered, payee: Payee) -> None:
    others = [each for each in fact.legs if each.purpose != _PAYEE]
    basis.payee_id, basis.net, basis.digest = payee.id, fact.amount, _digest(fact)
    basis.gross = fact.amount + Rial.total(each.amount for each in others)
    session.flush()
    for each in basis.legs:
        session.delete(each)
    session.flush()
    session.add_all(
        BasisLeg(basis_id=basis.id, position=at, kind=each.purpose, amount=each.amount)
        for at, each in enumerate(others, 1)
    )
    session.expire(basis, ["legs", "payee"])


def _digest(fact: PaymentOrdered) -> str:
    """Return a hash of the record that is paid, which the signed order contains (R-PAY-03)."""
    basis = fact.basis
    told = (
        f"{basis.area}/{basis.kind}/{basis.id}/{fact.order_no}/{fact.payee_id}/{fact.amount.amount}"
    )
    return "sha256:" + hashlib.sha256(told.encode()).hexdigest()
