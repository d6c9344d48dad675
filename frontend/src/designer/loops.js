// How often an activity is done: once, again while a condition holds, or for each item of a list.

import { is } from "bpmn-js/lib/util/ModelUtil";
import { bare, marked } from "./writing.js";

const LOOP = "zeebe:LoopCharacteristics";
const KINDS = ["once", "again", "each_at_once", "each_in_turn"];

function kindOf(loop) {
  if (!loop) return "once";
  if (is(loop, "bpmn:StandardLoopCharacteristics")) return "again";
  return loop.isSequential ? "each_in_turn" : "each_at_once";
}

/** The marker for a kind; one list's marker keeps what it says when only its order changes. */
function markerFor(kind, object, writer) {
  if (kind === "once") return undefined;
  if (kind === "again") return writer.made("bpmn:StandardLoopCharacteristics", {}, object);
  return writer.made("bpmn:MultiInstanceLoopCharacteristics", { isSequential: kind === "each_in_turn" }, object);
}

export function loopGroup(element, object, writer) {
  const loop = object.loopCharacteristics;
  const kind = kindOf(loop);
  const fields = [{ key: "loop", label: "loop", kind: "choice", value: kind, options: KINDS.map((each) => [each, each]), write: (chosen) => {
    const stays = chosen.startsWith("each") && kind.startsWith("each");
    if (stays) writer.part(element, loop, { isSequential: chosen === "each_in_turn" });
    else writer.part(element, object, { loopCharacteristics: markerFor(chosen, object, writer) });
  } }];
  const text = (name, label, isFeel) => ({
    key: name, label, kind: isFeel ? "feel" : "text",
    value: isFeel ? bare(writer.extension(loop, LOOP)?.get(name)) : writer.extension(loop, LOOP)?.get(name) ?? "",
    write: (given) => writer.extend(element, loop, LOOP, { [name]: isFeel ? marked(given) : given }),
  });
  const condition = (name, label) => ({
    key: name, label, kind: "feel", value: bare(loop[name]?.body),
    write: (given) => writer.expression(element, loop, name, marked(given)),
  });
  if (kind === "again") {
    fields.push(condition("loopCondition", "loop_while"), {
      key: "loopMaximum", label: "loop_most", kind: "text", value: loop.loopMaximum ?? "",
      write: (given) => writer.part(element, loop, { loopMaximum: Number(given) || undefined }),
    });
  } else if (kind !== "once") {
    fields.push(
      text("inputCollection", "list", true), text("inputElement", "item", false),
      text("outputCollection", "out_list", false), text("outputElement", "out_item", true),
      condition("completionCondition", "done_when"),
    );
  }
  return { title: "loop", fields };
}
