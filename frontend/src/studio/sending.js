// Sends a file of a draft over the version it was read from, and says on the page what became of it.

import { token } from "../asking.js";

export function post(url, body) {
  return fetch(url, {
    method: "POST",
    credentials: "same-origin",
    redirect: "error",
    headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token() },
    body: JSON.stringify(body),
  });
}

function clock() {
  const text = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Tehran" }).format(new Date());
  return document.documentElement.lang === "fa" ? text.replace(/\d/g, (digit) => "۰۱۲۳۴۵۶۷۸۹"[digit]) : text;
}

/** Sends a text over a version; says what became of it in the keeper's words. */
export function sender(url) {
  return async (text, version) => {
    const answer = await post(url, { text, version });
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

export function statusOf(status, texts) {
  return (state, facts = {}) => {
    if (status.dataset.state === state && state === "waiting") return;
    status.dataset.state = state;
    status.textContent = (texts[state] ?? "").replace("{time}", clock()).replace("{why}", facts.why ?? "");
    if (facts.both) status.append(" ", Object.assign(document.createElement("a"), { href: facts.both, textContent: texts.see_both }));
  };
}
