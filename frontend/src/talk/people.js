// Offers people while a name is typed after @: only those who may see the case, asked of the site.

import { digits, fill } from "../asking.js";

const PAUSE = 150; // milliseconds after a letter
const BEGUN = /(?<![\p{L}\p{N}_@.])@([\p{L}\p{N}\p{M}_.\u200c-]*)$/u;

/** The name that is being typed before the cursor; undefined where none is. */
export function begun(text) {
  return BEGUN.exec(text)?.[1];
}

/** A text with the name that is being typed taken from the list, and where the cursor stands then. */
export function taken(text, cursor, name) {
  const before = text.slice(0, cursor).replace(BEGUN, `@${name} `);
  return { text: before + text.slice(cursor).replace(/^ /, ""), cursor: before.length };
}

export class People {
  #field;
  #texts;
  #say;
  #list = document.createElement("ul");
  #found = [];
  #current = 0;
  #timer;
  #asked = 0;

  constructor(field, texts, say) {
    this.#field = field;
    this.#texts = texts;
    this.#say = say;
  }

  start() {
    this.#list.id = `${this.#field.id}-people`;
    this.#list.className = "people-offered";
    this.#list.setAttribute("role", "listbox");
    this.#list.setAttribute("aria-label", this.#texts.people);
    this.#list.hidden = true;
    this.#field.after(this.#list);
    this.#field.setAttribute("aria-autocomplete", "list");
    this.#field.setAttribute("aria-controls", this.#list.id);
    this.#field.addEventListener("input", () => this.#wait());
    this.#field.addEventListener("keydown", (event) => this.#pressed(event));
    this.#field.addEventListener("blur", () => this.#close());
    this.#list.addEventListener("mousedown", (event) => this.#clicked(event));
  }

  #begun() {
    return begun(this.#field.value.slice(0, this.#field.selectionStart));
  }

  #wait() {
    clearTimeout(this.#timer);
    const name = this.#begun();
    if (name === undefined) return this.#close();
    this.#timer = setTimeout(() => this.#ask(name), PAUSE);
  }

  async #ask(name) {
    const number = ++this.#asked;
    const address = `${this.#field.dataset.mentions}?q=${encodeURIComponent(name)}`;
    try {
      const answer = await fetch(address, { headers: { Accept: "application/json" } });
      if (!answer.ok) return this.#close();
      const { people } = await answer.json();
      if (number === this.#asked && this.#begun() === name) this.#show(people);
    } catch {
      this.#close(); // without a connection a name is typed whole
    }
  }

  #show(people) {
    if (!people.length) {
      this.#close();
      return this.#say(this.#texts.none);
    }
    this.#found = people;
    this.#list.replaceChildren(...people.map((each, place) => this.#option(each, place)));
    this.#list.hidden = false;
    this.#choose(0);
    this.#say(fill(this.#texts.found, { count: digits(people.length) }));
  }

  #option({ name, says }, place) {
    const option = document.createElement("li");
    option.id = `${this.#list.id}-${place}`;
    option.setAttribute("role", "option");
    option.dataset.place = place;
    const [shown, code] = [document.createElement("span"), document.createElement("bdi")];
    shown.textContent = says;
    code.textContent = `@${name}`;
    code.dir = "ltr";
    code.className = "muted";
    option.append(shown, code);
    return option;
  }

  #choose(place) {
    this.#current = (place + this.#found.length) % this.#found.length;
    [...this.#list.children].forEach((each, at) =>
      each.setAttribute("aria-selected", String(at === this.#current)),
    );
    const chosen = this.#list.children[this.#current];
    this.#field.setAttribute("aria-activedescendant", chosen.id);
    chosen.scrollIntoView({ block: "nearest" });
  }

  #pressed(event) {
    if (this.#list.hidden || event.ctrlKey || event.metaKey || event.altKey) return;
    const act = {
      ArrowDown: () => this.#choose(this.#current + 1),
      ArrowUp: () => this.#choose(this.#current - 1),
      Enter: () => this.#take(this.#current),
      Tab: () => this.#take(this.#current),
      Escape: () => this.#close(),
    }[event.key];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }

  #clicked(event) {
    const option = event.target.closest("[data-place]");
    event.preventDefault(); // the field keeps the focus
    if (option) this.#take(Number(option.dataset.place));
  }

  #take(place) {
    const { text, cursor } = taken(
      this.#field.value,
      this.#field.selectionStart,
      this.#found[place].name,
    );
    this.#field.value = text;
    this.#field.setSelectionRange(cursor, cursor);
    this.#close();
    this.#field.dispatchEvent(new Event("input", { bubbles: true })); // what is typed is kept
  }

  #close() {
    clearTimeout(this.#timer);
    this.#asked += 1;
    this.#list.hidden = true;
    this.#field.removeAttribute("aria-activedescendant");
  }
}
