"""A variable is called something else wherever a file means it: by syntax, never by its letters."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from engine import bpmn
from engine.bpmn.uses import uses
from engine.catalogue.bundle import Bundle
from engine.feel.occurrences import occurrences
from engine.renaming import Asked, Kind, Renamed, offered, problem_of, renamed
from engine.renaming.expressions import said_in_text

ROOT = Path(__file__).parents[2]
DIAGRAM = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"
  xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="urn:t">
  <message id="m" name="total"><extensionElements>
    <zeebe:subscription correlationKey="=total"/></extensionElements></message>
  <process id="order" isExecutable="true">
    <documentation>total is the sum</documentation>
    <userTask id="total" name="total" camunda:formRef="enter"/>
    <sequenceFlow id="a" sourceRef="total" targetRef="each">
      <conditionExpression>=total &gt; 5 and kind = &quot;total&quot;</conditionExpression>
    </sequenceFlow>
    <sequenceFlow id="b" sourceRef="total" targetRef="each">
      <conditionExpression><![CDATA[=for total in list return total < 1]]></conditionExpression>
    </sequenceFlow>
    <sequenceFlow id="c" sourceRef="total" targetRef="each">
      <conditionExpression>${total.price &gt; other.total}</conditionExpression></sequenceFlow>
    <serviceTask id="each" camunda:topic="x"><extensionElements>
      <camunda:inputOutput>
        <camunda:inputParameter name="total">${total + 1}</camunda:inputParameter>
        <camunda:outputParameter name="seen">total</camunda:outputParameter>
      </camunda:inputOutput></extensionElements>
      <multiInstanceLoopCharacteristics camunda:collection="total" camunda:elementVariable="one"/>
    </serviceTask>
    <callActivity id="inside" calledElement="order"><extensionElements>
      <camunda:in source="total" target="total"/><camunda:out source="total" target="was"/>
    </extensionElements></callActivity>
    <callActivity id="outside" calledElement="elsewhere"><extensionElements>
      <camunda:in source="total" target="total"/><camunda:out source="total" target="total"/>
    </extensionElements></callActivity>
    <businessRuleTask id="decide"><extensionElements>
      <zeebe:calledDecision decisionId="limits" resultVariable="total"/></extensionElements>
    </businessRuleTask>
  </process>
</definitions>"""
DECISIONS = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="D"
  namespace="n"><inputData id="i" name="total"><variable id="v" name="total"/></inputData>
  <decision id="limits" name="Limits"><decisionTable id="t">
    <input id="c" label="total"><inputExpression id="e"><text>total.price</text></inputExpression>
    </input><output id="o" name="total"/>
    <rule id="r"><inputEntry id="n"><text>&lt; total.limit, "total"</text></inputEntry>
      <outputEntry id="u"><text>total.price * 2</text></outputEntry></rule>
  </decisionTable></decision></definitions>"""
FORM = """{
  "id": "enter", "type": "default",
  "components": [
    {"type": "rial", "key": "total", "label": "total", "id": "total"},
    {"type": "group", "path": "total", "key": "total_group", "components": [
      {"type": "textfield", "key": "total", "label": "=total"}]},
    {"type": "rial", "key": "rest", "divan": {"value": "=total.price - sum(lines.total)"},
      "conditional": {"hide": "total = null"}},
    {"type": "dynamiclist", "path": "lines", "components": [
      {"type": "rial", "key": "total"},
      {"type": "rial", "key": "share", "validate": {"max": "=parent.total - total"}}]}
  ],
  "divan": {"rules": [
      {"id": "fits", "holds": "=total > 0", "message": "total", "fields": ["total"]}],
    "outcomes": [{"value": "total", "requires": ["total"]}]}
}
"""
SETTINGS = """[area]
id = "orders"

[order]  # total
title = "total"
amount = "total"
subject = "total"
start_form = "enter"

[order.lanes]
buyers = { role = "PROC_OFFICER", in = "party:total" }

[order.columns]
total = "rial"   # what it costs
kind = "code"

[order.tasks.each]
connector = "mail"
input = { to = "=total.mail", subject = "total", body = "=total" }
due = { until = "total" }
"""
TEXTS = """[order]
total = "The step"

[columns]
total = "Total"

[forms.enter]
total = "Total"
"lines/total" = "Of the line"
"""
TEST = """[given]
process = "order"

[given.values]
total = 5

[[step]]
answer = "total"

