// What the panel asks of each kind of element: exactly what the engine understands, written as Camunda 8
// writes it. A field: {key, label, kind, options, hint, value, write(text)}; kind is text, long, feel, check,
// choice, or time. FEEL is shown without the sign before it.

import { is, isAny } from "bpmn-js/lib/util/ModelUtil";
import { asFeel, bare, marked } from "./writing.js";
import { loopGroup } from "./loops.js";

const JOBS = ["bpmn:ServiceTask", "bpmn:SendTask", "bpmn:BusinessRuleTask"];
const DECIDES = ["bpmn:ExclusiveGateway", "bpmn:InclusiveGateway", "bpmn:Activity", "bpmn:ComplexGateway"];

/** The groups of fields of an element, in the order of the panel. */
export function groupsOf(element, known, writer) {
  const object = element.businessObject;
  const groups = [general(element, object, known, writer)];
  if (is(element, "bpmn:Lane")) groups.push(desk(object, known));
  if (is(element, "bpmn:UserTask")) groups.push(human(element, object, known, writer));
  if (isAny(element, JOBS)) groups.push(job(element, object, known, writer));
  if (is(element, "bpmn:BusinessRuleTask")) groups.push(decision(element, object, known, writer));
  if (is(element, "bpmn:ScriptTask")) groups.push(script(element, object, writer));
  if (is(element, "bpmn:CallActivity")) groups.push(call(element, object, known, writer));
  if (is(element, "bpmn:SequenceFlow") && isAny(object.sourceRef ?? object, DECIDES)) groups.push(condition(element, object, writer));
  if (is(element, "bpmn:ReceiveTask")) groups.push(message(element, object, object, known, writer, true));
  for (const each of object.eventDefinitions ?? []) {
    const made = event(element, object, each, known, writer);
    if (made) groups.push(made);
  }
  if (is(element, "bpmn:Activity")) groups.push(loopGroup(element, object, writer));
  return groups.filter(({ fields }) => fields.length);
}

/** What the diagram names and what others of the area name, each once. */
const joined = (here, elsewhere) => [...new Set([...here, ...(elsewhere ?? [])])].sort();

function general(element, object, known, writer) {
  const isNote = is(element, "bpmn:TextAnnotation");
  const process = is(element, "bpmn:Participant") ? object.processRef : is(element, "bpmn:Process") ? object : null;
  const name = isNote ? "text" : "name";
  const fields = [
    { key: name, label: "name", kind: "long", value: object.get(name) ?? "", write: (text) => writer.attribute(element, name, text) },
    { key: "id", label: "id", kind: "id", value: object.id, write: (text) => writer.attribute(element, "id", text) },
  ];
  if (!isNote && known.process && object.id) {
    fields.splice(1, 0, {
      key: "other", label: "other_name", kind: "long", hint: "other_hint", value: known.nameOf(object.id), write: (text) => known.giveName(object.id, text),
    });
  }
  if (process && process !== object) {
    fields.push({ key: "process", label: "process_id", kind: "id", value: process.id, write: (text) => writer.part(element, process, { id: text }) });
  }
  if (process) {
    fields.push({ key: "runs", label: "executable", kind: "check", value: Boolean(process.isExecutable), write: (on) => writer.part(element, process, { isExecutable: on }) });
  }
  fields.push({ key: "documentation", label: "documentation", kind: "long", value: object.get("documentation")?.[0]?.text ?? "", write: (text) => {
    writer.part(element, object, { documentation: text ? [writer.made("bpmn:Documentation", { text }, object)] : [] });
  } });
  return { title: "general", fields };
}

/** The desk that a lane is: it stands in process.toml and is written at once. */
function desk(object, known) {
  const { role = "", place = "" } = known.deskOf(object.id) ?? {};
  return { title: "desk", fields: [
    { key: "role", label: "desk_role", kind: "choice", hint: "desk_hint", value: role, options: [["", "no_desk"], ...known.roles], write: (chosen) => known.giveDesk(object.id, { role: chosen, place: place || "case" }) },
    ...(role ? [{ key: "place", label: "desk_place", kind: "text", hint: "place_hint", value: place, options: known.places, write: (chosen) => known.giveDesk(object.id, { role, place: chosen }) }] : []),
  ] };
}

/** A field that is one attribute of an extension element. */
function extended(element, object, writer, type, name, rest) {
  const isFeel = rest.kind === "feel";
  const value = writer.extension(object, type)?.get(name) ?? "";
  return {
    key: name,
    value: isFeel ? asFeel(value) : value,
    write: (text) => writer.extend(element, object, type, { [name]: isFeel ? marked(text) : text }),
    ...rest,
  };
}

function human(element, object, known, writer) {
  const field = (type, name, rest) => extended(element, object, writer, type, name, rest);
  const lane = laneOf(element);
  return { title: "work", fields: [
    { key: "lane", label: "lane", kind: "told", value: lane ? lane.name || lane.id : "" , hint: lane ? known.roleOf(lane.id) : "no_lane" },
    field("zeebe:FormDefinition", "formId", { label: "form", kind: "text", options: known.forms }),
    field("zeebe:AssignmentDefinition", "assignee", { label: "assignee", kind: "feel" }),
    field("zeebe:TaskSchedule", "dueDate", { label: "due", kind: "time", hint: "due_hint" }),
    field("zeebe:TaskSchedule", "followUpDate", { label: "follow_up", kind: "time" }),
    field("zeebe:PriorityDefinition", "priority", { label: "priority", kind: "text" }),
  ] };
}

