// In which direction the lines of a drawn label read: all of them in that of the whole label.

const PERSIAN_FIRST = /^[^\p{L}]*[\u0590-\u08ff\ufb50-\ufdff\ufe70-\ufefc]/u;
const [ISOLATE, END] = ["\u2067", "\u2069"];

/** Sets the lines of a drawn label in the direction of the whole of it. */
export function readAsWritten(drawn, text) {
  if (!PERSIAN_FIRST.test(text)) return drawn;
  for (const line of drawn.querySelectorAll("tspan")) line.textContent = `${ISOLATE}${line.textContent}${END}`;
  return drawn;
}
