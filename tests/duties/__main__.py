"""`make duties`: write the page of who may do what."""

from __future__ import annotations

from tests.duties.table import PAGE, page

if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
