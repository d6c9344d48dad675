"""Enter by hand what is to be paid, with the parts that do not go to the payee (R-PAY-09)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import or_, select

from engine.errors import NotAtThisDesk
from engine.sdk import Actor, Problem, RulesBroken, Session, UnitOfWork, new_id, tell_act
from engine.values import InvalidValue, Rial, is_legal_id, is_national_code, normalise
from processes.payments.queries.finding import payee_known
from processes.payments.queries.scope import RECONCILERS, works_in
from processes.payments.records import Basis, BasisLeg
from processes.payments.rules.orders import Leg, check_legs

MANUAL = "manual"
_AREA: Final = "payments"
LEGS = ("retention", "insurance", "tax")


@dataclass(frozen=True, slots=True)
class NewBasis:
    """What a person types; amounts as text, blank legs are nothing."""

    unit: str
    reference: str
    payee_id: str
    payee_name: str
    gross: str
    vat: str
    net: str
    retention: str = ""
    insurance: str = ""
    tax: str = ""


def enter_basis(uow: UnitOfWork, new: NewBasis, *, actor: Actor, at: datetime) -> None:
    """Keep a basis; an order can then be made for it.

    Raises:
        NotAtThisDesk: the actor enters none in this unit.
        RulesBroken: ``GEN-REQUIRED``, ``MON-001``, ``MON-002``, ``PAY-001``,
            ``PAY-017`` the parts do not make the whole, ``PAY-028`` it is known.
    """
    if not works_in(actor, new.unit, RECONCILERS):
        raise NotAtThisDesk(f"FIN_EXPERT@{new.unit}")
    problems: list[Problem] = []
    reference, name = normalise(new.reference)[:80], normalise(new.payee_name)[:140]
    problems += [
        Problem("GEN-REQUIRED", field)
        for field, text in (("reference", reference), ("payee_name", name))
        if not text
    ]
    payee_id = normalise(new.payee_id)
    if not (is_national_code(payee_id) or is_legal_id(payee_id)):
        problems.append(Problem("PAY-001", "payee_id"))
    gross, vat = _money("gross", new.gross, problems), _money("vat", new.vat, problems)
    net = _money("net", new.net, problems)
    legs = [Leg(each, _money(each, getattr(new, each), problems)) for each in LEGS]
    if net <= Rial.ZERO:
        problems.append(Problem("MON-002", "net"))
    problems += check_legs(gross, vat, net, legs) if not problems else []
    with uow:
        if _is_known(uow.session, reference):
            problems.append(Problem("PAY-028", "reference"))
        if problems:
            raise RulesBroken(problems)
        payee = payee_known(uow.session, payee_id, name)
        told = f"{new.unit}/{reference}/{payee_id}/{gross.amount}/{vat.amount}/{net.amount}"
        basis = Basis(
            id=new_id(),
            kind=MANUAL,
            reference=reference,
            source_no="",
            unit=new.unit,
            payee_id=payee.id,
            gross=gross,
            vat=vat,
            net=net,
            digest="sha256:" + hashlib.sha256(told.encode()).hexdigest(),
            entered_at=at,
            entered_by=actor.username,
        )
        basis.legs = [
            BasisLeg(basis_id=basis.id, position=number, kind=each.kind, amount=each.amount)
            for number, each in enumerate(legs, 1)
            if each.amount != Rial.ZERO
        ]
        uow.session.add(basis)
        facts = {
            "number": reference,
            "unit": basis.unit,
            "payee": str(payee.id),  # of the registry; his code and name stay there
            "gross": str(gross.amount),
            "vat": str(vat.amount),
            "net": str(net.amount),
            "legs": {each.kind: str(each.amount.amount) for each in basis.legs},
        }
        tell_act(uow.session, _AREA, "basis_entered", facts, actor=actor, at=at)
        uow.commit()


def _money(field: str, typed: str, problems: list[Problem]) -> Rial:
    """Return an amount, nothing for a blank; ``MON-001``."""
    try:
        return Rial.from_text(typed) if typed.strip() else Rial.ZERO
    except InvalidValue as invalid:
        problems.append(Problem(invalid.code, field))
        return Rial.ZERO


def _is_known(session: Session, reference: str) -> bool:
    """Tell whether a paper was entered by hand before, or another area has told of it."""
    query = select(Basis.id).where(
        Basis.reference == reference, or_(Basis.kind == MANUAL, Basis.area.is_not(None))
    )
    return session.scalar(query.limit(1)) is not None
