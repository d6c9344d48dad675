// What a bidder typed, kept in this browser alone: nothing of it is sent before it is sealed.

const AGE = 60 * 24 * 3600 * 1000; // ms; a tender is over by then

export class Draft {
  constructor(key, storage = window.localStorage, now = Date.now) {
    Object.assign(this, { key: `divan bid ${key}`, storage, now });
  }

  read() {
    try {
      const { at, typed } = JSON.parse(this.storage.getItem(this.key) ?? "null") ?? {};
      return at > this.now() - AGE ? typed : {};
    } catch {
      return {};
    }
  }

  write(typed) {
    try {
      this.storage.setItem(this.key, JSON.stringify({ at: this.now(), typed }));
    } catch { /* no room, or forbidden: then it is typed again */ }
  }

  forget() {
    try {
      this.storage.removeItem(this.key);
    } catch { /* forbidden: nothing was kept either */ }
  }
}
