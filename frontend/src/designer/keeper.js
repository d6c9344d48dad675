// Keeps a model that is being drawn: written when nobody draws for a moment, sent, sent again until it
// arrived; kept in the browser until then. It never waits for the server while somebody draws.

const REST = 1500; // ms without a change before a save
const FIRST_RETRY = 2000;
const LAST_RETRY = 30000;

export class Keeper {
  /**
   * read: () -> Promise<text>; send: (text, version) -> Promise<{state, version, both, why}> with a
   * state of saved, moved, refused, signed_out, offline; a rejected promise is offline too.
   * tell: (state, facts); keep: (text | null, version) keeps in the browser what has not arrived.
   */
  constructor({ read, send, tell, keep, version, later = (act, rest) => setTimeout(act, rest), never = (timer) => clearTimeout(timer) }) {
    Object.assign(this, { read, send, tell, keep, version, later, never });
    this.isDirty = false;
    this.busy = false;
    this.moved = false;
    this.retry = FIRST_RETRY;
  }

  /** Something was drawn. */
  changed() {
    this.isDirty = true;
    if (this.moved) return; // both versions are kept already; which one stands is said elsewhere
    this.tell("waiting");
    this.schedule(REST);
  }

  schedule(delay) {
    this.never(this.timer);
    this.timer = this.later(() => this.save(), delay);
  }

  async save() {
    if (this.busy || !this.isDirty || this.moved) return;
    this.busy = true;
    this.never(this.timer);
    this.isDirty = false;
    const text = await this.read();
    this.keep(text, this.version);
    this.tell("saving");
    const answer = await this.send(text, this.version).catch(() => ({ state: "offline" }));
    this.busy = false;
    if (answer.state === "saved") this.arrived(answer.version);
    else if (answer.state === "moved") {
      this.moved = true;
      this.keep(null);
      this.tell("moved", answer);
    } else if (answer.state === "refused") {
      this.tell("refused", answer);
      if (this.isDirty) this.schedule(REST);
    } else {
      this.isDirty = true;
      this.tell(answer.state);
      this.schedule(this.retry);
      this.retry = Math.min(LAST_RETRY, this.retry * 2);
    }
  }

  arrived(version) {
    this.version = version;
    this.retry = FIRST_RETRY;
    if (this.isDirty) {
      this.schedule(REST);
      return;
    }
    this.keep(null);
    this.tell("saved");
  }
}
