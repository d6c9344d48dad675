"""Two versions of an area in sentences: every change is in one, and each says what it means."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.catalogue.bundle import Bundle
from engine.versions import compare
from tests.kit.versions import changed, mutated, purchase
from webapp.manner import Manner
from webapp.versions.both import Both
from webapp.versions.durations import timer_in_words
from webapp.versions.sentences import Rank, Saying
from webapp.versions.summary import Summary, sentences, summary_of

STATEMENT = Path(__file__).parents[3] / "processes" / "contractor_statement"
_SOME = ("advance_payment.bpmn", "process.toml", "forms/approve_advance.form", "texts.en.toml")
AREAS = {
    "purchase": purchase(),
    "statement": Bundle({name: (STATEMENT / name).read_bytes() for name in _SOME}),
}
FLOW = '<sequenceFlow id="to_decision" sourceRef="approve" targetRef="decision"/>'


def summary(old: Bundle, new: Bundle, language: str = "en") -> Summary:
    return summary_of(Both(compare(old, new), Manner.of(language)))


def told(old: Bundle, new: Bundle, language: str = "en") -> list[str]:
    return [each.text for group in summary(old, new, language).groups for each in group.sentences]


@settings(max_examples=100)
@given(
    seed=st.integers(0, 2**32),
    area=st.sampled_from(sorted(AREAS)),
    times=st.integers(1, 25),
    language=st.sampled_from(("fa", "en")),
)
@example(seed=1550131, area="purchase", times=14, language="fa")  # a type that is a list
def test_every_change_is_told_in_a_sentence(seed: int, area: str, times: int, language: str):
    random = Random(seed)
    old = mutated(AREAS[area], random, random.randrange(3))
    both = Both(compare(old, mutated(old, random, times)), Manner.of(language))

    found = list(sentences(both))

    numbers = {number for each in found for number in each.changes}
    assert numbers == set(range(len(both.versions.changes)))
    assert all(each.text.strip() for each in found)
    assert len(summary_of(both).raw) == len(both.versions.changes)


def test_a_field_whose_choices_are_no_list_offers_none():
    form = '{"id": "f", "components": [{"type": "select", "key": "kind", "values": %s}]}'
    old, new = (Bundle({"f.form": (form % each).encode()}) for each in ("[]", "true"))

    assert Both(compare(old, new), Manner.of("en")).new.vocabulary("p").choices["kind"] == {}


def test_a_field_whose_type_is_no_text_is_told_of():
    form = '{"id": "f", "components": [%s]}'
    field = '{"type": ["a", "b"], "key": "kind"}'
    old, new = (Bundle({"f.form": (form % each).encode()}) for each in ("", field))

    assert any("kind" in each for each in told(old, new))


@pytest.mark.parametrize(
    ("edits", "english", "persian"),
    [
        pytest.param(
            {"process_toml": ("due = { days = 5 }", "due = { working_days = 1 }")},
            "“Approve the purchase”, the deadline: 5 days → 1 working day",
            "«تأیید خرید»، مهلت: پیش‌تر ۵ روز؛ اکنون ۱ روز کاری",
            id="deadline",
        ),
        pytest.param(
            {"process_toml": ('"UNIT_HEAD", in = "case"', '"FIN_HEAD", in = "ancestor"')},
            "“مدیر”, whose work it is: “Head of the unit” in the unit of the case → "
            "“Head of finance” in the unit of the case or one above it",
            "«مدیر»، کار چه کسی است: پیش‌تر «رئیس واحد» در واحد پرونده؛ اکنون "
            "«مدیر امور مالی» در واحد پرونده یا واحد بالاتر",
            id="role",
        ),
        pytest.param(
            {"process_toml": ('exception = "UNIT_HEAD"\n', "")},
            "“Describe the purchase”, “Approve the purchase” of one case need different people: "
            "rule SOD-001, exceptions granted by “Head of the unit” → "
            "rule SOD-001, no exceptions",
            "«شرح خرید»، «تأیید خرید» یک پرونده افراد متفاوت می‌خواهد: پیش‌تر قاعدهٔ SOD-001، "
            "استثنا با «رئیس واحد»؛ اکنون قاعدهٔ SOD-001، بی استثنا",
            id="four eyes",
        ),
        pytest.param(
            {"purchase_bpmn": ('=outcome = "return"', "=amount > 5000000000")},
            "From “Accepted?” to “Describe the purchase”: now when Amount is more than "
            "5 billion rials; before when the outcome is “Send back”",
            None,
            id="condition",
        ),
        pytest.param(
            {"limits_dmn": ("&lt; 2000000000", "&lt; 5000000000")},
            "Rule 1, “مبلغ”: Price is less than 2 billion rials → Price is less than "
            "5 billion rials",
            "قاعدهٔ ۱، «مبلغ»: پیش‌تر مبلغ کمتر از ۲ میلیارد ریال است؛ اکنون مبلغ کمتر از "
            "۵ میلیارد ریال است",
            id="limit",
        ),
        pytest.param(
            {"limits_dmn": ('hitPolicy="FIRST"', 'hitPolicy="ANY"')},
            "Which rule counts when several fit: “FIRST” → “ANY”",
            None,
            id="hit policy",
        ),
        pytest.param(
            {"purchase_bpmn": ('name="تأیید خرید"', 'name="بازبینی"')},
            "“Approve the purchase”, the name in the diagram: “تأیید خرید” → “بازبینی”",
            "«بازبینی»، نام در نمودار: پیش‌تر «تأیید خرید»؛ اکنون «بازبینی»",
            id="name",
        ),
        pytest.param(
            {"purchase_bpmn": ('targetRef="bought"', 'targetRef="withdrawn"')},
            "The way from “Accepted?” to “Bought” goes from “Accepted?” to “Withdrawn” now",
            None,
            id="way",
        ),
        pytest.param(
            {"purchase_bpmn": ('default="accepted"', 'default="sent_back"')},
            "The way from “Accepted?” when no other fits: “Bought” → “Describe the purchase”",
            None,
            id="default",
        ),
        pytest.param(
            {"purchase_bpmn": ('formId="approve_purchase"', 'formId="accept"')},
            "“Approve the purchase”, the form: “approve_purchase” → “accept”",
            None,
            id="form of a step",
        ),
    ],
)
def test_a_change_says_what_it_means(edits, english, persian):
    old = purchase()
    new = changed(old, **edits)

    assert told(old, new) == [english]
    if persian:
        assert told(old, new, "fa") == [persian]


def test_a_step_that_came_says_whose_it_is_and_between_what():
    old = purchase()
    new = changed(
        old,
        purchase_bpmn=[
            (
                FLOW,
                FLOW.replace("decision", "review").replace("to_review", "to_decision")
                + '<userTask id="review" name="بازبینی"/>'
                '<sequenceFlow id="on" sourceRef="review" targetRef="decision"/>',
            ),
            ("<flowNodeRef>approve<", "<flowNodeRef>review</flowNodeRef><flowNodeRef>approve<"),
        ],
    )

    [group] = summary(old, new).groups

    assert (group.title, group.mark) == ("“بازبینی”", "added")
    assert group.sentences[0].text == (
        "“بازبینی” was added: task for people, done by “Head of the unit”, "
        "after “Approve the purchase”, before “Accepted?”"
    )


def test_a_step_given_to_another_lane_says_who_does_it_now():
    old = purchase()
    ref = "<flowNodeRef>approve</flowNodeRef>"
    new = changed(
        old, purchase_bpmn=[(ref, ""), ("<flowNodeRef>start", f"{ref}<flowNodeRef>start")]
    )

    assert told(old, new) == [
        "“Approve the purchase” is done by “Buying officer” now, before by “Head of the unit”"
    ]


def test_what_decides_comes_first_and_what_is_only_drawn_last():
    old = AREAS["statement"]
    new = changed(
        old,
        advance_payment_bpmn=[('<dc:Bounds x="', '<dc:Bounds x="1')],
        forms_approve_advance_form=[('"label": "', '"label": "تازه ')],
        process_toml=[('escalate = "FIN_HEAD"', 'escalate = "TREASURER"')],
    )

    found = summary(old, new)

    assert [each.rank for each in found.groups] == [Rank.WHO, Rank.FORM]
    assert [each.rank for each in found.drawing] == [Rank.DRAWING]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param(("{", '{"required": true, ', "validate"), "must be filled in", id="required"),
        pytest.param(("{", '{"max": 5, ', "validate"), "the most, new: 5", id="limit"),
    ],
)
def test_a_field_says_what_is_asked_of_it(change, said):
    before = '{"id": "f", "components": [{"key": "a", "type": "number", "label": "A", %s}]}'
    old = Bundle({"f.form": (before % '"validate": {}').encode()})
    new = Bundle({"f.form": (before % f'"validate": {change[1].rstrip(", ")}}}').encode()})

    [text] = told(old, new)

    assert text.startswith("“A”, ")
    assert said in text


def test_the_first_limit_of_a_field_is_an_amount():
    before = '{"id": "f", "components": [{"key": "a", "type": "rial", "label": "A"%s}]}'
    old = Bundle({"f.form": (before % "").encode()})
    new = Bundle({"f.form": (before % ', "validate": {"max": 7}').encode()})

    [group] = summary(old, new).groups

    assert (group.sentences[0].text, group.rank) == ("“A”, the most, new: 7", Rank.AMOUNT)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("P5D", "5 days"),
        ('=duration("PT36H")', "36 hours"),
        ("P1DT12H", "1 day and 12 hours"),
        ("R/PT30M", "every 30 minutes"),
        ("R3/P1W", "every 1 week, 3 times"),
        ("PT0S", "0 seconds"),
        ("=due_in", None),
        ("P", None),
        ("2026-01-01", None),
    ],
)
def test_a_timer_is_told_in_words(written, said):
    assert timer_in_words(written, Saying(Manner.of("en"))) == said


def test_versions_that_say_the_same_are_said_to():
    assert summary(purchase(), purchase()).is_empty


def test_an_answer_is_called_as_the_forms_of_its_process_call_it():
    old = Bundle.read(STATEMENT)  # other processes of the area call the same answer otherwise
    new = changed(old, interim_statement_bpmn=('outcome = "withdraw"', 'outcome = "submit"'))

    [said] = told(old, new)

    assert "the outcome is “Send to the supervisor”" in said
