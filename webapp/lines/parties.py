"""Who gives quantities in a line table, in the order they act, and their columns' headings."""

from __future__ import annotations

from typing import Final

from flask_babel import gettext as _

from engine.catalogue.lines import LineTable

PARTIES: Final = ("claimed", "supervisor", "consultant", "owner")


def shown_parties(table: LineTable) -> tuple[str, ...]:
    """Return the parties who gave a quantity anywhere, and the one who does so now."""
    return tuple(
        party
        for party in PARTIES
        if party == table.entry or any(row.cells.get(party) is not None for row in table.rows)
    )


def party_label(party: str) -> str:
    """Return the heading of a party's column in the language of the page."""
    labels: dict[str, str] = {
        "claimed": _("Contractor"),
        "supervisor": _("Supervisor"),
        "consultant": _("Consultant"),
        "owner": _("Employer"),
        "previous": _("Previous"),
    }
    return labels.get(party, party)
