// Times in words and back: "PT36H" is "36 hours", "R3/P1D" is "3 times, every 1 days".

const SPAN = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;
const UNITS = ["years", "months", "weeks", "days", "hours", "minutes", "seconds"];
const CYCLE = /^R(\d*)\/(?:([^P/][^/]*)\/)?(P[^/]*)$/;

/** What a unit of time is called when somebody types it, in either language. */
const TYPED = [
  ["Y", false, ["سال", "year", "years"]],
  ["M", false, ["ماه", "month", "months"]],
  ["W", false, ["هفته", "week", "weeks"]],
  ["D", false, ["روز", "day", "days"]],
  ["H", true, ["ساعت", "hour", "hours"]],
  ["M", true, ["دقیقه", "minute", "minutes"]],
  ["S", true, ["ثانیه", "second", "seconds"]],
];
const EVERY = /^(?:every|هر)\s+/i;
const TIMES = /^(\d+)\s*(?:times|بار)\s*[,،]?\s*/i;
const AT = /\s+(?:at|ساعت)\s+(\d{1,2})(?::(\d\d))?$/i;

/** A span in words, or nothing when the text is none. */
export function spanInWords(text, texts, digits) {
  const found = SPAN.exec(text.trim());
  if (!found || !found.slice(1).some(Boolean)) return "";
  const parts = UNITS.map((unit, at) => found[at + 1] && `${digits(found[at + 1])} ${texts[unit]}`).filter(Boolean);
  return parts.join(texts.and);
}

/** A timer in words: a span, a cycle of one (from a moment on), or a moment. */
export function timeInWords(text, texts, digits, moment = () => "") {
  const cycle = CYCLE.exec(text.trim());
  if (!cycle) return spanInWords(text, texts, digits) || moment(text.trim());
  const span = spanInWords(cycle[3], texts, digits);
  if (!span) return "";
  const often = cycle[1] ? texts.times.replace("{count}", digits(cycle[1])).replace("{span}", span) : texts.every.replace("{span}", span);
  const from = cycle[2] && moment(cycle[2]);
  return from ? `${often}${texts.comma}${texts.from_moment.replace("{moment}", from)}` : often;
}

/** A span that somebody typed in words as ISO 8601, or nothing: "2 days and 3 hours" is "P2DT3H". */
function spanOfWords(text) {
  const parts = text.split(/\s*(?:,|،|\band\b|\sو\s)\s*/).filter(Boolean);
  const found = new Map();
  for (const part of parts) {
    const [, count, word] = /^(\d{1,6})?\s*(\p{L}+)$/u.exec(part.trim()) ?? [];
    const at = TYPED.findIndex(([, , words]) => words.includes(word?.toLowerCase()));
    if (at < 0 || found.has(at) || (!count && parts.length > 1)) return "";
    found.set(at, Number(count ?? 1));
  }
  const told = (isTime) => TYPED.map(([letter, ofTime], at) => (ofTime === isTime && found.has(at) ? `${found.get(at)}${letter}` : "")).join("");
  const time = told(true);
  return found.size ? `P${told(false)}${time && `T${time}`}` : "";
}

/**
 * What somebody typed for a timer, as the engine reads it: words of either language become ISO 8601,
 * anything else stays. "every day at 8" begins with the day of `now`.
 */
export function timeOfWords(text, now = new Date()) {
  const plain = text.trim().replace(/[۰-۹]/g, (each) => "۰۱۲۳۴۵۶۷۸۹".indexOf(each)).replace(/\u200c/g, " ");
  const times = TIMES.exec(plain)?.[1] ?? "";
  const rest = plain.replace(TIMES, "");
  if (!EVERY.test(rest)) return (!times && spanOfWords(rest)) || text;
  const hour = AT.exec(rest);
  const span = spanOfWords(rest.replace(EVERY, "").replace(AT, ""));
  if (!span || (hour && (Number(hour[1]) > 23 || Number(hour[2] ?? 0) > 59))) return text;
  const day = new Intl.DateTimeFormat("en-CA", { timeZone: "Asia/Tehran" }).format(now);
  return `R${times}/${hour ? `${day}T${hour[1].padStart(2, "0")}:${hour[2] ?? "00"}:00/` : ""}${span}`;
}
