"""Frozen values of the city's business and the rules of reading and writing them; pure."""

from engine.values.bank_reasons import bank_advice, bank_reason
from engine.values.banks import BANKS, Bank, bank_of_account, bank_of_card
from engine.values.calendar import (
    OFFICE_OPENS,
    TEHRAN,
    WorkingCalendar,
    end_of_day,
    local_date,
    solar_holidays,
)
from engine.values.collation import collation_key
from engine.values.digits import (
    decimal_from,
    fold,
    grouped,
    integer_from,
    latin_digits,
    normalise,
    persian_digits,
)
from engine.values.ids import (
    bank_code,
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
    party_id,
)
from engine.values.invalid import InvalidValue
from engine.values.jalali import MONTHS, WEEKDAYS, JalaliDate, is_leap, month_length
from engine.values.languages import LANGUAGES, in_language
from engine.values.percentage import Percentage
from engine.values.rial import Rial
from engine.values.sorting import sortable_number, sortable_text
from engine.values.words import in_english_words, in_persian_words, rials_in_words

__all__ = [
    "BANKS",
    "LANGUAGES",
    "MONTHS",
    "OFFICE_OPENS",
    "TEHRAN",
    "WEEKDAYS",
    "Bank",
    "InvalidValue",
    "JalaliDate",
    "Percentage",
    "Rial",
    "WorkingCalendar",
    "bank_advice",
    "bank_code",
    "bank_of_account",
    "bank_of_card",
    "bank_reason",
    "collation_key",
    "decimal_from",
    "end_of_day",
    "fold",
    "grouped",
    "iban",
    "in_english_words",
    "in_language",
    "in_persian_words",
    "integer_from",
    "is_bank_card",
    "is_economic_code",
    "is_leap",
    "is_legal_id",
    "is_national_code",
    "is_postal_code",
    "is_sayad_id",
    "latin_digits",
    "legal_id",
    "local_date",
    "mobile",
    "month_length",
    "national_code",
    "national_code_from_import",
    "normalise",
    "party_id",
    "persian_digits",
    "rials_in_words",
    "solar_holidays",
    "sortable_number",
    "sortable_text",
]
