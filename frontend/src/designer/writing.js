// Writing into the model, each change one command that can be undone: attributes, extension elements,
// events' definitions, and what lies beside the process (messages, signals, errors, escalations).

import { is } from "bpmn-js/lib/util/ModelUtil";

const isEmpty = (value) => value === undefined || value === "" || value === null;
const FOREIGN = /[#$]\{/; // another tool's expression, which the engine translates
const orNothing = (value) => (isEmpty(value) ? undefined : value);

/** FEEL without the sign that Camunda 8 writes before it. */
export const bare = (text) => (text ?? "").replace(/^\s*=\s*/, "");
export function marked(text) {
  if (isEmpty(text?.trim())) return undefined;
  return FOREIGN.test(text) ? text.trim() : `=${bare(text)}`;
}
/** What stands for itself unless the sign stands before it, as FEEL. */
export function asFeel(text) {
  const isPlain = text && !text.trim().startsWith("=") && !FOREIGN.test(text);
  return isPlain ? JSON.stringify(text) : bare(text);
}

export function definitionsOf(businessObject) {
  let found = businessObject;
  while (found.$parent) found = found.$parent;
  return found;
}

export class Writer {
  constructor(modeler) {
    this.modeling = modeler.get("modeling");
    this.factory = modeler.get("bpmnFactory");
  }

  attribute(element, name, value) {
    this.modeling.updateProperties(element, { [name]: orNothing(value) });
  }

  /** Changes an object inside an element: a loop's marker, an event's definition. */
  part(element, object, properties) {
    this.modeling.updateModdleProperties(element, object, properties);
  }

  made(type, properties, parent) {
    const object = this.factory.create(type, properties);
    object.$parent = parent;
    return object;
  }

  /** Writes a text as an expression of an object, or takes it away. */
  expression(element, object, name, text) {
    const body = orNothing(text?.trim());
    const value = body && this.made("bpmn:FormalExpression", { body }, object);
    this.part(element, object, { [name]: value });
  }

  extension(object, type) {
    return (object.get("extensionElements")?.get("values") ?? []).find((each) => is(each, type));
  }

  /** Writes attributes of an extension element, which is made when needed and goes when empty. */
  extend(element, object, type, properties) {
    const cleaned = Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, orNothing(value)]));
    const found = this.extension(object, type);
    if (found) {
      this.part(element, found, cleaned);
      const { attributes, children } = this.contentOf(found);
      if (!attributes.length && !children) this.drop(element, object, found);
    } else if (Object.values(cleaned).some((each) => each !== undefined)) {
      this.add(element, object, this.made(type, cleaned));
    }
  }

  contentOf(found) {
    const names = found.$descriptor.properties.filter(({ ns }) => found.get(ns.name) !== undefined);
    const filled = names.filter((each) => !each.isMany || found.get(each.name).length);
    return { attributes: filled.filter((each) => each.isAttr), children: filled.some((each) => !each.isAttr) };
  }

  add(element, object, made) {
    const holder = object.get("extensionElements");
    if (holder) {
      made.$parent = holder;
      this.part(element, holder, { values: [...holder.get("values"), made] });
      return;
    }
    const fresh = this.made("bpmn:ExtensionElements", { values: [made] }, object);
    made.$parent = fresh;
    this.part(element, object, { extensionElements: fresh });
  }

  drop(element, object, gone) {
    const holder = object.get("extensionElements");
    const values = holder.get("values").filter((each) => each !== gone);
    if (values.length) this.part(element, holder, { values });
    else this.part(element, object, { extensionElements: undefined });
  }

  /** Lets an event name a message, signal, error or escalation, by its name or code. */
  refer(element, definition, type, by, value) {
    const property = `${type.replace("bpmn:", "").replace(/^./, (each) => each.toLowerCase())}Ref`;
    if (isEmpty(value)) {
      this.part(element, definition, { [property]: undefined });
      return;
    }
    const definitions = definitionsOf(element.businessObject);
    const all = definitions.get("rootElements");
    let found = all.find((each) => is(each, type) && each.get(by) === value);
    if (!found) {
      found = this.made(type, { [by]: value, ...(by === "name" ? {} : { name: value }) }, definitions);
      this.part(element, definitions, { rootElements: [...all, found] });
    }
    this.part(element, definition, { [property]: found });
  }

  named(element, type, by) {
    const all = definitionsOf(element.businessObject).get("rootElements");
    return all.filter((each) => is(each, type)).map((each) => each.get(by)).filter(Boolean);
  }
}
