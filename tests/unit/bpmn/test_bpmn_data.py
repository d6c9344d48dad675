"""Data objects, data inputs and outputs, and the associations between them."""

from __future__ import annotations

import pytest

from engine import bpmn
from tests.unit.bpmn.diagrams import Case, condition, inside, model, on, process, timer, users

OBJECTS = (
    '<dataObject id="do_invoice" name="Invoice"/><dataObject id="do_report"/>'
    '<dataObjectReference id="ref_invoice" dataObjectRef="do_invoice" name="Paid invoice"/>'
    '<dataObjectReference id="ref_report" dataObjectRef="do_report" name="Report"/>'
)


def arrow(way: str, source: str, target: str, inner: str = "") -> str:
    """Return a data association; ``way`` is Input or Output."""
    ends = f"<sourceRef>{source}</sourceRef>" if source else ""
    mark = f"data{way}Association"
    return f"<{mark}>{ends}<targetRef>{target}</targetRef>{inner}</{mark}>"


def turned(text: str) -> str:
    return f"<transformation>{text}</transformation>"


def assigned(text: str, to: str) -> str:
    return f"<assignment><from>{text}</from><to>{to}</to></assignment>"


def spec(*, takes: str = "", gives: str = "", sets: str = "") -> str:
    """Return an ioSpecification of inputs and outputs named by their ids."""
    inputs = "".join(f'<dataInput id="in_{each}" name="{each}"/>' for each in takes.split())
    outputs = "".join(f'<dataOutput id="out_{each}" name="{each}"/>' for each in gives.split())
    return f"<ioSpecification>{inputs}{outputs}{sets}</ioSpecification>"


def task(inner: str, task_id: str = "t") -> str:
    return f'<userTask id="{task_id}">{inner}</userTask>'


def local(case: Case, element_id: str = "t") -> dict[str, object]:
    wait = case.wait(element_id)
    assert isinstance(wait, (bpmn.HumanWait, bpmn.ServiceWait))
    return dict(wait.local)


def test_an_input_is_copied_when_the_activity_begins_and_seen_only_inside():
    body = OBJECTS + task(spec(takes="bill") + arrow("Input", "ref_invoice", "in_bill"))
    case = Case.of(model(body, "s -> t; t -> e"), Invoice={"sum": 5})

    assert local(case) == {"bill": {"sum": 5}}
    assert case.answer("t").step.values == {"Invoice": {"sum": 5}}


def test_an_output_goes_to_its_data_object_when_the_activity_ends():
    body = OBJECTS + task(spec(gives="made") + arrow("Output", "out_made", "ref_report"))
    case = Case.of(model(body, "s -> t; t -> e")).answer("t", {"made": "text", "ok": True})

    assert case.step.values == {"Report": "text", "ok": True}


def test_an_output_that_was_not_produced_leaves_what_was_there():
    body = OBJECTS + task(spec(gives="made") + arrow("Output", "out_made", "ref_report"))
    case = Case.of(model(body, "s -> t; t -> e"), Report="old").answer("t", {"ok": True})

    assert case.step.values == {"Report": "old", "ok": True}


def test_a_transformation_turns_what_it_copies():
    inner = (
        spec(takes="sum", gives="made")
        + arrow("Input", "ref_invoice", "in_sum", turned("Invoice.net + Invoice.tax"))
        + arrow("Output", "out_made", "ref_report", turned('"made: " + made'))
    )
    case = Case.of(model(OBJECTS + task(inner), "s -> t; t -> e"), Invoice={"net": 4, "tax": 1})

    assert local(case) == {"sum": 5, "made": None}
    assert case.answer("t", {"made": "x"}).step.values["Report"] == "made: x"


