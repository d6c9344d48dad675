"""A contract comes in from its spreadsheet whole, or every problem is said and nothing comes."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.sdk import Actor, ConsoleRequest, Database, RulesBroken, Session
from engine.values import InvalidValue, Percentage, Rial, persian_digits
from processes.contractor_statement import demo
from processes.contractor_statement.commands import import_contract
from processes.contractor_statement.commands.importing import keep_contract
from processes.contractor_statement.console import OPERATOR, import_contract_file
from processes.contractor_statement.importing import cells, read_contract
from processes.contractor_statement.queries import advance_paid
from processes.contractor_statement.records import Contract, ContractLine, Guarantee
from processes.contractor_statement.rules.advance import Instalment
from processes.contractor_statement.rules.lines import Coefficient, LineKind
from processes.contractor_statement.tests.contract_files import (
    HEADER,
    HEADINGS,
    LINES,
    changed,
    contract_file,
)
from tests.kit.sites import NOON, Clock


def test_the_sample_contract_is_the_one_looked_for_before_its_file_is_read() -> None:
    content = demo.sample("contract.xlsx")
    assert content is not None
    header = read_contract(content).header

    assert (header.unit, header.contract_no) == (demo.CONTRACT_UNIT, demo.CONTRACT_NO)


def test_the_sample_contract_is_read_to_the_rial() -> None:
    content = demo.sample("contract.xlsx")
    assert content is not None

    file = read_contract(content)

    assert len(file.lines) == 312
    assert file.header.initial_amount == Rial(2_291_767_918_911)
    assert file.header.contractor_id == "14007650912"
    assert file.header.advance_rate == Percentage("20")
    starred = next(each.line for each in file.lines if each.line.kind is LineKind.STAR)
    assert starred.coefficients == {Coefficient.OVERHEAD, Coefficient.TENDER}


def test_arabic_letters_other_digits_and_any_order_of_rows_and_columns_make_no_difference() -> None:
    facts = {
        key.replace("ی", "ي").replace("ک", "ك").replace("\u200c", " "): value
        for key, value in reversed(list(HEADER.items()))
    }
    order = (7, 3, 6, 0, 5, 4, 2, 1)
    lines = [[line[i] for i in order] for line in reversed(LINES)]
    headings = [HEADINGS[i].replace("ی", "ي") for i in order]
    content = contract_file(
        {}, lines, base=facts, headings=headings, sheets=("پيمان", "فهرست\u200cبها")
    )

    file = read_contract(content)

    assert file.header.initial_amount == Rial(110_480_092_050)
    assert [each.line.code for each in file.lines][-1] == "020401"


def test_the_coefficients_of_floors_and_difficulty_enter_the_sum() -> None:
    lines = [("020401", "02", "خاکی", "خاک‌برداری", "m3", 850_000, 4_000, "پایه")]
    facts = {
        **HEADER,
        "ضریب طبقات": "1/05",
        "ضریب صعوبت": Decimal("1.1"),
        # 3_400_000_000 × 1.30 × 1.02 × 0.915 × 1.05 × 1.1 + 2_928_000_000
        "مبلغ اولیه پیمان": 4_764_589_830 + 2_928_000_000,
    }

    file = read_contract(contract_file(facts, lines))

    assert (file.header.floor, file.header.difficulty) == (Decimal("1.05"), Decimal("1.1"))


def test_a_line_may_say_which_coefficients_it_takes() -> None:
    headings = (*HEADINGS, "مشمول ضریب منطقه‌ای", "مشمول ضریب پیمان")
    lines = [(*LINES[0], "خیر", "بله")]
    # 3_400_000_000 × 1.30 × 0.915 + 2_928_000_000
    content = contract_file({"مبلغ اولیه پیمان": 6_972_300_000}, lines, headings=headings)

    [line] = read_contract(content).lines

    assert Coefficient.REGION not in line.line.coefficients
    assert Coefficient.TENDER in line.line.coefficients


def test_toman_headings_are_read_as_ten_rials() -> None:
    headings = [each.replace("ریال", "تومان") for each in HEADINGS]
    lines = [[*line[:5], int(str(line[5]).translate(_PLAIN)) // 10, *line[6:]] for line in LINES]

    file = read_contract(contract_file(lines=lines, headings=headings))

    assert file.lines[0].line.unit_price == Rial(850_000)


_PLAIN = str.maketrans("۰۱۲۳۴۵۶۷۸۹", "0123456789", "٬,")


def test_a_total_under_the_lines_is_no_line() -> None:
    lines = [*LINES, (None, None, None, "جمع کل", None, None, None, None), ("جمع", *[None] * 7)]

    assert len(read_contract(contract_file(lines=lines)).lines) == 5


BAD = [
    pytest.param({"sheets": ("پیمان", "برگ۲")}, "CON-001", None, id="the bill is missing"),
    pytest.param({"sheets": ("برگ۱", "فهرست بها")}, "CON-001", None, id="the facts are missing"),
    pytest.param(
        {"headings": ("کد", *HEADINGS[1:6], "x", "نوع")},
        "CON-002",
        "فهرست بها",
        id="a heading is missing",
    ),
    pytest.param({"facts": {"شماره پیمان": None}}, "CON-003", "پیمان", id="a fact is missing"),
    pytest.param({"facts": {"موضوع": " "}}, "CON-004", "پیمان/4/B", id="a fact is blank"),
    pytest.param({"lines": changed(2, 3, None)}, "CON-004", "فهرست بها/4/D", id="a cell is blank"),
    pytest.param(
        {"facts": {"درصد پیش‌پرداخت": "۳۰"}},
        "CON-005",
        "پیمان/10/B",
        id="an advance above a quarter",
    ),
    pytest.param({"facts": {"ضریب پیمان": 0}}, "CON-005", "پیمان/8/B", id="a coefficient of zero"),
    pytest.param({"facts": {"نوع ضریب بیمه": "Z"}}, "CON-006", "پیمان/12/B", id="an unknown mode"),
    pytest.param(
        {"lines": changed(0, 7, "دیگر")}, "CON-006", "فهرست بها/2/H", id="an unknown kind"
    ),
    pytest.param({"lines": changed(3, 0, "080103")}, "CON-007", "فهرست بها/5/A", id="a code twice"),
    pytest.param(
        {"facts": {"مبلغ اولیه پیمان": 110_480_092_051}}, "CON-009", None, id="one rial too much"
    ),
    pytest.param(
        {"lines": changed(0, 0, "02 04/01")}, "CON-010", "فهرست بها/2/A", id="a code with a slash"
    ),
    pytest.param(
        {"facts": {"ضریب ارتفاع": "1.1"}},
        "CON-011",
        "پیمان/16/A",
        id="a coefficient we do not know",
    ),
    pytest.param({"lines": ()}, "CON-015", "فهرست بها", id="no lines"),
    pytest.param(
        {"facts": {"مشمول تعدیل": "بله"}}, "CON-016", "پیمان/16/B", id="adjustable without a base"
    ),
    pytest.param(
        {"facts": {"تاریخ پیمان": "1404/03/01"}},
        "CON-017",
        "پیمان/14/B",
        id="started before signing",
    ),
    pytest.param(
        {"facts": {"تاریخ ابلاغ": "1404/13/01"}}, "CAL-001", "پیمان/14/B", id="no such day"
    ),
    pytest.param(
        {"facts": {"شناسه ملی پیمانکار": "14007650913"}},
        "ID-002",
        "پیمان/5/B",
        id="a wrong check digit",
    ),
    pytest.param(
        {"facts": {"مدت پیمان (روز)": "یک سال"}},
        "GEN-WHOLE",
        "پیمان/13/B",
        id="a duration in words",
    ),
    pytest.param(
        {"lines": changed(1, 5, "گران")}, "MON-001", "فهرست بها/3/F", id="a price in words"
    ),
    pytest.param({"lines": changed(1, 5, 1000.5)}, "MON-001", "فهرست بها/3/F", id="half a rial"),
    pytest.param({"lines": changed(1, 5, -5)}, "CON-005", "فهرست بها/3/F", id="a negative price"),
    pytest.param(
        {"lines": changed(1, 6, "زیاد")}, "GEN-NUMBER", "فهرست بها/3/G", id="a quantity in words"
    ),
    pytest.param(
        {"lines": changed(1, 6, "12.3456")}, "STM-004", "فهرست بها/3/G", id="four decimals"
    ),
    pytest.param(
        {"lines": changed(1, 6, "-3")}, "STM-005", "فهرست بها/3/G", id="a negative quantity"
    ),
]


@pytest.mark.parametrize(("wrong", "code", "place"), BAD)
def test_what_is_wrong_is_said_with_its_place(
    wrong: dict[str, Any], code: str, place: str | None
) -> None:
    with pytest.raises(RulesBroken) as refused:
        read_contract(contract_file(**wrong))

    assert (code, place) in [(each.code, each.field) for each in refused.value.problems]


def test_every_problem_of_the_file_is_said_at_once_in_its_order() -> None:
    lines = changed(0, 6, "12.3456")
    lines[2][5] = "x"
    lines[4][7] = "y"

    with pytest.raises(RulesBroken) as refused:
        read_contract(contract_file({"ضریب پیمان": "؟", "موضوع": None}, lines))

    assert [each.code for each in refused.value.problems] == [
        "CON-003",
        "GEN-NUMBER",
        "STM-004",
        "MON-001",
        "CON-006",
    ]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 not really", b"%PDF-1.7"])
def test_a_file_that_is_no_spreadsheet_is_refused(content: bytes) -> None:
    with pytest.raises(RulesBroken) as refused:
        read_contract(content)

    assert refused.value.code == "XLS-001"


@given(
    thousandths=st.integers(0, 10**12),
    mark=st.sampled_from("٫./"),
    persian=st.booleans(),
)
def test_a_quantity_is_the_same_number_however_it_is_typed(
    thousandths: int, mark: str, persian: bool
) -> None:
    typed = f"{thousandths // 1000}{mark}{thousandths % 1000:03d}"

    read = cells.quantity(persian_digits(typed) if persian else typed)

    assert read == Decimal(thousandths) / 1000


@given(st.text(max_size=60) | st.integers() | st.decimals(allow_nan=False, allow_infinity=False))
def test_no_cell_makes_a_reader_fail_in_another_way_than_by_its_code(cell: Any) -> None:
    readers: list[Callable[[Any], object]] = [
        cells.quantity,
        cells.coefficient,
        cells.rials,
        cells.tomans,
        cells.percentage,
        cells.count,
        cells.day,
        cells.party_id,
        cells.row_code,
        cells.yes_or_no,
    ]
    for reader in readers:
        with suppress(InvalidValue):
            reader(cell)


def test_an_imported_contract_has_its_lines_in_order_and_its_advance_paid(
    database: Database, clock: Clock
) -> None:
    contract_id = import_contract(
        database.unit_of_work(), contract_file(), actor=OPERATOR, at=clock()
    )

    with database.reader() as session:
        contract = session.get(Contract, contract_id)
        assert contract is not None
        assert [each.code for each in contract.lines] == [line[0] for line in LINES]
        assert advance_paid(session, contract_id) == (Instalment(Rial(22_096_018_410)),)


def test_an_advance_that_is_not_paid_yet_is_not_recovered(database: Database, clock: Clock) -> None:
    contract_id = import_contract(
        database.unit_of_work(),
        contract_file(),
        actor=OPERATOR,
        at=clock(),
        advance_paid=False,
    )

    with database.reader() as session:
        assert advance_paid(session, contract_id) == ()


def test_a_refused_file_leaves_nothing_behind(database: Database, clock: Clock) -> None:
    with database.reader() as session:
        before = _counts(session)

    with pytest.raises(RulesBroken):
        import_contract(
            database.unit_of_work(),
            contract_file(lines=changed(4, 6, "?")),
            actor=OPERATOR,
            at=clock(),
        )

    with database.reader() as session:
        assert _counts(session) == before


@pytest.mark.parametrize(
    "typed", ["1404-d07-0123", "۱۴۰۴-D07-۰۱۲۳", " 1404 - D07 - 0123 ", "1404-D\u200c07-0123"]
)
def test_a_contract_number_typed_otherwise_is_the_same_contract(
    database: Database, clock: Clock, typed: str
) -> None:
    import_contract(database.unit_of_work(), contract_file(), actor=OPERATOR, at=clock())
    again = contract_file({"شماره پیمان": typed})

    with pytest.raises(RulesBroken) as refused:
        import_contract(database.unit_of_work(), again, actor=OPERATOR, at=clock())
    uow = database.unit_of_work()
    with uow, pytest.raises(RulesBroken) as raced:
        keep_contract(uow.session, read_contract(again), by="test", at=clock())

    assert (refused.value.code, raced.value.code) == ("CON-014", "CON-014")


def test_a_contract_keeps_its_number_as_it_was_written(database: Database, clock: Clock) -> None:
    content = contract_file({"شماره پیمان": "پ-۱۴۰۴/Kh-۷"})
    contract_id = import_contract(database.unit_of_work(), content, actor=OPERATOR, at=clock())

    with database.reader() as session:
        assert session.get_one(Contract, contract_id).contract_no == "پ-1404/Kh-7"


def test_the_same_contract_comes_in_once(database: Database, clock: Clock) -> None:
    import_contract(database.unit_of_work(), contract_file(), actor=OPERATOR, at=clock())

    with pytest.raises(RulesBroken) as refused:
        import_contract(database.unit_of_work(), contract_file(), actor=OPERATOR, at=clock())

    assert refused.value.code == "CON-014"


@pytest.mark.parametrize(
    ("username", "unit", "code"),
    [
        pytest.param("fin_expert", "D15", "CON-013", id="another unit"),
        pytest.param("supervisor", "D07", "CON-013", id="another role"),
        pytest.param("fin_expert", "D99", "CON-012", id="no such unit"),
    ],
)
def test_a_contract_comes_only_into_a_unit_of_the_actor(
    database: Database,
    clock: Clock,
    actor: Callable[[str], Actor],
    username: str,
    unit: str,
    code: str,
) -> None:
    content = contract_file({"واحد اجرایی": unit})

    with pytest.raises(RulesBroken) as refused:
        import_contract(database.unit_of_work(), content, actor=actor(username), at=clock())

    assert refused.value.code == code


def test_loading_the_demonstration_twice_changes_nothing(database: Database) -> None:
    with database.reader() as session:
        before = _counts(session)

    uow = database.unit_of_work()
    with uow:
        demo.load(uow.session, NOON)
        uow.commit()

    with database.reader() as session:
        assert _counts(session) == before


def _counts(session: Session) -> list[int]:
    return [session.query(each).count() for each in (Contract, ContractLine, Guarantee)]


def test_the_console_brings_a_contract_in_and_lists_problems_by_place(
    database: Database, clock: Clock, tmp_path: Path
) -> None:
    good, bad = tmp_path / "good.xlsx", tmp_path / "bad.xlsx"
    good.write_bytes(contract_file())
    bad.write_bytes(contract_file(lines=changed(1, 6, "12.3456")))

    printed = import_contract_file(_asked(database, clock, good))
    with pytest.raises(ValueError, match="فهرست بها/3/G: STM-004"):
        import_contract_file(_asked(database, clock, bad))

    with database.reader() as session:
        assert session.get(Contract, UUID(printed.split()[-1])) is not None


def _asked(database: Database, clock: Clock, path: Path) -> ConsoleRequest:
    return ConsoleRequest(database.unit_of_work(), (str(path),), clock(), demo=True)
