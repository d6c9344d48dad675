"""A price adjustment: its indices, days and factors, and who signs it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from engine.errors import RulesBroken
from engine.values import JalaliDate, Rial
from processes.contractor_statement import commands
from processes.contractor_statement.importing.indices import read_pasted
from processes.contractor_statement.records import Contract, ContractLine
from processes.contractor_statement.tests.rule_examples import rows
from processes.contractor_statement.tests.taken_back import asked_again, stays, there_and_back
from processes.contractor_statement.tests.walking import (
    Case,
    Office,
    codes,
    contract_of_example,
    quantities,
)


class TestPriceAdjustment:
    """§1.11: chapters 08, 07 and 11 of one period over two quarters."""

    @pytest.fixture
    def contract_id(self, office: Office) -> str:
        """A contract whose period amounts are those of the example."""
        return contract_of_example(
            office,
            overhead_coefficient=Decimal(1),
            region_coefficient=Decimal(1),
            tender_coefficient=Decimal(1),
            mobilisation_amount=Rial.ZERO,
            started_on=JalaliDate(1404, 5, 23).gregorian(),
            discipline="ابنیه",
            adjustable=True,
            base_quarter="1403Q4",
        )

    @pytest.fixture
    def approved(self, office: Office, contract_id: str) -> Case:
        """An approved statement of 60 days: 12, 21 and 1.5 thousand million rials."""
        unit_price = {"080103": 18_500_000, "070202": 420_000, "110101": 14_200_000}
        amounts = {"080103": 12_000_000_000, "070202": 21_000_000_000, "110101": 1_500_000_000}
        _exact_prices(office, {code: amounts[code] for code in unit_price})
        case = office.start("interim_statement", contract_id=contract_id)
        case.do(
            "enter",
            "submit",
            period_from=str(JalaliDate(1404, 5, 23).gregorian()),
            period_to=str(JalaliDate(1404, 7, 20).gregorian()),
            mobilisation_progress=Decimal(0),
            site_materials=0,
            lines=quantities(dict.fromkeys(unit_price, 1)),
        )
        return case.do("measure").do("check").review().sign()

    @pytest.fixture
    def published(self, office: Office) -> None:
        """The indices of the example, pasted from a spreadsheet."""
        pasted = {
            f"{quarter}\t{row['chapter']}\t{value}"
            for row in rows("price_adjustment.csv")
            for quarter, value in (
                ("1403Q4", row["base_index"]),
                (row["quarter"], row["work_index"]),
            )
        }
        _publish(office, "\n".join(sorted(pasted)))

    def open(self, office: Office, approved: Case) -> Case:
        return office.start("price_adjustment", statement_id=str(office.statement(approved).id))

    @pytest.mark.usefixtures("published")
    def test_the_example_comes_out_and_is_paid(self, office: Office, approved: Case):
        case = self.open(office, approved)
        assert _days(approved) == 60
        self.pay(case)
        assert case.instance.end_id == "adjustment_paid", case.incidents
        figures = office.statement(case).figures or {}
        said = {
            name: figures[name] for name in ("period", "retention", "social_security", "vat", "net")
        }
        assert said == {
            "period": 6_201_850_000,
            "retention": 620_185_000,
            "social_security": 310_092_500,
            "vat": 620_185_000,
            "net": 5_891_757_500,
        }
        assert office.orders(case)[0].amount == Rial(5_891_757_500)
        again = self.open(office, approved)
        again.do("enter_adjustment", "submit", by="contractor", days="1404Q2=40 1404Q3=20")
        assert set(again.waiting) == {"enter_adjustment"}
        assert again.variables["error_code"] == "STM-036"

    def test_a_missing_index_is_named(self, office: Office, approved: Case):
        case = self.open(office, approved)
        with pytest.raises(RulesBroken) as refused:
            case.do("enter_adjustment", "submit", by="contractor")
        assert set(codes(refused)) == {"STM-032"}

    @pytest.mark.usefixtures("published")
    def test_a_revised_index_is_paid_as_the_difference(self, office: Office, approved: Case):
        paid = self.pay(self.open(office, approved))
        _publish(office, "1404Q2\t08\t640.6")  # k 0.2375 becomes 0.2377 for 8,000,000,000 rials
        again = self.pay(self.open(office, approved))
        assert office.statement(paid).period_amount == Rial(6_201_850_000)
        assert office.statement(again).period_amount == Rial(1_600_000)

    def pay(self, case: Case) -> Case:
        case.do("enter_adjustment", "submit", by="contractor", days="1404Q2=40 1404Q3=20")
        case.do("check_adjustment", by="consultant").do("review_adjustment", by="tech_office")
        case.reserve("check_adjustment_credit").do("sign_adjustment", by="fin_head")
        return case.do("approve_adjustment", by="unit_head").do(
            "control_adjustment", by="treasurer"
        )

    @pytest.mark.usefixtures("published")
    def test_days_that_do_not_add_up_are_refused(self, office: Office, approved: Case):
        case = self.open(office, approved)
        with pytest.raises(RulesBroken) as refused:
            case.do("enter_adjustment", "submit", by="contractor", days="1404Q2=40 1404Q3=21")
        assert codes(refused) == ["STM-033"]

    def test_only_an_approved_statement_of_an_adjustable_contract(
        self, office: Office, contract_id: str
    ):
        case = office.start("interim_statement", contract_id=contract_id)
        with pytest.raises(RulesBroken) as refused:
            self.open(office, case)
        assert codes(refused) == ["STM-031"]
        office.change(Contract, adjustable=False)
        with pytest.raises(RulesBroken) as refused:
            self.open(office, case)
        assert codes(refused) == ["STM-031", "STM-035"]

    @pytest.mark.usefixtures("published")
    def test_an_adjustment_is_taken_back_step_by_step_until_it_is_approved(
        self, office: Office, approved: Case
    ):
        case = self.open(office, approved)
        credit = {"credit_line_id": str(office.credit_line().id)}
        asked_again(case, "enter_adjustment", days="1404Q2=40 1404Q3=20")
        there_and_back(case, "check_adjustment", "consultant")
        there_and_back(case, "review_adjustment", "tech_office")
        there_and_back(case, "check_adjustment_credit", "budget_officer", **credit)
        there_and_back(case, "sign_adjustment", "fin_head")
        stays(case, "approve_adjustment", "unit_head")
        stays(case, "control_adjustment", "treasurer")
        assert office.orders(case)[0].amount == Rial(5_891_757_500)


def _exact_prices(office: Office, prices: dict[str, int]) -> None:
    """Make one unit of a line worth its amount in the example."""
    uow = office.database.unit_of_work()
    with uow:
        for code, price in prices.items():
            for line in uow.session.query(ContractLine).filter_by(code=code):
                line.unit_price = Rial(price)
        uow.commit()


def _publish(office: Office, pasted: str) -> None:
    commands.keep_indices(
        office.database.unit_of_work(),
        "ابنیه",
        pasted.encode(),
        lambda sent: read_pasted(sent.decode()),
        actor=office.actor("tech_office"),
        at=office.clock(),
    )


def _days(case: Case) -> int:
    begin = date.fromisoformat(str(case.variables["period_from"]))
    end = date.fromisoformat(str(case.variables["period_to"]))
    return (end - begin).days + 1
