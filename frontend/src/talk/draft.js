// What somebody types and has not sent: kept in this window, per case and line, until it is sent.

export class Draft {
  #form;
  #field;
  #key;

  constructor(form) {
    this.#form = form;
    this.#field = form.querySelector("textarea");
    this.#key = `divan.talk/${form.dataset.keep}`;
  }

  /** Shows what was kept; tells whether there was anything. */
  start() {
    this.#field.addEventListener("input", () => this.#keep());
    this.#form.addEventListener("submit", () => sessionStorage.removeItem(this.#key));
    const kept = sessionStorage.getItem(this.#key);
    if (!kept || this.#field.value) return false; // what the site refused stands there already
    this.#field.value = kept;
    return true;
  }

  #keep() {
    if (this.#field.value.trim()) sessionStorage.setItem(this.#key, this.#field.value);
    else sessionStorage.removeItem(this.#key);
  }
}
