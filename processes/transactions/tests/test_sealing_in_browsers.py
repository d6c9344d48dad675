"""The browser's half and the server's half of sealing understand each other, both ways."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from processes.transactions.sealing import member, opening
from processes.transactions.sealing.contents import FILL, File, packed, unpack
from processes.transactions.sealing.curve import Point, base
from processes.transactions.sealing.dealing import Ceremony, Dealing, key_of
from processes.transactions.sealing.envelope import PORTION, Header, Kind, begin, opened, sealed
from processes.transactions.sealing.errors import SealBroken, ShareRefused
from processes.transactions.sealing.member import MemberKey
from processes.transactions.sealing.opening import Released
from processes.transactions.tests.commission import TENDER, Commission, seal
from processes.transactions.tests.peer import Browser, Refused, browser

WORDS = "رمز عبور ۱۴ نویسه‌ای"
ROUNDS = 2_000
VECTORS = Path(__file__).parent / "vectors" / "sealing.json"


@pytest.fixture(scope="module")
def page() -> Iterator[Browser]:
    """The modules of the pages, in node."""
    with browser() as opened_browser:
        yield opened_browser


def _told(header: Header) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(header.encode())
    return told


def _begun(envelope: bytes) -> dict[str, Any]:
    found = begin(io.BytesIO(envelope))
    return {
        "header": json.loads(found.header), "sent": found.sent.hex(), "proof": found.proof.hex(),
    }  # fmt: skip


def _ceremony(ceremony: Ceremony) -> dict[str, Any]:
    members = {str(at): each.encode().hex() for at, each in ceremony.members.items()}
    return {"id": ceremony.id, "threshold": ceremony.threshold, "members": members}


@pytest.mark.parametrize("length", [0, 7, PORTION, PORTION + 1])
def test_what_a_browser_seals_opens_here(page: Browser, length: int):
    commission = Commission.of(2, 2, [Kind.PRICE])
    header = commission.header(bidder="شناسه ۱۰")
    content = b"\x07" * length

    envelope = bytes.fromhex(page.ask("seal", header=_told(header), content=content.hex()))

    assert commission.opened(envelope, header) == content
    assert len(envelope) == len(seal(header, content))


@pytest.mark.parametrize("length", [0, PORTION + 1])
def test_what_is_sealed_here_opens_in_a_browser(page: Browser, length: int):
    commission = Commission.of(2, 2, [Kind.PRICE])
    header = commission.header(bidder="شناسه ۱۰")
    envelope = seal(header, b"\x09" * length)
    told: dict[str, Any] = {"header": _told(header), "envelope": envelope.hex()}
    agreed = commission.agreed(envelope, header).x.to_bytes(32, "big").hex()

    assert bytes.fromhex(page.ask("open", agreed=agreed, **told)) == b"\x09" * length
    with pytest.raises(Refused):
        page.ask("open", agreed=f"{1:064x}", **told)
    with pytest.raises(Refused):
        page.ask("open", agreed=agreed, **{**told, "header": {**told["header"], "bidder": "x"}})


def test_files_sealed_in_a_browser_come_out_here(page: Browser):
    commission = Commission.of(2, 2, [Kind.TECHNICAL])
    header = commission.header(Kind.TECHNICAL)
    sent = {"فهرست بها.xlsx": b"PK" * 40_000, "خالی.txt": b""}
    files = [{"name": name, "content": content.hex()} for name, content in sent.items()]

    told = page.ask("sealFiles", header=_told(header), files=files)
    envelope = bytes.fromhex(told["envelope"])
    found: dict[str, io.BytesIO] = {}
    agreed = commission.agreed(envelope, header)
    unpack(
        opened(io.BytesIO(envelope), header, agreed),
        lambda each: found.setdefault(each.name, io.BytesIO()),
    )

    assert {name: each.getvalue() for name, each in found.items()} == sent
    assert told["length"] == 2 * FILL


def test_a_commission_of_browsers_and_programs_opens_together(page: Browser):
    """Member 1 and 2 sit before browsers, member 3 uses a program of its own."""
    places = {each: f"{TENDER}/{each}" for each in (1, 2)}
    keys = {
        each: page.ask("newKey", words=WORDS, place=place, rounds=ROUNDS)
        for each, place in places.items()
    }
    third = MemberKey.new()
    members = {each: Point.decode(bytes.fromhex(key["public"])) for each, key in keys.items()}
    ceremony = Ceremony(TENDER, 2, {**members, 3: third.public})
    dealings = [
        Dealing.read(
            page.ask("deal", ceremony=_ceremony(ceremony), kind="C", dealer=each), ceremony
        )
        for each in (1, 2)
    ]
    dealings.append(member.deal(ceremony, Kind.PRICE, 3))
    key = key_of(ceremony, dealings)
    header = Header(TENDER, "10380284790", Kind.PRICE, 1, key.public.encode().hex())
    content = b"".join(packed([(File("price.json", 2), [b"92"])]))
    envelope = seal(header, content)
    asked = {
        "ceremony": _ceremony(ceremony), "dealings": [each.write() for each in dealings],
        "envelope": _begun(envelope),
    }  # fmt: skip

    released = [
        Released.read(
            page.ask(
                "release", position=each, wrapped=keys[each]["wrapped"], words=WORDS,
                place=places[each], **asked,
            )
        )
        for each in places
    ]  # fmt: skip
    share = member.share_of(ceremony, dealings, 3, third)
    released.append(member.release(share, 3, header, begin(io.BytesIO(envelope))))

    for each in released:
        opening.check(each, key, header, begin(io.BytesIO(envelope)).point)
    for pair in ([0, 1], [1, 2], [2, 0]):
        agreed = opening.agreed([released[each] for each in pair], 2)
        assert b"".join(opened(io.BytesIO(envelope), header, agreed)) == content
    for wrong in ({"words": "another one, long enough"}, {"place": f"{TENDER}/2"}):
        told = {"words": WORDS, "place": places[1], **wrong}
        with pytest.raises(Refused, match="closed"):
            page.ask("release", position=1, wrapped=keys[1]["wrapped"], **told, **asked)


def test_a_browser_releases_no_point_of_another_envelope(page: Browser):
    """Whatever the server says: the point has to have been drawn for the header it shows."""
    key = page.ask("newKey", words=WORDS, place="x/1", rounds=ROUNDS)
    other = MemberKey.new()
    public = Point.decode(bytes.fromhex(key["public"]))
    ceremony = Ceremony(TENDER, 2, {1: public, 2: other.public})
    dealings = [member.deal(ceremony, Kind.PRICE, each) for each in (1, 2)]
    header = Header(TENDER, "1", Kind.PRICE, 1, key_of(ceremony, dealings).public.encode().hex())
    right = _begun(seal(header, b"92"))
    asked = {
        "ceremony": _ceremony(ceremony), "dealings": [each.write() for each in dealings],
        "position": 1, "wrapped": key["wrapped"], "words": WORDS, "place": "x/1",
    }  # fmt: skip
    shifted = Point.decode(bytes.fromhex(right["sent"]))
    for wrong in (
        {"header": {**right["header"], "bidder": "2"}},
        {"sent": base(5).encode().hex()},
        {"proof": "00" * 64},
        {"proof": ""},
    ):
        with pytest.raises(Refused, match="another envelope"):
            page.ask("release", envelope={**right, **wrong}, **asked)
    assert shifted != base(5)


def test_a_browser_takes_no_value_that_was_not_published(page: Browser):
    key = page.ask("newKey", words=WORDS, place="x/1", rounds=ROUNDS)
    ceremony = Ceremony(
        TENDER, 2, {1: Point.decode(bytes.fromhex(key["public"])), 2: MemberKey.new().public}
    )
    dealings = [member.deal(ceremony, Kind.PRICE, each).write() for each in (1, 2)]
    again = member.deal(ceremony, Kind.PRICE, 2).write()
    envelope = _begun(seal(Header(TENDER, "1", Kind.PRICE, 1, base(5).encode().hex()), b"92"))
    for wrong in (
        {**dealings[1], "values": again["values"]},
        {**dealings[1], "proof": again["proof"]},
    ):
        with pytest.raises(Refused, match="dealer 2"):
            page.ask(
                "release", ceremony=_ceremony(ceremony), dealings=[dealings[0], wrong], position=1,
                wrapped=key["wrapped"], words=WORDS, place="x/1", envelope=envelope,
            )  # fmt: skip


@pytest.mark.parametrize("made_by", ["server", "browser"])
def test_envelopes_of_old_open_for_ever(made_by: str, page: Browser):
    """Sealed once by each half and kept: a change of the form that loses them is found."""
    kept = json.loads(VECTORS.read_text())[made_by]
    header = Header(**{**kept["header"], "kind": Kind(kept["header"]["kind"])})
    envelope = bytes.fromhex(kept["envelope"])
    agreed = Point.decode(bytes.fromhex(kept["agreed"]))
    x = agreed.x.to_bytes(32, "big").hex()

    here = b"".join(opened(io.BytesIO(envelope), header, agreed))
    there = page.ask("open", envelope=kept["envelope"], header=kept["header"], agreed=x)

    assert here.decode() == bytes.fromhex(there).decode() == kept["content"]
    ceremony = Ceremony(
        kept["ceremony"]["id"], kept["ceremony"]["threshold"],
        {int(at): Point.decode(bytes.fromhex(e)) for at, e in kept["ceremony"]["members"].items()},
    )  # fmt: skip
    dealings = [Dealing.read(each, ceremony) for each in kept["dealings"]]
    key = key_of(ceremony, dealings)
    released = [Released.read(each) for each in kept["released"]]
    for each in released:
        opening.check(each, key, header, begin(io.BytesIO(envelope)).point)
    assert opening.agreed(released, 2) == agreed
    unwrapped = MemberKey.unwrap(kept["wrapped"], kept["words"], kept["place"])
    assert unwrapped.public == ceremony.members[1]
    with pytest.raises(ShareRefused):
        opening.check(released[0], key, header, base(3))
    with pytest.raises(SealBroken):
        list(opened(io.BytesIO(envelope), header, base(3)))


def _vectors(page: Browser) -> dict[str, Any]:
    """Make the file anew: when the form changes and its version with it."""
    made = {}
    for by in ("server", "browser"):
        place = f"{TENDER}/1"
        if by == "server":
            one = MemberKey.new()
            key = {"public": one.public.encode().hex(), "wrapped": one.wrap(WORDS, place, ROUNDS)}
        else:
            key = page.ask("newKey", words=WORDS, place=place, rounds=ROUNDS)
            one = MemberKey.unwrap(key["wrapped"], WORDS, place)
        two = MemberKey.new()
        ceremony = Ceremony(TENDER, 2, {1: one.public, 2: two.public})
        told = _ceremony(ceremony)
        dealings = [
            page.ask("deal", ceremony=told, kind="C", dealer=each)
            if by == "browser"
            else member.deal(ceremony, Kind.PRICE, each).write()
            for each in (1, 2)
        ]
        read = [Dealing.read(each, ceremony) for each in dealings]
        public = key_of(ceremony, read).public.encode().hex()
        header, content = Header(TENDER, "10380284790", Kind.PRICE, 1, public), "قیمت: ۹۲ میلیارد"
        if by == "browser":
            sealed_hex = page.ask("seal", header=_told(header), content=content.encode().hex())
            envelope = bytes.fromhex(sealed_hex)
        else:
            envelope = b"".join(sealed(header, [content.encode()]))
        released = []
        for at, each in ((1, one), (2, two)):
            share = member.share_of(ceremony, read, at, each)
            released.append(member.release(share, at, header, begin(io.BytesIO(envelope))))
        if by == "browser":
            released[0] = Released.read(
                page.ask(
                    "release", ceremony=told, dealings=dealings, position=1, words=WORDS,
                    place=place, wrapped=key["wrapped"], envelope=_begun(envelope),
                )
            )  # fmt: skip
        made[by] = {
            "ceremony": told, "dealings": dealings, "wrapped": key["wrapped"], "words": WORDS,
            "place": place, "header": _told(header), "content": content,
            "envelope": envelope.hex(), "released": [each.write() for each in released],
            "agreed": opening.agreed(released, 2).encode().hex(),
        }  # fmt: skip
    return made


if __name__ == "__main__":
    with browser() as asked:
        VECTORS.write_text(json.dumps(_vectors(asked), ensure_ascii=False, indent=1) + "\n")
