// The form as staff will see it, in both languages: typed into, sent, and drawn anew after each edit.
// What was typed is the sample; it is kept in this browser for one draft and one form.

const REST = 700; // ms without a key before the other language is drawn
const OURS = new Set(["csrf_token", "_pressed"]);

/** What stands in a form as pairs of name and text, without what is no answer. */
export function typedIn(form, submitter = null) {
  const pairs = [...new FormData(form)].filter(([name, text]) => typeof text === "string" && !OURS.has(name));
  if (!submitter) return pairs.map((each) => [...each]);
  const own = submitter.name ? [[submitter.name, submitter.value]] : [];
  return [...pairs, ...own, ["_pressed", "1"]];
}

export class Sample {
  constructor(key, storage = window.localStorage) {
    Object.assign(this, { key, storage, raw: null, variables: {}, page: "" });
    try {
      Object.assign(this, JSON.parse(storage.getItem(key) ?? "{}"), { key, storage });
    } catch { /* unreadable: an empty one */ }
  }

  keep() {
    const { raw, variables, page } = this;
    try {
      this.storage.setItem(this.key, JSON.stringify({ raw, variables, page }));
    } catch { /* no room, or forbidden: then it lasts as long as the page */ }
  }

  clear() {
    Object.assign(this, { raw: null, variables: {}, page: "" });
    this.keep();
  }

  get sent() {
    return { raw: this.raw, variables: this.variables, page: this.page };
  }
}

/** Draws both languages; `again` asks for a new drawing. Returns what shows an answer's drawings. */
export function previewsOf(place, sample, again) {
  const frames = [...place.querySelectorAll("[data-preview]")];
  const drawn = new Map();
  let waits;
  let busy = null; // the language somebody types in: it is not drawn while he does

  function fit(frame) {
    const page = frame.contentDocument?.documentElement;
    if (page) frame.style.blockSize = `${Math.min(page.scrollHeight + 4, 4000)}px`;
  }

  function loaded(frame) {
    const form = frame.contentDocument?.querySelector("form");
    fit(frame);
    if (!form) return;
    if (sample.raw && frames.find((each) => !each.hidden) === frame) {
      sample.raw = typedIn(form);
      sample.keep();
    }
    const typed = () => {
      fit(frame);
      busy = frame.dataset.preview;
      sample.raw = typedIn(form);
      sample.keep();
      clearTimeout(waits);
      waits = setTimeout(again, REST);
    };
    form.addEventListener("input", typed);
    form.addEventListener("change", typed);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      clearTimeout(waits);
      busy = null;
      const kept = sample.raw;
      sample.raw = typedIn(form, event.submitter ?? {});
      again().finally(() => { if (sample.raw?.some(([name]) => name === "_pressed")) sample.raw = kept; });
    });
  }

  for (const frame of frames) frame.addEventListener("load", () => loaded(frame));
  window.addEventListener("resize", () => frames.forEach(fit));
  for (const button of place.querySelectorAll("[data-language]")) {
    button.addEventListener("click", () => {
      for (const each of place.querySelectorAll("[data-language]")) each.setAttribute("aria-pressed", String(each === button));
      place.dataset.shown = button.dataset.language;
      frames.forEach(fit);
    });
  }

  return {
    show(previews) {
      place.querySelector("[data-not-shown]").hidden = Boolean(previews.fa);
      for (const frame of frames) {
        const page = previews[frame.dataset.preview];
        if (!page || drawn.get(frame) === page || busy === frame.dataset.preview) continue;
        drawn.set(frame, page);
        frame.srcdoc = page;
      }
      busy = null;
    },
  };
}

/** The variables of the case: what stands in their fields is part of the sample. */
export function knownOf(place, sample, again) {
  let waits;
  const fill = () => {
    for (const field of place.querySelectorAll("[data-known]")) field.value = sample.variables[field.dataset.known] ?? "";
  };
  place.addEventListener("input", ({ target }) => {
    if (!target.dataset?.known) return;
    sample.variables[target.dataset.known] = target.value;
    sample.keep();
    clearTimeout(waits);
    waits = setTimeout(again, REST);
  });
  return { fill };
}
