"""What the designer says, in the language of the page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask_babel import lazy_gettext as _l

#: by the name that the script asks for
DESIGNER: Final[Mapping[str, Any]] = {
    "failed": _l("The diagram could not be shown. Its text can be read from the draft's page."),
    "waiting": _l("Not saved yet"),
    "saving": _l("Saving…"),
    "saved": _l("Saved at {time}"),
    "offline": _l("No connection: your work is kept in this browser and saved when it is back."),
    "signed_out": _l("You are signed out: your work is kept in this browser. Sign in elsewhere."),
    "refused": _l("Not saved: {why}"),
    "moved": _l("Somebody saved this diagram meanwhile. Yours is kept beside it; nothing is lost."),
    "see_both": _l("See both"),
    "restored": _l("Work that had not been saved was put back from this browser."),
}


def texts(known: Mapping[str, Any]) -> dict[str, str]:
    """Return them as plain text."""
    return {name: str(text) for name, text in known.items()}