[step.expect.values]
total = "total"
"""
PAPER = """#amount("total")
Our total: #said("total").
"""
AREA = Bundle(
    {
        "order.bpmn": DIAGRAM.encode(),
        "limits.dmn": DECISIONS.encode(),
        "forms/enter.form": FORM.encode(),
        "process.toml": SETTINGS.encode(),
        "texts.en.toml": TEXTS.encode(),
        "tests/a.test.toml": TEST.encode(),
        "papers/order.typ": PAPER.encode(),
    }
)
ASKED = Asked(Kind.VARIABLE, "total", "whole")


def _after(found: Renamed, name: str) -> str:
    return (found.files.get(name) or AREA.files[name]).decode()


def test_expressions_are_read_and_only_what_the_variable_is_changes():
    found = renamed(AREA, ASKED)

    drawn = DIAGRAM.replace('correlationKey="=total"', 'correlationKey="=whole"')
    drawn = drawn.replace("=total &gt; 5", "=whole &gt; 5")  # the text “total” stays
    drawn = drawn.replace("${total.price", "${whole.price").replace("${total + 1}", "${whole + 1}")
    drawn = drawn.replace('inputParameter name="total"', 'inputParameter name="whole"')
    drawn = drawn.replace('collection="total"', 'collection="whole"')
    drawn = drawn.replace(
        '<camunda:in source="total" target="total"/><camunda:out source="total" target="was"/>',
        '<camunda:in source="whole" target="whole"/><camunda:out source="whole" target="was"/>',
    )
    drawn = drawn.replace(  # what another area's process calls it is that area's
        '<camunda:in source="total" target="total"/><camunda:out source="total" target="total"/>',
        '<camunda:in source="whole" target="total"/><camunda:out source="total" target="whole"/>',
    )
    drawn = drawn.replace('resultVariable="total"', 'resultVariable="whole"')
    assert _after(found, "order.bpmn") == drawn
    assert found.unclear == ()


def test_decisions_read_it_by_the_new_name_and_give_what_they_gave():
    decided = DECISIONS.replace('inputData id="i" name="total"', 'inputData id="i" name="whole"')
    decided = decided.replace('variable id="v" name="total"', 'variable id="v" name="whole"')
    decided = decided.replace("total.price", "whole.price").replace("total.limit", "whole.limit")
    assert _after(renamed(AREA, ASKED), "limits.dmn") == decided


def test_fields_are_renamed_and_rows_that_have_a_field_of_the_name_are_left_alone():
    form = json.loads(_after(renamed(AREA, ASKED), "forms/enter.form"))

    field, group, rest, lines = form["components"]
    assert (field["key"], field["label"], field["id"]) == ("whole", "total", "total")
    assert (group["path"], group["components"][0]["key"]) == ("whole", "total")
    assert rest["divan"]["value"] == "=whole.price - sum(lines.total)"
    assert rest["conditional"]["hide"] == "whole = null"
    assert lines["components"][0]["key"] == "total"
    assert lines["components"][1]["validate"]["max"] == "=parent.whole - total"
    [rule], [outcome] = form["divan"]["rules"], form["divan"]["outcomes"]
    assert (rule["holds"], rule["fields"], rule["message"]) == ("=whole > 0", ["whole"], "total")
    assert (outcome["value"], outcome["requires"]) == ("total", ["whole"])


def test_settings_texts_tests_and_papers_follow_and_keep_their_order_and_comments():
    found = renamed(AREA, ASKED)

    said = tomllib.loads(_after(found, "process.toml"))["order"]
    told = said["title"], said["amount"], said["subject"], said["lanes"]["buyers"]["in"]
    assert told == (
        "total",
        "whole",
        "whole",
        "party:whole",
    )
    assert list(said["columns"]) == ["whole", "kind"]
    each = said["tasks"]["each"]
    assert each["input"] == {"to": "=whole.mail", "subject": "total", "body": "=whole"}
    assert each["due"] == {"until": "whole"}
    assert "# what it costs" in _after(found, "process.toml")
    texts = tomllib.loads(_after(found, "texts.en.toml"))
    assert texts["order"] == {"total": "The step"}
    assert texts["forms"]["enter"] == {"whole": "Total", "lines/total": "Of the line"}
    tried = tomllib.loads(_after(found, "tests/a.test.toml"))
    assert tried["given"]["values"] == {"whole": 5}
    assert tried["step"] == [{"answer": "total", "expect": {"values": {"whole": "total"}}}]
    assert _after(found, "papers/order.typ") == '#amount("whole")\nOur total: #said("whole").\n'


def test_what_was_renamed_and_back_says_what_it_said():
    there = renamed(AREA, ASKED)
    between = Bundle({**AREA.files, **{k: v for k, v in there.files.items() if v is not None}})

    back = renamed(between, Asked(Kind.VARIABLE, "whole", "total"))

    again = {**between.files, **back.files}
    assert {k: v for k, v in again.items() if ".toml" not in k} == {
        k: v for k, v in AREA.files.items() if ".toml" not in k
    }
    for name in ("process.toml", "texts.en.toml", "tests/a.test.toml"):
        content = again[name]
        assert content is not None
        assert tomllib.loads(content.decode()) == tomllib.loads(AREA.files[name].decode())


@pytest.mark.parametrize(
    ("new", "code"),
    [
        ("total", "RNM-004"),
        ("two words", "RNM-002"),
        ("5th", "RNM-002"),
        ("_own", "RNM-002"),
        ("return", "RNM-002"),  # a word of FEEL
        ("sum", "RNM-002"),  # a function
        ("outcome", "RNM-002"),
        ("kind", "RNM-003"),  # a variable
        ("share", "RNM-003"),  # a field of a row
        ("one", "RNM-003"),  # what a loop calls its item
        ("Limits", "RNM-003"),  # a decision
        ("list", "RNM-003"),
    ],
)
def test_a_name_that_would_mean_something_else_is_refused(new: str, code: str):
    assert problem_of(AREA, Asked(Kind.VARIABLE, "total", new)) == code
    assert problem_of(AREA, ASKED) is None


@pytest.mark.parametrize(
    "expression",
    [
        "=lines[total &gt; 1]",  # the filtered items may have it
        "=total &gt;",
        "${total # 1}",
        "=&#116;otal &gt; 1",  # written in another way than it is read
    ],
)
def test_where_nobody_can_tell_nothing_is_guessed(expression: str):
    drawn = DIAGRAM.replace("${total.price &gt; other.total}", expression)
    area = Bundle({**AREA.files, "order.bpmn": drawn.encode()})

    [unclear] = renamed(area, ASKED).unclear

    assert (unclear.file, unclear.place) == ("order.bpmn", "c")


def test_a_paper_that_asks_for_it_in_another_way_is_told():
    area = Bundle({**AREA.files, "papers/order.typ": b'#let name = "total"\n'})

    [unclear] = renamed(area, ASKED).unclear

    assert (unclear.file, unclear.place) == ("papers/order.typ", "1")


@pytest.mark.parametrize(
    ("text", "language", "after"),
    [
        ("if total then total else 0", "feel", "if whole then whole else 0"),
        ("{total: total, b: total}", "feel", "{total: whole, b: total}"),
        ("some x in total satisfies x.total = 1", "feel", "some x in whole satisfies x.total = 1"),
        ("function(total) total + 1", "feel", "function(total) total + 1"),
        ("count(total)", "feel", "count(whole)"),
        ("// total\ntotal", "feel", "// total\nwhole"),
        ("total و total", "feel", "total و total"),  # one name of three words
        ("total +", "feel", None),
        ("> total, [1..total]", "tests", "> whole, [1..whole]"),
        ("total-${total}-${'total'}", "open", "total-${whole}-${'total'}"),
        ("${execution.setVariable('total', total + 1)}", "open",
         "${execution.setVariable('whole', whole + 1)}"),
        ("total = total + 1\nx = y.total", "python", "whole = whole + 1\nx = y.total"),
        ("مبلغ = total", "python", "مبلغ = whole"),
        ("total.price", "name", "whole.price"),
        ("subtotal", "name", "subtotal"),
    ],
)  # fmt: skip
def test_each_language_is_read_by_its_own_syntax(text: str, language, after: str | None):
    found = said_in_text(text, "total", language)
    assert (found.anew(text, "whole") if found.is_clear else None) == after


def test_words_of_one_name_may_stand_apart():
    assert [tuple(each[:2]) for each in occurrences("order   total * 2", "order total")] == [
        (0, 13)
    ]


@pytest.mark.parametrize("folder", ["tests/e2e/areas/letters", "tests/kit/areas/showcase"])
def test_an_area_reads_and_writes_the_same_whatever_a_variable_is_called(folder: str):
    area = Bundle.read(ROOT / folder)
    before = uses(area.diagrams, area.decisions)
    for each in (one.name for one in offered(area) if one.kind is Kind.VARIABLE):
        found = renamed(area, Asked(Kind.VARIABLE, each, "called_otherwise"))
        after = Bundle({**area.files, **{k: v for k, v in found.files.items() if v is not None}})
        told = uses(after.diagrams, after.decisions)

        assert found.unclear == ()
        assert {one.name: (one.read, one.written) for one in told.variables} == {
            "called_otherwise" if one.name == each else one.name: (one.read, one.written)
            for one in before.variables
        }
        assert len(bpmn.lint(after.diagrams, after.decisions)) == len(
            bpmn.lint(area.diagrams, area.decisions)
        )