function laneOf(element) {
  const lanes = (element.parent?.businessObject.processRef ?? element.parent?.businessObject)?.laneSets ?? [];
  const inside = (set) => (set?.lanes ?? []).flatMap((each) => [each, ...inside(each.childLaneSet)]);
  const holding = lanes.flatMap(inside).filter((each) => each.flowNodeRef?.includes(element.businessObject));
  return holding.at(-1);
}

function job(element, object, known, writer) {
  const field = (name, rest) => extended(element, object, writer, "zeebe:TaskDefinition", name, rest);
  return { title: "job", fields: [
    field("type", { label: "topic", kind: "text", options: known.topics }),
    field("retries", { label: "retries", kind: "text", hint: "retries_hint" }),
  ] };
}

function decision(element, object, known, writer) {
  const field = (name, rest) => extended(element, object, writer, "zeebe:CalledDecision", name, rest);
  return { title: "decision", fields: [
    field("decisionId", { label: "decision_id", kind: "text", options: known.decisions }),
    field("resultVariable", { label: "result", kind: "text" }),
  ] };
}

function script(element, object, writer) {
  const field = (name, rest) => extended(element, object, writer, "zeebe:Script", name, rest);
  return { title: "script", fields: [
    field("expression", { label: "expression", kind: "feel" }),
    field("resultVariable", { label: "result", kind: "text" }),
  ] };
}

function call(element, object, known, writer) {
  const type = "zeebe:CalledElement";
  const found = writer.extension(object, type);
  const both = (name, label) => ({
    key: name, label, kind: "check", value: found?.get(name) !== false,
    write: (on) => writer.extend(element, object, type, { [name]: on ? undefined : false }),
  });
  return { title: "call", fields: [
    extended(element, object, writer, type, "processId", { label: "called", kind: "text", options: known.processes }),
    ...jump(found?.processId, known),
    both("propagateAllParentVariables", "all_in"),
    both("propagateAllChildVariables", "all_out"),
  ] };
}

/** Leads to the called process, where the draft has it. */
function jump(processId, known) {
  const url = known.called[processId];
  return url ? [{ key: "jump", label: "called_open", kind: "link", value: processId, url }] : [];
}

function condition(element, object, writer) {
  const source = object.sourceRef;
  const fields = [{
    key: "condition", label: "condition", kind: "feel", value: bare(object.conditionExpression?.body),
    write: (text) => writer.expression(element, object, "conditionExpression", marked(text)),
  }];
  if (source?.default !== undefined || source?.$descriptor.propertiesByName.default) {
    fields.push({
      key: "default", label: "default", kind: "check", value: source.default === object,
      write: (on) => writer.part(element, source, { default: on ? object : undefined }),
    });
  }
  return { title: "condition", fields };
}

function event(element, object, definition, known, writer) {
  const kind = definition.$type.replace(/^bpmn:|EventDefinition$/g, "");
  if (kind === "Timer") return timer(element, definition, writer);
  if (kind === "Message") return message(element, object, definition, known, writer, is(element, "bpmn:CatchEvent") && !is(element, "bpmn:StartEvent"));
  if (kind === "Conditional") {
    return { title: "condition", fields: [{
      key: "condition", label: "condition", kind: "feel", value: bare(definition.condition?.body),
      write: (text) => writer.expression(element, definition, "condition", marked(text)),
    }] };
  }
  const named = { Signal: ["bpmn:Signal", "name"], Error: ["bpmn:Error", "errorCode"], Escalation: ["bpmn:Escalation", "escalationCode"] }[kind];
  if (named) {
    const [type, by] = named;
    return { title: `trigger_${kind}`, fields: [{
      key: by, label: by === "name" ? "name" : "code", kind: "text", options: joined(writer.named(element, type, by), known[`${kind.toLowerCase()}s`]),
      value: definition[`${kind.toLowerCase()}Ref`]?.get(by) ?? "",
      write: (text) => writer.refer(element, definition, type, by, text),
    }] };
  }
  if (kind === "Link") {
    return { title: "trigger_Link", fields: [{
      key: "link", label: "name", kind: "text", value: definition.name ?? "",
      write: (text) => writer.part(element, definition, { name: text || undefined }),
    }] };
  }
  return null;
}

const TIMES = ["timeDuration", "timeDate", "timeCycle"];

function timer(element, definition, writer) {
  const told = TIMES.find((each) => definition[each]) ?? TIMES[0];
  return { title: "trigger_Timer", fields: [
    { key: "timer", label: "timer_kind", kind: "choice", value: told, options: TIMES.map((each) => [each, each]), write: (name) => {
      const body = definition[told]?.body;
      const made = writer.made("bpmn:FormalExpression", { body: body ?? "" }, definition);
      writer.part(element, definition, { ...Object.fromEntries(TIMES.map((each) => [each, undefined])), [name]: made });
    } },
    { key: "time", label: told, kind: "time", hint: "time_hint", value: definition[told]?.body ?? "", write: (text) => writer.expression(element, definition, told, text) },
  ] };
}

function message(element, object, holder, known, writer, waits) {
  const told = holder.messageRef;
  const fields = [{
    key: "message", label: "name", kind: "text", options: joined(writer.named(element, "bpmn:Message", "name"), known.messages), value: told?.name ?? "",
    write: (text) => writer.refer(element, holder, "bpmn:Message", "name", text),
  }];
  if (waits && told) {
    fields.push({
      key: "correlation", label: "correlation", kind: "feel", hint: "correlation_hint",
      value: bare(writer.extension(told, "zeebe:Subscription")?.correlationKey),
      write: (text) => writer.extend(element, told, "zeebe:Subscription", { correlationKey: marked(text) }),
    });
  }
  return { title: "trigger_Message", fields };
}
