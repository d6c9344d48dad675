"""The made-up contracts of the demonstration's stories, brought in as a file of one would be."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from importlib.resources import files
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select

from engine.sdk import Session
from engine.values import JalaliDate, Percentage, Rial
from processes.contractor_statement.commands import keep_contract
from processes.contractor_statement.demo import CONTRACT_UNIT, demo_contract_setup
from processes.contractor_statement.importing import ContractFile
from processes.contractor_statement.importing.bill import BillLine
from processes.contractor_statement.importing.header import Header
from processes.contractor_statement.records import Contract
from processes.contractor_statement.rules.advance import RecoveryMethod
from processes.contractor_statement.rules.figures import initial_amount
from processes.contractor_statement.rules.lines import Coefficients, Line, LineKind
from processes.contractor_statement.rules.social_security import SocialSecurityMode

_BROUGHT_BY: Final = "demo stories"  #: nobody signs in as this
_COEFFICIENTS: Final = Coefficients(Decimal("1.30"), Decimal("1.05"), tender=Decimal("0.984"))
_MOBILISATION: Final = Rial(1_200_000_000)
_DAYS: Final = 360
_EXACT: Final = Decimal("0.001")  #: quantities have three decimals


def are_here(session: Session) -> bool:
    """Tell whether the contracts were brought in before."""
    known = select(Contract.id).where(Contract.imported_by == _BROUGHT_BY).limit(1)
    return session.scalar(known) is not None


def bring_in(session: Session, began: date, at: datetime) -> dict[str, UUID]:
    """Bring all contracts in; return their ids by the end of their number.

    Args:
        began: the day their sites were handed over.
    """
    text = files(__package__).joinpath("works.toml").read_text(encoding="utf-8")
    works = tomllib.loads(text)
    found = {}
    for each in works["contracts"]:
        file = _file(each, works, began)
        contract = keep_contract(session, file, by=_BROUGHT_BY, at=at)
        demo_contract_setup(session, contract, at)
        found[each["no"]] = contract.id
    return found


def _file(contract: Mapping[str, str], works: Mapping[str, Any], began: date) -> ContractFile:
    bill = works["bills"][contract["bill"]]["lines"]
    lines = _lines(bill, works["chapters"], Decimal(contract["size"]))
    amount = initial_amount((each.line for each in lines), _COEFFICIENTS, _MOBILISATION)
    contractor = contract["contractor"]
    header = Header(
        contract_no=f"{JalaliDate.of(began).year}-{CONTRACT_UNIT}-{contract['no']}",
        unit=CONTRACT_UNIT,
        contractor_id=contractor,
        contractor_name=works["contractors"][contractor],
        subject=contract["subject"],
        signed_on=began,
        started_on=began,
        duration_days=_DAYS,
        initial_amount=amount,
        overhead=_COEFFICIENTS.overhead,
        region=_COEFFICIENTS.region,
        floor=_COEFFICIENTS.floor,
        difficulty=_COEFFICIENTS.difficulty,
        tender=_COEFFICIENTS.tender,
        mobilisation=_MOBILISATION,
        advance_rate=Percentage("20"),
        advance_method=RecoveryMethod.PRORATA,
        insurance_mode=SocialSecurityMode.A,
        retention_rate=Percentage("10"),
        price_list_year=None,
        discipline=None,
        adjustable=False,
        base_quarter=None,
    )
    return ContractFile(header, lines)


def _lines(
    bill: Sequence[tuple[str, str, str, int, str]], chapters: Mapping[str, str], size: Decimal
) -> tuple[BillLine, ...]:
    return tuple(
        BillLine(
            Line(code, LineKind.LIST, Rial(price), (Decimal(quantity) * size).quantize(_EXACT)),
            chapters[code[:2]],
            title,
            unit,
            price_minute=None,
        )
        for code, title, unit, price, quantity in bill
    )
