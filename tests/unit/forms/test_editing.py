"""Editing a form: every act keeps it readable, texts of both languages follow, nothing is lost."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forms import Form
from forms.document import Document, Place, Unreadable, read, written
from forms.editing import (
    added,
    duplicated,
    entered,
    left,
    lowered,
    put,
    raised,
    removed,
)
from forms.errors import Fault, FormUnreadable
from forms.filling import filled, rows, shown, table_of, when
from forms.fresh import fresh
from forms.parsing import parsed
from forms.vocabulary import COMPONENTS, FORM, OTHERS, As, Property
from tests.kit.forms import FOLDER

FILES = sorted(Path(__file__).parents[3].glob("processes/*/forms/*.form"))
FILES += sorted((FOLDER / "forms").glob("*.form"))
ACTS = {
    "raised": raised,
    "lowered": lowered,
    "entered": entered,
    "left": left,
    "duplicated": duplicated,
    "removed": removed,
}


def _document(*components: dict[str, Any], words: Any = None) -> Document:
    return Document({"id": "x", "components": list(components)}, words or {})


def _keys(document: Document) -> list[str]:
    return [document.paths[place] for place, _ in document.places if place in document.paths]


@pytest.mark.parametrize("kind", sorted(COMPONENTS))
def test_each_component_of_the_palette_begins_as_a_form_that_can_be_deployed(kind: str):
    document = _document({"type": "textfield", "key": kind})

    document, at = added(document, (0,), fresh(kind, document, "نام"))

    Form.parse(document.json)
    assert at == (1,)


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """Forms as the editor makes them: components of all types, nested, some of them pages."""
    document = _document(words={("forms", "textfield"): "First"})
    for kind in draw(st.lists(st.sampled_from(sorted(COMPONENTS)), min_size=1, max_size=8)):
        places = [(), *(place for place, _ in document.places)]
        document, at = added(document, draw(st.sampled_from(places)), fresh(kind, document, "نام"))
        path = document.paths[at]
        document = document.with_words({("forms", path): f"English of {path}"})
    return document


@settings(max_examples=60)
@given(documents(), st.lists(st.tuples(st.sampled_from(sorted(ACTS)), st.integers(0, 30))))
def test_whatever_is_done_in_any_order_the_form_stays_one_that_is_read(
    document: Document, acts: list[tuple[str, int]]
):
    for name, number in acts:
        places = [place for place, _ in document.places]
        if not places:
            break
        before = json.dumps(document.json)
        done, at = ACTS[name](document, places[number % len(places)])

        assert json.dumps(document.json) == before  # so undoing is having the one before
        assert done.at(at) is not None or not at
        assert all(each[0] == "forms" for each in done.words)
        _only_of_places(done)
        document = done


def _only_of_places(document: Document) -> None:
    """Read the form; all that may be wrong is that some component stands where it may not."""
    assert {each.rule for each in _faults(document)} <= {"FORM-008", "FORM-011"}


def _faults(document: Document) -> tuple[Fault, ...]:
    try:
        Form.parse(document.json)
    except FormUnreadable as unreadable:
        return unreadable.faults
    return ()


@settings(max_examples=60)
@given(documents(), st.data())
def test_the_text_in_the_other_language_goes_with_its_component(
    document: Document, data: st.DataObject
):
    places = [place for place, _ in document.places if place in document.paths]
    place = data.draw(st.sampled_from(places))
    there = data.draw(st.sampled_from(places))
    text = document.words.get(("forms", document.paths[place]))
    own = dict(document.at(place) or {})

    done, at = put(document, there, place)

    assert done.words.get(("forms", done.paths[at])) == text
    assert {**(done.at(at) or {})} == own
    assert len(list(done.places)) == len(list(document.places))


def test_a_path_is_the_one_by_which_the_form_looks_its_texts_up():
    for file in FILES:
        document = read(file.read_text("utf-8"))
        found: list[str] = []

        def note(path: str, component: Any, found: list[str] = found) -> Any:
            found.append(path)
            return component

        Form.parse(document.json).changed(note)

        assert sorted(_keys(document)) == sorted(found), file.name


@pytest.mark.parametrize("file", FILES, ids=lambda each: f"{each.parts[-3]}-{each.stem}")
def test_a_form_that_is_shown_and_sent_back_unchanged_is_the_same_byte_for_byte(file: Path):
    text = file.read_text("utf-8")
    document = read(text)

    done = document
    for place, component in [((), document.json), *document.places]:
        done = filled(done, place, dict(_as_shown(component, table_of(component) or FORM)))

    assert written(done, text) == text


def _as_shown(component: dict[str, Any], table: tuple[Property, ...]) -> Iterator[tuple[str, str]]:
    for each in table:
        if each.kind is not As.ROWS:
            yield each.path, shown(component, each)
            yield each.path + ":when", when(component, each) if each.kind is As.WHEN else ""
            continue
        for number, row in enumerate(rows(component, each)):
            for inner in each.rows:
                yield f"{each.path}:{number}:{inner.path}", shown(row, inner)


def test_what_the_editor_does_not_know_stays_where_it_is():
    strange = {"type": "rial", "key": "a", "properties": {"x": [1.5, "ی"]}, "validate": {"odd": 1}}
    text = json.dumps(
        {"id": "x", "exporter": {"v": 1}, "components": [strange, 7, {"type": "new"}]}
    )
    document = read(text)

    done = filled(document, (0,), {"label": "مبلغ", "validate.max": "۵٬۰۰۰", "label:en": "Amount"})

    own = json.loads(written(done, text))
    assert own["exporter"] == {"v": 1}
    assert own["components"][1:] == [7, {"type": "new"}]
    assert own["components"][0] == {
        **strange,
        "label": "مبلغ",
        "validate": {"odd": 1, "max": 5000},
    }
    assert done.words == {("forms", "a"): "Amount"}


def test_a_component_called_anew_takes_its_texts_along():
    words = {("forms", "a"): "A", ("options", "a", "1"): "One", ("forms", "b"): "B"}
    choice = {"type": "select", "key": "a", "values": [{"value": "1", "label": "یک", "more": 2}]}
    document = _document(choice, {"type": "textfield", "key": "b"}, words=words)

    done = filled(
        document,
        (0,),
        {
            "key": "c",
            "label:en": "C",
            "values:0:value": "one",
            "values:0:label": "یک",
            "values:0:label:en": "One",
            "values:1:value": "two",
            "values:1:label": "دو",
            "values:1:label:en": "Two",
            "values:2:value": "",
        },
    )

    assert done.words == {
        ("forms", "c"): "C",
        ("forms", "b"): "B",
        ("options", "c", "one"): "One",
        ("options", "c", "two"): "Two",
    }
    assert (done.at((0,)) or {})["values"] == [
        {"value": "one", "label": "یک", "more": 2},
        {"value": "two", "label": "دو"},
    ]


@pytest.mark.parametrize(
    ("posted", "path", "value"),
    [
        ({"validate.required": "yes"}, ("validate",), {"required": True}),
        ({"validate.required": "when", "validate.required:when": "b > 1"}, ("validate",),
         {"required": "=b > 1"}),
        ({"validate.required": "", "validate.required:when": "b > 1"}, ("validate",),
         {"required": "=b > 1"}),
        ({"validate.max": "=budget"}, ("validate",), {"max": "=budget"}),
        ({"validate.max": "some"}, ("validate",), {"max": "some"}),
        ({"validate.min": "۲٫۵"}, ("validate",), {"min": 2.5}),
        ({"conditional.hide": "= b "}, ("conditional",), {"hide": "=b"}),
        ({"divan.outcomes": "ok, no"}, ("divan",), {"outcomes": ["ok", "no"]}),
        ({"layout.columns": "8"}, ("layout",), {"columns": 8}),
        ({"label": ""}, ("label",), None),
    ],
    ids=lambda each: "-".join(each) if isinstance(each, dict) else None,
)  # fmt: skip
def test_a_text_is_written_as_its_property_has_it(
    posted: dict[str, str], path: tuple[str, ...], value: Any
):
    document = _document({"type": "number", "key": "a", "label": "x"})

    done = filled(document, (0,), posted)

    assert (done.at((0,)) or {}).get(path[0]) == value


def test_a_form_of_several_pages_gets_what_is_added_on_a_page():
    page = {"type": "group", "id": "p", "divan": {"page": True}, "components": []}
    document = _document(page)

    done, at = added(document, (), fresh("rial", document))

    assert at == (0, 0)
    Form.parse(done.json)


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{", '{"a": NaN}', '{"a": 1e999}', "[" * 100_000, '{"a":' * 500 + "1" + "}" * 500],
    ids=["empty", "list", "broken", "nan", "huge", "deep", "deep object"],
)
def test_what_is_no_form_is_refused_and_nothing_more(text: str):
    with pytest.raises(Unreadable):
        read(text)


class Spied(dict[str, Any]):
    """A JSON object that notes which of its properties are asked for."""

    def __init__(self, content: dict[str, Any], seen: set[str], before: str = "") -> None:
        inner = {
            name: Spied(each, seen, f"{before}{name}.") if isinstance(each, dict) else each
            for name, each in content.items()
        }
        super().__init__(inner)
        self.seen, self.before = seen, before

    def get(self, name: str, default: Any = None) -> Any:
        self.seen.add(self.before + name)
        return super().get(name, default)

    def __getitem__(self, name: str) -> Any:
        self.seen.add(self.before + name)
        return super().__getitem__(name)

    def __contains__(self, name: object) -> bool:
        self.seen.add(f"{self.before}{name}")
        return super().__contains__(name)


_NESTED = ("validate", "appearance", "conditional", "divan", "layout")


def _read_of(kind: str) -> set[str]:
    """Return the properties that the reader looks at in a component of a type."""
    seen: set[str] = set()
    begins = {"type": kind, "key": "a", "path": "a", **{name: {"": 0} for name in _NESTED}}
    component = Spied({**begins, "divan": {"page": False}}, seen)
    with_list = {"components": [component]}
    with contextlib.suppress(FormUnreadable):
        parsed(with_list)
    return seen - {*_NESTED, "type", "id", "components"}


@pytest.mark.parametrize("kind", sorted(COMPONENTS))
def test_the_editor_asks_for_what_the_reader_of_forms_reads(kind: str):
    asked = {each.path for each in COMPONENTS[kind]}

    assert asked <= _read_of(kind)


def test_the_reader_of_forms_reads_nothing_that_the_editor_does_not_ask_for():
    asked = {each.path for kind in COMPONENTS for each in COMPONENTS[kind]}

    for kind in COMPONENTS:
        assert _read_of(kind) - asked - {*OTHERS} == set(), kind


def test_the_editor_has_every_type_of_component_there_is():
    for kind in [*COMPONENTS, "button", "html", "iframe"]:
        try:
            Form.parse({"components": [{"type": kind, "key": "a", "path": "a"}]})
            is_known = True
        except FormUnreadable as unreadable:
            is_known = unreadable.faults[0].rule != "FORM-001"
        assert is_known == (kind in COMPONENTS or kind == "button")


def _place(*numbers: int) -> Place:
    return numbers


def test_a_component_goes_into_the_group_beside_it_and_out_again():
    group = {"type": "group", "id": "g", "components": [{"type": "rial", "key": "b"}]}
    document = _document({"type": "rial", "key": "a"}, group)

    inside, at = entered(document, _place(0))
    assert (at, _keys(inside)) == ((0, 0), ["g", "a", "b"])
    outside, at = left(inside, at)
    assert (at, _keys(outside)) == ((1,), ["g", "b", "a"])


def test_what_is_dragged_into_an_empty_group_stands_in_it():
    document = _document({"type": "rial", "key": "a"}, {"type": "group", "id": "g"})

    done, at = put(document, _place(1, 0), _place(0))

    assert (at, _keys(done)) == ((0, 0), ["g", "a"])


def test_what_is_dropped_where_nothing_can_stand_stays_where_it_was():
    page = {"type": "group", "id": "p", "divan": {"page": True}, "components": []}
    field, amount = {"type": "textfield", "key": "a"}, {"type": "rial", "key": "b"}
    plain = _document(field, amount)
    paged = _document({**page, "components": [field]}, {**page, "id": "q"})

    assert put(plain, _place(0, 0), _place(1)) == (plain, (1,))  # into a field
    assert put(paged, _place(1), _place(0, 0)) == (paged, (0, 0))  # beside pages
    assert put(paged, _place(1, 0), _place(0)) == (paged, (0,))  # a page into a page
    assert put(paged, _place(0, 0), _place(0)) == (paged, (0,))  # into itself
