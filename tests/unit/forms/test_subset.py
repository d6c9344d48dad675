"""What a form file may say: form-js as Camunda Modeler writes it, and what is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest

from engine.catalogue.bundle import Bundle
from forms import DynamicList, Form
from forms.deploying import findings
from forms.errors import FormUnreadable
from tests.kit.forms import FOLDER

#: As Camunda Modeler 5 saves a form for Camunda 8.
MODELER: dict[str, Any] = {
    "components": [
        {
            "text": "# Invoice",
            "type": "text",
            "layout": {"row": "Row_1", "columns": None},
            "id": "F_1",
        },
        {
            "label": "Creditor",
            "type": "textfield",
            "layout": {"row": "Row_2", "columns": 8},
            "id": "Field_0l3q",
            "key": "creditor",
            "validate": {"required": True, "minLength": 2},
            "properties": {"anything": "of the analyst"},
        },
        {
            "label": "Amount",
            "type": "number",
            "layout": {"row": "Row_2", "columns": 8},
            "id": "Field_0l3r",
            "key": "amount",
            "increment": "0.01",
            "decimalDigits": 2,
            "appearance": {"prefixAdorner": "€"},
        },
        {
            "subtype": "date",
            "dateLabel": "Date",
            "type": "datetime",
            "id": "Field_0l3s",
            "key": "date",
            "disallowPassedDates": False,
        },
        {"label": "", "type": "spacer", "id": "Field_1", "height": 60},
        {
            "label": "Positions",
            "components": [{"label": "Text", "type": "textfield", "id": "Field_2", "key": "text"}],
            "showOutline": True,
            "isRepeating": True,
            "allowAddRemove": True,
            "defaultRepetitions": 1,
            "type": "dynamiclist",
            "id": "Field_3",
            "path": "positions",
        },
        {"label": "Submit", "action": "submit", "type": "button", "id": "Field_4"},
    ],
    "type": "default",
    "id": "invoice",
    "executionPlatform": "Camunda Cloud",
    "executionPlatformVersion": "8.6.0",
    "exporter": {"name": "Camunda Modeler", "version": "5.29.0"},
    "schemaVersion": 17,
}


def faults(*components: dict[str, Any], **form: Any) -> list[tuple[str, str, str]]:
    with pytest.raises(FormUnreadable) as unreadable:
        Form.parse({"id": "f", "components": components, **form})
    return [(each.rule, each.component, each.property) for each in unreadable.value.faults]


def test_a_form_of_camunda_modeler_is_read_as_it_is():
    form = Form.parse(MODELER)

    assert list(form.by_path) == ["creditor", "amount", "date", "positions", "positions/text"]
    assert form.label_of("date") == "Date"
    assert form.label_of("positions/3/text") == "Text"
    assert isinstance(form.list_at("positions"), DynamicList)


@pytest.mark.parametrize(
    ("component", "fault"),
    [
        ({"type": "iframe", "id": "x"}, ("FORM-001", "x", "type")),
        ({"type": ["text"], "id": "x"}, ("FORM-001", "x", "type")),
        ({"type": "html", "id": "x"}, ("FORM-001", "x", "type")),
        ({"type": "textfield", "key": "a/b"}, ("FORM-002", "a/b", "key")),
        ({"type": "textfield", "key": "_go"}, ("FORM-002", "_go", "key")),
        ({"type": "textfield", "key": "outcome"}, ("FORM-002", "outcome", "key")),
        ({"type": "textfield", "key": "this"}, ("FORM-002", "this", "key")),
        ({"type": "dynamiclist", "id": "x"}, ("FORM-002", "x", "path")),
        (
            {"type": "textfield", "key": "x", "conditional": {"hide": "=a >"}},
            ("FORM-004", "x", "conditional.hide"),
        ),
        ({"type": "expression", "key": "x", "expression": "1"}, ("FORM-004", "x", "expression")),
        ({"type": "button", "id": "x", "action": "reset"}, ("FORM-005", "x", "action")),
        ({"type": "textfield", "key": "x", "label": "=a"}, ("FORM-005", "x", "label")),
        (
            {"type": "number", "key": "x", "serializeToString": True},
            ("FORM-005", "x", "serializeToString"),
        ),
        (
            {"type": "textfield", "key": "x", "divan": {"colour": 1}},
            ("FORM-005", "x", "divan.colour"),
        ),
        (
            {"type": "number", "key": "x", "validate": {"min": "a"}},
            ("FORM-006", "x", "validate.min"),
        ),
        ({"type": "textfield", "key": "x", "validate": []}, None),
        ({"type": "textfield", "key": "x", "validate": 1}, ("FORM-006", "x", "validate")),
        (
            {"type": "textfield", "key": "x", "validate": {"pattern": "(a+)+"}},
            ("FORM-006", "x", "validate.pattern"),
        ),
        (
            {"type": "textfield", "key": "x", "validate": {"pattern": "(?P<n>a)"}},
            ("FORM-006", "x", "validate.pattern"),
        ),
        ({"type": "textfield", "key": "x", "divan": {"value": "=x + 1"}}, ("FORM-007", "x", "")),
        (
            {"type": "select", "key": "x", "values": [{"value": "a"}, {"value": "a"}]},
            ("FORM-009", "x", "values"),
        ),
        (
            {"type": "radio", "key": "x", "values": [{"value": "a"}], "valuesKey": "b"},
            ("FORM-009", "x", "values"),
        ),
        (
            {
                "type": "dynamiclist",
                "path": "x",
                "components": [{"type": "textfield", "key": "a", "readonly": True}],
            },
            ("FORM-012", "x/a", "readonly"),
        ),
    ],
)
def test_what_is_outside_the_subset_is_refused_with_its_place(
    component: dict[str, Any], fault: tuple[str, str, str] | None
):
    if fault is None:
        assert Form.parse({"components": [component]}).fields
    else:
        assert faults(component) == [fault]


def test_all_that_is_wrong_is_said_at_once():
    found = faults(
        {"type": "iframe", "id": "one"},
        {"type": "textfield", "key": "a", "divan": {"value": "=b"}},
        {"type": "textfield", "key": "b", "divan": {"value": "=a"}},
        {"type": "textfield", "key": "b"},
        divan={"outcomes": [{"value": "send", "requires": ["nothing"]}], "colour": 1},
    )

    assert found == [
        ("FORM-005", "", "divan.colour"),
        ("FORM-001", "one", "type"),
        ("FORM-003", "b", "key"),
        ("FORM-010", "send", "requires"),
        ("FORM-007", "a", ""),
    ]


def test_a_question_outside_of_the_pages_is_refused():
    page = {"type": "group", "id": "p", "divan": {"page": True}, "components": []}

    assert faults(page, {"type": "textfield", "key": "a"}) == [("FORM-008", "a", "")]
    inside = {"type": "group", "id": "g", "components": [page]}
    assert faults(inside) == [("FORM-008", "p", "divan.page")]


def test_a_form_that_is_too_deep_or_too_large_is_refused():
    deep: dict[str, Any] = {"type": "textfield", "key": "x"}
    for number in range(100):
        deep = {"type": "group", "id": f"g{number}", "components": [deep]}

    assert faults(deep)[0][0] == "FORM-011"
    many = [{"type": "separator", "id": f"s{n}"} for n in range(2001)]
    assert [each[0] for each in faults(*many)] == ["FORM-011"]


def test_a_property_that_changes_nothing_is_kept():
    form = Form.parse({"components": [{"type": "textfield", "key": "a", "colour": "red"}]})

    assert form.fields[0].key == "a"


def test_the_forms_of_a_bundle_are_checked_and_named():
    files = {**Bundle.read(FOLDER).files}
    files["forms/everything.form"] = json.dumps(
        {"id": "everything", "components": [{"type": "iframe", "id": "x"}]}
    ).encode()

    [finding] = findings(Bundle(files))

    assert (finding.rule, finding.file, finding.element_id) == (
        "FORM-001",
        "forms/everything.form",
        "x",
    )
