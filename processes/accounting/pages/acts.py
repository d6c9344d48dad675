"""Names of what is done on the pages of the books, as the log of access prints them."""

from __future__ import annotations

from webapp.sdk import area_acts, lazy_gettext

_l = lazy_gettext

area_acts(
    "accounting",
    {
        "month_closed": _l("Month of the books closed"),
        "year_closed": _l("Year of the books closed"),
        "month_reopened": _l("Month of the books reopened"),
        "entry_proposed": _l("Entry by hand made, to be posted by another"),
        "reversal_proposed": _l("Reversal of an entry asked for"),
        "proposed_entry_posted": _l("Entry by hand posted"),
        "proposed_entry_refused": _l("Entry by hand refused"),
        "proposed_entry_taken_back": _l("Entry by hand taken back"),
    },
)
