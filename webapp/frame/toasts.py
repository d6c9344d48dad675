"""What was just done, told on the next page for ten seconds, with a button to take it back."""

from __future__ import annotations

from typing import Any

from flask import flash
from flask import session as web_session


def tell_done(text: str, *, undo: str | None = None) -> None:
    """Tell on the next page that something was done; only the last such thing is news.

    Args:
        undo: the address a form posts to to take it back, where that is possible.
    """
    web_session.pop("_flashes", None)
    said: Any = {"text": text, "undo": undo}  # Flask keeps any JSON
    flash(said, "done")
