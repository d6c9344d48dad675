"""A keyboard with a Persian layout: keys are pressed by their place and write Persian letters."""

from __future__ import annotations

from typing import Any, Final

from playwright.sync_api import Page

#: what the keys write, in the order of the places of a Latin keyboard
_LATIN: Final = "QWERTYUIOPASDFGHJKLZXCVBNM"
_PERSIAN: Final = "ضصثقفغعهخحشسیبلاتنمظطزرذدپ"
_OTHERS: Final = {
    "Enter": ("Enter", "\r"),
    "Escape": ("Escape", ""),
    "Slash": ("/", "/"),
    "Shift+Slash": ("؟", "؟"),
    "Tab": ("Tab", ""),
    "ArrowDown": ("ArrowDown", ""),
}
_HELD: Final = {"Alt": 1, "Ctrl": 2, "Shift": 8}
_NUMBERS: Final = {"Enter": 13, "Escape": 27, "Slash": 191, "Tab": 9, "ArrowDown": 40}


class Keyboard:
    """Presses keys on a page as the system of a Persian user would."""

    def __init__(self, page: Page) -> None:
        self._browser = page.context.new_cdp_session(page)

    def press(self, *keys: str) -> None:
        """Press one key after the other: ``KeyJ``, ``Shift+Slash``, ``Ctrl+KeyK``."""
        for each in keys:
            self._send("keyDown", each)
            self._send("keyUp", each)

    def write(self, text: str) -> None:
        """Write a text, whatever keys it takes."""
        self._browser.send("Input.insertText", {"text": text})

    def _send(self, kind: str, pressed: str) -> None:
        *held, code = pressed.split("+")
        key, text = _OTHERS.get(pressed) or _OTHERS.get(code) or _letter(code)
        said: dict[str, Any] = {
            "type": kind,
            "code": code,
            "key": key,
            "windowsVirtualKeyCode": _NUMBERS.get(code) or ord(code[-1]),
            "modifiers": sum(_HELD[each] for each in held),
        }
        if kind == "keyDown" and text and not {"Ctrl", "Alt"} & set(held):
            said["text"] = text
        self._browser.send("Input.dispatchKeyEvent", said)


def _letter(code: str) -> tuple[str, str]:
    written = _PERSIAN[_LATIN.index(code.removeprefix("Key"))]
    return written, written