def test_assignments_fill_places_of_their_target():
    inner = spec(takes="bill") + arrow(
        "Input",
        "ref_invoice",
        "in_bill",
        assigned("Invoice.net * 2", "double.net") + assigned('"IRR"', "bill.currency"),
    )
    inner += arrow("Output", "", "ref_invoice", assigned("bill.double.net", "twice"))
    case = Case.of(model(OBJECTS + task(inner), "s -> t; t -> e"), Invoice={"net": 4})

    assert local(case) == {"bill": {"net": 4, "double": {"net": 8}, "currency": "IRR"}}
    assert case.answer("t").step.values == {"Invoice": {"net": 4, "twice": 8}}


def test_an_arrow_that_is_only_drawn_changes_nothing():
    drawn = (
        '<property id="pp" name="__targetRef_placeholder"/>'
        + arrow("Input", "ref_invoice", "pp")
        + arrow("Output", "", "ref_report")
        + arrow("Input", "store", "pp")
    )
    body = OBJECTS + '<dataStoreReference id="store" name="Archive"/>' + task(drawn)
    case = Case.of(model(body, "s -> t; t -> e"), Invoice=1)

    assert local(case) == {}
    assert case.answer("t", {"Report": 2}).step.values == {"Invoice": 1, "Report": 2}


def test_a_nameless_input_is_a_drawing_even_where_an_input_set_asks_for_it():
    sets = "<inputSet><dataInputRefs>di</dataInputRefs></inputSet><outputSet/>"
    inner = f'<ioSpecification><dataInput id="di"/>{sets}</ioSpecification>'
    inner += arrow("Input", "ref_invoice", "di")

    assert Case.of(model(OBJECTS + task(inner), "s -> t; t -> e")).waiting == ["t"]


WANTS = spec(
    takes="bill", sets="<inputSet><dataInputRefs>in_bill</dataInputRefs></inputSet><outputSet/>"
) + arrow("Input", "ref_invoice", "in_bill")
MAKES = spec(gives="made") + arrow("Output", "out_made", "ref_invoice")
FORK = (
    OBJECTS
    + '<parallelGateway id="f"/><parallelGateway id="j"/>'
    + task(MAKES, "maker")
    + task(WANTS, "taker")
)
BESIDE = "s -> f; f -> maker; f -> taker; maker -> j; taker -> j; j -> e"


def test_an_activity_waits_for_a_required_input_that_another_one_makes():
    case = Case.of(model(FORK, BESIDE))
    assert [type(each) for each in case.step.waiting] == [bpmn.HumanWait, bpmn.ConditionWait]

    case.answer("maker", {"made": 7})

    assert local(case, "taker") == {"bill": 7}
    assert case.answer("taker").step.finished


def test_an_optional_input_is_not_waited_for():
    sets = "<optionalInputRefs>in_bill</optionalInputRefs></inputSet>"
    body = FORK.replace("</inputSet>", sets, 1)

    case = Case.of(model(body, BESIDE))

    assert [type(each) for each in case.step.waiting] == [bpmn.HumanWait, bpmn.HumanWait]


def test_one_input_set_that_is_there_is_enough():
    other = "<inputSet><dataInputRefs>in_other</dataInputRefs></inputSet><outputSet/>"
    body = FORK.replace("<outputSet/>", other).replace(
        '<dataInput id="in_bill" name="bill"/>',
        '<dataInput id="in_bill" name="bill"/><dataInput id="in_other" name="other"/>',
    )

    case = Case.of(model(body, BESIDE))

    assert [type(each) for each in case.step.waiting] == [bpmn.HumanWait, bpmn.HumanWait]


def test_a_data_object_of_a_sub_process_lives_as_long_as_it():
    objects = '<dataObject id="do_x" name="x"/>'
    sub = inside("sub", objects + users("a", "b"), "sub_in -> a; a -> b; b -> sub_out")
    case = Case.of(model(sub + users("after"), "s -> sub; sub -> after; after -> e"), x="outer")

    case.answer("a", {"x": "inner", "y": 1})
    assert local(case, "b") == {"x": "inner"}
    assert case.step.values == {"x": "outer", "y": 1}

    case.answer("b")
    assert case.step.values == {"x": "outer", "y": 1}


