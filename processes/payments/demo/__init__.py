"""Made-up payees, an account of the district, and what is to be paid, for the demonstration."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select

from engine.sdk import Session, demo_data, new_id
from engine.values import Rial
from processes.payments.queries.finding import payee_known
from processes.payments.records import Basis, BasisLeg, DebitAccount, PayeeIban

UNIT: Final = "D07"
DEBIT: Final = "IR790610000000700796858044"
_BEFORE: Final = timedelta(days=60)
#: id, name and account of a payee
PAYEES: Final = (
    ("10380284790", "شرکت راه و ساختمان البرز (نمایشی)", "IR500120020000004444994196"),
    ("10100456787", "خدمات شهری سبزراه (نمایشی)", "IR550570022080013447370101"),
    ("0084575948", "کارگاه چاپ سپهر (نمایشی)", "IR820540102680020817909002"),
    # contractors of the demonstration's statements, as that area knows them
    ("14007650912", "شرکت آبادگران هفت‌حوض (نمایشی)", "IR450120000000000700700417"),
    ("10180344710", "راه‌سازان مهر توس (نمایشی)", "IR550610000000101803447100"),
    ("10260288351", "ساختمانی پی‌افکن (نمایشی)", "IR940170000000102602883510"),
)
#: number, payee, gross, tax, retention, insurance; the payee gets the rest
_BASES: Final = (
    ("ح/۱۴۰۵/۲۱۸", 0, 9_740_000_000, 974_000_000, 974_000_000, 487_000_000),
    ("ح/۱۴۰۵/۲۲۳", 1, 62_300_000_000, 6_230_000_000, 0, 3_115_000_000),
    ("ح/۱۴۰۵/۲۳۰", 2, 184_500_000, 18_450_000, 0, 0),
)


@demo_data
def load(session: Session, at: datetime) -> None:
    """Enter payees, an account and what is to be paid, once."""
    if session.scalar(select(DebitAccount.id).where(DebitAccount.iban == DEBIT)) is not None:
        return
    session.add(DebitAccount(unit=UNIT, iban=DEBIT, title="حساب هزینهٔ منطقه ۷", is_demo=True))
    since = at - _BEFORE
    payees = []
    for identifier, name, account in PAYEES:
        payee = payee_known(session, identifier, name)
        payees.append(payee)
        session.add(
            PayeeIban(
                payee_id=payee.id, iban=account, owner_id=identifier, owner_name=name,
                proposed_at=since, proposed_by="demo", approved_at=since, approved_by="demo 2",
                valid_from=since,
            )
        )  # fmt: skip
    for days, (reference, payee_at, gross, vat, retention, insurance) in enumerate(_BASES, 2):
        parts = {"retention": retention, "insurance": insurance}
        legs = [(kind, amount) for kind, amount in parts.items() if amount]
        basis = Basis(
            id=new_id(), kind="manual", reference=reference, source_no="", unit=UNIT,
            payee_id=payees[payee_at].id, gross=Rial(gross), vat=Rial(vat),
            net=Rial(gross + vat - retention - insurance), digest=f"sha256:{reference}",
            entered_at=at - timedelta(days=days), entered_by="demo", is_demo=True,
        )  # fmt: skip
        basis.legs = [
            BasisLeg(basis_id=basis.id, position=number, kind=kind, amount=Rial(amount))
            for number, (kind, amount) in enumerate(legs, 1)
        ]
        session.add(basis)
    session.flush()
