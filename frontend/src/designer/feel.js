// Whether a text is FEEL, asked of the engine while it is typed: below the field stands which values it
// looks at, or where it is wrong.

import { token } from "../asking.js";

const REST = 300; // ms without typing

export function checkerOf(url, texts, digits) {
  const timers = new WeakMap();

  async function ask(control, below) {
    const text = control.value;
    if (!text.trim()) {
      tell(control, below, "", false);
      return;
    }
    try {
      const answer = await fetch(url, {
        method: "POST",
        credentials: "same-origin",
        headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token() },
        body: JSON.stringify({ text }),
      });
      if (!answer.ok || control.value !== text) return;
      const { names, line, column, expected, found } = await answer.json();
      if (names) tell(control, below, names.length ? texts.looks_at.replace("{names}", names.join(texts.comma)) : "", false);
      else tell(control, below, texts.not_feel.replace("{line}", digits(line)).replace("{column}", digits(column)).replace("{expected}", expected).replace("{found}", found), true);
    } catch { /* no connection: said elsewhere */ }
  }

  function tell(control, below, text, isWrong) {
    if (isWrong) control.setAttribute("aria-invalid", "true");
    else control.removeAttribute("aria-invalid");
    below.classList.toggle("problem", isWrong);
    below.textContent = text;
  }

  return (control, below) => {
    clearTimeout(timers.get(control));
    timers.set(control, setTimeout(() => ask(control, below), REST));
  };
}
