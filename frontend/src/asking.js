// Asking the site from a script of its pages.

const meta = (name) => document.querySelector(`meta[name="${name}"]`)?.content ?? "";

/** An address of the site, wherever it is mounted. */
export function siteAddress(path) {
  return meta("site").replace(/\/$/, "") + path;
}

/** Posts JSON; the answer as it came. */
export function send(path, body) {
  return fetch(siteAddress(path), {
    method: "POST",
    credentials: "same-origin",
    headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": meta("csrf-token") },
    body: JSON.stringify(body),
    keepalive: true,
  });
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
