"""What is deducted from a statement and what is paid: the certificate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from engine.values import Percentage, Rial
from processes.contractor_statement.rules.advance import (
    PRORATA,
    Instalment,
    RecoveryPlan,
    advance_outstanding,
    advance_recovered,
)
from processes.contractor_statement.rules.retention import RetentionSchedule, retained_to_date
from processes.contractor_statement.rules.social_security import (
    MODES,
    SocialSecurity,
    SocialSecurityMode,
    social_security_accrued,
    social_security_held,
)

ON_ACCOUNT_RATE = Percentage("70")


@dataclass(frozen=True, slots=True)
class Terms:
    """What the contract says about deductions."""

    contract_amount: Rial
    retention: RetentionSchedule = RetentionSchedule()
    social_security: SocialSecurity = MODES[SocialSecurityMode.A]
    recovery: RecoveryPlan = PRORATA
    withholding: Percentage = Percentage.ZERO


@dataclass(frozen=True, slots=True)
class CertifiedToDate:
    """Cumulative amounts after the last certificate; all zero before the first.

    ``on_account`` was paid beyond the certified gross (R-STM-24); the deductions include
    those taken from it. ``debt`` is a negative net carried over (R-STM-14).
    """

    gross: Rial = Rial.ZERO
    retention: Rial = Rial.ZERO
    advance: Rial = Rial.ZERO
    social_security: Rial = Rial.ZERO
    accrual: Rial = Rial.ZERO
    on_account: Rial = Rial.ZERO
    debt: Rial = Rial.ZERO


@dataclass(frozen=True, slots=True)
class Certificate:
    """What one statement pays, in rials; every amount is of the period.

    Deductions are positive when they lower the payment; a correction downwards makes them
    negative. ``accrual`` is the employer's own social-security share and no part of the net.
    """

    before: CertifiedToDate
    gross: Rial  #: certified in all with this statement
    period: Rial  #: P of R-STM-06, or the amount paid on account
    retention: Rial
    advance_recovery: Rial
    social_security: Rial
    accrual: Rial
    on_account: Rial = Rial.ZERO  #: paid on account before and netted now
    withholding_tax: Rial = Rial.ZERO
    penalty: Rial = Rial.ZERO
    debt_brought: Rial = Rial.ZERO  #: from the certificate before (R-STM-14)
    other_debts: Rial = Rial.ZERO
    vat: Rial = Rial.ZERO
    releases: Rial = Rial.ZERO
    on_account_open: Rial = Rial.ZERO  #: paid on account and not certified yet

    @property
    def deducted(self) -> Rial:
        """Everything that lowers the payment, what was paid on account included."""
        return (
            self.on_account
            + self.retention
            + self.advance_recovery
            + self.social_security
            + self.withholding_tax
            + self.penalty
            + self.debt_brought
            + self.other_debts
        )

    @property
    def net(self) -> Rial:
        """The balance of R-STM-13, negative when the contractor owes."""
        return self.period - self.deducted + self.vat + self.releases

    @property
    def payable(self) -> Rial:
        """What is paid: nothing when the net is negative (R-STM-14)."""
        return max(self.net, Rial.ZERO)

    @property
    def debt_carried(self) -> Rial:
        """What the next certificate deducts because this net was negative."""
        return max(-self.net, Rial.ZERO)

    @property
    def to_date(self) -> CertifiedToDate:
        """The cumulative amounts the next certificate starts from."""
        return CertifiedToDate(
            gross=self.gross,
            retention=self.before.retention + self.retention,
            advance=self.before.advance + self.advance_recovery,
            social_security=self.before.social_security + self.social_security,
            accrual=self.before.accrual + self.accrual,
            on_account=self.on_account_open,
            debt=self.debt_carried,
        )


def certificate(
    terms: Terms,
    gross: Rial,
    before: CertifiedToDate,
    *,
    instalments: Sequence[Instalment] = (),
    vat: Percentage = Percentage.ZERO,
    penalty: Rial = Rial.ZERO,
    other_debts: Rial = Rial.ZERO,
    releases: Rial = Rial.ZERO,
    final: bool = False,
) -> Certificate:
    """Work out what a statement pays (R-STM-06…15).

    Retention, social security and advance are differences of two cumulative totals, so all
    statements together deduct exactly what the total deducts. A later change of the
    statement before simply comes as another ``before`` (R-STM-18).

    Args:
        gross: the approved cumulative gross, G of R-STM-05.
        before: the figures of the latest approved statement at this moment.
        instalments: those parts of the advance that have been paid.
        vat: the rate on the approval day (`vat_of_contractor`).
        penalty: damages and fines charged with this statement.
        releases: retention given back with it.
        final: the rest of the advance is recovered.

    >>> terms = Terms(Rial(110_480_092_050))
    >>> certificate(terms, Rial(14_561_748_113), CertifiedToDate(),
    ...     instalments=[Instalment(Rial(22_096_018_410))], vat=Percentage("10")).net
    Rial(amount=10921311084)
    """
    kept = _kept(terms, gross, before, instalments, final)
    period = gross - before.gross
    return Certificate(
        before=before,
        gross=gross,
        period=period,
        retention=kept.retention,
        advance_recovery=kept.advance,
        social_security=kept.social_security,
        accrual=kept.accrual,
        on_account=before.on_account,
        withholding_tax=period.share(terms.withholding),
        penalty=penalty,
        debt_brought=before.debt,
        other_debts=other_debts,
        vat=period.share(vat),
        releases=releases,
    )


def _kept(
    terms: Terms,
    paid_for: Rial,
    before: CertifiedToDate,
    instalments: Sequence[Instalment],
    final: bool,
) -> CertifiedToDate:
    """Return the deductions that bring the totals to those of ``paid_for``."""
    advance = advance_recovered(
        terms.recovery,
        instalments,
        terms.contract_amount,
        paid_for,
        gross_before=before.gross + before.on_account,
        recovered_before=before.advance,
        final=final,
    )
    retention = retained_to_date(terms.retention, terms.contract_amount, paid_for)
    scheme = terms.social_security
    return CertifiedToDate(
        retention=retention - before.retention,
        advance=advance - before.advance,
        social_security=social_security_held(scheme, paid_for) - before.social_security,
        accrual=social_security_accrued(scheme, paid_for) - before.accrual,
    )


def with_recovery(
    certified: Certificate, recovery: Rial, instalments: Sequence[Instalment]
) -> Certificate:
    """Return a certificate that recovers another part of the advance than its method says.

    Never more than is outstanding (R-STM-09). The next certificate goes on from it, so that
    the method's total is reached all the same.

    >>> paid = [Instalment(Rial(22_096_018_410))]
    >>> plain = certificate(Terms(Rial(110_480_092_050)), Rial(14_561_748_113),
    ...     CertifiedToDate(), instalments=paid)
    >>> with_recovery(plain, Rial(5_000_000_000), paid).to_date.advance
    Rial(amount=5000000000)
    """
    outstanding = advance_outstanding(instalments, certified.before.advance)
    return replace(certified, advance_recovery=min(recovery, outstanding))


def on_account(
    terms: Terms,
    claimed_gross: Rial,
    before: CertifiedToDate,
    *,
    instalments: Sequence[Instalment] = (),
    rate: Percentage = ON_ACCOUNT_RATE,
) -> Certificate:
    """Work out the payment on account of a statement that was not approved in time.

    A share of the cumulative claim less what was certified or paid on account before, never
    negative, then the usual deductions (R-STM-24). It certifies nothing: taxes follow with
    the next certificate, which nets it. Source: General Conditions, art. 37, note 1.

    >>> on_account(Terms(Rial(110_480_092_050)), Rial(47_001_733_320),
    ...            CertifiedToDate(gross=Rial(14_561_748_113))).period
    Rial(amount=18339465211)
    """
    paid_before = before.gross + before.on_account
    amount = max(claimed_gross.share(rate) - paid_before, Rial.ZERO)
    kept = _kept(terms, paid_before + amount, before, instalments, final=False)
    return Certificate(
        before=before,
        gross=before.gross,
        period=amount,
        retention=kept.retention,
        advance_recovery=kept.advance,
        social_security=kept.social_security,
        accrual=kept.accrual,
        debt_brought=before.debt,
        on_account_open=before.on_account + amount,
    )
