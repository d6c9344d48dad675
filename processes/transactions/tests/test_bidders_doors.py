"""A bidder's doors after the opening: a low price is justified, a complaint filed and followed."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Callable
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from processes.transactions.records.sealing import EnvelopeState
from processes.transactions.sealing.envelope import Kind
from processes.transactions.tests.evaluating import BN, Evaluated
from processes.transactions.tests.tendering import Tender
from tests.kit.papers import pdf

SignedIn = Callable[[str], FlaskClient]
OTHERS = ("14012345679", "10861234508")
LOW = "10380284790"  #: whom `bidder1` bids for


def test_a_low_price_is_justified_by_its_bidder_with_papers_for_the_commission(
    app: Flask, evaluated: Callable[..., Evaluated], tender: Tender, signed_in: SignedIn
):
    tender.store = app.extensions["divan"].documents
    offers = {OTHERS[0]: 95 * BN, OTHERS[1]: 95 * BN, LOW: 58 * BN}
    made = evaluated(offers, published_at=tender.at).accepted().opened().taken().worked_out()
    at = f"/bidding/{tender.number}"
    bidder, member = signed_in("bidder1"), signed_in("commission1")
    own = bidder.get("/bidding").text
    assert f"{at}#justification" in own
    assert "قیمت شما نامتعارف (پایین) است" in bidder.get("/notices").text
    assert "قیمت خود را تا" in own

    def sent(browser: FlaskClient, name: str, analysis: str) -> Any:
        papers = (io.BytesIO(pdf("Analysis")), name)
        data = {"analysis": analysis, "papers": papers}
        return browser.post(f"{at}/justification", data=data, content_type="multipart/form-data")

    refused = sent(bidder, "tool.exe", "ماشین‌آلات خود شرکت است")
    assert refused.status_code == 422
    assert "«tool.exe»" in refused.text
    assert "ماشین‌آلات خود شرکت است" in refused.text, "nothing typed is lost"
    assert 'id="analysis-problem"' in sent(bidder, "analysis.pdf", " ").text
    assert sent(signed_in("bidder2"), "analysis.pdf", "قیمت رقیب").status_code == 404
    assert sent(bidder, "analysis.pdf", "ماشین‌آلات خود شرکت است").status_code == 303

    price = made.price(LOW)
    assert (price.justification, price.justified_by) == ("ماشین‌آلات خود شرکت است", "bidder1")
    paper = f"/areas/transactions/tenders/{tender.number}/prices/{price.bid_id}/papers/1"
    assert paper in member.get(paper.split("/prices/", maxsplit=1)[0] + "/prices").text
    with member.get(paper) as given:
        assert given.data == pdf("Analysis")
    assert bidder.get(paper).status_code == 404


def test_a_complaint_has_a_door_and_its_state_on_the_bidders_page(
    app: Flask, evaluated: Callable[..., Evaluated], tender: Tender, signed_in: SignedIn
):
    tender.store = app.extensions["divan"].documents
    made = evaluated({LOW: 88 * BN}, published_at=tender.at)
    tender.open(made.bids[LOW], Kind.GUARANTEE)
    bidder = signed_in("bidder1")
    with made.uow() as uow:
        envelope = uow.session.get(type(made.bids[LOW]), made.bids[LOW].id).envelope(Kind.GUARANTEE)
        envelope.state, envelope.reason = EnvelopeState.REJECTED, "TND-061"
        uow.commit()
    own = bidder.get("/bidding").text
    assert "پاکت با سهم‌های درست باز نشد" in own, "a rule's reason is said in words"
    assert "TND-061" not in own
    after = bidder.get(f"/bidding/{tender.number}").text
    assert "سرانجام پیشنهاد شما" in after, "who has bid is led on, not told off"
    assert 'class="notice wrong"' not in after

    [door] = re.findall(r'href="(/start/complaint[^"]*)"', own)
    form = bidder.get(html.unescape(door)).text
    assert re.search(r'<option value="OPENING"[^>]*selected', form)
    [tender_id] = re.findall(r"tender_id=([0-9a-f-]{36})", door)
    text = "ضمانت‌نامهٔ ما سالم بود و باز نشد"
    data = {"tender_id": tender_id, "about": "OPENING", "complaint_text": text}
    assert bidder.post("/start/complaint", data=data).status_code in {302, 303}

    own = bidder.get("/bidding").text
    assert f"{tender.number}-S1" in own
    assert "در انتظار پاسخ مناقصه‌گزار" in own
    assert "-S1" not in signed_in("bidder2").get("/bidding").text
