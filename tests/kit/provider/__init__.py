"""A real OpenID provider (npm's certified ``oidc-provider``) on loopback, for one module."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
from pathlib import Path

import httpx
import pytest

from tests.kit.server import free_port

HERE = Path(__file__).parent
SECRET = "a secret of one test and no other"
INSTALLS_WITHIN = 120  #: seconds


class Provider:
    """The server and what a person does at it."""

    def __init__(self, back: str) -> None:
        node = must_be_there()
        self.port = free_port()
        self.issuer = f"http://127.0.0.1:{self.port}"
        told = {"ISSUER": self.issuer, "PORT": str(self.port), "BACK": back, "SECRET": SECRET}
        self._server = subprocess.Popen(
            [node, str(HERE / "index.mjs")],
            env={**os.environ, **told},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._server.stdout is not None
        while "ready" not in (line := self._server.stdout.readline()):
            assert line, "the provider did not start"

    def stop(self) -> None:
        """End it."""
        self._server.terminate()
        self._server.wait(20)
        if self._server.stdout is not None:
            self._server.stdout.close()

    def sign_in(self, browser: httpx.Client, page: httpx.Response, name: str) -> httpx.Response:
        """Type a name at the provider's page, consent if asked, and follow it back to the site."""
        page = browser.post(_form(page), data={"prompt": "login", "login": name, "password": "x"})
        while str(page.url).startswith(self.issuer):  # it asks to consent, or to leave another
            page.raise_for_status()
            hidden = dict(re.findall(r'name="(\w+)" value="([^"]*)"', page.text))
            page = browser.post(_form(page), data={**hidden, "prompt": "consent"})
        return page


def must_be_there() -> str:
    """Return the node that runs it; skip where it cannot be had, or fail where it is demanded."""
    node, npm = shutil.which("node"), shutil.which("npm")
    with (HERE / "package.json").open(encoding="utf-8") as package:
        fcntl.flock(package, fcntl.LOCK_EX)  # another worker may be in the middle of installing it
        if node and npm and not (HERE / "node_modules" / "oidc-provider").is_dir():
            wanted = ["install", "--no-audit", "--no-fund", "--no-package-lock", "--silent"]
            subprocess.run([npm, *wanted], cwd=HERE, check=False, timeout=INSTALLS_WITHIN)
    if node and (HERE / "node_modules" / "oidc-provider").is_dir():
        return node
    if os.environ.get("DIVAN_REQUIRE_BROWSER"):
        pytest.fail("the OpenID provider is demanded and could not be installed")
    pytest.skip("there is no OpenID provider")


def _form(page: httpx.Response) -> str:
    found = re.search(r'action="([^"]+)"', page.text)
    assert found is not None, page.text
    return found[1]
