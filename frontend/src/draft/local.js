// What was typed and has not arrived, kept in this browser for one person and one step.

const AGE = 7 * 24 * 3600 * 1000; // ms after which nobody wants it any more

export class LocalCopy {
  constructor(key, storage = window.localStorage, now = Date.now) {
    Object.assign(this, { key, storage, now });
  }

  /** The texts that have not arrived, by name; none when they are too old or unreadable. */
  read() {
    try {
      const { at, changes } = JSON.parse(this.storage.getItem(this.key) ?? "null") ?? {};
      return at > this.now() - AGE ? changes : {};
    } catch {
      return {};
    }
  }

  /** Keeps what is unsaved, a Map of texts by name; nothing is left when all has arrived. */
  write(unsaved) {
    try {
      if (!unsaved.size) this.storage.removeItem(this.key);
      else this.storage.setItem(this.key, JSON.stringify({ at: this.now(), changes: Object.fromEntries(unsaved) }));
    } catch { /* no room, or forbidden: then the server alone keeps it */ }
  }
}
