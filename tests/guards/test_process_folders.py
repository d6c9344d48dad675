"""Every process folder found is whole: forms, handlers and texts in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from engine import bpmn, feel
from engine.catalogue.bundle import Bundle
from engine.catalogue.find import find_areas, load_areas
from engine.catalogue.handlers import REGISTRY
from engine.commands.models import model_of
from engine.commands.no_return import points_of_no_return
from engine.sdk import new_id
from engine.storage.bundles import Deployed
from forms import Form
from tests.guards.tree import ROOT
from webapp.cases.meanings import meanings_of
from webapp.cases.why import condition_in_words
from webapp.manner import Manner
from webapp.problems import TEXTS
from webapp.wording import Words

AREAS = [each for each in find_areas() if each.folder.is_relative_to(ROOT)]
#: forms in which somebody votes, rules on a right, or judges between two sides: no colour favours
#: an outcome
JUDGED = frozenset(
    {
        "accept_few", "answer_complaint", "answer_objection", "approve_crossing", "auction_approve",
        "auction_higher", "auction_title", "auction_winner", "call_guarantee", "confirm_refusal",
        "decide_complaint", "decide_objection", "decide_registration", "extend_validity",
        "prequal_shortfall", "tender_few", "waiver_higher", "waiver_legal", "waiver_vote",
    }
)  # fmt: skip
#: outcomes that end a matter against somebody: who has one judges, or is of `LINE`
NO = frozenset({"against", "annul", "blocked", "fail", "not_called", "refuse", "reject"})
#: an approval on its way up, and a signature under what one made or agreed to
LINE = frozenset({"approve", "approve_request", "sign_prepared", "sign_supplement"})
PERSIAN = re.compile("[آ-ی]")
LATIN = re.compile("[A-Za-z]")
CODE = re.compile(r"""["']([A-Z]{3}-\d{3})["']""")


@pytest.fixture(scope="module", params=AREAS, ids=lambda area: area.name)
def bundle(request: pytest.FixtureRequest) -> Bundle:
    """What is deployed of one area."""
    return Bundle.read(request.param.folder)


@pytest.fixture(scope="module")
def processes(bundle: Bundle) -> list[bpmn.Process]:
    """The processes of an area; one that only hears of others and has pages has none."""
    return list(model_of(bundle).processes.values()) if bundle.diagrams else []


def test_every_diagram_passes_the_lint(bundle: Bundle):
    assert not bundle.diagrams or list(bpmn.lint(bundle.diagrams, bundle.decisions)) == []


def test_every_process_is_declared_with_its_lanes(bundle: Bundle, processes: list[bpmn.Process]):
    for each in processes:
        lanes = {element.lane_id for element in each.elements if element.kind == "userTask"}
        assert lanes <= set(bundle.process(each.id).lanes), each.id


def test_every_human_task_has_a_form_that_can_be_read(
    bundle: Bundle, processes: list[bpmn.Process]
):
    for process in processes:
        for element in process.elements:
            if element.kind == "userTask":
                assert element.form_id, f"{process.id}: {element.id} names no form"
                assert Form.parse(bundle.forms[element.form_id]).fields is not None


def test_every_button_is_of_a_kind_there_is_and_who_judges_is_led_to_no_outcome(bundle: Bundle):
    for form_id, form in bundle.forms.items():
        kinds = {each.value: each.kind for each in Form.parse(form).outcomes}
        assert set(kinds.values()) <= {"default", "primary", "danger"}, form_id
        is_choice = form_id in JUDGED and len(kinds) > 1
        assert not is_choice or set(kinds.values()) == {"default"}, form_id
        assert not NO & set(kinds) or form_id in JUDGED | LINE, form_id


def test_no_column_of_a_paper_is_headed_by_the_name_of_something_else(bundle: Bundle):
    borrowed = re.compile(r'\("(\w+)", value\("(\w+)"\)\.label')
    for name, paper in bundle.papers.items():
        found = [(one, other) for one, other in borrowed.findall(paper.decode()) if one != other]
        assert found == [], name


def test_every_form_is_used(bundle: Bundle, processes: list[bpmn.Process]):
    by_tasks = {element.form_id for process in processes for element in process.elements}
    by_starts = {bundle.process(each.id).start_form for each in processes}
    assert set(bundle.forms) == {each for each in by_tasks | by_starts if each}


def test_every_service_task_has_a_handler_or_calls_out(
    bundle: Bundle, processes: list[bpmn.Process]
):
    load_areas(AREAS)
    topics = {
        (process.id, element.topic)
        for process in processes
        for element in process.elements
        if element.kind == "serviceTask"
        and bundle.process(process.id).step(element.id).call is None
    }
    assert {each for each in topics if not each[1] or not REGISTRY.knows_topic(each[1])} == set()


def test_every_answer_an_area_keeps_something_of_is_taken_back_or_final_for_a_reason(
    bundle: Bundle, processes: list[bpmn.Process]
):
    load_areas(AREAS)
    for process in processes:
        final = points_of_no_return(bundle, process.id)
        kept = {step for process_id, step in REGISTRY.answers if process_id == process.id}
        back = {step for process_id, step in REGISTRY.recalls if process_id == process.id}
        assert kept - back - final.keys() == set(), process.id
        assert back & final.keys() == set(), process.id
        for step, reason in final.items():
            assert reason, f"{process.id}: {step} does not say why it is final"
            assert bundle.text("en", "no_return", step), f"{process.id}: {step}"


def test_every_step_deadline_and_separation_names_a_task_of_its_diagram(
    bundle: Bundle, processes: list[bpmn.Process]
):
    for process in processes:
        config = bundle.process(process.id)
        tasks = {each.id for each in process.elements if each.kind == "userTask"}
        separated = {step for each in config.separations for step in each.steps}
        asked = {each for each, step in config.steps.items() if step.call is None}
        assert asked | separated <= tasks, process.id
        assert {each.lane for each in config.messages.values()} <= set(config.lanes)


def test_what_people_read_of_a_diagram_is_persian_with_english_beside_it(
    bundle: Bundle, processes: list[bpmn.Process]
):
    missing = []
    for process in processes:
        named = {each.id: each.name for each in process.elements if each.name}
        named |= {each.id: each.name for each in process.lanes if each.name}
        for element_id, name in named.items():
            if PERSIAN.search(name) and not bundle.text("en", process.id, element_id):
                missing.append(f"{process.id}.{element_id} {name}")
        if not bundle.text("en", process.id, "title"):
            missing.append(f"{process.id}.title")
    assert missing == []


def test_what_people_read_of_a_form_is_persian_with_english_beside_it(bundle: Bundle):
    missing = []
    for form_id, form in bundle.forms.items():
        for section, key, persian in _said(form):
            path = (section, form_id, *key)
            if PERSIAN.search(persian) and not bundle.text("en", *path):
                missing.append(".".join(path))
    assert missing == []


def test_every_column_message_and_error_is_told_in_both_languages(bundle: Bundle):
    for section in ("columns", "errors", "messages", "variables", "values"):
        persian = bundle.texts["fa"].get(section, {})
        english = bundle.texts["en"].get(section, {})
        assert set(persian) == set(english), section
    for name, told in bundle.texts["fa"].get("values", {}).items():
        assert set(told) == set(bundle.texts["en"]["values"][name]), name
    for process in bundle.config.processes.values():
        assert set(process.columns) <= set(bundle.texts["fa"]["columns"]), process.process_id


def test_every_variable_a_condition_speaks_of_has_a_name_in_both_languages(
    bundle: Bundle, processes: list[bpmn.Process]
):
    asked = {field.key for form in bundle.forms.values() for field in Form.parse(form).fields}
    for process in processes:
        known = asked | {"outcome"} | set(bundle.process(process.id).columns)
        used = {
            name
            for element in process.elements
            for flow in element.outgoing
            if flow.condition
            for name in feel.compile_expression(flow.condition).names
        }
        for language in ("fa", "en"):
            told = bundle.texts[language].get("variables", {})
            assert used <= known | told.keys(), (process.id, language)


def test_what_a_condition_asks_is_said_in_persian_without_a_code(
    bundle: Bundle, processes: list[bpmn.Process]
):
    """«نتیجهٔ مزایده «repeat» است» says nothing to who reads why a case went this way."""
    spoken, said = Manner.of("fa"), {}
    for process in processes:
        words = Words(Deployed(new_id(), process.id, 1, process.id, bundle), "fa")
        for element in process.elements:
            meanings = meanings_of(words, element.id, spoken)
            for flow in element.outgoing:
                said[f"{process.id}.{flow.id}"] = condition_in_words(flow, meanings)
    assert {at: text for at, text in said.items() if LATIN.search(text)} == {}


@pytest.mark.parametrize("area", AREAS, ids=lambda area: area.name)
def test_every_error_code_an_area_uses_has_a_text(area: Any):
    used = {
        code
        for path in area.folder.rglob("*.py")
        if "tests" not in path.parts
        for code in CODE.findall(path.read_text(encoding="utf-8"))
    }
    worded = {*Bundle.read(area.folder).texts["fa"]["errors"], *TEXTS}
    assert used - worded == set()


def _said(form: dict[str, Any]) -> Iterator[tuple[str, tuple[str, ...], str]]:
    """Give section, key and Persian text of everything a form shows."""
    for field in _fields(form.get("components", ())):
        key = str(field.get("key") or "")
        if key and field.get("label"):
            yield "forms", (key,), field["label"]
        for value in field.get("values", ()):
            yield "options", (key, str(value["value"])), value["label"]
    for outcome in form.get("divan", {}).get("outcomes", ()):
        yield "outcomes", (outcome["value"],), outcome["label"]


def _fields(components: Any) -> Iterator[dict[str, Any]]:
    for each in components:
        yield each
        yield from _fields(each.get("components", ()))
