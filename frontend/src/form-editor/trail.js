// What was before: each state of the form as one text, so that undoing is going back to it.

const MOST = 200;

export class Trail {
  constructor(first) {
    this.states = [first];
    this.at = 0;
    this.what = null;
  }

  get now() {
    return this.states[this.at];
  }

  /** A new state; what goes on with the same thing (`what`) as before stands for it. */
  add(state, what = null) {
    if (state.text === this.now.text) {
      this.states[this.at] = state;
      return false;
    }
    const goesOn = what !== null && what === this.what && this.at > 0;
    this.states.length = this.at + 1;
    if (goesOn) this.states[this.at] = state;
    else this.states.push(state);
    if (this.states.length > MOST) this.states.shift();
    this.at = this.states.length - 1;
    this.what = what;
    return true;
  }

  /** Goes one state back or forth; nothing where there is none. */
  move(by) {
    if (!this.states[this.at + by]) return null;
    this.at += by;
    this.what = null;
    return this.now;
  }
}
