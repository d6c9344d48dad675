"""The doors to a signature: an approval that has to be signed, and who comes to it how."""

from __future__ import annotations

import io
import re
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, update
from werkzeug.test import TestResponse

from engine.catalogue.bundle import Bundle
from engine.commands import deployments
from engine.model.person import Person
from engine.model.signature import SigningCertificate
from engine.signing import detached
from engine.storage.database import Database
from forms.deploying import findings
from tests.kit import signing as kit
from tests.kit.sites import NOON, PASSWORD
from tests.web.conftest import PURCHASE, text_of
from webapp.request import LOCALES, Services

Purchase = Callable[..., tuple[UUID, UUID]]
JSON = {"Accept": "application/json"}
OF_FILE = "of the file"


@dataclass
class Doors:
    """The head's browsers and programs before one approval that has to be signed."""

    site: Database
    app: Flask
    start: Purchase
    case: UUID = field(init=False)
    task: UUID = field(init=False)
    head: FlaskClient = field(init=False)
    _known: Services = field(init=False)  #: as it was
    _cases: int = 0

    def __post_init__(self) -> None:
        self._known = self.app.extensions["divan"]
        self.head = self.app.test_client()
        self.head.post("/sign-in", data={"username": "head", "password": PASSWORD})
        self.another()

    def another(self, declared: str = 'confirm = true\nsign = "L2"', more: str = "") -> None:
        """Go on with a new case of the purchase, its approval declared so."""
        files = dict(Bundle.read(PURCHASE).files)
        declared = f"bulk = true\n{declared}"
        text = files["process.toml"].decode().replace("confirm = true", declared, 1)
        self._cases += 1
        files["process.toml"] = f"# {self._cases}\n{text}{more}".encode()
        deployments.deploy(self.site.unit_of_work(), Bundle(files), at=NOON, forms=findings)
        self.case, self.task = self.start(f"P-{self._cases}", sent=True)
        assert self.head.post(f"/tasks/{self.task}/claim").status_code == 303

    @property
    def seen(self) -> str:
        """The hash of what the case holds, as the page shows it."""
        answer = self._rest("get", f"/task/{self.task}/variables")
        return answer.headers.get("Divan-Seen", "")

    def _rest(self, method: str, path: str, body: Any = None, **headers: str) -> TestResponse:
        proof = b64encode(f"head:{PASSWORD}".encode()).decode()
        client = self.app.test_client()
        asked = {"Authorization": f"Basic {proof}", **headers}
        return client.open(f"/engine-rest{path}", method=method, json=body, headers=asked)

    def page(self, address: str, made: Callable[[], Mapping[str, Any]]) -> list[TestResponse]:
        """Post to a page in both languages, and as a program does."""
        asked = [
            self.spoken(locale, lambda: self.head.post(address, data=made())) for locale in LOCALES
        ]
        return [*asked, self.head.post(address, data=made(), headers=JSON)]

    def shown(self, address: str) -> list[TestResponse]:
        """Look at a page in both languages."""
        return [self.spoken(locale, lambda: self.head.get(address)) for locale in LOCALES]

    def spoken(self, locale: str, ask: Callable[[], TestResponse]) -> TestResponse:
        """Ask in a language."""
        self.head.post("/language", data={"locale": locale})
        return ask()

    def answered(self, password: str = kit.SIGNING_PASSWORD, seen: str = "") -> list[TestResponse]:
        """Approve with the certificate of the site: alone or with others, over ``/engine-rest``."""
        shown = seen or self.seen
        told = {"outcome": "approve", "_seen": shown, "password": password}
        body = {"variables": {"outcome": {"value": "approve"}}}
        headers = {"Divan-Seen": shown} | ({"Divan-Signing-Password": password} if password else {})
        complete = self._rest("post", f"/task/{self.task}/complete", body, **headers)
        alone = self.page(f"/tasks/{self.task}", lambda: told)
        return [*alone, *self.together(password, shown), complete]

    def together(self, password: str, shown: str) -> list[TestResponse]:
        """Approve on the page that signs several in one act."""
        task = str(self.task)
        told = {"task": task, "listed": task, f"seen-{task}": shown, "outcome": "approve"}
        return self.page("/inbox/together/signed", lambda: {**told, "password": password})

    @property
    def waiting(self) -> str:
        """Where an approval waits for its signature."""
        told = {"outcome": "approve", "_seen": self.seen, "_sign_otherwise": "1"}
        kept = self.head.post(f"/tasks/{self.task}", data=told)
        found = re.search(r"/tasks/[^?]+/sign/[0-9a-f-]{36}", kept.location or "")
        assert found is not None, text_of(kept.text)
        return found[0]

    def by_file(self, given: kit.Holder) -> list[TestResponse]:
        """Sign with a key in a file."""

        def made() -> dict[str, Any]:
            store = (io.BytesIO(given.store(OF_FILE)), "key.p12")
            return {"means": "file", "store": store, "password": OF_FILE}

        return self.page(self.waiting, made)

    def carried(self, given: kit.Holder, behind: bytes = b"") -> list[TestResponse]:
        """Sign elsewhere and hand the signature in."""
        address = self.waiting
        content = self.head.get(f"{address}/content.json").data + behind
        return self.handed_in(address, detached.sign(content, given.pen, NOON))

    def handed_in(self, address: str, signature: bytes) -> list[TestResponse]:
        """Hand in what was signed elsewhere."""

        def made() -> dict[str, Any]:
            return {"means": "elsewhere", "signature": (io.BytesIO(signature), "signature.p7s")}

        return self.page(address, made)

    def verified(self, content: bytes) -> list[TestResponse]:
        """Ask of a PDF who signed it, as anybody may."""
        return self.page("/verify", lambda: {"file": (io.BytesIO(content), "paper.pdf")})

    def filed(self, *contents: bytes) -> Callable[[], list[TestResponse]]:
        """Put PDFs into the case's file; return what signs them all."""
        files = [(io.BytesIO(each), f"{n}.pdf") for n, each in enumerate(contents)]
        added = self.head.post(f"/cases/{self.case}/documents", data={"files": files})
        assert added.status_code == 303, text_of(added.text)
        address = f"/cases/{self.case}/documents/sign"
        ids = re.findall(r'name="document" value="([^"]+)"', self.head.get(address).text)
        told = {"document": ids, "password": kit.SIGNING_PASSWORD}
        return lambda: self.page(address, lambda: told)

    def set_up(self, **signing: str) -> None:
        """Let the site's settings of signing be others."""
        known = self.app.extensions["divan"]
        changed = replace(known.settings, signing=replace(known.settings.signing, **signing))
        self.app.extensions["divan"] = replace(known, settings=changed)

    def is_known_by(self, national_code: str | None) -> None:
        """Let the head's account name another person, or nobody."""
        of_head = update(Person).where(Person.username == "head")
        with self.site.unit_of_work() as uow:
            uow.session.execute(of_head.values(national_code=national_code))
            uow.commit()

    def own(self, given: kit.Holder | None = None) -> kit.Holder:
        """Give the head another certificate of the site in place of the one there is."""
        with self.site.unit_of_work() as uow:
            uow.session.execute(delete(SigningCertificate))
            uow.commit()
        return kit.enrol(self.site, self.app.extensions["divan"].vault, "head", given=given)

    def forget(self) -> None:
        """Let the head and the site be as they were: with a certificate, and no other settings."""
        self.app.extensions["divan"] = self._known
        self.own()
