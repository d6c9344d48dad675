// The keyboard: one listener for the page. It presses what bears the key (see acts.js); letters
// do nothing while somebody types, in a dialog of its own, or when the person turned them off.

import { acts, addAct } from "./acts.js";
import { isSingle, stepOf, Steps } from "./shortcut.js";

const TYPING = "input:not([type=checkbox], [type=radio], [type=button], [type=submit]), select, textarea, [contenteditable]";

export function lettersAreOn() {
  return document.documentElement.dataset.keys !== "off";
}

/** Whether a step may act where the focus is. */
export function mayAct(step, target, on) {
  if (!isSingle(step)) return true;
  return on && !target.closest?.(TYPING);
}

function hear(event, steps) {
  if (event.defaultPrevented || event.isComposing || /^(Shift|Control|Alt|Meta)/.test(event.code)) return;
  const step = stepOf(event);
  if (step === "Escape" && event.target.matches?.(TYPING) && !event.target.closest("dialog")) return leave(event);
  if (!mayAct(step, event.target, lettersAreOn())) return;
  if (step === "Enter" && event.target.closest?.("a, button, summary, input, label")) return; // its own
  const usable = new Map(acts().map((each) => [each.key, each]));
  const found = steps.take(step, new Set(usable.keys()), event.timeStamp);
  if (found === undefined) return;
  const act = usable.get(found);
  if (act && event.repeat && !act.repeats) return;
  event.preventDefault();
  act?.run();
}

/** Leaves a field, so that letters are shortcuts again; what was typed stays. */
function leave(event) {
  if (event.target.type === "search" && event.target.value) return; // the browser empties it
  event.target.blur();
  document.querySelector("[data-pane]:not([hidden]), main")?.focus({ preventScroll: true });
}

export function startKeys(texts) {
  const steps = new Steps();
  document.addEventListener("keydown", (event) => hear(event, steps));
  addAct("Shift+Slash", texts.help, () => import("./help.js").then(({ showHelp }) => showHelp(texts)));
  document.addEventListener("click", ({ target }) => {
    if (target.closest("[data-show-keys]")) import("./help.js").then(({ showHelp }) => showHelp(texts));
  });
  document.querySelectorAll("[data-show-keys]").forEach((each) => { each.hidden = false; });
}
