"""An area that shows every component of a form, and a form of several pages."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

AREAS: Final = Path(__file__).parent / "areas"
FOLDER: Final = AREAS / "showcase"

#: A good answer to the form ``everything``, as typed.
EVERYTHING: Final[dict[str, Any]] = {
    "goods": "لولهٔ فولادی",
    "mail": "buyer@example.org",
    "note": "برای\nکارگاه",
    "code": "K-۱۲۳",
    "count": "۱۲",
    "quantity": "۱۲٫۵",
    "rate": "۷٫۵٪",
    "amount": "۵٬۰۰۰٬۰۰۰",
    "kind": "goods",
    "place": "",
    "city": "شهر 17",
    "papers": ["deed", "photo"],
    "tags": ["urgent"],
    "sealed": "۹",
    "permit": "",
    "needed_on": "۱۴۰۵/۰۶/۰۱",
    "period/from": "۱۴۰۵/۰۱/۰۱",
    "period/to": "۱۴۰۵/۰۶/۳۱",
    "day": "1405/05/10",
    "hour": "۱۴:۴۵",
    "visit/date": "2026-08-01",
    "visit/time": "9:30",
    "seller.national_id": "۰۰۸۴۵۷۵۹۴۸",
    "seller.legal_id": "14007650912",
    "seller.iban": "ir79 0610 0000 0070 0796 8580 44",
    "seller.mobile": "۰۹۱۲۳۴۵۶۷۸۹",
    "seller.postal_code": "1619735744",
    "items/rows": "2",
    "items/0/title": "میلگرد",
    "items/0/number": "۱۰",
    "items/0/price": "۱۰۰٬۰۰۰",
    "items/1/title": "سیمان",
    "items/1/number": "2.5",
    "items/1/price": "200000",
    "signature": "مریم رضایی",
    "signature/drawn": "M1 2L3 4L5 6",
    "outcome": "send",
}

#: What it is read as, with what the form computes.
READ: Final[dict[str, Any]] = {
    "outcome": "send",
    "goods": "لولهٔ فولادی",
    "mail": "buyer@example.org",
    "note": "برای\nکارگاه",
    "code": "K-123",
    "count": 12,
    "kind": "goods",
    "amount": 5_000_000,
    "tax": 450_000,
    "total": 5_450_000,
    "city": "c17",
    "papers": ["deed", "photo"],
    "tags": ["urgent"],
    "is_urgent": False,
    "why_urgent": None,
    "sealed": "9",
    "permit": None,
    "place": None,
    "needed_on": "2026-08-23",
    "period": {"from": "2026-03-21", "to": "2026-09-22"},
    "day": "2026-08-01",
    "hour": "14:45",
    "visit": "2026-08-01T09:30+03:30",
    "seller": {
        "national_id": "0084575948",
        "legal_id": "14007650912",
        "iban": "IR790610000000700796858044",
        "mobile": "+989123456789",
        "postal_code": "1619735744",
    },
    "items_total": 1_500_000,
    "signature": {"name": "مریم رضایی", "drawn": "M1 2L3 4L5 6"},
}
