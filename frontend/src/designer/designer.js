// Puts the designer together: modeler, saving, findings, outline, panel, export.

import { announce } from "../announce.js";
import { sender, statusOf } from "../studio/sending.js";
import { modelerFor } from "./modeler.js";
import { Keeper } from "./keeper.js";
import { LocalModel } from "./local.js";
import { findingsOf } from "./findings.js";
import { outlineOf } from "./outline.js";
import { panelOf } from "./panel.js";
import { placingModule } from "./placing.js";
import { templatesModule } from "./templates.js";
import { fit } from "./fit.js";
import { exportsOf } from "./exports.js";
import { commentsOf } from "./comments.js";
import "./designer.css";

const digits = (text) => (document.documentElement.lang === "fa" ? String(text).replace(/\d/g, (digit) => "۰۱۲۳۴۵۶۷۸۹"[digit]) : String(text));

const RESTORABLE = 400; // ms without a change after which findings are asked for

export async function open(place, model) {
  const texts = JSON.parse(place.dataset.texts);
  const known = JSON.parse(place.dataset.known);
  const { saveUrl, person } = place.dataset;
  const tell = statusOf(place.querySelector("[data-designer-status]"), texts);
  const answer = await model;
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  const stored = { text: await answer.text(), version: Number(answer.headers.get("X-Draft-Version")) };
  const local = new LocalModel(`divan.model:${person}:${saveUrl}`);
  const left = local.read();
  const first = left && left.text !== stored.text ? left : stored;

  const stage = place.querySelector("[data-stage]");
  const modeler = await modelerFor(stage, document.documentElement.lang, [templatesModule(known, texts), placingModule()]);
  const { warnings } = await modeler.importXML(first.text);
  for (const { message } of warnings) console.info(`the model: ${message}`);

  const written = reader(modeler, first.text);
  const keeper = new Keeper({
    read: written,
    send: sender(saveUrl),
    tell,
    keep: (text, version) => local.write(text, version),
    version: first.version,
  });
  const context = { place, modeler, texts, known, read: written, feelUrl: place.dataset.feelUrl, tell, announce, digits };
  const findings = findingsOf(context, place.dataset.lintUrl);
  const outline = outlineOf(context);
  panelOf(context);
  exportsOf(context);
  commentsOf(context);
  fit(modeler);
  let later;
  modeler.on("commandStack.changed", () => {
    keeper.changed();
    clearTimeout(later);
    later = setTimeout(() => whenIdle(() => { findings.look(); outline.draw(); }), RESTORABLE);
  });
  findings.look();
  if (first === left) {
    keeper.changed();
    tell("restored");
  }
  window.addEventListener("online", () => keeper.save());
  document.addEventListener("visibilitychange", () => { if (document.hidden) keeper.save(); });
  window.addEventListener("beforeunload", (event) => { if (keeper.isDirty) event.preventDefault(); });
  showAsked(modeler);
  place.dataset.designerReady = "1";
}

/** Does something once nobody draws or types for a moment; a second later at the latest. */
function whenIdle(act) {
  if (window.requestIdleCallback) window.requestIdleCallback(act, { timeout: 1000 });
  else setTimeout(act);
}

/** Returns what writes the model as XML, once for each state of it; it begins as it was read. */
function reader(modeler, first) {
  let text = Promise.resolve(first);
  modeler.on("commandStack.changed", () => { text = null; });
  return async () => {
    text ??= new Promise(whenIdle).then(() => modeler.saveXML({ format: true })).then(({ xml }) => xml);
    return text;
  };
}

/** Shows the element that the address asks for. */
function showAsked(modeler) {
  const element = modeler.get("elementRegistry").get(decodeURIComponent(location.hash.slice(1)));
  if (!element?.parent) return;
  modeler.get("selection").select(element);
  modeler.get("canvas").scrollToElement(element);
}
