// Keeps the parts of a page as the server has them, so that everybody in one room sees the same.
// A part is replaced when the server says something else of it, and never while it is the same:
// what is being typed there stays. Without a connection the page says so and asks on.

import { announce } from "../announce.js";
import { token } from "../asking.js";

const EVERY = 2500; // ms
const LONGEST = 20_000; // ms between two tries without a connection

export class Live {
  #root;
  #texts;
  #known = new Map();
  #failures = 0;
  #tag;
  #timer;
  #started;
  #asked = 0;
  #shown = 0;

  /** root: holds parts with `data-live`; started: called with each part that is new. */
  constructor(root, texts, started) {
    this.#root = root;
    this.#texts = texts;
    this.#started = started;
    for (const part of this.#parts(root)) this.#known.set(part.dataset.live, part.outerHTML);
    for (const part of this.#parts(root)) started(part);
    root.addEventListener("submit", (event) => this.#submit(event));
    document.addEventListener("visibilitychange", () => { if (!document.hidden) this.ask(); });
    this.#wait(EVERY);
  }

  /** Asks what is so now. */
  async ask() {
    clearTimeout(this.#timer);
    const turn = ++this.#asked;
    try {
      const answer = await fetch(this.#root.dataset.now, {
        credentials: "same-origin",
        cache: "no-store",
        headers: { Accept: "text/html", ...(this.#tag && { "If-None-Match": this.#tag }) },
      });
      if (answer.status !== 304) await this.#take(answer, turn);
      this.#said("");
      this.#failures = 0;
    } catch {
      this.#failures += 1;
      this.#said(this.#texts.away);
    }
    this.#wait(Math.min(LONGEST, EVERY * 2 ** Math.min(this.#failures, 4)));
  }

  /** Posts JSON; what was refused comes back as text, nothing when it was done. */
  async post(url, body) {
    let answer;
    try {
      answer = await fetch(url, {
        method: "POST",
        credentials: "same-origin",
        headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token() },
        body: JSON.stringify(body),
      });
    } catch {
      return this.#texts.away;
    }
    const told = await answer.json().catch(() => ({}));
    await this.ask();
    if (answer.ok) return "";
    const persian = document.documentElement.lang === "fa";
    const why = (told.problems ?? []).map((each) => (persian && each.messageFa) || each.message);
    return why.join(" ") || this.#texts.refused;
  }

  /** A form that is sent from here: the page stays, and with it what only the page knows. */
  async #submit(event) {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    event.preventDefault();
    const part = form.closest("[data-live]");
    const fields = new URLSearchParams(new FormData(form));
    if (event.submitter?.name) fields.set(event.submitter.name, event.submitter.value);
    if (form.dataset.busy) return;
    form.dataset.busy = "1";
    const turn = ++this.#asked;
    try {
      const answer = await fetch(form.action, {
        method: "POST",
        credentials: "same-origin",
        headers: { Accept: "text/html", "X-Live": "1", "X-CSRFToken": token() },
        body: fields,
      });
      if (answer.redirected && !answer.url.startsWith(new URL(this.#root.dataset.now, location.href).href.split("?")[0])) {
        location.assign(answer.url); // a proof is asked for first
        return;
      }
      await this.#take(answer, turn, part?.dataset.live);
      this.#root.querySelector("[aria-invalid=true]")?.focus();
      this.#said("");
    } catch {
      this.#said(this.#texts.away); // what was typed is still there
    } finally {
      delete form.dataset.busy;
    }
  }

  /** Shows what came, unless something newer is shown; `sent`: the part whose form was sent. */
  async #take(answer, turn, sent) {
    if (!answer.ok && answer.status !== 422) throw new Error(String(answer.status));
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (turn < this.#shown) return;
    this.#shown = turn;
    const refused = answer.status === 422; // stays with what was typed until the part is another
    if (!refused) this.#tag = answer.headers.get("ETag");
    for (const part of this.#parts(fresh)) {
      const { live } = part.dataset;
      const told = part.outerHTML;
      const changed = !refused && this.#known.get(live) !== told;
      if (!changed && live !== sent) continue;
      if (!refused) this.#known.set(live, told);
      this.#show(part, changed);
    }
  }

  #show(part, changed) {
    const old = this.#root.querySelector(`[data-live="${part.dataset.live}"]`);
    if (!old) return;
    const focused = old.contains(document.activeElement) ? document.activeElement : null;
    old.replaceWith(document.adoptNode(part));
    if (focused) this.#focus(part, focused.id);
    this.#started(part);
    if (changed && part.dataset.said) announce(part.dataset.said);
  }

  /** Whoever goes by keys goes on where the part stands: at the same field, or at its beginning. */
  #focus(part, id) {
    const same = id && document.getElementById(id);
    if (!same) part.tabIndex = -1;
    (same || part).focus();
  }

  #parts(within) {
    return [...within.querySelectorAll("[data-live]")];
  }

  #said(text) {
    const place = this.#root.querySelector("[data-connection]");
    if (!place || place.textContent === text) return;
    place.textContent = text;
    place.hidden = !text;
  }

  #wait(pause) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => (document.hidden ? this.#wait(EVERY) : this.ask()), pause);
  }
}

/** Shows a problem beside its field, or takes it away. */
export function problem(field, text) {
  const place = document.getElementById(`${field.id}-problem`);
  place.textContent = text;
  place.hidden = !text;
  if (text) {
    field.setAttribute("aria-invalid", "true");
    field.focus();
  } else field.removeAttribute("aria-invalid");
}

/** What a member's browser works with; nothing without a connection. */
export async function seatOf(url) {
  try {
    const answer = await fetch(url, { credentials: "same-origin", cache: "no-store", headers: { Accept: "application/json" } });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}
