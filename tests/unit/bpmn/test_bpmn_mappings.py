"""Input and output mappings of Camunda 7 and 8 alike, alone and beside listeners."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine import bpmn
from tests.unit.bpmn.diagrams import (
    MESSAGE,
    NAMED,
    NOON,
    UNDO,
    Case,
    catch,
    ended,
    inside,
    model,
    on,
    process,
    signal,
    thrown,
    users,
)
from tests.unit.bpmn.mapped import camunda, ext, hears, job, local, task, zeebe


def test_inputs_of_camunda_7_are_local_and_outputs_go_to_the_case():
    mark = camunda(takes="sum: ${net + tax}; label: Amount", gives="total: ${sum * 2}")
    case = Case.of(model(task(mark), "s -> t; t -> e"), net=4, tax=1)

    assert local(case) == {"sum": 5, "label": "Amount"}
    assert case.answer("t", {"ok": True}).step.values == {
        "net": 4,
        "tax": 1,
        "ok": True,
        "total": 10,
    }


def test_what_is_answered_under_the_name_of_an_input_stays_inside():
    mark = camunda(takes="sum: ${net}", gives="total: ${sum}")
    case = Case.of(model(task(mark), "s -> t; t -> e"), net=4, sum="outer")

    assert case.answer("t", {"sum": 7}).step.values == {"net": 4, "sum": "outer", "total": 7}


def test_with_outputs_of_camunda_8_nothing_else_comes_out():
    mark = zeebe(takes="order.sum: net", gives="bill.total: order.sum + extra")
    case = Case.of(model(task(mark), "s -> t; t -> e"), net=4, bill={"id": 1})

    assert local(case) == {"order": {"sum": 4}}
    assert case.answer("t", {"extra": 2}).step.values == {"net": 4, "bill": {"id": 1, "total": 6}}


def test_without_outputs_of_camunda_8_all_answers_come_out():
    case = Case.of(model(task(zeebe(takes="sum: net")), "s -> t; t -> e"), net=4)

    assert case.answer("t", {"extra": 2}).step.values == {"net": 4, "extra": 2}


def test_lists_and_maps_of_camunda_7_become_values():
    mark = (
        '<camunda:inputOutput><camunda:inputParameter name="all"><camunda:map>'
        '<camunda:entry key="net">${net}</camunda:entry><camunda:entry key="who"><camunda:list>'
        "<camunda:value>a</camunda:value><camunda:value>${boss}</camunda:value></camunda:list>"
        "</camunda:entry></camunda:map></camunda:inputParameter></camunda:inputOutput>"
    )
    case = Case.of(model(task(mark), "s -> t; t -> e"), net=4, boss="b")

    assert local(case) == {"all": {"net": 4, "who": ["a", "b"]}}


def test_a_script_task_reads_its_inputs_and_writes_its_result_inside():
    script = (
        f'<scriptTask id="t" scriptFormat="feel" camunda:resultVariable="out">'
        f"{ext(zeebe(takes='x: net * 2', gives='y: out'))}<script>x + 1</script></scriptTask>"
    )
    case = Case.of(model(script, "s -> t; t -> e"), net=4)

    assert case.step.values == {"net": 4, "y": 9}


def test_each_item_has_its_own_inputs_and_outputs_of_items_are_collected():
    marker = (
        '<multiInstanceLoopCharacteristics isSequential="true"><extensionElements>'
        '<zeebe:loopCharacteristics inputCollection="=nets" inputElement="net"'
        ' outputCollection="sums" outputElement="=sum"/></extensionElements>'
        "</multiInstanceLoopCharacteristics>"
    )
    mark = zeebe(takes="tax: net / 10", gives="sum: net + tax + more")
    case = Case.of(model(task(mark, inner=marker), "s -> t; t -> e"), nets=[10, 20])

    assert local(case)["tax"] == 1
    case.answer("t", {"more": 1})
    assert local(case)["tax"] == 2
    case.answer("t", {"more": 2})

    assert case.step.values == {"nets": [10, 20], "sums": [12, 24]}


def test_a_call_hands_its_inputs_to_the_called_process_and_its_outputs_back():
    files = {
        "p.bpmn": process(
            '<startEvent id="s"/><endEvent id="e"/><callActivity id="call" calledElement="inner">'
            + ext(camunda(takes="x: ${net}", gives="y: ${made}"))
            + "</callActivity>",
            "s -> call; call -> e",
        ),
        "inner.bpmn": process(
            '<startEvent id="is"/><endEvent id="ie"/><scriptTask id="m" scriptFormat="feel"'
            ' camunda:resultVariable="made"><script>x + 1</script></scriptTask>',
            "is -> m; m -> ie",
            process_id="inner",
        ),
    }
    case = Case.of(bpmn.compile_model(files), net=4)

    assert case.step.values["y"] == 5
    assert "x" not in case.step.values


def test_a_sub_process_with_mappings_in_a_loop_turns_as_often_as_it_must():
    sub = inside("sub", ext(zeebe(takes="i: n", gives="n: i + 1")), "sub_in -> sub_out")
    case = Case.of(
        model(
            sub + '<exclusiveGateway id="g"/>',
            "s -> sub; sub -> g; g -> sub [n < 50]; g -> e [n >= 50]",
        ),
        n=0,
    )

    assert case.step.values == {"n": 50}


def test_outputs_of_a_message_see_what_it_brings_and_nothing_else_comes_out():
    body = catch("c", ext(zeebe(gives="paid: sum * 2")) + MESSAGE)
    case = Case.of(model(body, "s -> c; c -> e", extra=NAMED), contract="312")

    case.answer("c", {"sum": 4, "noise": 1})

    assert case.step.values == {"contract": "312", "paid": 8}


@pytest.mark.parametrize("interrupting", [True, False])
def test_outputs_of_a_boundary_message_see_what_it_brings(interrupting):
    event = on("b", "t", ext(zeebe(gives="paid: sum * 2")) + MESSAGE, interrupting=interrupting)
    body = users("t", "after") + event
    case = Case.of(model(body, "s -> t; t -> e; b -> after; after -> e", extra=NAMED), contract="1")

    case.answer("b", {"sum": 4, "noise": 1})

    assert case.step.values == {"contract": "1", "paid": 8}
    assert "after" in case.waiting


def test_outputs_behind_an_event_gateway_see_what_the_message_brings():
    body = '<eventBasedGateway id="g"/>' + catch("c", ext(zeebe(gives="paid: sum")) + MESSAGE)
    body += catch("stopped", signal())
    case = Case.of(model(body, "s -> g; g -> c; g -> stopped; c -> e; stopped -> e", extra=NAMED))

    assert case.answer("c", {"sum": 4}).step.values == {"paid": 4}


def test_the_start_of_an_event_sub_process_maps_what_its_message_brings():
    sub = inside(
        "ev", users("r"), "ev_in -> r; r -> ev_out", by=ext(zeebe(gives="paid: sum")) + MESSAGE
    )
    case = Case.of(model(users("t") + sub, "s -> t; t -> e", extra=NAMED))

    assert case.answer("ev_in", {"sum": 4, "noise": 1}).step.values == {"paid": 4}


def test_a_thrown_signal_carries_its_inputs():
    event = signal(inner=ext('<camunda:in source="sum" target="total"/>'))
    case = Case.of(
        model(
            thrown("t", ext(camunda(takes="sum: ${net * 2}")) + event),
            "s -> t; t -> e",
            extra=NAMED,
        ),
        net=4,
    )

    assert case.step.thrown[0].values == {"total": 8}
    assert case.step.finished
    assert case.step.values == {"net": 4}


def test_a_thrown_signal_that_interrupts_its_own_scope_leaves_nothing_behind():
    throws = thrown("t", ext(camunda(takes="sum: ${net}")) + signal())
    sub = (
        inside("sub", throws, "sub_in -> t; t -> sub_out")
        + on("b", "sub", signal())
        + users("after")
    )
    case = Case.of(model(sub, "s -> sub; sub -> e; b -> after; after -> e", extra=NAMED), net=4)

    assert case.waiting == ["after"]
    assert case.answer("after").step.finished


def test_compensation_runs_with_mappings_on_both_sides():
    body = (
        task(camunda(takes="x: ${net}"), task_id="a")
        + on("b", "a", UNDO)
        + '<userTask id="undo" isForCompensation="true">'
        + ext(camunda(takes="y: ${net + 1}"))
        + "</userTask>"
        + '<association id="as" sourceRef="b" targetRef="undo"/>'
        + ended("end", UNDO)
    )
    case = Case.of(model(body, "s -> a; a -> end"), net=4).answer("a")

    assert local(case, "undo") == {"y": 5}
    assert case.answer("undo").step.finished


def test_an_error_thrown_at_a_mapped_task_is_caught_on_its_boundary():
    external = '<serviceTask id="t" camunda:type="external" camunda:topic="x">'
    external += ext(camunda(takes="y: ${net}")) + "</serviceTask>"
    body = external + on("bad", "t", "<errorEventDefinition/>") + users("after")
    case = Case.of(model(body, "s -> t; t -> e; bad -> after; after -> e"), net=4)

    assert local(case) == {"y": 4}
    assert case.throw("t", "BAD").waiting == ["after"]


def test_a_mapping_into_something_that_is_no_context_names_element_and_expression():
    with pytest.raises(bpmn.ExpressionFailed, match=r"t: net: 'sum'.*4") as failed:
        Case.of(model(task(zeebe(takes="a: net; a.sum: net")), "s -> t; t -> e"), net=4)

    assert (failed.value.code, failed.value.element_id) == ("GEN-FEEL", "t")


def test_a_mapping_of_what_no_case_can_hold_names_element_and_expression():
    with pytest.raises(bpmn.ExpressionFailed, match=r"t: 10 \*\* 200: .*digits") as failed:
        Case.of(model(task(zeebe(takes="a: 10 ** 200")), "s -> t; t -> e"))

    assert failed.value.code == "GEN-FEEL"


def test_a_mapping_of_nothing_is_null():
    case = Case.of(model(task(zeebe(takes="a: nowhere.x")), "s -> t; t -> e"))

    assert local(case) == {"a": None}


def test_inputs_count_for_the_size_of_a_case():
    script = zeebe(takes="a: text + text")
    limits = bpmn.Limits(case_bytes=1_500)

    with pytest.raises(bpmn.ValueTooLarge):
        bpmn.start(
            model(task(script), "s -> t; t -> e"), "p", {"text": "x" * 600}, at=NOON, limits=limits
        )


def test_money_stays_exact_in_a_mapping():
    case = Case.of(
        model(task(zeebe(gives="total: net * rate")), "s -> t; t -> e"),
        net=10**18,
        rate=Decimal("0.1"),
    )

    assert case.answer("t").step.values["total"] == 10**17


@pytest.mark.parametrize(
    ("body", "rule", "element"),
    [
        pytest.param(
            f'<exclusiveGateway id="t">{ext(zeebe(takes="a: 1"))}</exclusiveGateway>',
            "BPMN-123", "t", id="gateway",
        ),
        pytest.param(
            f'<intermediateThrowEvent id="t">{ext(zeebe(takes="a: 1"))}</intermediateThrowEvent>',
            "BPMN-123", "t", id="event without an inside",
        ),
        pytest.param(task(zeebe(takes="a..b: 1")), "BPMN-123", "t", id="half a path"),
        pytest.param(task(zeebe(takes="a: 1 +")), "BPMN-082", "t", id="not FEEL"),
        pytest.param(
            task('<camunda:executionListener event="start" delegateExpression="${bean}"/>'),
            "BPMN-124", "t", id="bean",
        ),
        pytest.param(
            task('<camunda:executionListener event="start"><camunda:script scriptFormat="groovy">x'
                 "</camunda:script></camunda:executionListener>"),
            "BPMN-124", "t", id="groovy",
        ),
        pytest.param(
            task(hears("delete", "{a: 1}", kind="taskListener")), "BPMN-125", "t", id="delete"
        ),
        pytest.param(
            f'<exclusiveGateway id="t">{ext(job("start"))}</exclusiveGateway>',
            "BPMN-125", "t", id="job at a gateway",
        ),
    ],
)  # fmt: skip
def test_what_would_have_no_effect_is_refused(body, rule, element):
    ends = '<startEvent id="s"/><endEvent id="e"/>'

    findings = bpmn.lint({"p.bpmn": process(ends + body, "s -> t; t -> e")})

    assert {(each.rule, each.element_id) for each in findings} == {(rule, element)}


def test_what_only_one_visit_sees_is_told_to_whoever_shows_it():
    sub = inside("sub", users("a") + ext(camunda(takes="x: ${net}")), "sub_in -> a; a -> sub_out")
    both = model(sub + users("plain"), "s -> sub; sub -> plain; plain -> e")
    case = Case.of(both, net=4)

    assert bpmn.own_of(both, "p", case.step.stored, case.token("a")) == {"x": 4}
    assert (both.sees_apart("a"), both.sees_apart("plain")) == (True, False)
    with pytest.raises(bpmn.TokenNotWaiting):
        bpmn.own_of(both, "p", case.step.stored, "t-99")


def test_mappings_and_listeners_run_in_an_ad_hoc_sub_process_and_at_it():
    done = "<completionCondition>n = 5 and done</completionCondition>"
    inner = task(camunda(takes="z: ${x + 1}", gives="n: ${z}"), task_id="a")
    inner += task(job("start"), task_id="b") + done
    mapping = ext(camunda(takes="x: ${net}", gives="y: ${x + n}"))
    body = f'<adHocSubProcess id="ad">{mapping}{inner}</adHocSubProcess>'
    case = Case.of(model(body, "s -> ad; ad -> e"), net=4, done=False)

    assert local(case, "a") == {"x": 4, "z": 5}
    case.answer("a").answer("b").answer("b", {"done": True})

    assert case.step.finished
    assert case.step.values == {"net": 4, "done": True, "n": 5, "y": 9}


def test_a_case_called_elsewhere_gives_its_outputs_and_is_listened_to():
    body = (
        '<callActivity id="call" calledElement="elsewhere" camunda:calledElementBinding="latest">'
        + ext(camunda(gives="y: ${made}"), job("end"))
        + "</callActivity>"
    )
    case = Case.of(model(body, "s -> call; call -> e"), net=4)

    assert isinstance(case.wait("call"), bpmn.CallWait)
    case.answer("call", {"made": 7}).answer("call")

    assert case.step.finished
    assert case.step.values["y"] == 7
