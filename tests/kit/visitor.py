"""A person before a browser without JavaScript: follows links, fills in forms, reads pages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urljoin

import httpx
from lxml import html

from engine.values import normalise

PASSWORD = "divan"
Typed = Mapping[str, str | None]


class Page:
    """What the server answered: a status and a document."""

    def __init__(self, answer: httpx.Response) -> None:
        self.status = answer.status_code
        self.address = str(answer.url)
        self.tree: Any = html.fromstring(answer.text, base_url=self.address)

    @property
    def heading(self) -> str:
        """The first heading of the content."""
        return _text(next(iter(self.tree.iterfind(".//main//h1")), None))

    @property
    def text(self) -> str:
        """All text of the content, digits Latin and spaces single."""
        return _text(next(iter(self.tree.iterfind(".//main")), self.tree))

    @property
    def problems(self) -> list[str]:
        """What the page says is wrong."""
        return [
            _text(each)
            for each in self.tree.xpath("//*[@role='alert']//li | //*[@role='alert'][not(.//li)]")
        ]

    def form(self, action: str) -> Any:
        """Return the first form whose address ends so."""
        for each in self.tree.forms:
            if urljoin(self.address, each.get("action") or self.address).endswith(action):
                return each
        raise AssertionError(f"no form for {action} on {self.address}: {self.text[:400]}")

    def facts(self) -> dict[str, str]:
        """Return every term with what it is on this page."""
        return {
            _text(term): _text(term.getnext())
            for term in self.tree.iter("dt")
            if term.getnext() is not None
        }

    def links(self, pattern: str) -> dict[str, str]:
        """Return address and text of the links whose address matches, in page order."""
        found: dict[str, str] = {}
        for link in self.tree.xpath("//main//a[@href]"):
            if re.search(pattern, link.get("href")):
                found.setdefault(link.get("href"), _text(link))
        return found


class Visitor:
    """One signed-in person, in English unless told otherwise."""

    def __init__(
        self,
        address: str,
        username: str,
        *,
        locale: str = "en",
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self.username = username
        self._client = httpx.Client(
            base_url=address, follow_redirects=True, timeout=60, transport=transport
        )
        page = self.submit(self.get("/sign-in"), "/sign-in", username=username, password=PASSWORD)
        assert "/sign-in" not in page.address, page.problems
        self._csrf = page.tree.xpath("//meta[@name='csrf-token']/@content")[0]
        self.post("/language", locale=locale)

    def get(self, path: str) -> Page:
        """Open a page."""
        return Page(self._client.get(path))

    def download(self, path: str) -> httpx.Response:
        """Fetch what is not a page."""
        return self._client.get(path)

    def post(self, path: str, **typed: str) -> Page:
        """Send fields as a form of one button would."""
        return Page(self._client.post(path, data={"csrf_token": self._csrf, **typed}))

    def json(self, path: str, body: Mapping[str, Any]) -> httpx.Response:
        """Send JSON as a page's script would."""
        return self._client.post(path, json=body, headers={"X-CSRFToken": self._csrf})

    def submit(self, page: Page, action: str, **typed: str | None) -> Page:
        """Send a form of a page with its fields as they stand, but for what is typed."""
        return self.send(page, page.form(action), typed)

    def send(
        self, page: Page, form: Any, typed: Typed, files: Mapping[str, Any] | None = None
    ) -> Page:
        """Send a form; files make it a multipart one."""
        fields = {name: value for name, value in form.form_values() if name}
        fields.update({name: value for name, value in typed.items() if value is not None})
        target = urljoin(page.address, form.get("action") or page.address)
        return Page(self._client.post(target, data=fields, files=files))

    def inbox(self) -> dict[str, str]:
        """Return the open steps at the person's desks: address and name."""
        return self.get("/inbox").links(r"^/tasks/[0-9a-f-]{36}$")

    def headers(self) -> dict[str, str]:
        """Return what another client of the same person has to send."""
        cookies = "; ".join(f"{each.name}={each.value}" for each in self._client.cookies.jar)
        return {"Cookie": cookies, "X-CSRFToken": self._csrf}

    def close(self) -> None:
        """Leave."""
        self._client.close()


def _text(node: Any) -> str:
    if node is None:
        return ""
    return normalise(" ".join(node.text_content().split()))
