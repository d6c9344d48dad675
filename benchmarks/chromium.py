"""The Chromium of the machine, for what only a browser can measure."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

from tests.kit.browser import ARGUMENTS, SYSTEM


@contextmanager
def chromium() -> Iterator[Browser | None]:
    """Start a browser, and close it at the end; ``None``: the machine has none."""
    path = next((found for name in SYSTEM if (found := shutil.which(name))), None)
    if path is None:
        yield None
        return
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield browser
        browser.close()
