"""What is held for social security, and what is settled when the clearance comes?"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from fractions import Fraction

from engine.values import Percentage, Rial


class SocialSecurityMode(enum.Enum):
    """Which premium a contract bears (`domain.md` §1.7)."""

    A = "A"  #: not state-development funded, the contractor supplies materials
    B = "B"  #: state-development credit and priced by the official list
    C = "C"  #: not development funded, labour only
    CONSULTANCY = "CONSULTANCY"  #: consultancy on development credit


@dataclass(frozen=True, slots=True)
class SocialSecurity:
    """The rates of one mode.

    ``held`` is kept from every payment; ``accrued`` is paid by the employer on top;
    ``premium`` is what is due on the whole work, borne by both together. Where the last
    payment needs the clearance, the hold is settled then (Social Security Act, art. 38).
    """

    mode: SocialSecurityMode
    held: Percentage
    premium: Fraction
    accrued: Percentage = Percentage.ZERO
    clearance_needed: bool = True


_NINTH_ON_TOP = Fraction(10, 9)  #: unemployment insurance: a ninth of the premium besides

MODES = {
    scheme.mode: scheme
    for scheme in (
        SocialSecurity(
            SocialSecurityMode.A, Percentage("5"), premium=Fraction(7, 100) * _NINTH_ON_TOP
        ),
        SocialSecurity(
            SocialSecurityMode.B,
            Percentage("1.6"),
            premium=Fraction(66, 1000),
            accrued=Percentage("5"),
            clearance_needed=False,
        ),
        SocialSecurity(
            SocialSecurityMode.C, Percentage("5"), premium=Fraction(15, 100) * _NINTH_ON_TOP
        ),
        SocialSecurity(
            SocialSecurityMode.CONSULTANCY,
            Percentage("3.6"),
            premium=Fraction(156, 1000),
            accrued=Percentage("12"),
            clearance_needed=False,
        ),
    )
}


def social_security_held(scheme: SocialSecurity, gross: Rial) -> Rial:
    """Return what is held (or in mode B deducted) in all on a cumulative gross (R-STM-08).

    >>> social_security_held(MODES[SocialSecurityMode.A], Rial(14_561_748_113))
    Rial(amount=728087406)
    """
    return gross.share(scheme.held)


def social_security_accrued(scheme: SocialSecurity, gross: Rial) -> Rial:
    """Return the employer's own share in all, a cost on top of the payment (mode B).

    >>> social_security_accrued(MODES[SocialSecurityMode.B], Rial(1_000))
    Rial(amount=50)
    """
    return gross.share(scheme.accrued)


def social_security_premium(scheme: SocialSecurity, gross: Rial) -> Rial:
    """Return the premium due on the whole work, rounded once.

    >>> social_security_premium(MODES[SocialSecurityMode.A], Rial(109_576_918_974))
    Rial(amount=8522649254)
    """
    return Rial.rounded(scheme.premium * gross.amount)


@dataclass(frozen=True, slots=True)
class ClearanceSettlement:
    """What becomes of the held amount once the clearance (مفاصاحساب) is there."""

    premium: Rial
    owed: Rial  #: what of the contractor's premium is not covered by wage lists
    released: Rial  #: of the held amount, back to the contractor
    shortfall: Rial  #: owed beyond the held amount, claimed from the contractor


def settle_clearance(
    scheme: SocialSecurity, gross: Rial, paid_by_contractor: Rial, held: Rial
) -> ClearanceSettlement:
    """Settle the held amount against the premium the contractor has not paid yet (art. 38).

    >>> settle_clearance(MODES[SocialSecurityMode.A], Rial(109_576_918_974),
    ...                  Rial(7_000_000_000), Rial(5_478_845_949)).released
    Rial(amount=3956196695)
    """
    premium = social_security_premium(scheme, gross)
    borne = premium - social_security_accrued(scheme, gross)
    owed = max(borne - paid_by_contractor, Rial.ZERO)
    return ClearanceSettlement(
        premium=premium,
        owed=owed,
        released=max(held - owed, Rial.ZERO),
        shortfall=max(owed - held, Rial.ZERO),
    )
