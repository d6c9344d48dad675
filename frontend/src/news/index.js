// Asks the site from time to time what is new and tells the page: `divan:news` on the document,
// with what was known before and what is known now. What is known outlives the page, so that
// going from page to page asks no oftener.

import { digits, siteAddress } from "../asking.js";

const KEPT = "divan.news"; // in the window of the browser
const PACE = { visible: 20_000, hidden: 120_000, longest: 600_000 }; // milliseconds

/** How long to wait before asking again. */
export function waitOf({ hidden, failures }, chance = 0.5) {
  const pace = hidden ? PACE.hidden : PACE.visible;
  const wait = Math.min(PACE.longest, pace * 2 ** Math.min(failures, 8));
  return Math.round(wait * (0.9 + 0.2 * chance)); // many pages do not ask at one moment
}

/** A page's title with a count before it, or without one. */
export function titled(title, count) {
  const bare = title.replace(/^\([^)]*\) /, "");
  return count ? `(${count}) ${bare}` : bare;
}

class News {
  #kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "null") ?? { asked: 0 };
  #failures = 0;
  #timer;

  start() {
    this.#tell(undefined, this.#kept.news);
    document.addEventListener("visibilitychange", () => this.#wait());
    document.addEventListener("divan:changed", () => this.ask());
    this.#wait();
  }

  async ask() {
    clearTimeout(this.#timer);
    const { news, tag } = this.#kept;
    try {
      const answer = await fetch(siteAddress("/news"), {
        credentials: "same-origin",
        cache: "no-store",
        headers: { Accept: "application/json", ...(tag && { "If-None-Match": tag }) },
      });
      if (answer.status === 401) return this.#forget(); // signed out: the next act says so
      if (!answer.ok && answer.status !== 304) throw new Error(String(answer.status));
      this.#failures = 0;
      const told = answer.status === 304 ? news : await answer.json();
      this.#keep({ news: told, tag: answer.headers.get("ETag") ?? tag, asked: Date.now() });
      if (answer.status !== 304) this.#tell(news, told);
    } catch {
      this.#failures += 1;
      this.#keep({ ...this.#kept, asked: Date.now() });
    }
    this.#wait();
  }

  #wait() {
    clearTimeout(this.#timer);
    const wait = waitOf({ hidden: document.hidden, failures: this.#failures }, Math.random());
    this.#timer = setTimeout(() => this.ask(), Math.max(0, this.#kept.asked + wait - Date.now()));
  }

  #keep(kept) {
    this.#kept = kept;
    sessionStorage.setItem(KEPT, JSON.stringify(kept));
  }

  #forget() {
    sessionStorage.removeItem(KEPT);
  }

  /** Shows a count wherever the page has room for it; returns it as it is said. */
  #count(name, { count, more } = {}) {
    const said = count ? digits(count) + (more ? "+" : "") : "";
    document.querySelectorAll(`[data-news-${name}]`).forEach((each) => {
      each.textContent = said;
      each.hidden = !said;
    });
    return said;
  }

  #tell(before, news) {
    if (!news) return;
    document.title = titled(document.title, this.#count("inbox", news.inbox));
    this.#count("told", news.told);
    document.dispatchEvent(new CustomEvent("divan:news", { detail: { before, news } }));
  }
}

export function startNews() {
  if (document.querySelector("[data-news]")) new News().start();
}
