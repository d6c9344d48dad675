// Keeps what is typed: only changed fields are sent, again and again until they arrived.

const REST = 600; // ms without typing before a save
const FIRST_RETRY = 2000;
const LAST_RETRY = 30000;

export class Saver {
  /**
   * send: (changes) -> Promise<{ok, final, answer, state}>; `final` means that trying again is no
   * use, `state` says why not now, if not for want of a connection.
   * tell: (state, answer) with a state of waiting, saving, saved, offline, signed_out, refused.
   * keep: (unsaved) is told of all that has not arrived, whenever that changes.
   */
  constructor(send, tell, { later = (act, rest) => setTimeout(act, rest), never = (timer) => clearTimeout(timer), keep = () => {} } = {}) {
    this.send = send;
    this.tell = tell;
    this.later = later;
    this.never = never;
    this.keep = keep;
    this.unsaved = new Map();
    this.retry = FIRST_RETRY;
    this.busy = false;
    this.refused = false;
  }

  change(name, value) {
    this.unsaved.set(name, value); // also when refused: then it goes with the answer itself
    this.keep(this.unsaved);
    if (this.refused) return;
    this.tell("waiting");
    this.schedule(REST);
  }

  schedule(delay) {
    this.never(this.timer);
    this.timer = this.later(() => this.save(), delay);
  }

  /** What is unsaved goes with the answer that is being sent; a save beside it would come too late. */
  pause() {
    this.never(this.timer);
  }

  async save() {
    if (this.busy || this.refused || !this.unsaved.size) return;
    this.busy = true;
    this.never(this.timer);
    const sent = new Map(this.unsaved);
    this.tell("saving");
    const { ok, final, answer, state } = await this.send(Object.fromEntries(sent));
    this.busy = false;
    if (ok) this.arrived(sent, answer);
    else if (final) {
      this.refused = true;
      this.tell("refused", answer);
    } else {
      this.tell(state ?? "offline");
      this.schedule(this.retry);
      this.retry = Math.min(LAST_RETRY, this.retry * 2);
    }
  }

  /** What changed again while it was under way is still unsaved. */
  arrived(sent, answer) {
    this.retry = FIRST_RETRY;
    for (const [name, value] of sent) {
      if (this.unsaved.get(name) === value) this.unsaved.delete(name);
    }
    this.keep(this.unsaved);
    this.tell("saved", answer);
    if (!this.unsaved.size) return;
    this.tell("waiting"); // what was typed while it was under way has not arrived
    this.schedule(REST);
  }
}
