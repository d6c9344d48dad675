// A page of the bridge that stays true while it is open: it asks one cheap address from time to
// time, and has its part marked `data-live` drawn anew when the answer is another.
//
// <div data-live data-live-url="…/now">…</div>
//
// A part that takes longer than a page may is asked for afterwards: <div data-later="…">…</div>

const PACE = { visible: 15_000, hidden: 120_000, longest: 600_000 }; // milliseconds

/** How long to wait before asking again. */
export function waitOf({ hidden, failures }) {
  return Math.min(PACE.longest, (hidden ? PACE.hidden : PACE.visible) * 2 ** Math.min(failures, 6));
}

/** Puts what a page says now in place of what it said, but for parts that were opened. */
export function renew(host, said) {
  const open = new Set([...host.querySelectorAll("details[open]")].map((each) => each.id));
  const drawn = new Map([...host.querySelectorAll("[data-drawn]")].map((each) => [each.dataset.later, each]));
  host.replaceChildren(...said.childNodes);
  for (const each of host.querySelectorAll("[data-later]")) {
    const before = drawn.get(each.dataset.later);
    if (before) each.replaceWith(before); // what is worked out of many cases is not asked again
  }
  for (const each of host.querySelectorAll("details")) if (open.has(each.id)) each.open = true;
}

/** Gets the parts of a page that take longer, one after the other, once the rest is there. */
export async function getLater(host) {
  for (const part of host.querySelectorAll("[data-later]:not([data-drawn])")) {
    part.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(part.dataset.later, { cache: "no-store" });
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status)); // signed out
      const said = new DOMParser().parseFromString(await answer.text(), "text/html");
      part.replaceChildren(...said.body.childNodes);
      part.dataset.drawn = "";
    } catch {
      part.querySelector("[data-later-failed]")?.removeAttribute("hidden");
    }
    part.removeAttribute("aria-busy");
  }
}

class Live {
  #host;
  #tag;
  #failures = 0;
  #timer;

  constructor(host) {
    this.#host = host;
    this.#tag = host.dataset.liveTag;
    document.addEventListener("visibilitychange", () => this.#wait());
    this.#wait();
  }

  #wait() {
    clearTimeout(this.#timer);
    const wait = waitOf({ hidden: document.hidden, failures: this.#failures });
    this.#timer = setTimeout(() => this.#ask(), wait);
  }

  async #ask() {
    try {
      const headers = this.#tag ? { "If-None-Match": this.#tag } : {};
      const answer = await fetch(this.#host.dataset.liveUrl, { cache: "no-store", headers });
      if (answer.status === 401) return; // signed out: the next act says so
      if (!answer.ok && answer.status !== 304) throw new Error(String(answer.status));
      this.#failures = 0;
      if (answer.status !== 304) {
        if (this.#tag) await this.#draw();
        this.#tag = answer.headers.get("ETag");
      }
    } catch {
      this.#failures += 1;
    }
    this.#wait();
  }

  async #draw() {
    if (this.#host.contains(document.activeElement)) return; // somebody reads on by the keyboard
    const answer = await fetch(location.href, { cache: "no-store" });
    if (!answer.ok) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const said = page.querySelector("[data-live]");
    if (!said) return;
    renew(this.#host, said);
    await getLater(this.#host);
  }
}

if (typeof document !== "undefined") {
  document.querySelectorAll("[data-live]").forEach((host) => new Live(host));
  void getLater(document);
}
