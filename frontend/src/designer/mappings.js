// What goes into an element and what comes out of it: pairs of a variable and an expression.

import { isAny } from "bpmn-js/lib/util/ModelUtil";
import { bare, marked } from "./writing.js";

const MAPPED = ["bpmn:Activity", "bpmn:Event"];
const TYPE = "zeebe:IoMapping";
const WAYS = [["inputParameters", "zeebe:Input", "inputs"], ["outputParameters", "zeebe:Output", "outputs"]];

export function mappingsGroup(element, writer, { texts }, check, complete) {
  if (!isAny(element, MAPPED)) return null;
  const object = element.businessObject;
  const mapping = writer.extension(object, TYPE);

  const write = (way, pairs) => {
    if (mapping) {
      writer.part(element, mapping, { [way]: pairs });
      if (!WAYS.some(([each]) => mapping.get(each)?.length)) writer.drop(element, object, mapping);
    } else writer.add(element, object, made(way, pairs));
  };
  const made = (way, pairs) => {
    const whole = writer.made(TYPE, { [way]: pairs });
    for (const each of pairs) each.$parent = whole;
    return whole;
  };

  return WAYS.map(([way, type, label]) => {
    const box = document.createElement("fieldset");
    box.className = "field mapping";
    box.append(Object.assign(document.createElement("legend"), { textContent: texts[label] }));
    const all = mapping?.get(way) ?? [];
    all.forEach((pair, at) => box.append(line(pair, at)));
    const more = Object.assign(document.createElement("button"), { type: "button", textContent: texts.add });
    more.setAttribute("aria-label", `${texts.add}: ${texts[label]}`);
    more.addEventListener("click", () => write(way, [...all, writer.made(type, { target: "name", source: "=null" }, mapping)]));
    box.append(more);
    return box;

    function line(pair, at) {
      const row = document.createElement("div");
      row.className = "pair";
      const below = Object.assign(document.createElement("p"), { className: "hint below" });
      const target = input(`${way}-${at}-target`, texts.variable, pair.target ?? "");
      const source = input(`${way}-${at}-source`, texts.expression, bare(pair.source));
      target.addEventListener("change", () => writer.part(element, pair, { target: target.value }));
      source.addEventListener("change", () => writer.part(element, pair, { source: marked(source.value) ?? "=null" }));
      source.addEventListener("input", () => check(source, below));
      const gone = Object.assign(document.createElement("button"), { type: "button", className: "danger", textContent: "×" });
      gone.setAttribute("aria-label", `${texts.remove}: ${pair.target ?? ""}`);
      gone.addEventListener("click", () => write(way, all.filter((each) => each !== pair)));
      row.append(target, source, gone, below);
      complete(source);
      return row;
    }
  });
}

function input(id, label, value) {
  const made = Object.assign(document.createElement("input"), { id: `panel-${id}`, value, dir: "ltr", autocomplete: "off", spellcheck: false });
  made.setAttribute("aria-label", label);
  made.placeholder = label;
  return made;
}
