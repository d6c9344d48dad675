// A model that has not arrived at the server, kept in this browser with the version it was drawn over.

const AGE = 14 * 24 * 3600 * 1000; // ms after which nobody wants it any more

export class LocalModel {
  constructor(key, storage = window.localStorage, now = Date.now) {
    Object.assign(this, { key, storage, now });
  }

  /** What was left, as {text, version}; nothing when it is too old or unreadable. */
  read() {
    try {
      const { at, text, version } = JSON.parse(this.storage.getItem(this.key) ?? "null") ?? {};
      return at > this.now() - AGE && typeof text === "string" ? { text, version } : null;
    } catch {
      return null;
    }
  }

  write(text, version) {
    try {
      if (text === null) this.storage.removeItem(this.key);
      else this.storage.setItem(this.key, JSON.stringify({ at: this.now(), text, version }));
    } catch { /* no room, or forbidden: then the server alone keeps it */ }
  }
}
