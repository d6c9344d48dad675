// The properties of what is selected, as fields that look like those of our forms. A field is written
// when it is left; what the engine says of an expression stands below it while it is typed.

import { is } from "bpmn-js/lib/util/ModelUtil";
import { kindOf } from "./kinds.js";
import { groupsOf } from "./fields.js";
import { mappingsGroup } from "./mappings.js";
import { actsGroup } from "./acts.js";
import { timeInWords, timeOfWords } from "./spans.js";
import { momentInWords } from "./moments.js";
import { Writer } from "./writing.js";
import { checkerOf } from "./feel.js";
import { besideOf } from "./beside.js";
import { completionOf } from "./completion.js";

const ID = /^[A-Za-z_][\w.-]*$/;

export function panelOf(context) {
  const { place, modeler, texts, known, feelUrl, digits } = context;
  const panel = place.querySelector("[data-panel]");
  const title = place.querySelector("[data-panel-title]");
  const writer = new Writer(modeler);
  const check = checkerOf(feelUrl, texts, digits);
  const beside = besideOf(context);
  const complete = completionOf(context);
  const open = new Set(["general", "work", "job", "decision", "script", "call", "condition", "desk"]);
  const rows = new Map(); // what is shown: by group and field, how its row takes a newer state
  let shown = null;
  let shape = "";

  function knownOf(element) {
    const process = processOf(element);
    const lanes = known.lanes[process] ?? {};
    return {
      ...known,
      process,
      deskOf: (lane) => lanes[lane],
      nameOf: (id) => known.names[process]?.[id] ?? "",
      roleOf: (lane) => (lanes[lane] ? { text: texts.role.replace("{role}", lanes[lane].says) } : "lane_unmapped"),
      giveDesk: (lane, desk) => beside.giveDesk(process, lane, desk).then(redrawn),
      giveName: (id, name) => beside.giveName(process, id, name),
    };
  }

  function redrawn(refused) {
    if (!refused) draw();
    return refused;
  }

  function processOf(element) {
    let found = element.businessObject;
    while (found && !is(found, "bpmn:Process")) found = found.processRef ?? found.$parent;
    return found?.id;
  }

  function current() {
    const chosen = modeler.get("selection").get();
    const element = chosen.length === 1 ? chosen[0] : chosen.length ? null : modeler.get("canvas").getRootElement();
    return element?.labelTarget ?? element;
  }

  function draw() {
    const element = current();
    const held = panel.contains(document.activeElement) && shown === element ? document.activeElement : null;
    shown = element;
    if (!element) {
      title.textContent = texts.several;
      panel.replaceChildren();
      return;
    }
    title.textContent = kindOf(element, texts);
    const asked = groupsOf(element, knownOf(element), writer);
    if (shapeOf(element, asked) === shape) {
      for (const { title: name, fields } of asked) for (const each of fields) rows.get(`${name}/${each.key}`)?.(each);
      return;
    }
    shape = shapeOf(element, asked);
    rows.clear();
    const groups = asked.map((group) => section(group, group.fields.map((each) => row(each, group.title))));
    const mapped = mappingsGroup(element, writer, context, check, complete);
    if (mapped) groups.push(section({ title: "mappings" }, mapped));
    groups.push(section({ title: "acts" }, actsGroup(element, context)));
    panel.replaceChildren(...groups);
    if (held?.id) goOn(held);
  }

  /** Everything but the values of fields: while it stays, rows stay, and so does where one types or clicks. */
  function shapeOf(element, asked) {
    const fields = asked.map(({ title: name, fields: all }) => [name, all.map(({ key, kind, label, hint, options }) => [key, kind, label, hint, options])]);
    const ways = (element.outgoing ?? []).map((flow) => [flow.id, flow.businessObject.name, flow.businessObject.targetRef?.id]);
    const mapping = writer.extension(element.businessObject, "zeebe:IoMapping");
    const pairs = ["inputParameters", "outputParameters"].map((way) => (mapping?.get(way) ?? []).map((each) => [each.target, each.source]));
    const beside = modeler.get("elementRegistry").filter((each) => each.parent === element.parent).map((each) => each.id);
    return JSON.stringify([element.id, fields, ways, pairs, beside]);
  }

  /** Focuses the field again that was being filled in, with what was typed so far. */
  function goOn(held) {
    const again = document.getElementById(held.id);
    again?.focus();
    if (!again || held.value === held.defaultValue || held.defaultValue === undefined) return;
    again.value = held.value;
    again.setSelectionRange?.(held.selectionStart, held.selectionEnd);
    again.dispatchEvent(new Event("input"));
  }

  function section({ title: name }, rows) {
    const made = document.createElement("details");
    made.open = open.has(name);
    made.addEventListener("toggle", () => (made.open ? open.add(name) : open.delete(name)));
    made.append(Object.assign(document.createElement("summary"), { textContent: texts[name] ?? name }), ...rows);
    return made;
  }

  function row(first, group) {
    let field = first;
    const made = document.createElement("div");
    made.className = "field";
    const id = `panel-${field.key}`;
    const label = Object.assign(document.createElement("label"), { htmlFor: id, textContent: texts[field.label] ?? field.label });
    const hint = hintOf(field, id);
    const below = Object.assign(document.createElement("p"), { className: "hint below", id: `${id}-below` });
    below.setAttribute("aria-live", "polite");
    if (field.kind === "told") {
      const told = Object.assign(document.createElement("p"), { textContent: field.value || "—", dir: "auto" });
      made.append(Object.assign(document.createElement("span"), { className: "label", textContent: label.textContent }), told, ...hint);
      return made;
    }
    if (field.kind === "link") {
      made.append(Object.assign(document.createElement("a"), { href: field.url, textContent: label.textContent }));
      return made;
    }
    const control = controlOf(field, id);
    control.setAttribute("aria-describedby", [`${id}-below`, hint.length && `${id}-hint`].filter(Boolean).join(" "));
    let written = field.value;
    const leave = () => {
      const value = field.kind === "check" ? control.checked : control.value;
      if (value === written) return;
      written = value;
      write(field, value, control, below);
    };
    control.addEventListener("change", leave);
    control.addEventListener("focusout", leave); // what was put back after a redraw is no change to browsers
    if (field.kind === "check") {
      label.className = "option";
      label.prepend(control);
      made.append(label, ...hint);
      rows.set(`${group}/${field.key}`, (newer) => {
        field = newer;
        control.checked = written = newer.value;
      });
      return made;
    }
    made.append(label, ...hint, control, ...listOf(field, control), below);
    if (field.kind === "feel") complete(control);
    const look = () => said(field, control, below);
    control.addEventListener("input", look);
    if (control.value) look();
    rows.set(`${group}/${field.key}`, (newer) => {
      const isTyped = control === document.activeElement && control.value !== control.defaultValue;
      field = newer;
      if (isTyped || written === newer.value) return;
      written = newer.value;
      if (field.kind === "choice") control.value = newer.value;
      else control.defaultValue = control.value = newer.value;
      look();
    });
    return made;
  }

  function said(field, control, below) {
    if (field.kind === "feel") check(control, below);
    else if (field.kind === "time" && /^\s*=/.test(control.value)) check(control, below);
    else if (field.kind === "time") {
      control.removeAttribute("aria-invalid");
      below.textContent = timeInWords(control.value, texts, digits, momentInWords);
    }
  }

  async function write(field, value, control, below) {
    if (field.kind === "id" && !isFree(field, value)) {
      control.setAttribute("aria-invalid", "true");
      below.textContent = texts.id_wrong;
      return;
    }
    const refused = await field.write(field.kind === "time" ? timeOfWords(value) : value);
    if (typeof refused !== "string") return;
    if (refused) control.setAttribute("aria-invalid", "true");
    else control.removeAttribute("aria-invalid");
    below.textContent = refused;
  }

  function isFree(field, value) {
    const taken = modeler.get("elementRegistry").get(value);
    return ID.test(value) && (!taken || value === field.value);
  }

  function hintOf(field, id) {
    if (!field.hint) return [];
    const text = field.hint.text ?? texts[field.hint];
    return [Object.assign(document.createElement("span"), { className: "hint", id: `${id}-hint`, textContent: text })];
  }

  function controlOf(field, id) {
    const tags = { long: "textarea", feel: "textarea", choice: "select" };
    const made = document.createElement(tags[field.kind] ?? "input");
    made.id = id;
    if (field.kind === "check") {
      made.type = "checkbox";
      made.checked = field.value;
      return made;
    }
    if (field.kind === "choice") {
      for (const [value, text] of field.options) made.append(new Option(texts[text] ?? (text === value ? value : `${text}${value && value !== text && !texts[value] ? ` (${value})` : ""}`), value, false, value === field.value));
      return made;
    }
    if (made.tagName === "TEXTAREA") made.rows = 2;
    made.defaultValue = field.value;
    made.spellcheck = false;
    made.autocomplete = "off";
    made.dir = field.kind === "long" ? "auto" : "ltr";
    return made;
  }

  function listOf(field, control) {
    if (!field.options?.length || field.kind === "choice") return [];
    const list = document.createElement("datalist");
    list.id = `${control.id}-list`;
    for (const each of field.options) {
      const [value, text] = Array.isArray(each) ? each : [each, each];
      list.append(new Option(text || value, value));
    }
    control.setAttribute("list", list.id);
    return [list];
  }

  modeler.on("selection.changed", draw);
  modeler.on("root.set", draw);
  modeler.on("commandStack.changed", () => {
    requestAnimationFrame(draw); // once the focus has settled; a listener that returns something stops the event
  });
  draw();
}
