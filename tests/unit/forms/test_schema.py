from __future__ import annotations

import pytest

from forms import Choice, Field, Form, Group, Note
from forms.components import DynamicList
from forms.errors import FormUnreadable

JSON = {
    "id": "describe",
    "components": [
        {"type": "text", "id": "about", "text": "شرح"},
        {
            "type": "group",
            "key": "price",
            "label": "بها",
            "components": [{"type": "rial", "key": "amount", "label": "مبلغ"}],
        },
        {
            "type": "select",
            "key": "kind",
            "label": "نوع",
            "values": [{"value": "goods", "label": "کالا"}],
        },
        {"type": "select", "key": "seller", "divan": {"options": "sellers"}},
        {"type": "textarea", "key": "why", "label": "علت", "divan": {"outcomes": ["return"]}},
    ],
    "divan": {"outcomes": [{"value": "return", "label": "عودت", "requires": ["why"]}]},
}


def test_fields_are_found_in_document_order_inside_groups_too():
    assert [each.key for each in Form.parse(JSON).fields] == ["amount", "kind", "seller", "why"]


def test_the_structure_of_the_form_is_kept_for_the_page():
    note, group, *_ = Form.parse(JSON).components

    assert isinstance(note, Note)
    assert isinstance(group, Group)
    assert note.text == "شرح"
    assert group.label == "بها"


def test_a_field_for_one_outcome_is_asked_only_with_it():
    why = Form.parse(JSON).field("why")

    assert why is not None
    assert why.is_asked_for("return")
    assert not why.is_asked_for("approve")


def test_a_read_only_field_is_never_asked():
    form = Form.parse({"components": [{"type": "rial", "key": "net", "readonly": True}]})

    assert not form.fields[0].is_asked_for(None)


def test_an_unknown_component_type_is_refused_by_name():
    with pytest.raises(FormUnreadable, match="'iframe'"):
        Form.parse({"components": [{"type": "iframe", "key": "x"}]})


def test_a_field_without_a_key_is_refused():
    with pytest.raises(FormUnreadable, match="without a key"):
        Form.parse({"components": [{"type": "textfield"}]})


def test_the_texts_of_another_language_are_laid_over_the_form():
    overlay = {
        ("forms", "describe", "amount"): "Price",
        ("forms", "describe", "price"): "Money",
        ("forms", "describe", "about"): "About it",
        ("options", "describe", "kind", "goods"): "Goods",
        ("outcomes", "describe", "return"): "Send back",
    }

    form = Form.parse(JSON).in_words_of(lambda *path, default: overlay.get(path, default))

    note, group, kind, *_ = form.components
    assert isinstance(note, Note)
    assert isinstance(group, Group)
    assert isinstance(kind, Field)
    assert (note.text, group.label, form.fields[0].label) == ("About it", "Money", "Price")
    assert kind.choices == (Choice("goods", "Goods"),)
    assert kind.label == "نوع"
    assert form.outcomes[0].label == "Send back"


def test_choices_that_depend_on_who_asks_are_filled_in():
    form = Form.parse(JSON).with_choices({"seller": (Choice("10", "فروشگاه"),)})

    seller = form.field("seller")
    assert seller is not None
    assert seller.label_of("10") == "فروشگاه"
    assert seller.source == "sellers"


def test_what_stands_in_a_list_is_told_by_its_path_and_else_by_its_key():
    rows = [
        {"type": "rial", "key": "amount", "label": "مبلغ"},
        {"type": "textfield", "key": "seller", "label": "فروشنده"},
    ]
    json = {"id": "f", "components": [{"type": "dynamiclist", "path": "paid", "components": rows}]}
    overlay = {
        ("forms", "f", "amount"): "Amount",
        ("forms", "f", "seller"): "Who sells",
        ("forms", "f", "paid/seller"): "Seller",
    }

    form = Form.parse(json).in_words_of(lambda *path, default: overlay.get(path, default))

    [paid] = form.components
    assert isinstance(paid, DynamicList)
    rows_told = [each.label for each in paid.components if isinstance(each, Field)]
    assert rows_told == ["Amount", "Seller"]
