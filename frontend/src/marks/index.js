// The grid of marks: Enter and the arrows go from mark to mark, or from reason to reason, and what
// is wrong with a mark is said beside it when it has been saved.

import { whenShown } from "../shown.js";

const STEPS = new Map([["ArrowDown", 1], ["Enter", 1], ["ArrowUp", -1]]);

function start(form) {
  form.addEventListener("keydown", (event) => {
    const kind = ["[data-mark]", "[data-why]"].find((each) => event.target.matches(each));
    const step = STEPS.get(event.key);
    if (!kind || !step || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    event.preventDefault(); // Enter would send the form: that is the button's
    const fields = [...form.querySelectorAll(kind)];
    const next = fields[fields.indexOf(event.target) + step];
    next?.focus();
    next?.select();
  });
  form.addEventListener("input", ({ target }) => tell(form, target.name, ""));
  form.addEventListener("draft:problems", ({ detail }) => {
    for (const [name, text] of Object.entries(detail)) tell(form, name, text);
  });
}

function tell(form, name, text) {
  const place = form.querySelector(`[data-problem="${CSS.escape(name)}"]`);
  if (!place) return;
  place.textContent = text;
  place.hidden = !text;
  const field = form.elements[name];
  if (text) field.setAttribute("aria-invalid", "true");
  else field.removeAttribute("aria-invalid");
}

whenShown((part) => part.querySelectorAll("form[data-marks]").forEach(start));
