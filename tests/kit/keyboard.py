"""A keyboard with a Persian layout: keys are pressed by their place and write Persian letters."""

from __future__ import annotations

from typing import Any, Final

import pytest
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


#: what has the focus is what is looked for, and is seen to have it
_IS_AT: Final = "wanted => Boolean(document.activeElement?.matches(wanted))"
_IS_SHOWN: Final = """() => {
  const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);
  return outlineStyle !== "none" && parseFloat(outlineWidth) > 0;
}"""


def reach(page: Page, wanted: str, most: int = 60) -> None:
    """Go by Tab to what a selector names, and see that the page shows where one is."""
    for _ in range(most):
        if page.evaluate(_IS_AT, wanted):
            break
        page.keyboard.press("Tab")
    else:
        pytest.fail(f"Tab does not come to {wanted}")
    assert page.evaluate(_IS_SHOWN), f"nobody sees that {wanted} has the focus"


def press_at(page: Page, wanted: str, key: str = "Enter") -> None:
    """Go by Tab to what a selector names, and press a key there."""
    reach(page, wanted)
    page.keyboard.press(key)


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
