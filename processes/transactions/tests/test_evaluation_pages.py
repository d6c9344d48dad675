"""Pages of an evaluation: who may see what, what is wrong is said beside its field, the report."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from flask.testing import FlaskClient

from processes.transactions.queries import evaluation as rows
from processes.transactions.tests.evaluating import BN, Evaluated
from tests.kit.languages import foreign_words

SignedIn = Callable[[str], FlaskClient]
CRITERIA = [("تیم فنی", 40), ("روش اجرا", 60)]


def _said(browser: FlaskClient, path: str, locale: str = "fa") -> str:
    browser.post("/language", data={"locale": locale})
    answer = browser.get(path)
    assert answer.status_code == 200, path
    return answer.text


def test_evaluators_see_their_own_marks_alone_until_the_head_closes(
    evaluated: Callable[..., Evaluated], signed_in: SignedIn
):
    tender = evaluated(
        {"14012345679": 88 * BN, "10861234508": 92 * BN},
        criteria=CRITERIA, impact=Decimal("0.4"),
    ).accepted()  # fmt: skip
    path = f"/areas/transactions/tenders/{tender.number}"
    officer = signed_in("proc_officer")
    first, second = signed_in("tech_committee"), signed_in("tech_committee2")
    assert signed_in("contractor").get(f"{path}/evaluation").status_code == 404
    for page in ("prices", "winners"):
        assert first.get(f"{path}/{page}").status_code == 404, "an evaluator reads no prices"
    refused = officer.post(f"{path}/evaluation/evaluators", data={})
    assert refused.status_code == 422
    assert "لازم است" in refused.text
    named = {"evaluators": ["tech_committee", "tech_committee2"], "head": "tech_committee"}
    assert officer.post(f"{path}/evaluation/evaluators", data=named).status_code == 303

    bids = [tender.bids[each].id for each in tender.bids]
    fields = [f"marks/{bid}/{at}" for bid in bids for at in (1, 2)]
    marks = {f"{each}/value": "70" for each in fields}
    sent = first.post(
        f"{path}/evaluation/marks", json={"changes": {**marks, f"{fields[0]}/value": "170"}}
    )
    assert list(sent.get_json()["problems"]) == [f"{fields[0]}/value"]
    unread: list[Any] = [[], {"changes": []}, {"changes": None}, "x"]
    for nothing in unread:
        assert first.post(f"{path}/evaluation/marks", json=nothing).status_code == 200
    shown = _said(first, f"{path}/evaluation")
    assert 'value="170"' in shown, "kept as typed"
    wrong = first.post(f"{path}/evaluation/finished", data={f"{fields[0]}/reason": "سوابق"})
    assert wrong.status_code == 422
    assert f'id="{fields[0]}/value-problem"' in wrong.text
    assert 'value="سوابق"' in wrong.text
    reasons = {f"{each}/reason": "سوابق پیوست ب" for each in fields}
    assert first.post(f"{path}/evaluation/finished", data=marks | reasons).status_code == 303
    other = _said(second, f"{path}/evaluation")
    assert "سوابق" not in other, "another's marks are not read"
    assert "سوابق" not in _said(first, f"{path}/evaluation"), "nor by the head, before all are done"
    higher = {**marks, f"{fields[0]}/value": "95"}
    assert second.post(f"{path}/evaluation/finished", data=higher | reasons).status_code == 303
    for locale in ("fa", "en"):
        seen = _said(first, f"{path}/evaluation", locale)
        assert foreign_words(seen.replace("سوابق پیوست ب", ""), locale) == [], locale
    again = f"{path}/evaluation/again/tech_committee2"
    assert first.post(again, data={"reason": ""}).status_code == 422
    assert first.post(again, data={"reason": "اختلاف بسیار"}).status_code == 303
    assert "اختلاف بسیار" in _said(second, f"{path}/evaluation")
    assert second.post(f"{path}/evaluation/finished", data=higher | reasons).status_code == 303
    assert second.post(f"{path}/evaluation/closed").status_code == 403
    assert first.post(f"{path}/evaluation/closed").status_code == 303
    assert tender.asks(rows.quality_closed)


def test_prices_are_taken_from_their_envelopes_and_the_members_name_the_winners(
    evaluated: Callable[..., Evaluated], signed_in: SignedIn
):
    tender = evaluated({"14012345679": 88 * BN, "10861234508": 92 * BN}, has_case=True)
    tender.accepted()
    path = f"/areas/transactions/tenders/{tender.number}"
    officer, expert = signed_in("proc_officer"), signed_in("fin_expert")
    assert officer.get(f"{path}/evaluation").status_code == 404, "no quality is scored"
    tender.opened()
    assert officer.post(f"{path}/prices/taken").status_code == 303
    assert expert.post(f"{path}/prices/worked-out").status_code == 303
    again = expert.post(f"{path}/prices/worked-out")
    assert again.status_code == 409
    assert "این کار در این مرحله از مناقصه انجام نمی‌شود" in again.text, "in the area's words"
    page = _said(expert, f"{path}/prices", "en")
    assert "88,000,000,000" in page
    assert foreign_words(page, "en") == []
    tender.credit(100 * BN)
    seen = tender.proposal().seen
    members = [signed_in(each) for each in ("commission1", "commission2", "commission3")]
    silent = members[0].post(f"{path}/winners/vote", data={"vote": "against", "seen": seen})
    assert silent.status_code == 422
    assert 'id="vote-reason-problem"' in silent.text
    assert '<button class="primary" name="vote"' not in silent.text, "neither answer is stressed"
    assert members[0].get(f"{path}/evaluation.pdf").status_code == 404
    for each in members:
        voted = each.post(f"{path}/winners/vote", data={"vote": "for", "seen": seen})
        assert voted.status_code == 303
    for locale in ("fa", "en"):
        assert foreign_words(_said(members[0], f"{path}/winners", locale), locale) == []
        pdf = members[0].get(f"{path}/evaluation.pdf")
        assert (pdf.status_code, pdf.data[:5]) == (200, b"%PDF-")
    assert tender.filed() == [f"evaluation-{tender.number}.pdf"]


def test_a_price_of_paper_is_typed_by_one_and_confirmed_by_another(
    evaluated: Callable[..., Evaluated], signed_in: SignedIn
):
    tender = evaluated({"14012345679": 1 * BN}, of_paper=True).accepted().opened()
    path = f"/areas/transactions/tenders/{tender.number}/prices"
    officer, expert = signed_in("proc_officer"), signed_in("fin_expert")
    bid = tender.bids["14012345679"].id
    assert officer.post(f"{path}/taken").status_code == 303
    unread = officer.post(f"{path}/worked-out")
    assert unread.status_code == 422
    wrong = officer.post(f"{path}/{bid}/typed", data={"total": "هشتاد", "words": "x"})
    assert wrong.status_code == 422
    assert 'value="هشتاد"' in wrong.text, "what was typed stays"
    typed = {"total": "۸۸٬۰۰۰٬۰۰۰٬۰۰۰", "words": "نود میلیارد ریال"}
    assert officer.post(f"{path}/{bid}/typed", data=typed).status_code == 303
    assert officer.post(f"{path}/{bid}/confirmed").status_code == 403
    [seen] = re.findall(r'name="seen" value="([0-9a-f]{64})"', expert.get(path).text)
    other = typed | {"words": "هشتاد میلیارد ریال"}
    assert officer.post(f"{path}/{bid}/typed", data=other).status_code == 303
    stale = expert.post(f"{path}/{bid}/confirmed", data={"seen": seen})
    assert (stale.status_code, "در این میان ارقام دیگری وارد شد" in stale.text) == (422, True)
    assert officer.post(f"{path}/{bid}/typed", data=typed).status_code == 303
    assert expert.post(f"{path}/{bid}/confirmed", data={"seen": seen}).status_code == 303
    assert officer.post(f"{path}/worked-out").status_code == 303
    assert tender.price("14012345679").corrected is not None
    assert "90,000,000,000" in _said(officer, path, "en"), "words govern over digits"
