"""What a person typed into a few fields, read with every problem beside its field."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import TypeVar
from uuid import UUID

from sqlalchemy.orm import Session

from engine.errors import NotAtThisDesk, NotFound, Problem, RulesBroken
from engine.sdk import Actor
from engine.values import InvalidValue, JalaliDate, Rial, normalise
from processes.contractor_statement.queries.scope import may_see
from processes.contractor_statement.records import Contract

#: Roles that keep guarantees, accounts, registrations and clearances.
FINANCE = ("FIN_EXPERT", "FIN_HEAD")
#: Roles that keep credit lines.
CREDIT = ("BUDGET_OFFICER",)
#: Roles that keep minutes of the contract's life, supplements and new prices.
ACCEPTANCE = ("PROJECT_MANAGER", "TECH_OFFICE")
#: Roles that keep the published price indices, wherever they sit: indices are the country's.
INDICES = ("TECH_OFFICE", "FIN_EXPERT")

#: Characters of a text of several lines.
LONGEST_TEXT = 4_000

_T = TypeVar("_T")


class ContractNotFound(NotFound):
    """No such contract, or not in a unit of the actor."""

    def __init__(self, contract_id: UUID) -> None:
        super().__init__(f"no contract {contract_id}")
        self.contract_id = contract_id


def contract_for(
    session: Session, contract_id: UUID, actor: Actor, roles: Sequence[str]
) -> Contract:
    """Return a contract in whose unit the actor holds one of these roles.

    Raises:
        ContractNotFound: there is none, or the actor may not see it.
        NotAtThisDesk: the actor may only see it.
    """
    contract = session.get(Contract, contract_id)
    if contract is None or not may_see(session, actor, contract_id):
        raise ContractNotFound(contract_id)
    if not any(actor.sits_at(f"{role}@{contract.unit}") for role in roles):
        raise NotAtThisDesk(f"{roles[0]}@{contract.unit}")
    return contract


def contract_of_party(
    session: Session, contract_id: UUID, actor: Actor, roles: Sequence[str]
) -> Contract:
    """Return a contract to its contractor, too, locked as by `contract_to_change`."""
    contract = session.get(Contract, contract_id)
    if contract is None or not actor.sits_at(f"CONTRACTOR@party:{contract.contractor_id}"):
        return contract_to_change(session, contract_id, actor, roles)
    session.refresh(contract, with_for_update=True)
    return contract


def contract_to_change(
    session: Session, contract_id: UUID, actor: Actor, roles: Sequence[str]
) -> Contract:
    """Return a contract as `contract_for` does, locked against another change of its state."""
    contract = contract_for(session, contract_id, actor, roles)
    session.refresh(contract, with_for_update=True)
    return contract


class Entered:
    """Reads what a person typed into a few fields, keeping every problem beside its field."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def text(self, field: str, typed: str) -> str:
        """Return a short normalised text; a blank one is ``GEN-REQUIRED``."""
        said = normalise(typed)[:200]
        if not said:
            self.problems.append(Problem("GEN-REQUIRED", field))
        return said

    def long_text(self, field: str, typed: str) -> str | None:
        """Return a text of several lines, nothing where it is blank; ``GEN-LENGTH``."""
        said = "\n".join(filter(None, (normalise(each) for each in typed.splitlines())))
        if len(said) > LONGEST_TEXT:
            limits = {"min": "0", "max": str(LONGEST_TEXT)}
            self.problems.append(Problem("GEN-LENGTH", field, limits))
        return said or None

    def money(self, field: str, typed: str) -> Rial:
        """Return an amount above zero; ``MON-001``, ``MON-002``."""
        return self.value(field, lambda text: Rial.from_text(text).positive(), typed, Rial.ZERO)

    def day(self, field: str, typed: str) -> date:
        """Return a day written in the Jalali calendar; ``CAL-001``."""
        return self.value(field, lambda text: JalaliDate.parse(text).gregorian(), typed, date.max)

    def value(self, field: str, read: Callable[[str], _T], typed: str, otherwise: _T) -> _T:
        """Return what ``read`` makes of the text, ``otherwise`` where it cannot."""
        if not typed.strip():
            self.problems.append(Problem("GEN-REQUIRED", field))
            return otherwise
        try:
            return read(typed)
        except InvalidValue as invalid:
            self.problems.append(Problem(invalid.code, field, dict(invalid.params)))
            return otherwise

    def must_be_right(self) -> None:
        """Raise every problem found, so that nothing is half kept."""
        if self.problems:
            raise RulesBroken(self.problems)
