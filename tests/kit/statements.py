"""The sample contract's statements, walked through every desk as people do.

Each step is found in somebody's inbox by its English name, taken, filled in and sent.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import httpx

from tests.kit.visitor import PASSWORD, Page, Visitor

SAMPLE = (
    Path(__file__).resolve().parents[2]
    / "processes/contractor_statement/tests/samples/statement-312"
)
EXPECTED: dict[str, Any] = json.loads((SAMPLE / "expected.json").read_text(encoding="utf-8"))
SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

#: the desk of each step, by the step's English name
DESKS = {
    "Enter cumulative quantities": "contractor",
    "Measure": "supervisor",
    "Check against the contract": "consultant",
    "Technical review": "tech_office",
    "Review deductions and guarantees": "fin_expert",
    "Reserve credit": "budget_officer",
    "Joint meeting minute": "consultant",
    "Central technical review": "central_tech",
    "Sign the voucher": "fin_head",
    "Approve": "unit_head",
    "Control the payment": "treasurer",
}


SIGNING_PASSWORD = "divan-sign"
#: seconds in which a worker brings the next step, however busy; a lease that outlived its worker,
#: killed or left behind by a backup, ends meanwhile
QUIET = 120


class Refused(AssertionError):
    """A step was not taken; the page says why."""


class Statement(NamedTuple):
    """Addresses of the one statement of a server that is under way; no test answers its step."""

    task: str  #: the step that the supervisor has taken
    case: str
    contract: str


@dataclass
class Office:
    """Everybody who works on the statements, each signed in once."""

    address: str
    people: dict[str, Visitor] = field(default_factory=dict)
    transport: httpx.BaseTransport | None = None  #: to an application in this process

    def person(self, username: str) -> Visitor:
        """Return somebody's browser."""
        if username not in self.people:
            self.people[username] = Visitor(self.address, username, transport=self.transport)
        return self.people[username]

    def close(self) -> None:
        """Everybody leaves."""
        for each in self.people.values():
            each.close()

    def open_steps(self) -> list[tuple[str, str]]:
        """Return name and address of every step somebody at the desks can take or has."""
        found: dict[str, str] = {}
        for username in dict.fromkeys(DESKS.values()):
            inbox = self.person(username).inbox().items()
            found |= {address: name for address, name in inbox if DESKS.get(name) == username}
        return [(name, address) for address, name in found.items()]

    def file(self, no: int) -> None:
        """Open statement ``no``, fill it in from its spreadsheet and send it."""
        contractor = self.person("contractor")
        page = contractor.get("/start/interim_statement")
        contract = page.tree.xpath("//select[@name='contract_id']/option[@value!='']/@value")[0]
        page = contractor.submit(page, "/start/interim_statement", contract_id=contract)
        if page.status != 200 or "/tasks/" not in page.address:
            raise Refused(f"{page.address} {page.problems or page.text[:600]}")
        self.enter(no, re.sub(r"^https?://[^/]+", "", page.address))

    def enter(self, no: int, task: str) -> None:
        """Fill in the contractor's own step from the spreadsheet and send it."""
        contractor = self.person("contractor")
        page = take(contractor, task)
        name = f"statement-{no:02d}.xlsx"
        upload = {"file": (name, (SAMPLE / name).read_bytes(), SPREADSHEET)}
        page = contractor.send(page, page.form("/lines-upload"), {}, files=upload)
        if page.status != 200:
            raise Refused(f"{name}: {page.text[:1000]}")
        _accepted(contractor.submit(page, task, outcome="submit"))  # the period stands proposed

    def do(self, name: str, task: str, no: int) -> None:
        """Do one reviewer's step as the sample says: corrected first, then agreed to."""
        person = self.person(DESKS[name])
        if name == "Enter cumulative quantities":
            return self.enter(no, task)
        page = take(person, task)
        typed: dict[str, str] = {"outcome": "approve"}
        if _seen(page):
            return _accepted(_signed(person, task, _able_to_sign(person, task, page), typed))
        if page.tree.xpath("//input[@name='password']"):
            typed["password"] = PASSWORD
        typed |= _ANSWERS.get(name, _nothing)(page, no)
        return _accepted(person.submit(page, task, **typed))

    def settle(self, no: int, until: Callable[[], bool] = lambda: False) -> list[str]:
        """Do every step that is open until the statement is paid; return their names in order."""
        done: list[str] = []
        last = time.monotonic() + QUIET
        while not until():
            steps = self.open_steps()
            for name, address in steps:
                if until():  # it came about since: this may be the very step that is waited for
                    return done
                self.do(name, address, no)
                done.append(name)
            if steps:
                last = time.monotonic() + QUIET
            elif self.is_paid(no):
                break
            elif time.monotonic() > last:
                raise AssertionError(f"nothing to be done any more, and not paid, after {done}")
            else:
                time.sleep(0.1)
        return done

    def is_paid(self, no: int) -> bool:
        """Tell whether a statement has come to its payment order."""
        return bool(self.orders(no))

    def statement(self, no: int) -> Page:
        """Return the page of statement ``no``."""
        auditor = self.person("tech_office")
        contract = self.contract()
        page = auditor.get(f"{contract}?tab=statements")
        links = page.links(r"/statements/[0-9a-f-]{36}$")
        rows = [
            (link, cells)
            for link in links
            for cells in [page.tree.xpath(f"//a[@href='{link}']/ancestor::tr[1]")]
        ]
        for link, cells in rows:
            if cells and re.search(rf"\b{no}\b", " ".join(cells[0].text_content().split())[:40]):
                return auditor.get(link)
        raise AssertionError(f"no statement {no} among {list(links.values())}")

    def orders(self, no: int) -> dict[str, str]:
        """Return address and text of the payment orders of a statement."""
        return self.statement(no).links(r"/payment-orders/")

    def contract(self) -> str:
        """Return the address of the sample contract's page."""
        page = self.person("tech_office").get("/areas/contractor_statement/")
        return next(iter(page.links(r"/contracts/[0-9a-f-]{36}$")))