def test_each_item_of_a_multi_instance_has_its_own_inputs():
    marker = (
        "<multiInstanceLoopCharacteristics><extensionElements>"
        '<zeebe:loopCharacteristics inputCollection="=bills" inputElement="one"/>'
        "</extensionElements></multiInstanceLoopCharacteristics>"
    )
    inner = spec(takes="net") + arrow("Input", "ref_invoice", "in_net", turned("one.net")) + marker
    case = Case.of(
        model(OBJECTS + task(inner), "s -> t; t -> e"), bills=[{"net": 1}, {"net": 2}], Invoice=0
    )
    seen = [each.local["net"] for each in case.step.waiting if isinstance(each, bpmn.HumanWait)]

    assert seen == [1, 2]
    assert case.answer("t").answer("t").step.finished
    assert "net" not in case.step.values


def test_a_boundary_event_ends_an_activity_with_inputs_of_its_own():
    body = OBJECTS + task(spec(takes="bill") + arrow("Input", "ref_invoice", "in_bill"))
    body += on("late", "t", timer("P1D")) + users("after")
    case = Case.of(model(body, "s -> t; t -> e; late -> after; after -> e"), Invoice=1)

    assert case.waiting == ["late", "t"]
    assert case.answer("late").waiting == ["after"]
    assert case.answer("after").step.finished


def test_a_condition_on_the_boundary_stays_true_to_the_case():
    body = OBJECTS + task(spec(takes="bill") + arrow("Input", "ref_invoice", "in_bill"))
    body += on("grew", "t", condition("Invoice > 3")) + users("after")
    case = Case.of(model(body, "s -> t; t -> e; grew -> after; after -> e"), Invoice=1)

    assert case.update(Invoice=4).waiting == ["after"]


def test_a_sub_process_sees_its_inputs_everywhere_inside():
    sub = inside(
        "sub",
        users("a") + spec(takes="bill") + arrow("Input", "ref_invoice", "in_bill"),
        "sub_in -> a; a -> sub_out [bill = 1]",
    )
    case = Case.of(model(OBJECTS + sub, "s -> sub; sub -> e"), Invoice=1)

    assert local(case, "a") == {"bill": 1}
    assert case.answer("a").step.finished


@pytest.mark.parametrize(
    ("inner", "rule"),
    [
        pytest.param(arrow("Input", "nowhere", "in_bill", turned("1")), "BPMN-121", id="end"),
        pytest.param(arrow("Input", "ref_invoice", "in_bill", turned("1+")), "BPMN-120", id="feel"),
        pytest.param(
            arrow("Input", "ref_invoice", "in_bill", assigned("1 +", "bill")), "BPMN-120", id="from"
        ),
        pytest.param(
            arrow("Input", "store", "in_bill", assigned("1", "bill")), "BPMN-122", id="no key"
        ),
    ],
)
def test_an_association_that_cannot_do_what_it_says_is_refused(inner, rule):
    body = OBJECTS + '<dataStoreReference id="store"/>' + task(spec(takes="bill") + inner)
    ends = '<startEvent id="s"/><endEvent id="e"/>'

    findings = bpmn.lint({"p.bpmn": process(ends + body, "s -> t; t -> e")})

    assert [(each.rule, each.element_id) for each in findings] == [(rule, "t")]


def test_an_activity_with_inputs_of_its_own_is_cancelled_whole():
    body = OBJECTS + task(spec(takes="bill") + arrow("Input", "ref_invoice", "in_bill"))
    body += users("after")
    case = Case.of(model(body, "s -> t; t -> after; after -> e"), Invoice=1)

    case.step = bpmn.modify(
        case.model,
        "p",
        case.step.stored,
        [bpmn.StartBefore("after"), bpmn.CancelToken(case.token("t"))],
        at=case.at,
    )

    assert case.waiting == ["after"]
    assert case.answer("after").step.finished


