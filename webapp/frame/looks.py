"""How a page looks to the person who reads it, and what its scripts say, in its language."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any

import simplejson
from flask import Flask, request
from markupsafe import Markup

from webapp.request import current_actor, is_signed_in, locale
from webapp.texts import N_, texts_in

#: what the scripts of every page say
_TEXTS = {
    "close": N_("Close"),
    "keyboard": N_("Keyboard"),
    "help": N_("show the keys"),
    "here": N_("On this page"),
    "places": N_("Go to"),
    "letters": N_("Letters without Ctrl do something"),
    "nextRow": N_("next line"),
    "previousRow": N_("previous line"),
    "openRow": N_("open it"),
    "palette": N_("Search and commands"),
    "ask": N_("A number, a title, a page, something to do…"),
    "acts": N_("On this page"),
    "pages": N_("Pages"),
    "tasks": N_("Tasks"),
    "cases": N_("Cases"),
    "start": N_("Start"),
    "view": N_("View"),
    "nothing": N_("Nothing found."),
    "found": N_("Found: {count}"),
    "dark": N_("Dark pages"),
    "light": N_("Light pages"),
    "auto": N_("Light or dark as the system is"),
    "compact": N_("Dense lines"),
    "comfortable": N_("Roomy lines"),
    "pane": N_("The task beside the list"),
    "paneEmpty": N_("Choose a line; what it leads to is shown here."),
    "sideBySide": N_("Side by side"),
    "come": N_("New in the list: {count}"),
    "newWork": N_("New work: {count}"),
    "notifyOn": N_("This browser tells you of new work while you look elsewhere."),
    "notifyOff": N_("This browser tells you nothing."),
    "notifyDenied": N_("This browser was told not to let Divan notify; its settings can allow it."),
    "anyLayout": N_("By the place of the key, in any keyboard layout."),
}


def init_app(app: Flask) -> None:
    """Let templates ask for both."""
    app.jinja_env.globals.update(looks=looks, frame_texts=lambda: _texts(locale()), is_pane=is_pane)


def looks() -> Markup:
    """Return the attributes of the page's root that theme, density and keys hang on."""
    if not is_signed_in():
        return Markup()
    chosen = current_actor().preferences
    return _attributes(
        chosen["theme"],
        chosen["density"],
        chosen["digits"],
        chosen["inbox.layout"],
        chosen["keys"],
    )


def is_pane() -> bool:
    """Tell whether a script asks for a page without its frame, to show it beside another."""
    return request.headers.get("X-Divan-Pane") == "1"


@lru_cache(maxsize=64)
def _attributes(theme: str, density: str, digits: str, layout: str, keys: bool) -> Markup:
    said: dict[str, Any] = {
        "theme": theme if theme != "auto" else None,
        "density": density if density != "comfortable" else None,
        "digits": digits if digits != "language" else None,
        "layout": layout if layout == "split" else None,
        "keys": None if keys else "off",
    }
    return Markup().join(
        Markup(' data-%s="%s"') % (name, value) for name, value in said.items() if value
    )


@cache
def _texts(language: str) -> str:
    known = texts_in(language)
    said = {key: known.gettext(each) for key, each in _TEXTS.items()}
    return simplejson.dumps(said, ensure_ascii=False)
