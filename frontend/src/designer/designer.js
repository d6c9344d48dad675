// Puts the designer together: modeler, saving, findings, outline, panel, export.

import { announce } from "../announce.js";
import { modelerFor } from "./modeler.js";
import { Keeper } from "./keeper.js";
import { LocalModel } from "./local.js";
import { findingsOf } from "./findings.js";
import { outlineOf } from "./outline.js";
import { panelOf } from "./panel.js";
import { exportsOf } from "./exports.js";
import "./designer.css";

const RESTORABLE = 400; // ms without a change after which findings are asked for

const token = () => document.querySelector('meta[name="csrf-token"]')?.content ?? "";

function clock() {
  const text = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Tehran" }).format(new Date());
  return document.documentElement.lang === "fa" ? text.replace(/\d/g, (digit) => "۰۱۲۳۴۵۶۷۸۹"[digit]) : text;
}

/** Sends a text over a version; says what became of it in the keeper's words. */
function sender(url) {
  return async (text, version) => {
    const answer = await fetch(url, {
      method: "POST",
      credentials: "same-origin",
      redirect: "error",
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token() },
      body: JSON.stringify({ text, version }),
    });
    const told = await answer.json().catch(() => ({}));
    if (answer.ok) return { state: "saved", version: told.version };
    if (answer.status === 409) return { state: "moved", both: told.both };
    if ([400, 401].includes(answer.status)) return { state: "signed_out" };
    if (answer.status >= 500 || answer.status === 429) return { state: "offline" };
    const lang = document.documentElement.lang;
    const why = (told.errors ?? told.problems ?? []).map((each) => (lang === "fa" && each.messageFa) || each.message);
    return { state: "refused", why: why.join(" ") || String(answer.status) };
  };
}

function statusOf(place, texts) {
  const status = place.querySelector("[data-designer-status]");
  return (state, facts = {}) => {
    if (status.dataset.state === state && state === "waiting") return;
    status.dataset.state = state;
    status.textContent = (texts[state] ?? "").replace("{time}", clock()).replace("{why}", facts.why ?? "");
    if (facts.both) status.append(" ", Object.assign(document.createElement("a"), { href: facts.both, textContent: texts.see_both }));
  };
}

export async function open(place) {
  const texts = JSON.parse(place.dataset.texts);
  const known = JSON.parse(place.dataset.known);
  const { rawUrl, saveUrl, person } = place.dataset;
  const tell = statusOf(place, texts);
  const answer = await fetch(rawUrl, { credentials: "same-origin" });
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  const stored = { text: await answer.text(), version: Number(answer.headers.get("X-Draft-Version")) };
  const local = new LocalModel(`divan.model:${person}:${saveUrl}`);
  const left = local.read();
  const first = left && left.text !== stored.text ? left : stored;

  const stage = place.querySelector("[data-stage]");
  const modeler = await modelerFor(stage, document.documentElement.lang);
  const { warnings } = await modeler.importXML(first.text);
  for (const { message } of warnings) console.info(`the model: ${message}`);

  const written = reader(modeler);
  const keeper = new Keeper({
    read: written,
    send: sender(saveUrl),
    tell,
    keep: (text, version) => local.write(text, version),
    version: first.version,
  });
  const context = { place, modeler, texts, known, read: written, feelUrl: place.dataset.feelUrl, announce };
  const findings = findingsOf(context, place.dataset.lintUrl);
  const outline = outlineOf(context);
  panelOf(context);
  exportsOf(context);
  fit(modeler);
  let later;
  modeler.on("commandStack.changed", () => {
    keeper.changed();
    clearTimeout(later);
    later = setTimeout(() => { findings.look(); outline.draw(); }, RESTORABLE);
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

/** Returns what writes the model as XML, once for each state of it. */
function reader(modeler) {
  let text = null;
  modeler.on("commandStack.changed", () => { text = null; });
  return async () => {
    text ??= modeler.saveXML({ format: true }).then(({ xml }) => xml);
    return text;
  };
}

function fit(modeler) {
  const canvas = modeler.get("canvas");
  canvas.zoom("fit-viewport", "auto");
  if (canvas.zoom() < 0.5) {
    const { inner } = canvas.viewbox();
    canvas.viewbox({ x: inner.x - 20, y: inner.y - 20, width: canvas.getSize().width / 0.6, height: canvas.getSize().height / 0.6 });
  }
}

/** Shows the element that the address asks for. */
function showAsked(modeler) {
  const element = modeler.get("elementRegistry").get(decodeURIComponent(location.hash.slice(1)));
  if (!element?.parent) return;
  modeler.get("selection").select(element);
  modeler.get("canvas").scrollToElement(element);
}
