// Spans of time in words: "PT36H" is "36 hours", "R3/P1D" "3 times, every 1 day".

const SPAN = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;
const UNITS = ["years", "months", "weeks", "days", "hours", "minutes", "seconds"];

/** A span in words, or nothing when the text is none. */
export function spanInWords(text, texts, digits) {
  const found = SPAN.exec(text.trim());
  if (!found || !found.slice(1).some(Boolean)) return "";
  const parts = UNITS.map((unit, at) => found[at + 1] && `${digits(found[at + 1])} ${texts[unit]}`).filter(Boolean);
  return parts.join(texts.and);
}

/** A timer in words: a span, or a cycle of one. */
export function timeInWords(text, texts, digits) {
  const cycle = /^R(\d*)\/(P[^/]*)$/.exec(text.trim());
  if (!cycle) return spanInWords(text, texts, digits);
  const span = spanInWords(cycle[2], texts, digits);
  if (!span) return "";
  return cycle[1] ? texts.times.replace("{count}", digits(cycle[1])).replace("{span}", span) : texts.every.replace("{span}", span);
}
