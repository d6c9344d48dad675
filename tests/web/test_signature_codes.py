"""Every code of `domain.md` §5 where it comes from: its words in both languages, and to machines.

One site for all of them: what is refused changes nothing, so that one approval serves many.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from html import unescape
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import delete, update
from werkzeug.test import TestResponse

from engine.commands import certificates
from engine.connectors import SITE
from engine.errors import Problem
from engine.model.signature import KeptSignature, SigningCertificate
from engine.settings import Settings
from engine.signing import detached, errors, pdf
from engine.storage.actors import by_username
from engine.storage.database import Database
from tests.kit import signing as kit
from tests.kit.papers import pdf as paper
from tests.kit.sites import NOON, Clock
from tests.web.conftest import text_of
from tests.web.signing_doors import Doors
from webapp.problems import TEXTS, as_json
from webapp.signing import making
from webapp.wiring import Site

Purchase = Callable[..., tuple[UUID, UUID]]
Told = Iterator[list[TestResponse]]
PAPER = """
[purchase.papers.slip]
title = "برگه"
after = "describe"
template = "letter"
values = { amount = "rial" }
signed_by = { approve = "approve" }
"""


@pytest.fixture
def doors(site: Database, clock: Clock, tmp_path: Path, a_purchase: Purchase) -> Doors:
    settings = Settings(home=tmp_path, database_url=str(site.url))
    app = Site(settings, site, ()).application(clock)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    return Doors(site, app, a_purchase)


def changed(doors: Doors) -> Told:
    yield doors.carried(kit.holder(), behind=b" ")
    content = pdf.sign(paper("A contract"), kit.holder().pen, kit.trust(), NOON)
    at = content.index(b"contract")
    yield doors.verified(content[:at] + b"C" + content[at + 1 :])


def expired_yesterday(doors: Doors) -> Told:
    ended = kit.holder(lasts=timedelta(days=29))
    yield doors.by_file(ended)
    yield doors.carried(ended)
    doors.own(ended)
    yield doors.answered()


def somebody_elses(doors: Doors) -> Told:
    yield doors.by_file(kit.holder(kit.OTHER_CODE))
    yield doors.carried(kit.holder(kit.OTHER_CODE))
    doors.is_known_by(kit.OTHER_CODE)  # the account says who it is, not the certificate
    yield doors.answered()


def too_weak(doors: Doors) -> Told:
    doors.another('sign = "L3"')
    yield doors.answered()
    yield doors.carried(kit.holder())


def broken_chain(doors: Doors) -> Told:
    assert doors.filed(paper("First"))()[0].status_code == 303
    with doors.site.unit_of_work() as uow:
        of_case = KeptSignature.instance_id == doors.case
        uow.session.execute(update(KeptSignature).where(of_case).values(content_hash="0" * 64))
        uow.commit()
    yield doors.answered()
    yield doors.filed(paper("Second"))()
    yield doors.shown(f"/cases/{doors.case}?tab=file")


def unsigned(doors: Doors) -> Told:
    yield doors.answered(password="")


def no_timestamp(doors: Doors) -> Told:
    doors.set_up(stamps="http://127.0.0.1:9/nobody-listens")
    yield doors.answered()
    yield doors.carried(kit.holder())
    yield doors.filed(paper("First"))()


def superseded(doors: Doors) -> Told:
    yield doors.answered(seen="0" * 64)
    address = doors.waiting
    content = doors.head.get(f"{address}/content.json").data
    doors.filed(paper("What came since"))
    yield doors.handed_in(address, detached.sign(content, kit.holder().pen, NOON))


def wrong_use(doors: Doors) -> Told:
    other = kit.holder(for_signing=False)
    yield doors.by_file(other)
    yield doors.carried(other)
    doors.own(other)
    yield doors.answered()


def revoked_today(doors: Doors) -> Told:
    given = doors.own()
    with doors.site.reader() as session:
        actor = by_username(session, "head", NOON)
    assert actor is not None
    serial, at = f"{given.certificate.serial_number:x}", NOON - timedelta(hours=1)
    uow = doors.site.unit_of_work()
    certificates.revoke(uow, serial, "keyCompromise", actor=actor, at=at)
    yield doors.answered()
    yield doors.by_file(given)
    yield doors.carried(given)


def untrusted(doors: Doors) -> Told:
    stranger = kit.holder(of=kit.authority("Unknown"))
    yield doors.by_file(stranger)
    yield doors.carried(stranger)
    yield doors.verified(pdf.sign(paper("A contract"), stranger.pen, kit.trust(), NOON))


def unknown_if_revoked(doors: Doors) -> Told:
    national = kit.authority("National")
    roots = Path(doors.app.extensions["divan"].settings.home) / "roots.pem"
    roots.write_bytes(kit.pem_of(national, at=NOON - timedelta(days=60)))  # its list has ended
    doors.set_up(national=str(roots))
    somebody = kit.holder(of=national)
    yield doors.by_file(somebody)
    yield doors.carried(somebody)


def unreadable(doors: Doors) -> Told:
    yield doors.handed_in(doors.waiting, b"no signature")
    yield doors.verified(b"no pdf")


def closed_key(doors: Doors) -> Told:
    yield doors.answered(password="another password")


def no_certificate(doors: Doors) -> Told:
    with doors.site.unit_of_work() as uow:
        uow.session.execute(delete(SigningCertificate))
        uow.commit()
    yield doors.answered()


def wrong_clock(doors: Doors) -> Told:
    ahead = NOON + timedelta(seconds=10)
    stamping = Path(doors.app.extensions["divan"].settings.home) / "stamping.pem"
    stamping.write_bytes(kit.pem_of(kit.authority("Timestamps")))
    doors.set_up(stamping=str(stamping))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(making, "stamper", lambda: kit.stamper(ahead))
        yield doors.answered()


def not_signable(doors: Doors) -> Told:
    yield doors.page(f"/cases/{doors.case}/documents/sign", dict)


def twice(doors: Doors) -> Told:
    sign = doors.filed(paper("First"))
    assert sign()[0].status_code == 303
    yield sign()


def not_printed(doors: Doors) -> Told:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(SITE, "press", None)
        doors.another(more=PAPER)
        yield doors.answered()


def no_code(doors: Doors) -> Told:
    doors.is_known_by(None)
    new = "گذرواژه‌ای بلند برای امضا"
    yield doors.page("/account/certificate", lambda: {"new": new, "again": new})


#: what brings each code about, by every door that leads to it
WALKS: Mapping[str, Callable[[Doors], Told]] = {
    errors.CHANGED: changed,
    errors.EXPIRED: expired_yesterday,
    errors.NOT_THE_SIGNER: somebody_elses,
    errors.LEVEL_TOO_LOW: too_weak,
    errors.CHAIN_BROKEN: broken_chain,
    errors.UNSIGNED: unsigned,
    errors.NO_TIMESTAMP: no_timestamp,
    errors.SUPERSEDED: superseded,
    errors.WRONG_USE: wrong_use,
    errors.REVOKED: revoked_today,
    errors.UNTRUSTED: untrusted,
    errors.UNKNOWN_IF_REVOKED: unknown_if_revoked,
    errors.UNREADABLE: unreadable,
    errors.KEY_CLOSED: closed_key,
    errors.NO_CERTIFICATE: no_certificate,
    errors.CLOCK: wrong_clock,
    errors.NOT_SIGNABLE: not_signable,
    errors.ALREADY: twice,
    errors.NOT_PRINTED: not_printed,
    errors.NO_CODE: no_code,
}


#: of these the case, or its chain, is another one afterwards
LEAVE_TRACES = {errors.CHAIN_BROKEN, errors.LEVEL_TOO_LOW, errors.NOT_PRINTED}


def test_each_code_is_told_with_its_words_in_both_languages_at_every_door(doors: Doors):
    silent: dict[tuple[str, int, int], tuple[int, str]] = {}
    for code, walk in WALKS.items():
        doors.forget()
        with doors.app.test_request_context():
            words = as_json(Problem(code))
        for number, told in enumerate(walk(doors)):
            silent |= {
                (code, number, place): (each.status_code, text_of(each.text))
                for place, each in enumerate(told)
                if not _says(each, words)
            }
        assert doors.seen, f"{code}: the approval was taken"
        if code in LEAVE_TRACES:
            doors.another()

    assert silent == {}
    assert WALKS.keys() == {each for each in TEXTS if each.startswith("SIG-")}


def _says(answer: TestResponse, words: Mapping[str, str]) -> bool:
    """Tell whether a page names the code with its words, and a program is told both."""
    if answer.is_json:
        said = json.dumps(answer.json, ensure_ascii=False)
        return all(words[each] in said for each in ("code", "message", "messageFa"))
    said = unescape(text_of(answer.text))
    language = "messageFa" if '<html lang="fa"' in answer.text else "message"
    return all(words[each] in said for each in ("code", language))
