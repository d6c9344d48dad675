"""Names of what is done on the pages of payments, as the log of access prints them."""

from __future__ import annotations

from webapp.sdk import area_acts, lazy_gettext

_l = lazy_gettext

area_acts(
    "payments",
    {
        "basis_entered": _l("Basis of a payment entered by hand"),
        "bank_file_taken": _l("File of the bank taken in"),
        "bank_line_explained": _l("Exception of the bank's lines explained"),
    },
)
