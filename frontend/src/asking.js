// Asking the site from a script of its pages.

const meta = (name) => document.querySelector(`meta[name="${name}"]`)?.content ?? "";

/** An address of the site, wherever it is mounted. */
export function siteAddress(path) {
  return meta("site").replace(/\/$/, "") + path;
}

/** What the site asks for with whatever changes something. */
export const token = () => meta("csrf-token");

/** Posts JSON; the answer as it came. */
export function send(path, body) {
  return fetch(siteAddress(path), {
    method: "POST",
    credentials: "same-origin",
    headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token() },
    body: JSON.stringify(body),
    keepalive: true,
  });
}

/** Posts the fields of a form; the answer as it came, or nothing without a connection. */
export function sendForm(url, fields) {
  return fetch(url, {
    method: "POST",
    credentials: "same-origin",
    headers: { Accept: "application/json", "X-CSRFToken": token() },
    body: new URLSearchParams(fields),
  }).catch(() => null);
}

/** What the site refused something for, in the language of the page. */
export async function refusalOf(answer) {
  const { lang } = document.documentElement;
  const told = await answer.json().catch(() => ({}));
  const why = (told.problems ?? told.errors ?? []).map((each) => (lang === "fa" && each.messageFa) || each.message);
  return why.join(" ") || String(answer.status);
}

/** What the page says to its scripts, in its language. */
export function textsOf() {
  return JSON.parse(meta("frame-texts") || "{}");
}

/** Fills what stands in braces: fill("{count} new", {count: 3}). */
export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);
}

/** A number in the digits of the page. */
export function digits(number) {
  const { dataset, lang } = document.documentElement;
  const isPersian = dataset.digits ? dataset.digits === "persian" : lang === "fa";
  return isPersian ? String(number).replace(/\d/g, (each) => "۰۱۲۳۴۵۶۷۸۹"[each]) : String(number);
}