def take(person: Visitor, task: str) -> Page:
    """Take a step from its desk, unless the person has it already, and open it."""
    page = person.get(task)
    if any((form.get("action") or "").endswith("/claim") for form in page.tree.forms):
        page = person.submit(page, f"{task}/claim")
    if page.status != 200:
        raise Refused(f"{page.heading}: {page.text[:600]}")
    return page


def _able_to_sign(person: Visitor, task: str, page: Page) -> Page:
    """Let somebody ask for a certificate who has none, and open the step again."""
    if not page.links("/account/certificate$"):
        return page
    asked, password = person.get("/account/certificate"), SIGNING_PASSWORD
    given = person.submit(asked, "/account/certificate", new=password, again=password)
    if given.status != 200 or given.problems:
        raise Refused(f"{given.status} {given.heading}: {given.problems}")
    return person.get(task)


def _signed(person: Visitor, task: str, page: Page, typed: dict[str, str]) -> Page:
    """Sign an answer, again where a paper came into the file since the step was opened."""
    for _ in range(20):
        seen = _seen(page)
        page = person.submit(page, task, **typed, password=SIGNING_PASSWORD, _seen=seen)
        if page.status != 422 or _seen(page) in ("", seen):
            break
    return page


def _seen(page: Page) -> str:
    """Return the hash of what a step shows to who signs its answer."""
    return next(iter(page.tree.xpath("//input[@name='_seen']/@value")), "")


def _accepted(page: Page) -> None:
    if page.status != 200 or page.problems or "/inbox" not in page.address:
        raise Refused(f"{page.status} {page.heading}: {page.problems or page.text[:800]}")


def review(no: int) -> dict[str, Any]:
    """Return what the reviewers correct in a statement."""
    read: dict[str, Any] = json.loads((SAMPLE / f"review-{no:02d}.json").read_text("utf-8"))
    return read


def _corrections(page: Page, no: int) -> dict[str, str]:
    """Type the corrected quantity, reason and note of each line into the line's fields."""
    keys = {
        "".join(row.find("th").text_content().split()): row.get("data-k")
        for row in page.tree.xpath("//tr[@data-k]")
    }
    typed = {}
    for each in review(no)["corrections"]:
        path = f"lines/{keys[each['code']]}"
        typed[f"{path}/quantity"] = each["approved"]
        typed[f"{path}/reason"] = each["reason"]
    return typed


def _penalty(page: Page, no: int) -> dict[str, str]:
    amount = review(no)["penalty"]
    return {"penalty": str(amount), "penalty_minute_no": f"P-{no}"} if amount else {}


def _credit(page: Page, no: int) -> dict[str, str]:
    lines = page.tree.xpath("//select[@name='credit_line_id']/option[@value!='']/@value")
    return {"credit_line_id": lines[0]}


def _nothing(page: Page, no: int) -> dict[str, str]:
    return {}


_ANSWERS = {
    "Measure": _corrections,
    "Review deductions and guarantees": _penalty,
    "Reserve credit": _credit,
}
