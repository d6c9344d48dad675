// The form editor: what is pressed and typed goes to the server, which knows what a form is, and comes
// back as the form's text and the parts of the page. The text is kept here until it has arrived.

import { announce } from "../announce.js";
import { Keeper } from "../designer/keeper.js";
import { LocalModel } from "../designer/local.js";
import { watchEditing } from "../studio/editing.js";
import { post, sender, statusOf } from "../studio/sending.js";
import { dragOf } from "./drag.js";
import { Sample, knownOf, previewsOf } from "./preview.js";
import { Trail } from "./trail.js";
import { keysOf } from "./keys.js";

const REST = 400; // ms without a key before what was typed is looked at
const MOVES = /^(up|down|into|out|put:.*)$/; // acts after which the panel shows the same component elsewhere
const AGAIN = 4000; // ms before what did not arrive is sent once more

document.querySelectorAll("[data-editing]").forEach((place) => watchEditing(place));
document.querySelectorAll("[data-form-editor]").forEach((place) => new Editor(place).start());

function Editor(place) {
  const texts = JSON.parse(place.dataset.texts);
  const { workUrl, saveUrl, person, mayChange } = place.dataset;
  const form = place.querySelector("[data-work]");
  const status = place.querySelector("[data-status]") ?? document.createElement("span");
  const tell = statusOf(status, texts);
  const local = new LocalModel(`divan.form:${person}:${saveUrl}`);
  const unsent = new LocalModel(`divan.form.typed:${person}:${saveUrl}`);
  const sample = new Sample(`divan.form.sample:${saveUrl}`);
  const trail = new Trail({ text: place.dataset.text, at: place.dataset.at });
  const part = (name) => place.querySelector(`[data-part="${name}"]`);
  let turn = Promise.resolve();
  let waits;
  let isAway = false;
  let isPressed = false;

  const keeper = new Keeper({
    read: async () => trail.now.text,
    send: sender(saveUrl),
    tell,
    keep: (text, version) => local.write(text, version),
    version: Number(place.dataset.version),
  });
  const previews = previewsOf(place.querySelector("[data-tried]"), sample, () => work(""));
  const known = knownOf(part("known"), sample, () => work(""));

  const typed = () => [...new FormData(form)].filter(([name]) => name.startsWith("p."));

  /** Does one act after the other; each works on what the one before gave. */
  function work(act, { then = "stay" } = {}) {
    clearTimeout(waits);
    turn = turn.then(() => once(act, then)).catch((error) => {
      tell("failed");
      console.error(error);
    });
    return turn;
  }

  async function once(act, then) {
    const posted = mayChange ? typed() : [];
    const { text, at } = trail.now;
    let answer;
    try {
      answer = await post(workUrl, { text, at, act, posted, sample: sample.sent });
    } catch {
      answer = null;
    }
    if (!answer || answer.status >= 500) {
      isAway = true;
      unsent.write(JSON.stringify({ at, posted, of: text }), keeper.version);
      tell("offline");
      if (act) announce(texts.not_now);
      setTimeout(() => { if (isAway) work(act, { then }); }, AGAIN);
      return;
    }
    if ([400, 401].includes(answer.status)) {
      unsent.write(JSON.stringify({ at, posted, of: text }), keeper.version);
      tell("signed_out");
      return;
    }
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    const told = await answer.json();
    const field = act ? null : document.activeElement?.name;
    const isNew = trail.add({ text: told.text, at: told.at }, field ? `${at} ${field}` : null);
    if (isNew) keeper.changed(); // which says itself when that has been saved
    else if (isAway && !keeper.isDirty && !keeper.busy) tell("saved");
    isAway = false;
    unsent.write(null);
    await released();
    const isLate = JSON.stringify(posted) !== JSON.stringify(typed());
    if (isLate && mayChange && act && then !== "stay" && act !== "remove") {
      // typed while this was under way: it belongs to what the panel shows, not to what it will show
      trail.add({ text: told.text, at: MOVES.test(act) ? told.at : at });
      return once(`select:${told.at}`, then);
    }
    show(told, then, !isLate);
  }

  /** Waits while the pointer is down: a button that is drawn anew under it is never clicked. */
  function released() {
    if (!isPressed) return undefined;
    return new Promise((done) => {
      for (const end of ["pointerup", "pointercancel"]) window.addEventListener(end, () => setTimeout(done), { once: true });
    });
  }

  function show(told, then, isAsSent) {
    for (const name of ["outline", "found", "uses"]) part(name).innerHTML = told[name];
    if (then !== "stay" || isAsSent) replacePanel(told.panel);
    else later();
    if (part("known").dataset.names !== told.known) {
      part("known").dataset.names = told.known;
      part("known").innerHTML = told.known;
      known.fill();
    }
    form.elements.at.value = told.at;
    previews.show(told.previews);
    marks();
    const current = part("outline").querySelector("[aria-current]");
    if (then === "outline") current?.focus();
    if (then === "panel") {
      const find = (selector) => part("panel").querySelector(selector);
      const first = find('[id="p.label"]') ?? find('[id="p.text"]') ?? find("input:not([type=hidden]), select");
      (first ?? part("panel").querySelector("h2"))?.focus();
      first?.select?.();
    }
    place.dataset.formEditorReady = String(Number(place.dataset.formEditorReady ?? 0) + 1);
  }

  /** Draws the panel anew, and leaves whoever types in it where he is. */
  function replacePanel(html) {
    const { activeElement } = document;
    const isInside = part("panel").contains(activeElement);
    const [name, start, end] = [activeElement?.name, activeElement?.selectionStart, activeElement?.selectionEnd];
    const open = [...part("panel").querySelectorAll(".table-scroll")].map((each) => each.scrollTop);
    part("panel").innerHTML = html;
    part("panel").querySelectorAll(".table-scroll").forEach((each, number) => { each.scrollTop = open[number] ?? 0; });
    if (!isInside || !name) return;
    const again = [...form.elements].find((each) => each.name === name && each.type !== "hidden");
    again?.focus({ preventScroll: true });
    if (typeof start === "number" && again?.setSelectionRange) again.setSelectionRange(start, end);
  }

  function marks() {
    const undo = place.querySelector("[data-act=undo]");
    const redo = place.querySelector("[data-act=redo]");
    if (!undo) return;
    undo.disabled = !trail.states[trail.at - 1];
    redo.disabled = !trail.states[trail.at + 1];
  }

  function later() {
    clearTimeout(waits);
    waits = setTimeout(() => work(""), REST);
  }

  /** Goes back to a state before, or forth again. */
  function travel(by) {
    work("").then(() => {
      const state = trail.move(by);
      if (!state) return;
      part("panel").replaceChildren(); // what stands in it belongs to the state that is left
      keeper.changed();
      announce(by < 0 ? texts.undone : texts.redone);
      work("", { then: "panel-of-state" });
    });
  }

  /** Puts a component elsewhere; where it could not be looked at first, nothing else is put there. */
  async function move(from, to) {
    await work(`select:${from}`, { then: "outline" });
    if (trail.now.at !== from) return;
    await work(`put:${to}`, { then: "outline" });
    announce(texts.placed);
  }

  function press(event) {
    const link = event.target.closest("a[data-at]");
    if (link) {
      event.preventDefault();
      work(`select:${link.dataset.at}`, { then: part("outline").contains(link) ? "outline" : "panel" });
      return;
    }
    const act = event.target.closest("button")?.dataset.act;
    if (act === "undo" || act === "redo") travel(act === "undo" ? -1 : 1);
    if (act === "clear") {
      sample.clear();
      known.fill();
      work("");
    }
  }

  this.start = () => {
    place.querySelector("[data-tried]").hidden = false;
    place.addEventListener("click", press);
    place.addEventListener("pointerdown", () => { isPressed = true; });
    for (const end of ["pointerup", "pointercancel"]) window.addEventListener(end, () => { isPressed = false; });
    known.fill();
    if (mayChange) {
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        const act = event.submitter?.value ?? "";
        const then = /^(add|use|twin)/.test(act) ? "panel" : act ? "outline" : "stay";
        if (!act) work("").then(() => keeper.save());
        else work(act, { then });
      });
      form.addEventListener("input", later);
      form.addEventListener("change", later);
      for (const each of place.querySelectorAll("[data-act][hidden], [data-keys]")) each.hidden = false;
      keysOf(part("outline"), work, travel, place);
      dragOf({
        outline: part("outline"),
        palette: place.querySelector(".palette-of-forms"),
        move,
        add: (kind, to) => work(`add:${kind}:${to}`, { then: "panel" }),
      });
    }
    restore();
    window.addEventListener("online", () => { if (isAway) work(""); keeper.save(); });
    document.addEventListener("visibilitychange", () => { if (document.hidden) keeper.save(); });
    window.addEventListener("beforeunload", (event) => { if (keeper.isDirty || isAway) event.preventDefault(); });
  };

  /** Puts back what this browser kept and the server never got. */
  function restore() {
    const left = local.read();
    const kept = unsent.read();
    if (left && mayChange && left.text !== trail.now.text) {
      trail.add({ text: left.text, at: "" });
      keeper.version = left.version;
      part("panel").replaceChildren();
      keeper.changed();
      tell("restored");
    }
    if (kept && mayChange) {
      const { at, posted, of } = JSON.parse(kept.text);
      if (of === trail.now.text) {
        turn = turn.then(async () => {
          const answer = await post(workUrl, { text: of, at, act: "", posted, sample: sample.sent });
          if (!answer.ok) return;
          const told = await answer.json();
          part("panel").replaceChildren();
          if (trail.add({ text: told.text, at: told.at })) keeper.changed();
          unsent.write(null);
          tell("restored");
        }).catch(() => {});
      }
    }
    work("", { then: left ? "panel-of-state" : "stay" });
    marks();
  }
}
