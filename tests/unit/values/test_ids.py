"""Identifiers: the test vectors of `domain.md` §4.5."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.values import (
    InvalidValue,
    bank_code,
    bank_of_account,
    bank_of_card,
    iban,
    is_bank_card,
    is_economic_code,
    is_legal_id,
    is_national_code,
    is_postal_code,
    is_sayad_id,
    legal_id,
    mobile,
    national_code,
    national_code_from_import,
    persian_digits,
)

NATIONAL_CODES = [
    "0013542419", "0499370899", "0790419904", "0084575948", "0963695398", "0076229645",
    "1583250689", "0011537027", "1234567891",
]  # fmt: skip
LEGAL_IDS = ["10380284790", "10100456787", "14012345679", "10861234508", "14000001232"]
IBANS = {
    "IR820540102680020817909002": "054",
    "IR550570022080013447370101": "057",
    "IR790610000000700796858044": "061",
    "IR500120020000004444994196": "012",
    "IR062960000000100324200001": "296",
    "IR850610000000100200300400": "061",
    "IR840120000000000123456789": "012",
    "IR950180000000000987654321": "018",
}


@pytest.mark.parametrize("code", NATIONAL_CODES)
def test_a_national_code_that_checks_is_valid_in_any_digits(code: str) -> None:
    assert is_national_code(code)
    assert national_code(persian_digits(code)) == code


@pytest.mark.parametrize(
    "code",
    ["0084575949", "1234567890", "0000000000", "1111111111", "84575948", "00845759480", "",
     "008457594x", "0084575948\u00b2"],
)  # fmt: skip
def test_a_national_code_that_does_not_check_is_refused(code: str) -> None:
    assert not is_national_code(code)
    with pytest.raises(InvalidValue, match="ID-001"):
        national_code(code)


def test_only_an_import_pads_the_zeros_a_spreadsheet_ate() -> None:
    assert national_code_from_import("۸۴۵۷۵۹۴۸") == "0084575948"
    assert national_code_from_import("499370899") == "0499370899"
    with pytest.raises(InvalidValue, match="ID-001"):
        national_code_from_import("4575948")


@given(st.sampled_from(NATIONAL_CODES), st.integers(0, 9), st.integers(1, 9))
def test_one_mistyped_digit_of_a_national_code_is_found(code: str, at: int, by: int) -> None:
    mistyped = _mistype(code, at, by)

    # The one weakness of the rule: remainders 1 and 10 share the check digit 1.
    assert is_national_code(mistyped) is ({_remainder(code), _remainder(mistyped)} == {1, 10})


def _mistype(digits: str, at: int, by: int) -> str:
    return f"{digits[:at]}{(int(digits[at]) + by) % 10}{digits[at + 1 :]}"


def _remainder(code: str) -> int:
    return sum(int(digit) * (10 - i) for i, digit in enumerate(code[:9])) % 11


@pytest.mark.parametrize("typed", LEGAL_IDS)
def test_a_legal_id_that_checks_is_valid_in_any_digits(typed: str) -> None:
    assert is_legal_id(typed)
    assert legal_id(persian_digits(typed)) == typed


@pytest.mark.parametrize(
    "typed",
    ["10380284792", "10380285692", "09748208301", "11111111111", "1038028479", "00000000000",
     "10300000000", ""],
)  # fmt: skip
def test_a_legal_id_that_does_not_check_is_refused(typed: str) -> None:
    assert not is_legal_id(typed)
    with pytest.raises(InvalidValue, match="ID-002"):
        legal_id(typed)


@pytest.mark.parametrize(("account", "bank"), IBANS.items())
def test_an_iban_that_checks_is_stored_plain_and_names_its_bank(account: str, bank: str) -> None:
    grouped = " ".join(account[at : at + 4] for at in range(0, 26, 4))

    assert iban(account) == account
    assert iban(account[2:]) == account
    assert iban(persian_digits(grouped).lower()) == account
    assert bank_code(account) == bank


@pytest.mark.parametrize(
    "account",
    ["IR820540102680020817909003", "IR012345678901234567890123", "IR82054010268002081790900",
     "DE820540102680020817909002", "IR8205401026800208179090021", "IR", ""],
)  # fmt: skip
def test_an_iban_that_does_not_check_is_refused(account: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        iban(account)

    assert refused.value.code == "PAY-003"


@given(st.sampled_from(sorted(IBANS)), st.integers(2, 25), st.integers(1, 9))
def test_one_mistyped_digit_of_an_iban_is_found(account: str, at: int, by: int) -> None:
    with pytest.raises(InvalidValue, match="PAY-003"):
        iban(_mistype(account, at, by))


@pytest.mark.parametrize(
    ("card", "valid"),
    [
        ("6037701689095443", True),
        ("6219861034529007", True),
        ("۶۲۱۹۸۶۱۰۳۴۵۲۹۰۰۷", True),
        ("6219861034529008", False),
        ("6104337771234567", False),
        ("0000000000000000", False),
        ("621986103452900", False),
    ],
)
def test_a_bank_card_passes_luhn_or_is_refused(card: str, valid: bool) -> None:
    assert is_bank_card(card) is valid


def test_a_mobile_number_is_stored_in_its_international_form() -> None:
    for typed in ("۰۹۱۲۱۲۳۴۵۶۷", "+989121234567", "۰۰۹۸۹۱۲۱۲۳۴۵۶۷", " +۹۸۹۱۲۱۲۳۴۵۶۷ "):
        assert mobile(typed) == "+989121234567"
    for wrong in ("9121234567", "0912123456", "02112345678", "+982112345678", "+9809121234567"):
        with pytest.raises(InvalidValue, match="ID-003"):
            mobile(wrong)


@pytest.mark.parametrize(
    ("code", "valid"),
    [
        ("1619735744", True),
        ("1111935744", False),
        ("1219735744", False),
        ("1619735242", False),
        ("161973574", False),
    ],
)
def test_a_postal_code_has_the_form_of_the_post(code: str, valid: bool) -> None:
    assert is_postal_code(code) is valid


def test_a_sayad_id_is_sixteen_digits() -> None:
    assert is_sayad_id("۱۲۳۴۵۶۷۸۹۰۱۲۳۴۵۶")
    assert not is_sayad_id("123456789012345")


@pytest.mark.parametrize(
    ("code", "valid"),
    [
        ("۴۱۱۱۱۱۱۱۱۱۱۱", True),
        ("10380284790123", True),
        ("10380284790", True),
        ("10380284792", False),
        ("1038028479012", False),
        ("", False),
    ],
    ids=["12 digits", "14 digits", "a legal id", "no legal id", "13 digits", "nothing"],
)
def test_an_economic_code_is_of_the_older_or_the_newer_kind(code: str, valid: bool) -> None:
    assert is_economic_code(code) is valid


@pytest.mark.parametrize(
    ("account", "name"),
    [
        ("IR790610000000700796858044", "City Bank"),
        ("IR500120020000004444994196", "Mellat"),
        ("IR950180000000000987654321", "Tejarat"),
        ("IR820540102680020817909002", "Parsian"),
        ("IR550570022080013447370101", "Pasargad"),
    ],
)
def test_an_account_names_its_bank(account: str, name: str) -> None:
    found = bank_of_account(account)
    assert found is not None
    assert found.name_en == name


def test_a_bank_that_is_not_in_the_list_is_unknown_and_no_error() -> None:
    assert bank_of_account("IR062960000000100324200001") is None


def test_a_card_names_its_bank_when_it_checks() -> None:
    found = [bank_of_card(each) for each in ("6037701689095443", "۶۲۱۹۸۶۱۰۳۴۵۲۹۰۰۷")]
    assert [each and each.name_en for each in found] == ["Keshavarzi", "Saman"]
    assert bank_of_card("6219861034529008") is None
