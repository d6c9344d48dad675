"""A name of a draft is another in all its files: shown before, saved as one, put back."""

from __future__ import annotations

import re

from tests.kit.languages import foreign_words

JSON = {"Accept": "application/json"}
STEP = "step:purchase:describe"


def _say(browser, draft, new="tell", what=STEP):
    return browser.get(f"{draft}/rename", query_string={"what": what, "new": new})


def _rename(browser, draft, page, new="tell", what=STEP):
    found = re.search(r'name="version" value="(\d+)"', page)
    asked = {"what": what, "new": new, "version": found[1] if found else "1"}
    return browser.post(f"{draft}/rename", data=asked)


def _files(browser, draft):
    return [browser.get(f"{draft}/raw/{each}").text for each in ("purchase.bpmn", "process.toml")]


def _no(page: str) -> str:
    return page.partition('id="standing"')[2].partition("</section>")[0]


def test_a_step_is_renamed_everywhere_after_every_place_was_shown_and_put_back(nima, draft):
    before = _files(nima, draft)
    said = f"{draft}/comments/of/purchase.bpmn"
    nima.post(said, data={"element": "describe", "text": "why"}, headers=JSON)
    assert f'href="{draft}/rename"' in nima.get(draft).text

    page = _say(nima, draft).text

    assert foreign_words(page, "fa", known=("Quicker",)) == []
    assert "<ins><bdi>tell</bdi></ins>" in page
    assert 'formId="describe"' in page.replace("&#34;", '"')  # the form stays, and is listed
    assert _files(nima, draft) == before  # only shown
    assert _rename(nima, draft, page).status_code == 303
    drawn, settings = _files(nima, draft)
    assert drawn.count('"tell"') == before[0].count('"describe"') - 1  # but for the form
    assert settings == before[1].replace("describe", "tell")
    [thread] = nima.get(said, headers=JSON).json["threads"]
    assert thread["element"] == "tell"  # what was said of it goes with it
    history = nima.get(f"{draft}/history").text
    assert "describe → tell" in history
    nima.post(f"{draft}/history/1/restore")
    assert _files(nima, draft) == before


def test_a_name_that_cannot_be_is_told_beside_its_field_and_what_was_typed_stays(nima, draft):
    page = _say(nima, draft, new="approve").text

    assert "چیز دیگری هم‌اکنون «approve» نام دارد." in page
    assert 'value="approve"' in page
    assert 'aria-invalid="true"' in page
    assert _rename(nima, draft, page, new="approve").status_code == 422
    assert _rename(nima, draft, page, new="").status_code == 422
    assert _rename(nima, draft, page, what="step:purchase").status_code == 422


def test_who_looked_at_an_older_draft_is_told_so_and_nothing_is_renamed(nima, roya, draft):
    page = _say(nima, draft).text
    assert _rename(roya, draft, page, new="narrate").status_code == 303

    late = _rename(nima, draft, page, new="tell")

    assert late.status_code == 409
    assert "narrate" in _files(nima, draft)[0]
    assert "tell" not in _files(nima, draft)[0]


def test_what_runs_and_what_others_say_stands_against_it(nima, draft, signed_in, a_purchase):
    assert signed_in("buyer").get(f"{draft}/rename").status_code == 403
    cases = _say(nima, draft, new="order", what="process::purchase").text
    assert _no(cases) == ""
    a_purchase("R-1")

    running = _say(nima, draft, new="order", what="process::purchase").text
    waiting = _say(nima, draft).text

    assert "<bdi>۱</bdi> پرونده از آن در جریان است" in _no(running)
    assert 'class="refuses"' in _no(running)
    assert '<button class="primary">' not in running.partition('id="changes"')[2]
    assert _rename(nima, draft, running, "order", "process::purchase").status_code == 422
    assert "در نسخهٔ خود می‌مانند" in _no(waiting)
    assert 'class="refuses"' not in _no(waiting)


def test_a_variable_is_renamed_in_sentences_and_put_back(nima, draft, a_purchase):
    a_purchase("R-1")
    before = [*_files(nima, draft), nima.get(f"{draft}/raw/forms/describe.form").text]
    page = _say(nima, draft, new="worth", what="variable::amount").text

    assert foreign_words(page, "fa", known=("Quicker",)) == []
    assert "مقدار فیلد «" in page
    assert "پروندهٔ از این حوزه در جریان است" in _no(page) or "پرونده از این حوزه" in _no(page)
    assert 'class="refuses"' not in _no(page)
    assert _rename(nima, draft, page, "worth", "variable::amount").status_code == 303
    form = nima.get(f"{draft}/raw/forms/describe.form").text
    assert '"worth"' in form
    assert '"amount"' not in form
    assert "amount → worth" in nima.get(f"{draft}/history").text
    checked = nima.get(draft).text
    assert "worth" not in checked.partition('id="findings"')[2]
    nima.post(f"{draft}/history/1/restore")
    assert [
        *_files(nima, draft), nima.get(f"{draft}/raw/forms/describe.form").text
    ] == before  # fmt: skip


def test_a_variable_is_not_renamed_where_nobody_can_tell_what_a_place_means(nima, draft):
    drawn = nima.get(f"{draft}/raw/purchase.bpmn").text
    flow = re.search(r"<(?:bpmn:)?conditionExpression[^>]*>[^<]*</[^>]*>", drawn)
    assert flow is not None
    tag = flow[0].partition(">")[0] + ">"
    end = "</" + flow[0].rpartition("</")[2]
    changed = drawn.replace(flow[0], f"{tag}=count(lines[amount &gt; 5]) &gt; 0{end}", 1)
    saved = {"text": changed, "version": 1}
    assert nima.post(f"{draft}/files/purchase.bpmn", json=saved).status_code == 200

    page = _say(nima, draft, new="worth", what="variable::amount").text

    assert "lines[amount" in _no(page)
    assert 'class="refuses"' in _no(page)
    saved_twice = 'name="version" value="2"'
    assert _rename(nima, draft, saved_twice, "worth", "variable::amount").status_code == 422