def test_a_sub_process_opened_by_hand_has_its_inputs():
    sub = inside(
        "sub",
        users("a") + spec(takes="bill") + arrow("Input", "ref_invoice", "in_bill"),
        "sub_in -> a; a -> sub_out",
    )
    body = OBJECTS + users("first") + sub
    case = Case.of(model(body, "s -> first; first -> sub; sub -> e"), Invoice=1)

    moves: list[bpmn.Instruction] = [bpmn.StartBefore("a"), bpmn.CancelToken(case.token("first"))]
    case.step = bpmn.modify(case.model, "p", case.step.stored, moves, at=case.at)

    assert local(case, "a") == {"bill": 1}
    assert case.answer("a").step.finished


def migrated(case: Case, after: bpmn.Model) -> Case:
    plan = bpmn.propose(case.model, after)
    step = bpmn.migrate(case.model, after, "p", case.step.stored, plan, at=case.at)
    return Case(after, step)


PLAIN = model(OBJECTS + task(""), "s -> t; t -> e")
MAPPED = model(
    OBJECTS
    + task(
        spec(takes="bill", gives="made")
        + arrow("Input", "ref_invoice", "in_bill")
        + arrow("Output", "out_made", "ref_report")
    ),
    "s -> t; t -> e",
)


def test_a_case_migrates_to_a_version_with_data_and_gives_its_outputs():
    case = migrated(Case.of(PLAIN, Invoice=1), MAPPED)

    assert case.answer("t", {"made": 2}).step.values["Report"] == 2


def test_a_case_migrates_to_a_version_without_data_and_goes_on():
    case = migrated(Case.of(MAPPED, Invoice=1), PLAIN)

    assert case.answer("t", {"made": 2}).step.finished


def test_one_that_waits_for_data_stays_where_the_other_version_does_not_wait():
    case = Case.of(model(FORK, BESIDE))
    after = model(
        FORK.replace("<inputSet>", "<inputSet><!-- -->").replace(
            "<dataInputRefs>in_bill</dataInputRefs>", ""
        ),
        BESIDE,
    )

    with pytest.raises(bpmn.MigrationRefused, match="taker"):
        migrated(case, after)


def test_compensation_sees_the_data_objects_of_the_sub_process_it_undoes():
    undo = inside(
        "undo",
        users("back"),
        "undo_in -> back; back -> undo_out",
        by="<compensateEventDefinition/>",
    )
    sub = inside("sub", '<dataObject id="x"/>' + users("a") + undo, "sub_in -> a; a -> sub_out")
    ending = '<endEvent id="t"><compensateEventDefinition/></endEvent>'
    case = Case.of(model(sub + ending, "s -> sub; sub -> t")).answer("a", {"x": 5})

    assert local(case, "back") == {"x": 5}


def test_a_multi_instance_of_the_standard_goes_through_its_data_input_and_fills_its_output():
    marker = (
        "<multiInstanceLoopCharacteristics><loopDataInputRef>in_all</loopDataInputRef>"
        "<loopDataOutputRef>out_made</loopDataOutputRef>"
        '<inputDataItem id="i1" name="one"/><outputDataItem id="o1" name="out"/>'
        "</multiInstanceLoopCharacteristics>"
    )
    inner = spec(takes="all", gives="made") + arrow("Input", "ref_invoice", "in_all")
    inner += arrow("Output", "out_made", "ref_report") + marker
    case = Case.of(model(OBJECTS + task(inner), "s -> t; t -> e"), Invoice=[1, 2])
    seen = [each.local["one"] for each in case.step.waiting if isinstance(each, bpmn.HumanWait)]

    assert seen == [1, 2]
    case.answer("t", {"out": 10}).answer("t", {"out": 20})
    assert case.step.values == {"Invoice": [1, 2], "Report": [10, 20]}
