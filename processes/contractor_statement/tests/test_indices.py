"""Published price indices: entered one by one or as a list, provisional first, final later."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from hashlib import sha256
from io import BytesIO

import openpyxl
import pytest
from flask.testing import FlaskClient

from engine.errors import NotAtThisDesk, RulesBroken
from engine.sdk import Database
from processes.contractor_statement import commands
from processes.contractor_statement.importing.indices import read_indices, read_pasted
from processes.contractor_statement.records import PriceIndex
from processes.contractor_statement.tests.journal import acts
from processes.contractor_statement.tests.walking import Office

PAGE = "/areas/contractor_statement/indices"
SignedIn = Callable[[str], FlaskClient]


def keep(
    office: Office,
    value: str = "512.4",
    quarter: str = "1404Q2",
    chapter: str = "08",
    **other: object,
) -> None:
    provisional = bool(other.pop("provisional", False))
    by = str(other.pop("by", "fin_expert"))
    new = commands.NewIndex("ابنیه", quarter, chapter, value, provisional)
    uow = office.database.unit_of_work()
    commands.keep_index(uow, new, actor=office.actor(by), at=office.clock())


def in_force(database: Database) -> list[tuple[str, str, Decimal, bool]]:
    with database.reader() as session:
        found = session.query(PriceIndex).filter(PriceIndex.replaced_at.is_(None))
        return sorted((e.quarter, e.chapter, e.value, e.provisional) for e in found)


def told(refused: pytest.ExceptionInfo[RulesBroken]) -> list[tuple[str, str | None]]:
    return [(each.code, each.field) for each in refused.value.problems]


@pytest.mark.both_databases
class TestOne:
    def test_a_final_index_stands_beside_the_provisional_one(self, office: Office):
        keep(office, "۶۴۰٫۵", "۱۴۰۴Q۲", "۸", provisional=True)
        keep(office, "641", provisional=False)
        assert in_force(office.database) == [
            ("1404Q2", "08", Decimal("640.5"), True),
            ("1404Q2", "08", Decimal(641), False),
        ]

    def test_a_revised_index_replaces_the_old_one_which_stays_to_be_read(self, office: Office):
        keep(office, "512.4", provisional=True)
        keep(office, "513", by="tech_office", provisional=True)
        assert in_force(office.database) == [("1404Q2", "08", Decimal(513), True)]
        with office.database.reader() as session:
            old = session.query(PriceIndex).filter(PriceIndex.replaced_at.is_not(None)).one()
        assert (old.value, old.entered_by) == (Decimal("512.4"), "fin_expert")

    @pytest.mark.parametrize(
        ("typed", "problem"),
        [
            ({"value": "0"}, ("CON-005", "index_value")),
            ({"value": "12.34567"}, ("CON-005", "index_value")),
            ({"value": "abc"}, ("NUM-001", "index_value")),
            ({"value": ""}, ("GEN-REQUIRED", "index_value")),
            ({"quarter": "1404"}, ("CON-006", "quarter")),
            ({"quarter": "1404Q5"}, ("CON-006", "quarter")),
            ({"quarter": "1405Q3"}, ("CON-032", "quarter")),
        ],
    )
    def test_what_is_wrong_is_told_beside_its_field(
        self, office: Office, typed: dict[str, str], problem: tuple[str, str]
    ):
        with pytest.raises(RulesBroken) as refused:
            keep(office, **typed)
        assert told(refused) == [problem]
        assert in_force(office.database) == []

    def test_no_provisional_index_comes_after_the_final_one(self, office: Office):
        keep(office)
        with pytest.raises(RulesBroken) as refused:
            keep(office, provisional=True)
        assert told(refused) == [("CON-033", "quarter")]

    def test_the_journal_tells_of_it_unless_it_was_known(self, office: Office):
        keep(office, "512.4", provisional=True)
        keep(office, "512.4", provisional=True)
        keep(office, "513", by="tech_office", provisional=True)
        of = {"discipline": "ابنیه", "quarter": "1404Q2", "chapter": "08", "provisional": True}
        assert acts(office.database) == [
            ("fin_expert", "price_index_kept", of | {"before": None, "after": "512.4"}),
            ("tech_office", "price_index_kept", of | {"before": "512.4", "after": "513"}),
        ]

    @pytest.mark.parametrize("username", ["contractor", "treasurer", "admin"])
    def test_only_who_keeps_indices_enters_one(self, office: Office, username: str):
        with pytest.raises(NotAtThisDesk):
            keep(office, by=username)


class TestLists:
    def test_rows_are_pasted_with_or_without_headings(self):
        plain = read_pasted("1403Q4\t۸\t۵۱۲٫۴\n\n1404Q2\t08\t640.5\tموقت\n")
        headed = read_pasted("شاخص\tفصل\tسه‌ماهه\n512.4\t08\t1403Q4")
        assert [(e.quarter, e.chapter, e.value, e.provisional) for e in plain] == [
            ("1403Q4", "08", Decimal("512.4"), False),
            ("1404Q2", "08", Decimal("640.5"), True),
        ]
        assert [(e.quarter, e.chapter, e.value) for e in headed] == [
            ("1403Q4", "08", Decimal("512.4"))
        ]

    def test_a_spreadsheet_is_read_like_a_pasted_list(self):
        book = openpyxl.Workbook()
        sheet = book.active
        assert sheet is not None
        sheet.append(("سه‌ماهه", "فصل", "شاخص", "نوع"))
        sheet.append(("1404Q2", 8, 640.5, "قطعی"))
        content = BytesIO()
        book.save(content)
        [row] = read_indices(content.getvalue())
        assert (row.quarter, row.chapter, row.value) == ("1404Q2", "08", Decimal("640.5"))

    def test_everything_wrong_with_a_list_is_said_by_row_and_nothing_is_kept(self, office: Office):
        text = "1404Q9\t08\t1\n1404Q2\t08\tx\n1404Q2\t07\t5\tشاید\n1404Q1\t07\t5\n1404Q1\t7\t6"
        with pytest.raises(RulesBroken) as refused:
            commands.keep_indices(
                office.database.unit_of_work(),
                "ابنیه",
                text.encode(),
                lambda sent: read_pasted(sent.decode()),
                actor=office.actor("tech_office"),
                at=office.clock(),
            )
        found = [(each.code, each.params["row"]) for each in refused.value.problems]
        assert found == [
            ("CON-006", "1"),
            ("GEN-NUMBER", "2"),
            ("CON-006", "3"),
            ("CON-007", "5"),
        ]
        assert in_force(office.database) == []


class TestPage:
    def test_an_index_is_entered_and_shown(self, signed_in: SignedIn, database: Database):
        browser = signed_in("fin_expert")
        typed = {
            "discipline": "ابنیه",
            "quarter": "1404Q2",
            "chapter": "08",
            "index_value": "۶۴۰٫۵",
            "published": "final",
        }
        assert browser.post(PAGE, data=typed).status_code == 303
        assert in_force(database) == [("1404Q2", "08", Decimal("640.5"), False)]
        page = browser.get(PAGE, query_string={"discipline": "ابنیه"}).text
        assert "۶۴۰٫۵" in page
        assert "مریم حسابی" in page

    def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_is_kept(
        self, signed_in: SignedIn
    ):
        typed = {"discipline": "راه", "quarter": "1404Q2", "index_value": "x", "published": "final"}
        answer = signed_in("tech_office").post(PAGE, data=typed)
        assert answer.status_code == 422
        assert 'id="index_value-problem"' in answer.text
        for kept in ('value="x"', 'value="راه"', '<option value="final" selected>'):
            assert kept in answer.text

    def test_a_pasted_list_is_kept_or_every_row_that_is_wrong_is_named(
        self, signed_in: SignedIn, database: Database
    ):
        browser = signed_in("tech_office")
        wrong = {"list_discipline": "ابنیه", "pasted": "1404Q2\t08\t640.5\n1404Q3\t08\tx"}
        answer = browser.post(f"{PAGE}/list", data=wrong)
        assert answer.status_code == 422
        assert "ردیف ۲" in answer.text
        assert "1404Q3" in answer.text
        good = {"list_discipline": "ابنیه", "pasted": "1404Q2\t08\t640.5\n1404Q3\t08\t672.9"}
        assert browser.post(f"{PAGE}/list", data=good).status_code == 303
        assert len(in_force(database)) == 2
        assert browser.post(f"{PAGE}/list", data=good).status_code == 303
        sent = sha256(good["pasted"].encode()).hexdigest()
        told = {"discipline": "ابنیه", "rows": 2, "count": 2, "sha256": sent}
        assert acts(database) == [("tech_office", "price_indices_kept", told)], "known ones are not"

    def test_a_file_that_is_no_spreadsheet_is_refused(self, signed_in: SignedIn):
        data = {"list_discipline": "ابنیه", "index_file": (BytesIO(b"no"), "x.xlsx")}
        answer = signed_in("tech_office").post(f"{PAGE}/list", data=data)
        assert (answer.status_code, "XLS-001" in answer.text) == (422, True)

    def test_readers_look_and_others_do_not(self, signed_in: SignedIn):
        assert signed_in("contractor").get(PAGE).status_code == 200
        assert '<form class="inside"' not in signed_in("contractor").get(PAGE).text
        assert signed_in("bidder1").get(PAGE).status_code == 404
        assert signed_in("treasurer").post(PAGE, data={}).status_code == 403
